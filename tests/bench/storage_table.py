"""table: opening, painting, scrolling, sorting and filtering the items of a session, beside Qt's own table."""

from __future__ import annotations

from statistics import fmean
from typing import TYPE_CHECKING, Any, Final

from tests.bench.child import Child
from tests.bench.figures import Figure, Goal, Judged, growth

if TYPE_CHECKING:
    from tests.bench.size import Size

_LOOKING: Final = {10_000: 10.0, 100_000: 40.0}
"""Milliseconds that it may take to sort or filter so many items, besides one paint."""
_FRAMES: Final = 60
_PAINT: Final = 1.5

TITLES: Final = ("Key", "Value", "Kind", "Size", "Changed", "State")
SORTED_BY: Final = ((1, False), (3, True), (2, False), (0, True), (0, False))
"""Columns in the order in which they are sorted by, and whether downwards."""
FILTERED: Final = ("r.4", "zz")
"""What is typed into the filter, letter by letter, and taken back."""


def measure(size: Size) -> list[Figure]:
    """The baseline is a QTableView over the same texts in a QStandardItemModel, in a process of its own: no style sheet
    and no model of ours makes it slower. Of sorting and filtering, the slowest of each repetition counts.
    """
    figures: dict[str, dict[int, Figure]] = {}
    pages = size.pick(60, 10)
    for items in size.pick([1_000, 10_000, 100_000], [100, 400]):
        with Child("table_window") as window, Child("table_bare") as bare:
            shape = window.ask("fill", items=items)
            bare.ask("fill", **shape)
            ours, theirs = [], []
            for _ in range(size.repetitions):
                theirs.append(_all_of(bare, pages))
                ours.append(_all_of(window, pages))
        for what, figure in _figures(items, ours, theirs).items():
            figures.setdefault(what, {})[items] = figure
    return [figure for what, by_size in figures.items() for figure in (*by_size.values(), growth(what, by_size))]


def _all_of(child: Child, pages: int) -> dict[str, Any]:
    found = {command: child.ask(command) for command in ("open", "paint", "sort", "filter")}
    return {**found, "scroll": child.ask("scroll", pages=pages)}


def _figures(items: int, ours: list[dict[str, Any]], theirs: list[dict[str, Any]]) -> dict[str, Figure]:
    def each(command: str, reduce: Any = max) -> tuple[list[float], list[float]]:
        return [reduce(found[command]) for found in ours], [reduce(found[command]) for found in theirs]

    paint = fmean(found["paint"] for found in ours)
    looking = None
    if items in _LOOKING:
        looking = Goal(round(_LOOKING[items] + paint, 1), Judged.VALUE)
    goal_of_paint, goal_of_scrolling = Goal(_PAINT), Goal(_FRAMES, Judged.VALUE, at_least=True)
    count = f"{items:,} items"
    return {
        "open": Figure(f"open, {count}", "ms", *each("open", float)),
        "paint": Figure(f"paint, {count}", "ms", *each("paint", float), goal_of_paint),
        "scroll": Figure(f"scroll, {count}", "frames/s", *each("scroll", _rate), goal_of_scrolling, "page after page"),
        "slowest frame": Figure(f"slowest frame of scrolling, {count}", "ms", *each("scroll")),
        "sort": Figure(
            f"sort by the slowest column, {count}", "ms", *each("sort"), looking, "goal: one paint included"
        ),
        "filter": Figure(f"slowest keystroke in the filter, {count}", "ms", *each("filter"), looking),
    }


def _rate(frames: list[float]) -> float:
    return 1000 / fmean(frames)
