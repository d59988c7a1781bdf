"""StoragePane: the right side of the window for a session: header, filter, buttons, and the panel of its area."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from monitor.core.events import PageLeft
from monitor.ui.inspector.choices import Choices
from monitor.ui.session_header import SessionHeader
from monitor.ui.storage.area_panel import AreaPanel
from monitor.ui.storage.area_tabs import AreaTabs
from monitor.ui.storage.editing import Editing
from monitor.ui.storage.filter.bar import FilterBar
from monitor.ui.storage.groups.panel import Grouping
from monitor.ui.storage.inspected import InspectedItems
from monitor.ui.storage.model import StorageModel
from monitor.ui.words import share

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QByteArray
    from PySide6.QtGui import QResizeEvent

    from monitor.core.area import StorageArea
    from monitor.core.events import Event
    from monitor.core.history import History
    from monitor.core.messages import AreaKind
    from monitor.core.page import Page
    from monitor.core.registry import Registry
    from monitor.core.session import Session
    from monitor.ui.appearance import Appearance
    from monitor.ui.frame import Frame
    from monitor.ui.sessions.rows import SessionRow
    from monitor.ui.storage.outcomes import Outcomes
    from monitor.ui.words import WallClock

_WIDE: Final = 640
"""Pixels from which on filter and buttons stand in one line."""


class StoragePane(QWidget):
    """Shows one area of one session at a time. A panel that holds a draft, or is paused, is kept while others are
    shown, and comes back with it. A page that left can still be chosen while there is something of the operator's in
    its area.

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
        history: History,
        choices: Choices,
        frame: Frame,
        appearance: Appearance,
        wall: WallClock,
        clock: Callable[[], float],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._registry = registry
        self._outcomes = outcomes
        self._history = history
        self.choices = choices
        """How the operator likes the inspector."""
        self._frame = frame
        self._appearance = appearance
        self._wall = wall
        self._clock = clock
        self._row: SessionRow | None = None
        self._page: Page | None = None
        self._panels: dict[StorageArea, AreaPanel] = {}
        self._gone: dict[Session, list[Page]] = {}
        """Pages that left while there was something of the operator's in their area."""
        self._columns: QByteArray | None = None
        self.header = SessionHeader(appearance, wall, self)
        self.areas = AreaTabs(self)
        self.grouping = Grouping(self)
        self.filter_bar = FilterBar(appearance, self)
        self.filter_field = self.filter_bar.field
        self.count = QLabel(self)
        self.count.setProperty("muted", True)
        self.count.setTextFormat(Qt.TextFormat.PlainText)
        self._stack = QStackedWidget(self)
        self._tools = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._buttons = QHBoxLayout()
        self._lay_out()
        self.areas.chosen.connect(self._show_area)
        self._unsubscribe = registry.subscribe(self._hear, PageLeft)
        self.filter_bar.chosen.connect(self._filter)
        self.filter_field.done.connect(self.focus_items)
        appearance.changed.connect(self.follow)

    def _lay_out(self) -> None:
        band = QFrame(self)
        lines = QVBoxLayout(band)
        lines.setContentsMargins(14, 0, 12, 10)
        lines.setSpacing(4)
        search = QHBoxLayout()
        search.setSpacing(10)
        search.addWidget(self.filter_bar, 1)
        search.addWidget(self.count)
        self._buttons.setSpacing(2)
        self._tools.setSpacing(10)
        self._tools.addLayout(search, 1)
        self._tools.addLayout(self._buttons)
        self._tools.setAlignment(self._buttons, Qt.AlignmentFlag.AlignLeft)
        lines.addLayout(self._tools)
        lines.addWidget(self.filter_bar.note)
        top = QFrame(self)
        top.setProperty("band", True)
        column = QVBoxLayout(top)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.areas)
        column.addWidget(band)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(top)
        layout.addWidget(self._stack, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The buttons stand below the filter where there is no room for both in one line."""
        super().resizeEvent(event)
        wide = self.width() >= _WIDE
        self._tools.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)
        self._tools.setSpacing(10 if wide else 4)

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

    def drafts(self, session: Session) -> int:
        """How many texts the operator typed in the session's areas and did not send."""
        return sum(panel.drafts for panel in self._panels_of(session))

    def is_in_use(self, session: Session) -> bool:
        """Whether the operator looks at the session, or at what pasting would do in it."""
        shown = self._row is not None and self._row.session is session
        return shown or any(panel.paste_dialog is not None for panel in self._panels_of(session))

    def show_session(self, row: SessionRow | None, page: Page | None = None) -> None:
        """Show this session from now on, or none. With ``page``, that is the one whose SessionStorage is offered."""
        if row is self._row and page in (None, self._page):
            return
        if row is not self._row:
            self._leave()
            self._row = row
            self._page = None
        if row is None:
            return
        self._page = page or self._page
        self._show_area()

    def show_kind(self, kind: AreaKind) -> None:
        """Show the session's ``local`` area, or the ``session`` area of one of its pages, now and in other sessions."""
        self.areas.choose(kind)

    @property
    def _shown_page(self) -> Page | None:
        """The page whose SessionStorage is to be shown; ``None``: the session's LocalStorage is."""
        return self._page if self.areas.kind == "session" else None

    def _offer_pages(self) -> None:
        """Those that are there, those that were there last, and those in which something of the operator's is left."""
        assert self._row is not None
        session = self._row.session
        known = [row.page for row in self._row.pages.values()]
        gone = [page for page in self._gone.get(session, []) if self._is_worth_keeping(page)]
        pages = list(dict.fromkeys([*session.pages.values(), *known, *gone]))
        shown = None if self.panel is None else self.panel.model.editing.page
        if self._page is not None and self._page is shown and self._page not in pages:
            pages.append(self._page)
        if self._page not in pages:
            self._page = session.leader or next(iter(pages), None)
        self.areas.show_pages(pages, self._page)

    def _is_worth_keeping(self, page: Page) -> bool:
        area = page.session.area(page)
        panel = self._panels.get(area)
        return (panel is not None and panel.has_draft) or bool(self._outcomes.of(page.session, area).refused)

    def _show_area(self) -> None:
        """Show the area that is chosen by session, tab and page."""
        if self._row is None:
            return
        session = self._row.session
        if self.sender() is self.areas:
            self._page = self.areas.page or self._page
        self._offer_pages()
        page = self._shown_page
        area = session.area(page)
        if self.panel is not None and self.panel.model.area is area:
            self.follow()
            return
        focus = self.window().focusWidget()
        inside = self.panel is not None and focus is not None and self.panel.isAncestorOf(focus)
        self._leave()
        panel = self._panels.get(area)
        if panel is None:
            panel = self._panels[area] = self._make_panel(session, page)
            self._stack.addWidget(panel)
        if self._columns is not None:
            panel.table.arrange_columns(self._columns)
        self.filter_bar.filter(panel.model)
        self._stack.setCurrentWidget(panel)
        self.follow()
        if inside:
            panel.take_focus()

    def forget(self, session: Session) -> None:
        """The session is known no longer."""
        self._gone.pop(session, None)
        for panel in self._panels_of(session):
            del self._panels[panel.model.area]
            if self._row is not None and self._row.session is session:
                self._row = self._page = None
            self._drop(panel)

    def _panels_of(self, session: Session) -> list[AreaPanel]:
        return [panel for panel in self._panels.values() if panel.model.editing.session is session]

    def _hear(self, event: Event) -> None:
        if isinstance(event, PageLeft) and self._is_worth_keeping(event.page):
            self._gone.setdefault(event.session, []).append(event.page)

    def follow(self) -> None:
        """Show what is known of the session now."""
        panel = self.panel
        if self._row is None or panel is None:
            return
        panel.follow()
        self._offer_pages()
        self.header.show_session(self._row, panel.model.area)
        shown = panel.model.rowCount()
        filtered = panel.model.filtered
        self.filter_bar.follow(panel.model)
        self.count.setText(f"{share(min(shown, panel.model.total), panel.model.total)} shown" if filtered else "")
        self.changed.emit()

    def follow_rules(self) -> None:
        """Other keys look like secrets by now."""
        for panel in self._panels.values():
            panel.follow_rules()

    def catch_up(self) -> None:
        """Take in what was typed by now, also where it waits for a long text that is on its way."""
        if self.panel is not None:
            self.panel.inspector.catch_up()

    def focus_items(self) -> None:
        """Let the operator go on in the table."""
        if self.panel is not None:
            self.panel.table.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _focus_filter(self) -> None:
        self.filter_field.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def columns(self) -> QByteArray | None:
        """How the columns are arranged, in all sessions; ``None`` if the operator has not seen any yet."""
        return self._columns if self.panel is None else self.panel.table.arranged_columns()

    @columns.setter
    def columns(self, columns: QByteArray) -> None:
        self._columns = columns

    def _make_panel(self, session: Session, page: Page | None) -> AreaPanel:
        editing = Editing(session, page, self._outcomes, self._clock)
        model = StorageModel(self._registry, editing, self._frame, self._wall, None)
        items = InspectedItems(model, self._history, self._wall)
        panel = AreaPanel(model, items, self.choices, self.grouping, self._appearance, self._stack)
        model.setParent(panel)
        panel.changed.connect(self._take_change)
        panel.told.connect(self.told)
        panel.drafted.connect(lambda: self.drafted.emit(session))
        panel.menu_asked.connect(self.menu_asked)
        panel.filter_asked.connect(self._focus_filter)
        return panel

    def _leave(self) -> None:
        panel = self.panel
        if panel is None or self._row is None:
            return
        self._columns = self.columns
        self.catch_up()
        panel.model.masking.mask()
        if not (panel.has_draft or panel.model.shown.paused or panel.paste_dialog is not None):
            del self._panels[panel.model.area]
            self._drop(panel)

    def end(self) -> None:
        """Follow no session any longer."""
        self._unsubscribe()
        for panel in self._panels.values():
            panel.model.end()
        self._panels.clear()
        self._row = None

    def _drop(self, panel: AreaPanel) -> None:
        panel.model.end()
        self._stack.removeWidget(panel)
        panel.hide()
        panel.deleteLater()

    def _filter(self) -> None:
        if self.panel is None:
            self.filter_bar.follow(None)
        else:
            self.filter_bar.filter(self.panel.model)  # which then is followed, for it says `flushed`

    def _take_change(self) -> None:
        if self.sender() is self.panel:
            self.follow()
