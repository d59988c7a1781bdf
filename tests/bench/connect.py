"""connect: thousands of sessions that come at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.bench.arrivals import ITEM_SIZE, ITEMS, arrival
from tests.bench.child import Child
from tests.bench.figures import Figure, Goal, Judged, growth

if TYPE_CHECKING:
    from tests.bench.size import Size


def measure(size: Size) -> list[Figure]:
    """From the first connection to the last that has said what it holds; the baseline is sent the same bytes."""
    by_size = {}
    worst: list[float] = []
    for count in size.pick((1_000, 10_000), (20, 50)):
        app_times, bare_times, gaps = [], [], []
        for repetition in range(size.repetitions):
            bare_times.append(_bare(count))
            came = arrival(count, repetition)
            app_times.append(came.seconds)
            gaps.append(came.gap * 1e3)
        by_size[count] = Figure(f"{count:,} sessions", "s", app_times, bare_times, Goal(1.3))
        worst = gaps
    most = max(by_size)
    usable = Figure(f"{most:,} sessions, worst gap meanwhile", "ms", worst, goal=Goal(50, Judged.VALUE))
    return [*by_size.values(), growth("time", by_size), usable]


def _bare(count: int) -> float:
    with Child("bare", core=0) as bare, Child("load", core=1) as load:
        port = bare.ask("serve")
        began, _ = load.ask("connect", port=port, count=count, items=ITEMS, item_size=ITEM_SIZE, bare=True)
        return float(bare.ask("joined", count=count) - began) / 1e9
