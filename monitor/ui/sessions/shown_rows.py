"""ShownRows: the rows of a `SessionTree` that are shown: those that ask, then origin after origin. None of these ever
changes its place among the others.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import compress
from typing import TYPE_CHECKING, Final

from monitor.ui.rows import Rows, among, runs
from monitor.ui.sessions.rows import AskingRow, OriginRow, Row, SessionRow, number, origin_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Set

    from PySide6.QtCore import QAbstractItemModel

    from monitor.ui.sessions.tree import SessionTree

FEW: Final = 8
"""Rows to paint, or origins to arrange, from which on it costs less to do so with all."""


class ShownRows:
    """Brings what ``model`` shows of ``tree`` up to date, by granular signals."""

    def __init__(self, model: QAbstractItemModel, tree: SessionTree) -> None:
        self._tree = tree
        self._rows: Rows[Row] = Rows(model)
        self._asking = 0  # rows, before all others

    @property
    def all(self) -> list[Row]:
        """Every row, as they are shown: to be read, and no more."""
        return self._rows.shown

    def place(self, row: Row) -> int | None:
        """Where the row is, if it is shown."""
        if isinstance(row, AskingRow):
            return next((place for place in range(self._asking) if self.all[place] is row), None)
        # Found by halving: an index of all would be made anew whenever a row comes or goes.
        origin = origin_of(row)
        start = self._asking
        for other in self._tree.origins:
            if other is origin:
                break
            start += other.shown
        stop = start + origin.shown
        if isinstance(row, OriginRow):
            return start if start < stop else None
        mine = number(row)
        for place in range(bisect_left(self.all, mine, start + 1, stop, key=number), stop):
            if self.all[place] is row:
                return place
            if number(self.all[place]) != mine:
                break
        return None

    def runs(self, rows: Iterable[Row]) -> Iterator[tuple[int, int]]:
        """Where those of a few rows are that are shown: the first and the last of each run."""
        return runs(sorted(place for place in map(self.place, rows) if place is not None))

    def show_asking(self) -> None:
        """Look again at those that ask."""
        rows: list[Row] = list(self._tree.asking.values())
        self._rows.reconcile(rows, 0, self._asking)
        self._asking = len(rows)

    def show(self, restructured: Set[OriginRow], added: Mapping[OriginRow, list[SessionRow]]) -> None:
        """Look again at these origins, and show sessions that were added to others."""
        # What an origin shows for the first time, it shows in its place among the others.
        restructured = restructured | {origin for origin in added if not origin.shown}
        if len(restructured) > FEW:
            self._show_anew(restructured | added.keys())
        elif restructured or added:
            self._show_changed(restructured, added)

    def _show_anew(self, changed: Set[OriginRow]) -> None:
        """All rows in one go: each signal costs a view as much as all rows do."""
        changed = {origin for origin in changed if self._differs(origin)}
        if not changed:
            return
        start = self._asking
        rows: list[Row] = self.all[:start]
        stays, known = bytearray(b"\1" * start), bytearray(b"\1" * start)
        for origin in self._tree.origins:
            stop = start + origin.shown
            if origin in changed:
                of_shown, of_wanted = self._add_wanted(origin, start, rows)
                stays += of_shown
                known += of_wanted
            else:
                rows += self.all[start:stop]
                stays += b"\1" * origin.shown
                known += b"\1" * origin.shown
            start = stop
        self._rows.change(rows, bytes(stays), bytes(known))

    def _show_changed(self, restructured: Set[OriginRow], added: Mapping[OriginRow, list[SessionRow]]) -> None:
        start = self._asking
        for origin in self._tree.origins:
            if origin in restructured:
                if self._differs(origin):
                    wanted: list[Row] = []
                    stays, known = self._add_wanted(origin, start, wanted)
                    self._rows.change(wanted, stays, known, start)
            elif origin in added:
                more = self._tree.wanted_more(origin, added[origin])
                self._rows.reconcile(more, start + origin.shown, start + origin.shown)
                origin.shown += len(more)
                origin.shown_hits = self._tree.wanted_hits(origin)
            start += origin.shown

    def _differs(self, origin: OriginRow) -> bool:
        """Whether other rows may be wanted for this origin than are shown."""
        if origin.searched.tidy():
            origin.shown_hits = None
        self._tree.count(origin)
        before, now = origin.shown_hits, self._tree.wanted_hits(origin)
        if before is None or now is None or bool(origin.shown) != bool(origin.matching):
            return True
        return before.rstrip(b"\0") != now.rstrip(b"\0")

    def _add_wanted(self, origin: OriginRow, start: int, rows: list[Row]) -> tuple[bytes, bytes]:
        """Add the rows to show for this origin, whose rows stand from ``start`` on. Returns what `Rows.change` is told
        of them, which is best had from what was found before and now, without a look at any row.
        """
        before, count, first = origin.shown_hits, origin.shown, len(rows)
        self._tree.add_wanted(origin, rows)
        now = origin.shown_hits = self._tree.wanted_hits(origin)
        origin.shown = len(rows) - first
        if not (count and origin.shown):
            return bytes(count), bytes(origin.shown)
        if before is None or now is None:
            shown, wanted = self.all[start : start + count], rows[first:]
            return among(set(wanted), shown), among(set(shown), wanted)
        size = len(origin.searched.rows)
        before, now = before.ljust(size, b"\0"), now.ljust(size, b"\0")
        return b"\1" + _picked(now, before), b"\1" + _picked(before, now)


def _picked(flags: bytes, places: bytes) -> bytes:
    """Those of ``flags`` where ``places`` has a 1."""
    return bytes(compress(flags, places)) if 0 in places else flags
