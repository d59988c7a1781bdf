"""Rows: the list behind a flat model, brought to what it should be by granular signals, never by a reset."""

from collections.abc import Iterable, Iterator, Sized
from itertools import islice
from typing import Final, Generic, TypeVar

from PySide6.QtCore import QAbstractItemModel, QModelIndex

Row = TypeVar("Row")

# A signal for each run of adjacent rows keeps a view's work small, until there are so many runs that the view does
# better to take one new order and one run at the end.
MOST_RUNS: Final = 40

_FEW: Final = 8


def runs(positions: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Ascending positions as runs of adjacent ones: first and last of each."""
    first = last = -2
    for position in positions:
        if position == last + 1:
            last = position
            continue
        if last >= 0:
            yield first, last
        first = last = position
    if last >= 0:
        yield first, last


class Rows(Generic[Row]):
    """What each row of ``model`` stands for: hashable, each only once. Indexes, selection and open editors follow
    their rows.
    """

    def __init__(self, model: QAbstractItemModel) -> None:
        self._model = model
        self.shown: list[Row] = []
        self._places: dict[Row, int] | None = None

    def place(self, row: Row) -> int | None:
        """Where the row is, if it is shown."""
        return self._index().get(row)

    def places(self, rows: Iterable[Row]) -> list[int]:
        """Where those of ``rows`` are that are shown, ascending."""
        rows = list(rows)
        find = self._index().get if self._are_many(rows) else self.place
        return sorted(place for place in map(find, rows) if place is not None)

    def _index(self) -> dict[Row, int]:
        """Where each row is."""
        if self._places is None:
            self._places = dict(zip(self.shown, range(len(self.shown)), strict=True))
        return self._places

    def _are_many(self, rows: Sized) -> bool:
        """Whether to find so many is quicker with an index of all."""
        return len(rows) > max(MOST_RUNS, len(self.shown) // 64)

    def reconcile(self, wanted: list[Row], start: int = 0, stop: int | None = None) -> bool:
        """Make the rows from ``start`` to before ``stop`` those of ``wanted``, in that order. Says if they changed."""
        stop = len(self.shown) if stop is None else stop
        before = self.shown[start:stop]
        if before == wanted:
            return False
        stays = set(wanted)
        doomed = [start + place for place, row in enumerate(before) if row not in stays]
        if doomed:
            self._remove(doomed, start, stop)
        remaining = len(before) - len(doomed)
        known = None if remaining == len(wanted) else set(before)
        kept = wanted if known is None else [row for row in wanted if row in known]
        if self.shown[start : start + remaining] != kept:
            self._arrange(start, kept)
        if known is not None:
            self._insert(
                [start + place for place, row in enumerate(wanted) if row not in known], wanted, start, remaining
            )
        return True

    def _remove(self, doomed: list[int], start: int, stop: int) -> None:
        found = list(islice(runs(doomed), MOST_RUNS + 1))
        if len(found) > MOST_RUNS:
            leaving = set(doomed)
            kept = [self.shown[place] for place in range(start, stop) if place not in leaving]
            self._arrange(start, kept + [self.shown[place] for place in doomed])
            found = [(start + len(kept), stop - 1)]
        for first, last in reversed(found):
            self._model.beginRemoveRows(QModelIndex(), first, last)
            del self.shown[first : last + 1]
            self._places = None
            self._model.endRemoveRows()

    def _insert(self, places: list[int], wanted: list[Row], start: int, kept: int) -> None:
        found = list(islice(runs(places), MOST_RUNS + 1))
        if len(found) > MOST_RUNS:
            self._insert_run(start + kept, [wanted[place - start] for place in places])
            self._arrange(start, wanted)
            return
        for first, last in found:
            self._insert_run(first, wanted[first - start : last - start + 1])

    def _insert_run(self, first: int, rows: list[Row]) -> None:
        self._model.beginInsertRows(QModelIndex(), first, first + len(rows) - 1)
        self.shown[first:first] = rows
        self._places = None
        self._model.endInsertRows()

    def arrange(self, wanted: list[Row]) -> None:
        """Put all rows in the order of ``wanted``, which holds the same rows."""
        if wanted != self.shown:
            self._arrange(0, wanted)

    def _arrange(self, start: int, wanted: list[Row]) -> None:
        """Put the rows from ``start`` on in the order of ``wanted``, which holds the same rows."""
        model = self._model
        model.layoutAboutToBeChanged.emit()
        followed = model.persistentIndexList()
        rows = [self.shown[index.row()] for index in followed]
        self.shown[start : start + len(wanted)] = wanted
        self._places = None
        # Of a current row and a selection there are few: an index of all takes longer than to look for them.
        find = self.shown.index if len(rows) <= _FEW else self._index().__getitem__
        moved = [model.index(find(row), index.column()) for index, row in zip(followed, rows, strict=True)]
        model.changePersistentIndexList(followed, moved)
        model.layoutChanged.emit()
