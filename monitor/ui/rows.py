"""Rows: the list behind a flat model, brought to what it should be by granular signals, never by a reset."""

from collections.abc import Iterable, Iterator, Sequence, Set, Sized
from itertools import compress, count, islice
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


def among(rows: Set[Row], listed: Iterable[Row]) -> bytes:
    """1 for each that is ``listed`` and one of ``rows``, 0 for the others."""
    return bytes(map(rows.__contains__, listed))


def picked(rows: Sequence[Row], flags: bytes | bytearray) -> list[Row]:
    """Those of ``rows`` that have a 1 in ``flags``."""
    # If they are few, by their places: rows lie all over the memory, and to pass over one is to go there.
    if 2 * flags.count(1) > len(rows):
        return list(compress(rows, flags))
    return list(map(rows.__getitem__, compress(count(), flags)))


def _gaps(flags: bytes) -> Iterator[tuple[int, int]]:
    """The runs of zeros: first and last of each."""
    first = flags.find(0)
    while first >= 0:
        end = flags.find(1, first)
        if end < 0:
            end = len(flags)
        yield first, end - 1
        first = flags.find(0, end)


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
        stays = among(set(wanted), before)
        kept = set(compress(before, stays))
        known = b"\1" * len(kept) if len(kept) == len(wanted) else among(kept, wanted)
        self.change(wanted[:], stays, known, start)
        if self.shown[start : start + len(wanted)] != wanted:
            self._arrange(start, wanted[:])
        return True

    # Rows are counted in hundreds of thousands: what goes over all of them here goes over them in C, and seldom.

    def change(self, wanted: list[Row], stays: bytes, known: bytes, start: int = 0) -> None:
        """Make the rows from ``start`` on, as many as there are in ``stays``, those of ``wanted``, which is not to be
        used any more. The same rows have a 1 in ``stays``, which is about the rows before, and in ``known``, which is
        about ``wanted``; others a 0. Unless they are many, those that stay keep their order.
        """
        self._remove_but(wanted, stays, known, start)
        self._insert(wanted, known, start)

    def _remove_but(self, wanted: list[Row], stays: bytes, known: bytes, start: int) -> None:
        found = list(islice(_gaps(stays), MOST_RUNS + 1))
        if len(found) > MOST_RUNS:
            kept = picked(wanted, known)
            found = [(len(kept), len(stays) - 1)]
            self._arrange(start, kept, stays)
        for first, last in reversed(found):
            self._remove_run(start + first, start + last)

    def _insert(self, wanted: list[Row], known: bytes, start: int) -> None:
        found = list(islice(_gaps(known), MOST_RUNS + 1))
        if len(found) > MOST_RUNS:
            stay = known.count(1)
            # Any will do: each gets its row in a moment.
            self._insert_run(start + stay, wanted[-1:] * (len(wanted) - stay))
            self._arrange(start, wanted)
            return
        for first, last in found:
            self._insert_run(start + first, wanted[first : last + 1])

    def _remove(self, places: Iterable[int]) -> None:
        """Remove the rows at these places, which ascend."""
        for first, last in reversed(list(runs(places))):
            self._remove_run(first, last)

    def _remove_run(self, first: int, last: int) -> None:
        self._model.beginRemoveRows(QModelIndex(), first, last)
        del self.shown[first : last + 1]
        self._places = None
        self._model.endRemoveRows()

    def _insert_run(self, first: int, rows: list[Row]) -> None:
        self._model.beginInsertRows(QModelIndex(), first, first + len(rows) - 1)
        if self.shown:
            self.shown[first:first] = rows
        else:
            self.shown = rows
        self._places = None
        self._model.endInsertRows()

    def arrange(self, wanted: list[Row]) -> None:
        """Put all rows in the order of ``wanted``, which holds the same rows."""
        if wanted != self.shown:
            self._arrange(0, wanted[:])

    def _arrange(self, start: int, wanted: list[Row], stays: bytes | None = None) -> None:
        """Put the rows from ``start`` on in the order of ``wanted``, which holds the same rows; or those of them that
        ``stays`` has a 1 for, with the others after them. ``wanted`` is not to be used any more.
        """
        model = self._model
        model.layoutAboutToBeChanged.emit()
        followed = model.persistentIndexList()
        rows = [self.shown[index.row()] for index in followed]
        stop = start + len(wanted)
        if stays is not None:
            stop = start + len(stays)
            places = (index.row() - start for index in followed)
            going = {self.shown[start + place] for place in places if 0 <= place < len(stays) and not stays[place]}
            wanted += going
            # Of those that go, one stands for all that nobody follows.
            wanted += [self.shown[start + stays.find(0)]] * (stop - start - len(wanted))
        if len(wanted) == len(self.shown):
            self.shown = wanted
        else:
            self.shown[start:stop] = wanted
        self._places = None
        distinct = list(dict.fromkeys(rows))  # Of most, an index in each column is followed.
        found = dict(zip(distinct, self._find(distinct), strict=True))
        moved = [
            QModelIndex() if (place := found[row]) is None else model.index(place, index.column())
            for index, row in zip(followed, rows, strict=True)
        ]
        model.changePersistentIndexList(followed, moved)
        model.layoutChanged.emit()

    def _find(self, rows: list[Row]) -> list[int | None]:
        """Where each of these is, which are shown."""
        # Of a current row and a selection there are few: an index of all takes longer than to look for them.
        find = self.shown.index if len(rows) <= _FEW else self._index().__getitem__
        return list(map(find, rows))
