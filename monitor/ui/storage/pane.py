"""StoragePane: the right side of the window for a session: header, filter, buttons, and the panel of its area."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from monitor.ui.search_field import SearchField
from monitor.ui.session_header import SessionHeader
from monitor.ui.storage.area_panel import AreaPanel
from monitor.ui.storage.editing import Editing
from monitor.ui.storage.model import StorageModel
from monitor.ui.words import share

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QByteArray

    from monitor.core.area import StorageArea
    from monitor.core.registry import Registry
    from monitor.ui.appearance import Appearance
    from monitor.ui.frame import Frame
    from monitor.ui.sessions.rows import SessionRow
    from monitor.ui.storage.outcomes import Outcomes
    from monitor.ui.words import WallClock


class StoragePane(QWidget):
    """Shows one session at a time. A panel that holds a draft is kept while others are shown, and comes back with it.

    `changed` says that what can be done is another; `told` carries a sentence for the status bar; `drafted` a session
    in which a draft was begun or finished.
    """

    drafted = Signal(object)

    changed = Signal()
    told = Signal(str)
    menu_asked = Signal(QPoint)

    def __init__(
        self,
        registry: Registry,
        outcomes: Outcomes,
        frame: Frame,
        appearance: Appearance,
        wall: WallClock,
        clock: Callable[[], float],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._registry = registry
        self._outcomes = outcomes
        self._frame = frame
        self._appearance = appearance
        self._wall = wall
        self._clock = clock
        self._row: SessionRow | None = None
        self._panels: dict[StorageArea, AreaPanel] = {}
        self._columns: QByteArray | None = None
        self.header = SessionHeader(appearance, wall, self)
        self.filter_field = SearchField("Filter items", "By key or value", "filter", appearance, self)
        self.count = QLabel(self)
        self.count.setProperty("muted", True)
        self.count.setTextFormat(Qt.TextFormat.PlainText)
        self._stack = QStackedWidget(self)
        self._buttons = QHBoxLayout()
        self._lay_out()
        self.filter_field.textChanged.connect(self._filter)
        self.filter_field.done.connect(self.focus_items)
        appearance.changed.connect(self.follow)

    def _lay_out(self) -> None:
        band = QFrame(self)
        tools = QHBoxLayout(band)
        tools.setContentsMargins(14, 0, 12, 10)
        tools.setSpacing(10)
        tools.addWidget(self.filter_field, 1)
        tools.addWidget(self.count)
        self._buttons.setSpacing(2)
        tools.addLayout(self._buttons)
        top = QFrame(self)
        top.setProperty("band", True)
        column = QVBoxLayout(top)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(band)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(top)
        layout.addWidget(self._stack, 1)

    def add_buttons(self, actions: list[QAction]) -> None:
        """One button for each."""
        for action in actions:
            button = QToolButton(self)
            button.setDefaultAction(action)
            button.setIconSize(QSize(18, 18))
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self._buttons.addWidget(button)

    # --- what is shown -----------------------------------------------------------------------------------------------

    @property
    def panel(self) -> AreaPanel | None:
        """The panel that is shown."""
        widget = self._stack.currentWidget()
        return widget if isinstance(widget, AreaPanel) else None

    @property
    def row(self) -> SessionRow | None:
        """The session that is shown."""
        return self._row

    def has_draft(self, area: StorageArea) -> bool:
        """Whether the area's panel holds text that was typed and not sent."""
        panel = self._panels.get(area)
        return panel is not None and panel.has_draft

    def show_session(self, row: SessionRow | None) -> None:
        """Show the LocalStorage of this session from now on, or of none."""
        if row is self._row:
            return
        self._leave()
        self._row = row
        if row is None:
            return
        area = row.session.area()
        panel = self._panels.get(area)
        if panel is None:
            panel = self._panels[area] = self._make_panel(row)
            self._stack.addWidget(panel)
        if self._columns is not None:
            panel.table.horizontalHeader().restoreState(self._columns)
        panel.model.filter(self.filter_field.text())
        self._stack.setCurrentWidget(panel)
        self.follow()

    def forget(self, area: StorageArea) -> None:
        """The area is known no longer."""
        panel = self._panels.pop(area, None)
        if panel is not None:
            if self._row is not None and self._row.session.area() is area:
                self._row = None
            self._drop(panel)

    def follow(self) -> None:
        """Show what is known of the session now."""
        panel = self.panel
        if self._row is None or panel is None:
            return
        panel.follow()
        self.header.show_session(self._row)
        shown = panel.model.rowCount()
        filtered = panel.model.filtered
        self.count.setText(f"{share(min(shown, panel.model.total), panel.model.total)} shown" if filtered else "")
        self.changed.emit()

    def focus_items(self) -> None:
        """Let the operator go on in the table."""
        if self.panel is not None:
            self.panel.table.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def columns(self) -> QByteArray | None:
        """How the operator has arranged the columns, in Qt's own form."""
        panel = self.panel
        return self._columns if panel is None else panel.table.horizontalHeader().saveState()

    def arrange_columns(self, state: QByteArray) -> None:
        """Arrange them so again, in this session and the next ones."""
        self._columns = state

    def _make_panel(self, row: SessionRow) -> AreaPanel:
        editing = Editing(row.session, None, self._outcomes, self._clock)
        panel = AreaPanel(
            StorageModel(self._registry, editing, self._frame, self._wall, None), self._appearance, self._stack
        )
        panel.model.setParent(panel)
        panel.changed.connect(self._take_change)
        panel.told.connect(self.told)
        panel.drafted.connect(lambda: self.drafted.emit(row.session))
        panel.menu_asked.connect(self.menu_asked)
        return panel

    def _leave(self) -> None:
        panel = self.panel
        if panel is None or self._row is None:
            return
        self._columns = panel.table.horizontalHeader().saveState()
        if not panel.has_draft:
            del self._panels[panel.model.area]
            self._drop(panel)

    def end(self) -> None:
        """Follow no session any longer."""
        for panel in self._panels.values():
            panel.model.end()
        self._panels.clear()
        self._row = None

    def _drop(self, panel: AreaPanel) -> None:
        panel.model.end()
        self._stack.removeWidget(panel)
        panel.hide()
        panel.deleteLater()

    def _filter(self, text: str) -> None:
        if self.panel is not None:
            self.panel.model.filter(text)
            self.follow()

    def _take_change(self) -> None:
        if self.sender() is self.panel:
            self.follow()
