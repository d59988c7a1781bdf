"""frames: whether the window keeps its beat while thousands of sessions change at once."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from tests.bench.child import Child
from tests.bench.figures import Figure, Goal, Judged, growth, percentile

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.bench.size import Size

_ITEMS, _ITEM_SIZE = 50, 26
_MEBIBYTE = 2**20
GROWING = ("gap p99", "worst gap", "edit meanwhile")
"""What may grow with the number of sessions, and should not."""
_HISTORY = 160
"""Mebibytes that versions may take: 64 Mi characters as they are counted, of two bytes at most, and what holds them."""


def measure(size: Size) -> list[Figure]:
    """The tree and a busy table in view; gaps of a 16 ms timer, while nothing happens and under load."""
    among = {sessions: _among(sessions, size) for sessions in size.pick((1_000, 10_000), (20, 40))}
    return [*(figure for figures in among.values() for figure in figures), *growths(among)]


def growths(among: Mapping[int, Sequence[Figure]]) -> list[Figure]:
    """How gaps and edits under load grow with the number of sessions, of which ``among`` has the figures."""
    by_name: dict[str, dict[int, Figure]] = {}
    for sessions, figures in among.items():
        for figure in figures:
            what = figure.what.removeprefix(f"{sessions:,} sessions, ")
            if what.endswith(GROWING):
                by_name.setdefault(what, {})[sessions] = figure
    return [growth(what, by_size) for what, by_size in by_name.items()]


def _among(sessions: int, size: Size) -> list[Figure]:
    figures: list[Figure] = []
    with Child("app", core=0) as app, Child("load", core=1) as load:
        load.ask("connect", port=app.ask("serve"), count=sessions, items=_ITEMS, item_size=_ITEM_SIZE)
        app.ask("joined", count=sessions)
        app.ask("choose", number=0)
        before = app.ask("resident")
        for rate in size.pick((2_000, 20_000, 40_000), (200, 400)):
            figures += _at(rate, sessions, app, load, size)
        grown = (app.ask("resident") - before) / _MEBIBYTE
        differs = app.ask("digest") != load.ask("digest")
        bounded = Goal(_HISTORY, Judged.VALUE)
        figures.append(Figure(f"{sessions:,} sessions: memory grown", "MiB", [grown], goal=bounded))
        figures.append(Figure(f"{sessions:,} sessions: areas differ", "", [differs], goal=Goal(0, Judged.VALUE)))
    return figures


def _at(rate: int, sessions: int, app: Child, load: Child, size: Size) -> list[Figure]:
    seconds = size.pick(2.0, 0.5)
    idle: list[list[float]] = []
    busy: list[list[float]] = []
    edits: list[float] = []
    after: list[list[float]] = []
    held: list[float] = []
    for _ in range(size.repetitions):
        idle.append(app.ask("beats", seconds=size.pick(0.6, 0.3)))
        load.tell("change", rate=rate, seconds=seconds + 0.5, sessions=sessions)
        done = app.ask("work", seconds=seconds, edits=size.pick(20, 3))
        busy.append(done["beats"])
        edits.append(median(done["edits"]) * 1e3)
        sent = load.answer()
        held.append(sent["sent"] / sent["seconds"])
        after.append(app.ask("beats", seconds=0.5))
    name = f"{sessions:,} sessions, {rate:,} changes/s"
    note = f"{median(held):,.0f}/s sent" if median(held) < 0.98 * rate else ""
    worst = Goal(50 if rate > 20_000 else 35, Judged.VALUE)
    steady = None if rate > 20_000 else Goal(25 if rate > 2_000 else 20, Judged.VALUE)
    quick = Goal(10, Judged.VALUE) if rate == 20_000 else None
    return [
        Figure(f"{name}, gap p99", "ms", _each(busy, 0.99), _each(idle, 0.99), steady, note),
        Figure(f"{name}, worst gap", "ms", _each(busy, 1.0), _each(idle, 1.0), worst, note),
        Figure(f"{name}, worst gap after", "ms", _each(after, 1.0), _each(idle, 1.0)),
        Figure(f"{name}, edit meanwhile", "ms", edits, goal=quick),
    ]


def _each(repetitions: Sequence[Sequence[float]], share: float) -> list[float]:
    return [percentile(gaps, share) * 1e3 for gaps in repetitions]
