"""loop: what asyncio's callbacks, timers and threads cost on the app's event loop, beside asyncio's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.bench.child import Child
from tests.bench.figures import Figure, Goal

if TYPE_CHECKING:
    from tests.bench.size import Size

PENDING: Final = 10_000
"""Timers that wait meanwhile."""

_WORK: Final = {
    # name of the command in `loop_process`: what it is, and how many at full and at small size
    "chain": ("call_soon, each from the last", 100_000, 5_000),
    "burst": ("call_soon, all at once", 100_000, 5_000),
    "yields": (f"sleep(0), {PENDING:,} timers pending", 50_000, 5_000),
    "stream": ("call_soon_threadsafe, as fast as it goes", 50_000, 5_000),
    "wakes": ("call_soon_threadsafe, each after the last was heard", 5_000, 500),
}


def measure(size: Size) -> list[Figure]:
    """Both loops run in one process, one after the other; wall time, for a loop that sleeps too long is slow too."""
    figures = []
    with Child("loop_process") as child:
        for work, (what, full, small) in _WORK.items():
            count = size.pick(full, small)
            ours, stock = [], []
            child.ask(work, count=count, stock=False)  # both have been run once
            child.ask(work, count=count, stock=True)
            for _ in range(size.repetitions):
                stock.append(child.ask(work, count=count, stock=True) / count * 1e6)
                ours.append(child.ask(work, count=count, stock=False) / count * 1e6)
            figures.append(Figure(what, "µs", ours, stock, Goal(1.3)))
    return figures
