"""ingest: what a browser's change costs from the socket to the window, and how many of them are taken in a second."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.bench.child import Child
from tests.bench.figures import Figure, Goal, Judged

if TYPE_CHECKING:
    from tests.bench.size import Size

RATE = 10_000
_ITEMS, _ITEM_SIZE = 50, 26


def measure(size: Size) -> list[Figure]:
    """Changes of many sessions, one of which is shown; the baseline reads and parses the same messages."""
    sessions, seconds = size.pick(1_000, 50), size.pick(3.0, 0.5)
    flooded = size.pick(100_000, 2_000)
    costs: dict[str, list[float]] = {"app": [], "bare": []}
    rates: dict[str, list[float]] = {"app": [], "bare": []}
    with (
        Child("app", core=0) as app,
        Child("load", core=1) as load,
        Child("bare", core=0) as bare,
        Child("load", core=1) as bare_load,
    ):
        joining = {"count": sessions, "items": _ITEMS, "item_size": _ITEM_SIZE}
        load.ask("connect", port=app.ask("serve"), **joining)
        bare_load.ask("connect", port=bare.ask("serve"), bare=True, **joining)
        app.ask("joined", count=sessions)
        bare.ask("joined", count=sessions)
        app.ask("choose", number=0)
        for _ in range(size.repetitions):
            for name, subject, peers in (("bare", bare, bare_load), ("app", app, load)):
                cost, before = subject.ask("cost")
                sent = peers.ask("change", rate=RATE, seconds=seconds, sessions=sessions)["sent"]
                subject.ask("took", count=before + sent)
                costs[name].append((subject.ask("cost")[0] - cost) / sent * 1e6)
        for _ in range(size.repetitions):
            for name, subject, peers in (("bare", bare, bare_load), ("app", app, load)):
                _, before = subject.ask("cost")
                began = peers.ask("flood", count=flooded, sessions=sessions)
                rates[name].append(flooded / (subject.ask("took", count=before + flooded) - began) * 1e9)
    return [
        Figure(f"processor time a change, {RATE:,} a second", "µs", costs["app"], costs["bare"], Goal(0.8)),
        Figure("most that are taken", "/s", rates["app"], rates["bare"], Goal(1.0, Judged.RATIO, at_least=True)),
    ]
