"""SessionTree: which rows there are, which of them are open, and which the search leaves. No Qt."""

from __future__ import annotations

from bisect import bisect_left, insort
from itertools import count
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from monitor.ui.sessions.rows import AskingRow, OriginRow, PageRow, Row, SessionRow, number
from monitor.ui.sessions.searched import NUMBER

if TYPE_CHECKING:
    from collections.abc import Iterable

    from monitor.core.origins import Asking
    from monitor.core.session import Session

# Up to here a new origin shows its sessions at once; with more of them the list of origins is what one wants to see.
_MOST_OPEN: Final = 20


class SessionTree:
    """Origins stand in alphabetical order; sessions and pages as they were first seen, so that no row ever changes
    place. Before them stand those that ask to connect, whatever is searched for. While there is a search, origins with
    matches are open until they are closed.
    """

    def __init__(self) -> None:
        self.asking: dict[str, AskingRow] = {}
        self.origins: list[OriginRow] = []
        self.sessions: dict[Session, SessionRow] = {}
        self._numbers = count()
        self._by_name: dict[str, OriginRow] = {}
        self._needle = ""
        self._closed_in_search: set[OriginRow] = set()
        self._open_sessions: set[SessionRow] = set()

    # --- what there is -----------------------------------------------------------------------------------------------

    @property
    def total(self) -> int:
        """How many sessions are known."""
        return len(self.sessions)

    @property
    def live(self) -> int:
        """How many of them have a page."""
        return sum(row.live for row in self.origins)

    @property
    def matching(self) -> int:
        """How many sessions match the search; all of them, if there is none."""
        return sum(row.matching for row in self.origins)

    @property
    def searching(self) -> bool:
        return bool(self._needle)

    def surviving(self, row: Row | None) -> Row | None:
        """The row itself if what it stands for is still known; for a page that left, the row of its session."""
        if isinstance(row, PageRow):
            session_row = row.session_row
            return row if session_row.pages.get(row.page.page_id) is row else self.surviving(session_row)
        if isinstance(row, SessionRow):
            return row if self.sessions.get(row.session) is row else None
        if isinstance(row, AskingRow):
            return row if self.asking.get(row.asking.origin) is row else None
        return row if row is not None and self._by_name.get(row.origin) is row else None

    def count(self, origin: OriginRow) -> None:
        """See how many of its sessions match the search."""
        origin.matching = origin.searched.hits.count(1)

    def add_wanted(self, origin: OriginRow, rows: list[Row]) -> None:
        """Add the rows to show for this origin, itself first; none if nothing there matches the search. Call `count`
        before.
        """
        if not origin.matching:
            return
        rows.append(origin)
        if not self.is_open(origin):
            return
        first = len(rows)
        origin.searched.add_found(rows)
        for row in sorted(self._open_at(origin), key=NUMBER, reverse=True):
            place = bisect_left(rows, row.number, first, key=number)
            if place < len(rows) and rows[place] is row:
                rows[place + 1 : place + 1] = row.pages.values()

    def wanted_more(self, origin: OriginRow, added: list[SessionRow]) -> list[Row]:
        """The rows to show after those of this origin that are shown, now that these sessions have been added."""
        matching: list[Row] = [row for row in added if origin.searched.matches(row)]
        origin.matching += len(matching)
        return matching if self.is_open(origin) else []

    def wanted_hits(self, origin: OriginRow) -> bytes | None:
        """What `OriginRow.shown_hits` is to be with the rows that are wanted."""
        if not self.is_open(origin):
            return b""
        return None if self._open_at(origin) else bytes(origin.searched.hits)

    def _open_at(self, origin: OriginRow) -> list[SessionRow]:
        return [row for row in self._open_sessions if row.origin_row is origin]

    # --- sessions come and go ----------------------------------------------------------------------------------------

    def add(self, session: Session) -> SessionRow:
        """A session is known from now on. Call `look_again` before it is shown."""
        origin = self._by_name.get(session.origin)
        if origin is None:
            origin = self._by_name[session.origin] = OriginRow(session.origin, len(self.origins) < _MOST_OPEN)
            origin.searched.needle = self._needle
            insort(self.origins, origin, key=attrgetter("origin"))
        row = self.sessions[session] = origin.sessions[session.session_id] = SessionRow(
            session, origin, next(self._numbers)
        )
        for page in session.pages.values():
            row.take_page(page)
        origin.live += session.live
        origin.searched.add(row)
        return row

    def drop(self, session: Session) -> OriginRow:
        """A session that left is known no longer. Returns the origin it was of, which stays until `prune`."""
        row = self.sessions.pop(session)
        del row.origin_row.sessions[session.session_id]
        row.pages = {}  # They hold the row as it holds them: the garbage collector seldom looks for such circles.
        self._open_sessions.discard(row)
        row.origin_row.searched.drop(row)
        return row.origin_row

    def follow_asking(self, asking: Iterable[Asking]) -> None:
        """These ask to connect now, and no others."""
        known = {row.asking: row for row in self.asking.values()}
        self.asking = {each.origin: known.get(each) or AskingRow(each) for each in asking}

    def prune(self) -> None:
        """Let go of origins without sessions."""
        if not all(origin.sessions for origin in self.origins):
            self.origins = [origin for origin in self.origins if origin.sessions]
            self._by_name = {origin.origin: origin for origin in self.origins}

    # --- what the operator wants to see ------------------------------------------------------------------------------

    def search(self, text: str) -> bool:
        """Leave only sessions that have ``text`` in what `SessionRow.search_in` says. ``False`` if it is the same
        search as before.
        """
        needle = text.strip().casefold()
        if needle == self._needle:
            return False
        self._needle = needle
        self._closed_in_search.clear()
        for origin in self.origins:
            origin.searched.search(needle)
        return True

    def look_again(self, row: SessionRow) -> bool:
        """What is known of the session is another. Returns whether it now matches the search and did not, or the
        other way round; ``False`` for one that was just added, or that is known no longer.
        """
        return self.sessions.get(row.session) is row and row.origin_row.searched.look_again(row)

    def is_open(self, row: Row) -> bool:
        """Whether the rows under this one are shown."""
        if isinstance(row, OriginRow):
            return row not in self._closed_in_search if self._needle else row.open
        return isinstance(row, SessionRow) and row.open

    def set_open(self, row: OriginRow | SessionRow, is_open: bool) -> None:
        """Show or hide the rows under this one."""
        if isinstance(row, OriginRow) and self._needle:
            (self._closed_in_search.discard if is_open else self._closed_in_search.add)(row)
        else:
            row.open = is_open
            if isinstance(row, SessionRow):
                (self._open_sessions.add if is_open else self._open_sessions.discard)(row)

    def set_all_open(self, is_open: bool) -> None:
        """Open every origin, or close every origin and session."""
        self._closed_in_search = set() if is_open else set(self.origins)
        for origin in self.origins:
            origin.open = is_open
        if not is_open:
            for row in self._open_sessions:
                row.open = False
            self._open_sessions.clear()
