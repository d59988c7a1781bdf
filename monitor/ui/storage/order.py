"""Which items are shown, and in which order."""

from __future__ import annotations

from itertools import repeat
from math import inf
from typing import TYPE_CHECKING, Any, TypeAlias

from monitor.core.values import kinds, units
from monitor.ui import rows
from monitor.ui.rows import Rows
from monitor.ui.storage.columns import Column

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from PySide6.QtCore import QAbstractItemModel

    from monitor.core.values import Value

SortValue: TypeAlias = Any
"""What an item is sorted by in one column: of one type for all items, and never ``None``."""


class ItemRows(Rows[int]):
    """The items that are shown, by the numbers of their ``keys``, in the order of ``values``; those of one value by
    their names.

    Where an item stands is found by halving, so that one item costs the same among few and among many.
    """

    def __init__(self, model: QAbstractItemModel, keys: Sequence[str]) -> None:
        super().__init__(model)
        self.values: list[SortValue] = []
        """What each item that is shown is sorted by, by its number."""
        self.descending = False
        self._keys = keys
        self._members: set[int] = set()
        self._in_order = True

    def __contains__(self, row: int) -> bool:
        return row in self._members

    def place(self, row: int) -> int | None:
        """Where the item is, if it is shown."""
        if not self._in_order:
            return super().place(row)
        if row not in self._members:
            return None
        place = self._place_in(self.shown, row)
        return place if place < len(self.shown) and self.shown[place] == row else None

    def reconcile(self, wanted: list[int], start: int = 0, stop: int | None = None) -> bool:
        """On the way the rows are in no order in which anything could be found by halving."""
        self._in_order = False
        try:
            return super().reconcile(wanted, start, stop)
        finally:
            self._in_order = True

    def _become(self, wanted: list[int]) -> None:
        """Show these, and no others."""
        self._members = set(wanted)
        self.reconcile(wanted)

    def _find(self, rows: list[int]) -> list[int | None]:
        """By halving, where they are in order."""
        if not self._in_order:
            return super()._find(rows)
        return list(map(self._index().get if self._are_many(rows) else self.place, rows))

    def show(self, names: list[int], values: list[SortValue], *, descending: bool) -> None:
        """Show these and no others. ``names`` are theirs, in the order of names; ``values`` are by number."""
        wanted = _sorted(names, values, descending=descending)
        self.values = values
        self.descending = descending
        self._become(wanted)

    def sort(self, names: list[int], values: list[SortValue], *, descending: bool) -> None:
        """The same for those that are shown already, all of them."""
        wanted = _sorted(names, values, descending=descending)
        self.values = values
        self.descending = descending
        self.arrange(wanted)

    def turn(self) -> None:
        """The same from the other end."""
        self.descending = not self.descending
        self.arrange(self.shown[::-1])

    def narrow(self, kept: list[int]) -> None:
        """Show these alone of those that are shown, which are in order."""
        self._become(kept)

    def update(self, values: Mapping[int, SortValue | None]) -> None:
        """These items are sorted by something else by now, or are not shown any more (``None``)."""
        held, members = self.values, self._members
        gone = [row for row, value in values.items() if value is None and row in members]
        moved = [row for row, value in values.items() if value is not None and row in members and held[row] != value]
        came = [row for row, value in values.items() if value is not None and row not in members]
        if (gone or came) and len(gone) + len(moved) + len(came) > rows.MOST_RUNS:
            self._become(self._with({*gone, *moved}, [*moved, *came], values))
            return
        if gone:
            self._remove(self.places(gone))
            members.difference_update(gone)
        if moved:
            self.arrange(self._with(set(moved), moved, values))
        for row in came:
            members.add(row)
            self._put(row, values[row])
            self._insert_run(self._place_in(self.shown, row), [row])

    def _with(self, without: set[int], fresh: list[int], values: Mapping[int, SortValue | None]) -> list[int]:
        """What is shown ``without`` some and with others, which are sorted by ``values`` from now on."""
        wanted = self.shown[:]
        if len(without) > rows.MOST_RUNS:
            wanted = [row for row in wanted if row not in without]
        else:
            for place in reversed(self.places(without)):
                del wanted[place]
        for row in fresh:
            self._put(row, values[row])
            wanted.insert(self._place_in(wanted, row), row)
        return wanted

    def _put(self, row: int, value: SortValue) -> None:
        if row >= len(self.values):
            self.values += repeat(None, row + 1 - len(self.values))
        self.values[row] = value

    def _place_in(self, found: list[int], row: int) -> int:
        """Where the item belongs, or is, among those of ``found``, which are in order."""
        values, keys, descending = self.values, self._keys, self.descending
        mine = (values[row], keys[row].casefold(), keys[row])
        low, high = 0, len(found)
        while low < high:
            middle = (low + high) // 2
            other = found[middle]
            its = (values[other], keys[other].casefold(), keys[other])
            if (its > mine) if descending else (its < mine):
                low = middle + 1
            else:
                high = middle
        return low


def _sorted(names: list[int], values: list[SortValue], *, descending: bool) -> list[int]:
    # Where all are nothing to speak of, all are the same.
    wanted = sorted(names, key=values.__getitem__) if any(values) else names[:]
    if descending:
        wanted.reverse()
    return wanted


def sort_values(
    column: Column, keys: Sequence[str], values: Sequence[Value | None], changed_at: Mapping[str, float]
) -> list[SortValue]:
    """What the items of ``keys``, which hold ``values``, are sorted by in this column, one for each. The state is not
    in here to be found.
    """
    # Without a loop of our own wherever the items let us: there may be 100,000.
    if column is Column.VALUE:
        if set(map(type, values)) <= {str}:
            return list(values)
        return [value if isinstance(value, str) else "" for value in values]
    if column is Column.KIND:
        return kinds(values)
    if column is Column.SIZE:
        try:
            if "".join(values).isascii():  # type: ignore[arg-type]  # it raises where one is no str
                return list(map(len, values))  # type: ignore[arg-type]  # all are str
        except TypeError:
            pass  # Some are redacted, or gone.
        return [-1 if value is None else units(value) for value in values]
    if column is Column.CHANGED:
        return list(map(changed_at.get, keys, repeat(-inf))) if changed_at else [-inf] * len(keys)
    return [0] * len(keys)
