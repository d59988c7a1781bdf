"""SessionsModel: the rows of a `SessionTree` as a flat list for Qt."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from monitor.core.events import (
    OriginAnswered,
    OriginAsked,
    OriginWithdrew,
    PageLeft,
    PageOpened,
    PageUpdated,
    ReadOnlyUpdated,
    SessionForgotten,
    SessionLeft,
    SessionOpened,
    SessionReturned,
    SessionUpdated,
)
from monitor.ui.sessions.badges import Badge, badges_of
from monitor.ui.sessions.rows import AskingRow, OriginRow, Row, SessionRow
from monitor.ui.sessions.sentences import row_in_words, row_title
from monitor.ui.sessions.shown_rows import FEW, ShownRows
from monitor.ui.sessions.tree import SessionTree
from monitor.ui.words import plain_tooltip

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.core.events import Event
    from monitor.core.registry import Registry
    from monitor.core.session import Session
    from monitor.ui.frame import Frame
    from monitor.ui.unsaved import Unsaved
    from monitor.ui.words import WallClock

Index = QModelIndex | QPersistentModelIndex
_NOWHERE: Final = QModelIndex()

_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_TOOL_TIP = int(Qt.ItemDataRole.ToolTipRole)
_ACCESSIBLE = int(Qt.ItemDataRole.AccessibleTextRole)


class Role(IntEnum):
    """Beyond Qt's own: the row itself (`monitor.ui.sessions.rows`)."""

    ROW = Qt.ItemDataRole.UserRole


def _origin(row: SessionRow) -> str:
    return row.origin_row.origin


class SessionsModel(QAbstractListModel):
    """Follows ``registry``. What there is to know of the rows stands in ``tree``; to change it, use the methods here.
    What is ``unsaved`` in a session shows in its row: call `repaint` when that is another.

    `flushed` comes after each frame in which anything changed; `opened` and `forgotten` carry sessions at once, and
    `asked` a `monitor.core.origins.Asking`.
    """

    flushed = Signal()
    opened = Signal(object)
    forgotten = Signal(object)
    asked = Signal(object)

    def __init__(
        self,
        registry: Registry,
        frame: Frame,
        wall: WallClock,
        unsaved: Unsaved | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.tree = SessionTree()
        self.flushing = False
        """Whether rows come and go right now: a current row that changes meanwhile is not an operator's choice."""
        self._rows = ShownRows(self, self.tree)
        self._frame = frame
        self._wall = wall
        self._unsaved = unsaved
        self._touched: dict[SessionRow, None] = {}
        self._added: dict[OriginRow, list[SessionRow]] = {}
        self._restructured: set[OriginRow] = set()
        self._repainted: set[Row] = set()
        self._repaints_all = False
        self._origins = registry.origins
        self._asking_changed = bool(self._origins.asking)
        for session in registry:
            self._changed(self.tree.add(session), restructured=True)
        self.flush()
        takes: dict[type[Event], Callable[[Any], None]] = {
            SessionOpened: self._take_opened,
            PageOpened: self._take_page,
            PageUpdated: self._take_page,
            PageLeft: self._take_page_left,
            SessionUpdated: self._take_name,
            SessionLeft: self._take_leaving,
            SessionReturned: self._take_leaving,
            SessionForgotten: self._take_forgotten,
            ReadOnlyUpdated: self._take_read_only,
            OriginAsked: self._take_asking,
            OriginWithdrew: self._take_asking,
            OriginAnswered: self._take_asking,
        }
        self.end = registry.subscribe_each(takes)

    # --- what the view asks ------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """How many rows are shown; rows have no rows of their own here."""
        return 0 if parent.isValid() else len(self._rows.all)

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        """The row in words, or the row itself (`Role.ROW`)."""
        if role == Role.ROW:
            return self._rows.all[index.row()]
        if role == _DISPLAY:
            return row_title(self._rows.all[index.row()])
        if role == _TOOL_TIP:
            return plain_tooltip(self._in_words(self._rows.all[index.row()], is_open=None))
        if role == _ACCESSIBLE:
            row = self._rows.all[index.row()]
            return self._in_words(row, is_open=self.tree.is_open(row))
        return None

    def _in_words(self, row: Row, is_open: bool | None) -> str:
        session = row.session if isinstance(row, SessionRow) else None
        unsaved = "" if session is None or self._unsaved is None else self._unsaved.in_short(session)
        return row_in_words(row, self._wall, is_open, unsaved)

    def badges(self, row: AskingRow | OriginRow | SessionRow) -> list[Badge]:
        """What stands at the end of the row, from the right."""
        return badges_of(row, self._unsaved)

    def row(self, place: int) -> Row:
        """What the row at ``place`` stands for."""
        return self._rows.all[place]

    def shown(self) -> list[Row]:
        """All rows as they are shown."""
        return list(self._rows.all)

    def index_of(self, row: Row) -> QModelIndex:
        """Where the row is shown; invalid if it is not."""
        place = self._rows.place(row)
        return QModelIndex() if place is None else self.index(place)

    def row_of(self, session: Session) -> SessionRow | None:
        """The row of the session, shown or not; ``None`` if the session is not known."""
        return self.tree.sessions.get(session)

    # --- what the operator does --------------------------------------------------------------------------------------

    def search(self, text: str) -> None:
        """Show only sessions that match (`SessionTree.search`)."""
        if self.tree.search(text):
            self._restructure_all()

    def set_open(self, row: Row, is_open: bool) -> None:
        """Show or hide the rows under this one."""
        if isinstance(row, OriginRow | SessionRow) and is_open != self.tree.is_open(row):
            self.tree.set_open(row, is_open)
            self._restructured.add(row if isinstance(row, OriginRow) else row.origin_row)
            self._repainted.add(row)
            self.flush()

    def set_all_open(self, is_open: bool) -> None:
        """Open every origin, or close every origin and session."""
        self.tree.set_all_open(is_open)
        self._restructure_all()

    def reveal(self, session: Session) -> QModelIndex:
        """Open what hides the session's row. Invalid if the search hides it."""
        row = self.tree.sessions[session]
        self.set_open(row.origin_row, True)
        self.flush()
        return self.index_of(row)

    def repaint(self, session: Session) -> None:
        """Something that the row shows and the core does not announce is another."""
        row = self.tree.sessions.get(session)
        if row is not None:
            self._repainted.add(row)
            self._frame.request(self.flush)

    # --- what the core announces -------------------------------------------------------------------------------------

    def _take_opened(self, event: SessionOpened) -> None:
        row = self.tree.add(event.session)
        self._added.setdefault(row.origin_row, []).append(row)
        self._changed(row)
        self.opened.emit(event.session)

    def _take_page(self, event: PageOpened | PageUpdated) -> None:
        row = self.tree.sessions[event.session]
        row.take_page(event.page)
        self._changed(row, restructured=row.open)

    def _take_page_left(self, event: PageLeft) -> None:
        row = self.tree.sessions[event.session]
        row.drop_page(event.page)
        self._changed(row, restructured=row.open)

    def _take_name(self, event: SessionUpdated) -> None:
        self._changed(self.tree.sessions[event.session])

    def _take_leaving(self, event: SessionLeft | SessionReturned) -> None:
        row = self.tree.sessions[event.session]
        row.origin_row.live += 1 if isinstance(event, SessionReturned) else -1
        self._changed(row)

    def _take_forgotten(self, event: SessionForgotten) -> None:
        origin = self.tree.drop(event.session)
        self._restructured.add(origin)
        self._repainted.add(origin)
        self._frame.request(self.flush)
        self.forgotten.emit(event.session)

    def _take_read_only(self, event: ReadOnlyUpdated) -> None:
        self._repaints_all = True
        self._frame.request(self.flush)

    def _take_asking(self, event: OriginAsked | OriginWithdrew | OriginAnswered) -> None:
        self._asking_changed = True
        self._frame.request(self.flush)
        if isinstance(event, OriginAsked):
            self.asked.emit(event.asking)

    def _changed(self, row: SessionRow, restructured: bool = False) -> None:
        self._touched[row] = None
        if restructured:
            self._restructured.add(row.origin_row)
        self._frame.request(self.flush)

    # --- telling the view --------------------------------------------------------------------------------------------

    def flush(self) -> None:
        """Show what has changed. Called once a frame, and before anything that counts on rows being up to date."""
        if not (self._touched or self._restructured or self._repainted or self._repaints_all or self._asking_changed):
            return
        self.flushing = True
        try:
            self._look_at_touched()
            self._show()
        finally:
            self.flushing = False
        self.flushed.emit()

    def _restructure_all(self) -> None:
        self._restructured.update(self.tree.origins)
        self._repaints_all = True
        self.flush()

    def _look_at_touched(self) -> None:
        # One origin after the other: texts that are searched together then lie together in the memory, and a search
        # takes half the time.
        for row in sorted(self._touched, key=_origin):
            if self.tree.look_again(row):
                self._restructured.add(row.origin_row)
            self._repainted.add(row)
            self._repainted.add(row.origin_row)
            if row.open:
                self._repainted.update(row.pages.values())
        self._touched.clear()

    def _show(self) -> None:
        if self._asking_changed:
            self._asking_changed = False
            self.tree.follow_asking(self._origins.asking.values())
            self._rows.show_asking()
        self._rows.show(self._restructured, self._added)
        if self._restructured:
            self.tree.prune()
        self._restructured.clear()
        self._added.clear()
        self._repaint()

    def _repaint(self) -> None:
        rows, self._repainted = self._repainted, set()
        every, self._repaints_all = self._repaints_all or len(rows) > FEW, False
        last_row = len(self._rows.all) - 1
        everything = [(0, last_row)] if last_row >= 0 else []
        for first, last in everything if every else self._rows.runs(rows):
            self.dataChanged.emit(self.index(first), self.index(last))
