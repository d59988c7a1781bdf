"""SessionsPane: the left side of the window: search, counts, tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QVBoxLayout, QWidget

from monitor.ui.search_field import SearchField
from monitor.ui.sessions.rows import AskingRow, PageRow, Row, rows_above, session_of
from monitor.ui.sessions.view import SessionsView
from monitor.ui.words import counted, share

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.core.session import Session
    from monitor.ui.appearance import Appearance
    from monitor.ui.sessions.model import SessionsModel
    from monitor.ui.words import WallClock


class SessionsPane(QWidget):
    """Call `furnish` before anything else, but not before it is painted first: that need not wait for the model.

    `chosen` says which row the operator wants to see on the right. It changes by the operator's choice only, never
    because rows came or went. `forget_asked` carries a list of sessions that have left; `told` a sentence for the
    status bar.
    """

    chosen = Signal(object)
    forget_asked = Signal(object)
    told = Signal(str)

    _model: SessionsModel

    def __init__(self, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._chosen: Row | None = None
        self._more_actions: list[QAction] = []
        self._following = False
        found_by = "By origin, user, label, title, address, browser or session id"
        self.search_field = SearchField("Search sessions", found_by, "search", appearance, self)
        self.count = QLabel(self)
        self.count.setProperty("muted", True)
        self.count.setTextFormat(Qt.TextFormat.PlainText)
        self.view = SessionsView(self)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._lay_out()

    def furnish(self, model: SessionsModel, wall: WallClock) -> None:
        """Show ``model`` from now on."""
        self._model = model
        self.view.show_model(model, self._appearance, wall)
        self.search_field.draw()
        self._make_actions()
        self.search_field.textChanged.connect(model.search)
        model.search(self.search_field.text())  # what was typed by now
        self.search_field.done.connect(self.view.take_focus)
        self.view.customContextMenuRequested.connect(self._open_menu)
        self.view.selectionModel().currentChanged.connect(self._take_choice)
        model.flushed.connect(self._follow)
        model.opened.connect(self._choose_first)
        self._appearance.changed.connect(self.view.viewport().update)
        self._follow()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(10, 10, 10, 6)
        top.addWidget(self.search_field)
        counts = QHBoxLayout()
        counts.setContentsMargins(12, 0, 12, 6)
        counts.addWidget(self.count)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addLayout(counts)
        layout.addWidget(self.view)

    def _make_actions(self) -> None:
        def action(text: str, slot: Callable[[], None], key: QKeySequence.StandardKey | None = None) -> QAction:
            made = QAction(text, self.view)
            if key is not None:
                made.setShortcut(key)
                made.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            made.triggered.connect(slot)
            self.view.addAction(made)
            return made

        self.forget_action = action("&Forget", self.forget, QKeySequence.StandardKey.Delete)
        self.forget_all_action = action("Forget &all that left", self.forget_all)
        self.copy_id_action = action("Copy session &id", self.copy_id)
        self.copy_address_action = action("Copy a&ddress", self.copy_address)

    def add_actions(self, actions: list[QAction]) -> None:
        """These stand in the menu of the rows too."""
        self._more_actions += actions

    # --- choosing ----------------------------------------------------------------------------------------------------

    @property
    def session(self) -> Session | None:
        """The session that is chosen, by its own row or by one of its pages."""
        return session_of(self._chosen)

    @property
    def row(self) -> Row | None:
        """The row that is chosen."""
        return self._chosen

    def choose(self, session: Session) -> None:
        """Choose this session, and show its row unless the search hides it."""
        index = self._model.reveal(session)
        if index.isValid():
            self.view.make_current(index)
        else:
            self._choose(self._model.row_of(session))

    def _choose(self, row: Row | None) -> None:
        if row is not self._chosen:
            self._chosen = row
            self.chosen.emit(row)

    def _take_choice(self, current: QModelIndex) -> None:
        if not (self._model.flushing or self._following) and current.isValid():
            self._choose(self._model.row(current.row()))

    def _choose_first(self, session: Session) -> None:
        if self._chosen is None:
            self.choose(session)

    def _follow(self) -> None:
        """Rows have come and gone: the chosen one is the current one again, or the one that hides it."""
        row = self._model.tree.surviving(self._chosen)
        if row is None:
            self._let_go()
        else:
            self._chosen = row
            self._make_current_quietly(row)
        matching, total = self._model.tree.matching, self._model.tree.total
        self.count.setText(f"{share(matching, total)} {'session' if total == 1 else 'sessions'}" if total else "")

    def _let_go(self) -> None:
        """What was chosen is gone, and Qt has made a row beside it the current one. It is chosen where the operator
        answers those that ask, one after the other; otherwise none is, so that nothing is done to it by mistake.
        """
        beside = self.view.current_row()
        if isinstance(self._chosen, AskingRow) and isinstance(beside, AskingRow):
            self._choose(beside)
        elif self._chosen is not None:
            self._set_current_quietly(QModelIndex())
            self._choose(None)

    def _make_current_quietly(self, row: Row) -> None:
        places = (self._model.index_of(shown) for shown in (row, *rows_above(row)))
        self._set_current_quietly(next((place for place in places if place.isValid()), QModelIndex()))

    def _set_current_quietly(self, index: QModelIndex) -> None:
        if index != self.view.currentIndex():
            self._following = True
            self.view.setCurrentIndex(index)
            self._following = False

    # --- forgetting and copying --------------------------------------------------------------------------------------

    def forget(self) -> None:
        """Ask to forget the chosen session, if it has left."""
        session = session_of(self.view.current_row())
        if session is None:
            return
        if session.live:
            self.told.emit("A session can be forgotten when it has left.")
        else:
            self.forget_asked.emit([session])

    def forget_all(self) -> None:
        """Ask to forget every session that has left."""
        gone = [row.session for row in self._model.tree.sessions.values() if not row.session.live]
        if gone:
            self.forget_asked.emit(gone)

    def copy_id(self) -> None:
        """Copy the id of the chosen session."""
        session = session_of(self.view.current_row())
        if session is not None:
            QGuiApplication.clipboard().setText(session.session_id)

    def copy_address(self) -> None:
        """Copy the address of the chosen page."""
        row = self.view.current_row()
        if isinstance(row, PageRow):
            QGuiApplication.clipboard().setText(row.page.url)

    def _open_menu(self, position: QPoint) -> None:
        row = self.view.current_row()
        session = session_of(row)
        gone = self._model.tree.total - self._model.tree.live
        self.forget_all_action.setText(f"Forget &all that left ({counted(gone, 'session')})")
        usable = {
            self.copy_id_action: session is not None,
            self.copy_address_action: isinstance(row, PageRow),
            self.forget_action: session is not None and not session.live,
            self.forget_all_action: gone > 0,
        }
        menu = QMenu(self.view)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for action, use in usable.items():
            # Not enabled or disabled for good: the shortcuts do not go through this menu.
            action.setVisible(use)
            menu.addAction(action)
        menu.addSeparator()
        menu.addActions(self._more_actions)
        menu.aboutToHide.connect(self._show_actions)
        menu.popup(self.view.viewport().mapToGlobal(position))

    def _show_actions(self) -> None:
        for action in self.view.actions():
            action.setVisible(True)
