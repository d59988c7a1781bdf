"""SessionsModel: origins, sessions and pages as the rows of a flat list, each knowing its level."""

from __future__ import annotations

from bisect import insort
from enum import IntEnum
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from monitor.core.events import (
    PageLeft,
    PageOpened,
    PageUpdated,
    SessionForgotten,
    SessionLeft,
    SessionOpened,
    SessionReturned,
    SessionUpdated,
)
from monitor.ui.rows import Rows, runs
from monitor.ui.sessions.rows import OriginRow, PageRow, Row, SessionRow
from monitor.ui.sessions.sentences import row_in_words, row_title
from monitor.ui.words import plain_tooltip

if TYPE_CHECKING:
    from collections.abc import Iterable

    from monitor.core.events import Event
    from monitor.core.registry import Registry
    from monitor.core.session import Session
    from monitor.ui.frame import Frame
    from monitor.ui.words import WallClock

Index = QModelIndex | QPersistentModelIndex
_NOWHERE: Final = QModelIndex()

_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_TOOL_TIP = int(Qt.ItemDataRole.ToolTipRole)
_ACCESSIBLE = int(Qt.ItemDataRole.AccessibleTextRole)

# Up to here a new origin shows its sessions at once; with more of them the list of origins is what one wants to see.
_MOST_OPEN: Final = 20


class Role(IntEnum):
    """Beyond Qt's own: the row itself (`monitor.ui.sessions.rows`)."""

    ROW = Qt.ItemDataRole.UserRole


class SessionsModel(QAbstractListModel):
    """Follows ``registry``. Origins stand in alphabetical order; sessions and pages as they were first seen, so that
    no row ever changes place.

    `flushed` comes after each frame in which anything changed; `opened` with each session that was first seen.
    """

    flushed = Signal()
    opened = Signal(object)
    forgotten = Signal(object)

    def __init__(self, registry: Registry, frame: Frame, wall: WallClock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: Rows[Row] = Rows(self)
        self._frame = frame
        self._wall = wall
        self._origins: dict[str, OriginRow] = {}
        self._in_order: list[OriginRow] = []
        self._sessions: dict[Session, SessionRow] = {}
        self._needle = ""
        self._closed_in_search: set[OriginRow] = set()
        self.flushing = False
        """Whether rows come and go right now: a current row that changes meanwhile is not an operator's choice."""
        self._restructured: set[OriginRow] = set()
        self._repainted: set[Row] = set()
        for session in registry:
            self._add(session)
        self._flush()
        self.end = registry.subscribe(self._hear)

    # --- what the view asks ------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """How many rows are shown; rows have no rows of their own here."""
        return 0 if parent.isValid() else len(self._rows.shown)

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        """The row in words, or the row itself (`Role.ROW`)."""
        if role == Role.ROW:
            return self._rows.shown[index.row()]
        if role == _DISPLAY:
            return row_title(self._rows.shown[index.row()])
        if role == _TOOL_TIP:
            return plain_tooltip(row_in_words(self._rows.shown[index.row()], self._wall, is_open=None))
        if role == _ACCESSIBLE:
            row = self._rows.shown[index.row()]
            return row_in_words(row, self._wall, is_open=self.is_open(row))
        return None

    def row(self, place: int) -> Row:
        """What the row at ``place`` stands for."""
        return self._rows.shown[place]

    def shown(self) -> list[Row]:
        """All rows as they are shown."""
        return list(self._rows.shown)

    def index_of(self, row: Row) -> QModelIndex:
        """Where the row is shown; invalid if it is not."""
        place = self._rows.place(row)
        return QModelIndex() if place is None else self.index(place)

    def row_of(self, session: Session) -> SessionRow | None:
        """The row of the session, shown or not; ``None`` if the session is not known."""
        return self._sessions.get(session)

    def surviving(self, row: Row | None) -> Row | None:
        """The row itself if what it stands for is still known; for a page that left, the row of its session."""
        if isinstance(row, PageRow):
            session_row = row.session_row
            return row if session_row.pages.get(row.page.page_id) is row else self.surviving(session_row)
        if isinstance(row, SessionRow):
            return row if self._sessions.get(row.session) is row else None
        return row if row is not None and self._origins.get(row.origin) is row else None

    def session_rows(self) -> Iterable[SessionRow]:
        """Every session, shown or not."""
        return self._sessions.values()

    @property
    def searching(self) -> bool:
        return bool(self._needle)

    @property
    def matching(self) -> int:
        """How many sessions match the search; all of them, if there is none."""
        return sum(row.matching for row in self._in_order)

    @property
    def total(self) -> int:
        return len(self._sessions)

    @property
    def live(self) -> int:
        """How many sessions have a page."""
        return sum(row.live for row in self._in_order)

    # --- what the operator does --------------------------------------------------------------------------------------

    def search(self, text: str) -> None:
        """Show only sessions that have ``text`` in their origin, user, label, id, browser, or a page's title or
        address. While there is a search, origins with matches are open until they are closed.
        """
        needle = text.strip().casefold()
        if needle == self._needle:
            return
        self._needle = needle
        self._closed_in_search.clear()
        for row in self._sessions.values():
            row.matches = needle in row.search_in()
        self._restructured.update(self._in_order)
        self._repainted.update(self._in_order)
        self._flush()

    def is_open(self, row: Row) -> bool:
        """Whether the rows under this one are shown."""
        if isinstance(row, OriginRow):
            return row not in self._closed_in_search if self._needle else row.open
        return isinstance(row, SessionRow) and row.open

    def set_open(self, row: Row, is_open: bool) -> None:
        """Show or hide the rows under this one."""
        if isinstance(row, PageRow) or is_open == self.is_open(row):
            return
        if isinstance(row, OriginRow) and self._needle:
            (self._closed_in_search.discard if is_open else self._closed_in_search.add)(row)
        else:
            row.open = is_open
        self._restructured.add(row if isinstance(row, OriginRow) else row.origin_row)
        self._repainted.add(row)
        self._flush()

    def set_all_open(self, is_open: bool) -> None:
        """Open every origin, or close every origin and session."""
        self._closed_in_search = set() if is_open else set(self._in_order)
        for origin in self._in_order:
            origin.open = is_open
        if not is_open:
            for row in self._sessions.values():
                row.open = False
        self._restructured.update(self._in_order)
        self._repainted.update(self._rows.shown)
        self._flush()

    def reveal(self, session: Session) -> QModelIndex:
        """Open what hides the session's row. Invalid if the search hides it."""
        row = self._sessions[session]
        self.set_open(row.origin_row, True)
        self.flush()
        return self.index_of(row)

    # --- what the core announces -------------------------------------------------------------------------------------

    def _hear(self, event: Event) -> None:
        if isinstance(event, SessionOpened):
            self._add(event.session)
            self.opened.emit(event.session)
        elif isinstance(event, PageOpened | PageUpdated):
            row = self._sessions[event.session]
            row.take_page(event.page)
            self._changed(row, restructured=row.open)
        elif isinstance(event, PageLeft):
            row = self._sessions[event.session]
            row.drop_page(event.page)
            self._changed(row, restructured=row.open)
        elif isinstance(event, SessionUpdated):
            self._sessions[event.session].rename()
            self._changed(self._sessions[event.session])
        elif isinstance(event, SessionLeft | SessionReturned):
            row = self._sessions[event.session]
            row.origin_row.live += 1 if isinstance(event, SessionReturned) else -1
            self._changed(row)
        elif isinstance(event, SessionForgotten):
            self._drop(event.session)
            self.forgotten.emit(event.session)

    def repaint(self, session: Session) -> None:
        """Something that the row shows and the core does not announce is another."""
        row = self._sessions.get(session)
        if row is not None:
            self._repainted.add(row)
            self._frame.request(self.flush)

    def _add(self, session: Session) -> None:
        origin = self._origins.get(session.origin)
        if origin is None:
            origin = self._origins[session.origin] = OriginRow(session.origin, len(self._origins) < _MOST_OPEN)
            insort(self._in_order, origin, key=attrgetter("origin"))
        row = self._sessions[session] = origin.sessions[session.session_id] = SessionRow(session, origin)
        for page in session.pages.values():
            row.take_page(page)
        origin.live += session.live
        self._changed(row, restructured=True)

    def _drop(self, session: Session) -> None:
        row = self._sessions.pop(session)
        row.origin_row.live -= session.live
        del row.origin_row.sessions[session.session_id]
        self._restructured.add(row.origin_row)
        self._repainted.add(row.origin_row)
        self._frame.request(self.flush)

    def _changed(self, row: SessionRow, restructured: bool = False) -> None:
        matches = self._needle in row.search_in()
        if restructured or matches != row.matches:
            self._restructured.add(row.origin_row)
        row.matches = matches
        self._repainted.add(row)
        self._repainted.add(row.origin_row)
        if row.open:
            self._repainted.update(row.pages.values())
        self._frame.request(self.flush)

    # --- telling the view --------------------------------------------------------------------------------------------

    def flush(self) -> None:
        """Show what has changed. Called once a frame, and before anything that counts on rows being up to date."""
        if self._restructured or self._repainted:
            self._flush()

    def _flush(self) -> None:
        self.flushing = True
        try:
            self._show()
        finally:
            self.flushing = False
        self.flushed.emit()

    def _show(self) -> None:
        if self._restructured:
            start = 0
            for origin in self._in_order:
                if origin in self._restructured:
                    wanted = self._wanted(origin)
                    self._rows.reconcile(wanted, start, start + origin.shown)
                    origin.shown = len(wanted)
                start += origin.shown
            self._restructured.clear()
            if not all(origin.sessions for origin in self._in_order):
                self._in_order = [origin for origin in self._in_order if origin.sessions]
                self._origins = {origin.origin: origin for origin in self._in_order}
        for first, last in runs(self._rows.places(self._repainted)):
            self.dataChanged.emit(self.index(first), self.index(last))
        self._repainted.clear()

    def _wanted(self, origin: OriginRow) -> list[Row]:
        matching = [row for row in origin.sessions.values() if row.matches]
        origin.matching = len(matching)
        if not matching:
            return []
        rows: list[Row] = [origin]
        if self.is_open(origin):
            for row in matching:
                rows.append(row)
                if row.open:
                    rows += row.pages.values()
        return rows
