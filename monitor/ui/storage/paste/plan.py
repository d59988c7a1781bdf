"""PastePlan: what pasting items would do to an area."""

from __future__ import annotations

from enum import IntEnum
from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple

from monitor.core.messages import SetItem
from monitor.core.values import Redacted, units
from monitor.ui.words import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from monitor.core.interchange import Item
    from monitor.core.values import Value


class Fate(IntEnum):
    """What would become of an item, in the order in which they are listed."""

    OVERWRITE = 0
    ADD = 1
    REDACTED = 2
    """The page keeps the value of this key to itself, and nobody else may set it."""
    SAME = 3


FATES: Final = {
    Fate.OVERWRITE: "is overwritten",
    Fate.ADD: "is added",
    Fate.REDACTED: "cannot be set: redacted",
    Fate.SAME: "is the same already",
}


class PasteRow(NamedTuple):
    """An item to paste. ``old`` is what is there (``None``: nothing); ``growth`` is by how many UTF-16 units the area
    would grow.
    """

    key: str
    old: Value | None
    new: str
    fate: Fate
    growth: int

    @property
    def can_be_set(self) -> bool:
        """Whether there is anything to do, and it may be done."""
        return self.fate in (Fate.OVERWRITE, Fate.ADD)


class PastePlan:
    """``items``, which have each key once, beside what ``value_of`` says is there now."""

    def __init__(self, items: Iterable[Item], value_of: Callable[[str], Value | None]) -> None:
        by_fate: list[list[PasteRow]] = [[] for _ in Fate]
        for key, new in items:
            row = _row(key, value_of(key), new)
            by_fate[row.fate].append(row)
        self.rows = list(chain.from_iterable(by_fate))
        self.places = {row.key: place for place, row in enumerate(self.rows)}
        self.counts = list(map(len, by_fate))
        """How many rows there are of each `Fate`."""

    def look_at(self, place: int, now: Value | None) -> bool:
        """``now`` is there by now, where the row at this place goes. Returns whether there was something else before.
        The row stays where it is.
        """
        before = self.rows[place]
        if now == before.old:
            return False
        self.rows[place] = row = _row(before.key, now, before.new)
        self.counts[before.fate] -= 1
        self.counts[row.fate] += 1
        return True

    def summary(self) -> str:
        """What would happen, in words."""
        said = {
            Fate.ADD: ("is added", "are added"),
            Fate.OVERWRITE: ("overwrites what is there", "overwrite what is there"),
            Fate.SAME: ("is the same already", "are the same already"),
            Fate.REDACTED: (
                "cannot be set, as what is there is not known here",
                "cannot be set, as what is there is not known here",
            ),
        }
        parts = [
            f"{self.counts[fate]:,} {one if self.counts[fate] == 1 else many}"
            for fate, (one, many) in said.items()
            if self.counts[fate]
        ]
        return (
            f"{counted(len(self.rows), 'item')}: {', '.join(parts)}." if parts else "There are no items in this text."
        )


def operations(rows: Iterable[PasteRow]) -> list[SetItem]:
    """What sets these items, if there still is what was there."""
    return [SetItem(row.key, row.new, row.old) for row in rows if row.can_be_set and not isinstance(row.old, Redacted)]


def _row(key: str, old: Value | None, new: str) -> PasteRow:
    if isinstance(old, Redacted):
        return PasteRow(key, old, new, Fate.REDACTED, 0)
    if old is None:
        return PasteRow(key, old, new, Fate.ADD, units(key) + units(new))
    if old == new:
        return PasteRow(key, old, new, Fate.SAME, 0)
    return PasteRow(key, old, new, Fate.OVERWRITE, units(new) - units(old))
