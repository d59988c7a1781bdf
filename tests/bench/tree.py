"""tree: a keystroke in the search of the sessions, and a session that comes, until they are painted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.bench.child import Child
from tests.bench.figures import Figure, Goal, Judged, growth

if TYPE_CHECKING:
    from tests.bench.size import Size

ORIGINS: Final = 20
_KEYSTROKE: Final = {10_000: 10.0, 100_000: 40.0}
"""Milliseconds that a keystroke may take at most, by the number of sessions."""
_INSERTION: Final = 10.0


def measure(size: Size) -> list[Figure]:
    """The slowest keystroke of each repetition is what counts: a search is typed, and taken back, letter by letter."""
    slowest, usual, inserted = {}, {}, {}
    for count in size.pick([1_000, 10_000, 100_000], [100, 400]):
        with Child("tree_window") as child:
            child.ask("fill", sessions=count)
            keys, bare, insertions, paints = [], [], [], []
            for _ in range(size.repetitions):
                found = child.ask("keystrokes")
                keys.append(found["window"])
                bare.append(found["bare"])
                found = child.ask("insertions", count=size.pick(20, 3))
                insertions.append(found["inserted"])
                paints.append(found["painted"])
        goal = _KEYSTROKE.get(count)
        slowest[count] = Figure(
            f"slowest keystroke, {count:,} sessions",
            "ms",
            [max(each) for each in keys],
            [max(each) for each in bare],
            None if goal is None else Goal(goal, Judged.VALUE),
        )
        usual[count] = Figure(
            f"keystroke, mean, {count:,} sessions", "ms", [_mean(each) for each in keys], [_mean(each) for each in bare]
        )
        inserted[count] = Figure(
            f"session inserted in view, {count:,} sessions",
            "ms",
            insertions,
            paints,
            Goal(_INSERTION, Judged.VALUE) if goal is not None else None,
            "baseline: one paint",
        )
    return [
        *slowest.values(),
        growth("slowest keystroke", slowest),
        *usual.values(),
        *inserted.values(),
        growth("session inserted in view", inserted),
    ]


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)
