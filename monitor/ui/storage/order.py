"""Which items are shown, and in which order."""

from __future__ import annotations

from itertools import repeat
from math import inf
from typing import TYPE_CHECKING, Any, TypeAlias

from monitor.core.values import kind, units
from monitor.ui import rows
from monitor.ui.rows import Rows
from monitor.ui.storage.columns import Column

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from PySide6.QtCore import QAbstractItemModel

    from monitor.core.values import Value

SortValue: TypeAlias = Any
"""What an item is sorted by in one column: of one type for all items, and never ``None``."""


class ItemRows(Rows[str]):
    """The keys of the items that are shown, by ``values``; those of one value by their names (`by_name`).

    Where a key stands is found by halving, so that one item costs the same among few and among many.
    """

    def __init__(self, model: QAbstractItemModel) -> None:
        super().__init__(model)
        self.values: dict[str, SortValue] = {}
        """What each item that is shown is sorted by."""
        self.descending = False
        self._in_order = True

    def place(self, row: str) -> int | None:
        """Where the item is, if it is shown."""
        if not self._in_order:
            return super().place(row)
        if row not in self.values:
            return None
        place = self._place_in(self.shown, row)
        return place if place < len(self.shown) and self.shown[place] == row else None

    def reconcile(self, wanted: list[str], start: int = 0, stop: int | None = None) -> bool:
        """On the way the rows are in no order in which anything could be found by halving."""
        self._in_order = False
        try:
            return super().reconcile(wanted, start, stop)
        finally:
            self._in_order = True

    def show(self, names: list[str], values: dict[str, SortValue], *, descending: bool) -> None:
        """Show these and no others. ``names`` are theirs, in the order of names."""
        wanted = _sorted(names, values, descending=descending)
        self.values = values
        self.descending = descending
        self.reconcile(wanted)

    def sort(self, names: list[str], values: dict[str, SortValue], *, descending: bool) -> None:
        """The same for those that are shown already, all of them."""
        wanted = _sorted(names, values, descending=descending)
        self.values = values
        self.descending = descending
        self.arrange(wanted)

    def turn(self) -> None:
        """The same from the other end."""
        self.descending = not self.descending
        self.arrange(self.shown[::-1])

    def narrow(self, kept: list[str]) -> None:
        """Show these alone of those that are shown, which are in order."""
        values = self.values
        self.values = {key: values[key] for key in kept}
        self.reconcile(kept)

    def update(self, values: Mapping[str, SortValue | None]) -> None:
        """These items are sorted by something else by now, or are not shown any more (``None``)."""
        held = self.values
        gone = [key for key, value in values.items() if value is None and key in held]
        moved = [key for key, value in values.items() if value is not None and held.get(key, value) != value]
        came = [key for key, value in values.items() if value is not None and key not in held]
        if (gone or came) and len(gone) + len(moved) + len(came) > rows.MOST_RUNS:
            self.reconcile(self._with({*gone, *moved}, [*moved, *came], values))
            return
        if gone:
            self._remove(self.places(gone), 0, len(self.shown))
            for key in gone:
                del held[key]
        if moved:
            self.arrange(self._with(set(moved), moved, values))
        for key in came:
            held[key] = values[key]
            self._insert_run(self._place_in(self.shown, key), [key])

    def _with(self, without: set[str], fresh: list[str], values: Mapping[str, SortValue | None]) -> list[str]:
        """What is shown ``without`` some and with others, which are sorted by ``values`` from now on."""
        wanted = self.shown[:]
        if len(without) > rows.MOST_RUNS:
            wanted = [key for key in wanted if key not in without]
        else:
            for place in reversed(self.places(without)):
                del wanted[place]
        for key in without:
            del self.values[key]
        for key in fresh:
            self.values[key] = values[key]
            wanted.insert(self._place_in(wanted, key), key)
        return wanted

    def _place_in(self, keys: list[str], key: str) -> int:
        """Where the key belongs, or is, among ``keys``, which are in order."""
        values, descending = self.values, self.descending
        mine = (values[key], key.casefold(), key)
        low, high = 0, len(keys)
        while low < high:
            middle = (low + high) // 2
            other = keys[middle]
            its = (values[other], other.casefold(), other)
            if (its > mine) if descending else (its < mine):
                low = middle + 1
            else:
                high = middle
        return low


def _sorted(names: list[str], values: dict[str, SortValue], *, descending: bool) -> list[str]:
    same = len(set(values.values())) <= 1
    wanted = names[:] if same else sorted(names, key=values.__getitem__)
    if descending:
        wanted.reverse()
    return wanted


def by_name(keys: set[str], before: Sequence[str]) -> list[str]:
    """``keys`` in the order of names, upper and lower case side by side. ``before`` is what came of this last time:
    it need not be done again for what stayed.
    """
    ordered = [key for key in before if key in keys]
    if len(ordered) < len(keys):
        ordered += keys.difference(ordered)
        # Twice and not by pairs, which takes three times as long.
        ordered.sort()
        ordered.sort(key=str.casefold)
    return ordered


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
        return ["" if value is None else kind(value) for value in values]
    if column is Column.SIZE:
        if set(map(type, values)) <= {str} and all(map(str.isascii, values)):  # type: ignore[arg-type]  # all are str
            return list(map(len, values))  # type: ignore[arg-type]  # all are str
        return [-1 if value is None else units(value) for value in values]
    if column is Column.CHANGED:
        return list(map(changed_at.get, keys, repeat(-inf)))
    return [0] * len(keys)
