"""MainWindow: sessions on the left, the storage of one of them on the right."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSettings, Qt, Signal
from PySide6.QtWidgets import QApplication, QMainWindow, QMenu, QSplitter, QStackedWidget

from monitor.ui.appearance import Appearance
from monitor.ui.arrangement import Arrangement
from monitor.ui.connect_panel import ConnectPanel
from monitor.ui.early_keys import EarlyKeys
from monitor.ui.sessions.pane import SessionsPane
from monitor.ui.sessions.rows import PageRow, Row, session_of
from monitor.ui.settings_file import SettingsFile
from monitor.ui.status_line import StatusLine

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QCloseEvent, QShowEvent

    from monitor.core.history import History
    from monitor.core.page import Page
    from monitor.core.registry import Registry
    from monitor.core.secret_keys import KeyRules
    from monitor.core.session import Session
    from monitor.ui.actions import Actions
    from monitor.ui.connect_dialog import ConnectDialog
    from monitor.ui.frame import Frame
    from monitor.ui.inspector.choices import Choices
    from monitor.ui.journal.source import JournalSource
    from monitor.ui.letting_go import LettingGo
    from monitor.ui.masking.rules import MaskingRules
    from monitor.ui.placeholder import Placeholder
    from monitor.ui.read_only.protection import Protection
    from monitor.ui.sessions.model import SessionsModel
    from monitor.ui.storage.outcomes import Outcomes
    from monitor.ui.storage.pane import StoragePane
    from monitor.ui.undo.undo import Undo
    from monitor.ui.unsaved import Unsaved

MENUS: Final = ("&File", "&Edit", "&View", "&Session", "&Help")


class MainWindow(QMainWindow):
    """Shows ``registry``, whose seconds ``clock`` gives. ``settings`` is where its size and arrangement are kept;
    without, they are not.

    Without a registry it holds what its first picture shows and no more, so that it is painted at once: then call
    `furnish`, before anything is asked of it but to be shown, to say where the hub listens, and to close.

    `closed` comes when the operator has closed it, and has let go of what was not saved: what serves the browsers can
    end.
    `page_asked` carries the address of the sample page, to be opened in the operator's browser.
    """

    closed = Signal()
    page_asked = Signal(str)

    commands: Actions
    choices: Choices
    frame: Frame
    history: History
    masking_rules: MaskingRules
    outcomes: Outcomes
    placeholder: Placeholder
    protection: Protection
    registry: Registry
    sessions_model: SessionsModel
    storage: StoragePane
    undo: Undo
    unsaved: Unsaved
    _clock: Callable[[], float]
    _letting_go: LettingGo

    def __init__(
        self,
        registry: Registry | None = None,
        clock: Callable[[], float] = monotonic,
        settings: QSettings | None = None,
    ) -> None:
        super().__init__()
        application = QApplication.instance()
        assert isinstance(application, QApplication), "a window needs an application"
        self.appearance = Appearance.of(application)
        self.is_furnished = False
        self._early_keys: EarlyKeys | None = None
        self._settings = settings
        self.connect_dialog: ConnectDialog | None = None
        self.journal: JournalSource | None = None
        self._address = ("", "", "")
        self._why_not_listening = ""
        self.menus: dict[str, QMenu] = {title: self.menuBar().addMenu(title) for title in MENUS}
        # Each widget is made where it stands: one that is moved, with all that is in it, has its style found anew.
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self.splitter.setHandleWidth(1)
        self.sessions = SessionsPane(self.appearance, self.splitter)
        self.sessions.setMinimumWidth(220)
        self._right = QStackedWidget(self.splitter)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setStretchFactor(1, 3)
        self.splitter.setChildrenCollapsible(False)
        self.connect_panel = ConnectPanel(self._right)
        self.connect_panel.page_asked.connect(self.ask_for_page)
        self._right.addWidget(self.connect_panel)
        self.setCentralWidget(self.splitter)
        self.status = StatusLine(self)
        self.setStatusBar(self.status)
        self.setWindowTitle("Session Monitor")
        self.arrangement = Arrangement(self, self.splitter, settings)
        self.arrangement.restore()
        self.sessions.view.setFocus()
        if registry is not None:
            self.furnish(registry, clock)

    def furnish(self, registry: Registry, clock: Callable[[], float]) -> None:
        """Make all that there is to do in it, and show ``registry`` from now on. Once."""
        # Not before: all this takes several times as long to import as the window takes to be painted.
        from monitor.core.history import History
        from monitor.ui.actions import Actions
        from monitor.ui.frame import Frame
        from monitor.ui.icons import app_icon
        from monitor.ui.inspector.choices import Choices
        from monitor.ui.letting_go import LettingGo
        from monitor.ui.masking.rules import MaskingRules
        from monitor.ui.placeholder import Placeholder
        from monitor.ui.read_only.protection import Protection
        from monitor.ui.sessions.model import SessionsModel
        from monitor.ui.storage.outcomes import Outcomes
        from monitor.ui.storage.pane import StoragePane
        from monitor.ui.undo.undo import Undo
        from monitor.ui.unsaved import Unsaved
        from monitor.ui.words import WallClock

        self.registry = registry
        self._clock = clock
        wall = WallClock(clock)
        self.frame = Frame(self)
        self.outcomes = Outcomes(registry, self)
        self.history = History(registry)
        self.undo = Undo(registry, self.outcomes, self.frame, clock, self)
        self.protection = Protection(registry, self._settings, clock)
        self.masking_rules = MaskingRules(self._settings, self)
        self.unsaved = Unsaved(
            self.outcomes, lambda session: self.storage.drafts(session), lambda session: self.storage.is_in_use(session)
        )
        self._letting_go = LettingGo(registry, self.unsaved, self)
        self.sessions_model = SessionsModel(registry, self.frame, wall, self.unsaved, self)
        self.sessions.furnish(self.sessions_model, wall)
        self.choices = Choices(self._settings, self)
        self.storage = StoragePane(
            registry, self.outcomes, self.history, self.choices, self.frame, self.appearance, wall, clock, self._right
        )
        self.placeholder = Placeholder(self._right)
        for widget in (self.placeholder, self.storage):
            self._right.addWidget(widget)
        self.status.count(registry)
        self.commands = Actions(self)
        self.storage.add_buttons(self.commands.buttons())
        self.sessions.add_actions([*self.commands.read_only.actions(), *self.commands.permits.actions()])
        for notice in (self.protection.notice, self.masking_rules.notice):
            self.status.show_notice(notice)
        self.setWindowIcon(app_icon())
        self._connect()
        self._end_holding = registry.keep(self.unsaved.holds)
        self.arrangement.restore_items(self.storage)
        self.is_furnished = True
        self._follow()
        if self._early_keys is not None:
            self._early_keys.press_again()
            self._early_keys = None

    def _connect(self) -> None:
        self.sessions.chosen.connect(self._show)
        self.sessions.forget_asked.connect(self._letting_go.forget)
        self.sessions_model.flushed.connect(self._follow)
        self.sessions_model.forgotten.connect(self.storage.forget)
        self.sessions.told.connect(self.status.tell)
        self.sessions_model.asked.connect(self.commands.permits.notice)
        self.sessions.view.answering.connect(self.commands.permits.answer)
        self.outcomes.changed.connect(lambda session, _area: self.sessions_model.repaint(session))
        self.storage.drafted.connect(self.sessions_model.repaint)
        self.storage.changed.connect(self.commands.follow)
        self.undo.changed.connect(self.commands.follow_undo)
        self.undo.performed.connect(self._show_item)
        self.undo.told.connect(self.status.tell)
        self.storage.told.connect(self.status.tell)
        self.masking_rules.changed.connect(self.storage.follow_rules)
        self.storage.menu_asked.connect(self.commands.open_item_menu)
        self.appearance.changed.connect(self.commands.recolor)
        if self._settings is not None:
            SettingsFile(self._settings, self).failed.connect(self.status.show_notice)

    # --- what the app says -------------------------------------------------------------------------------------------

    def show_address(self, url: str, snippet: str, page_url: str) -> None:
        """Where the hub listens, the line that connects a page to it, and where the sample page is."""
        self._address = (url, snippet, page_url)
        self._why_not_listening = ""
        self.connect_panel.show_address(url, snippet, page_url)
        self.status.show_address(url)

    def show_not_listening(self, why: str) -> None:
        """The hub cannot listen. ``why`` is a sentence, which stays, where else the address and the notice are."""
        self._address = ("", "", "")
        self._why_not_listening = why
        self.connect_panel.show_not_listening(why)
        self.status.show_address("")
        self.status.show_notice(why)

    def show_notice(self, text: str) -> None:
        """Something that the operator should know, such as that another port is used than asked for. It stays."""
        self.status.show_notice(text)

    def show_journal_in(self, source: JournalSource) -> None:
        """Where edits are written down, to be looked at. While they are, what waits for its page outlives the app."""
        self.journal = source
        self._letting_go.keeps_waiting = not source.why_read_only
        self.commands.follow()

    def let_rotate(self, rotate: Callable[[], str]) -> None:
        """The hub asks for a token; ``rotate`` makes another, and returns a sentence about it."""
        self.commands.permits.let_rotate(rotate)

    def setting(self, name: str, otherwise: int) -> int:
        """A whole number, greater than 0, that the settings file has."""
        value = None if self._settings is None else self._settings.value(name)
        return int(value) if isinstance(value, str) and value.isdecimal() and int(value) > 0 else otherwise

    def show_journal(self) -> None:
        """Let the operator look at the journal."""
        if self.journal is not None:
            from monitor.ui.journal.dialog import JournalDialog

            JournalDialog(self.journal, self.appearance, self.status.tell, self).open()

    def back_up_journal(self) -> None:
        """Ask where to, and write a copy of the journal there."""
        if self.journal is not None:
            from monitor.ui.journal.saving import ask_to_back_up

            ask_to_back_up(self.journal, self.status.tell, self)

    def ask_for_masking_rules(self) -> None:
        """Let the operator say what is masked."""
        from monitor.ui.masking.dialog import MaskingDialog

        dialog = MaskingDialog(self.masking_rules.rules, self)
        dialog.chosen.connect(self._take_masking_rules)
        dialog.open()

    def _take_masking_rules(self, rules: KeyRules) -> None:
        kept = self.masking_rules.apply(rules)
        not_kept = "" if kept else " The next start will not know of it: the settings cannot be written."
        self.status.tell(f"Values are masked by these rules now.{not_kept}")

    # --- what is shown -----------------------------------------------------------------------------------------------

    def _show(self, row: Row | None) -> None:
        session = session_of(row)
        page = row.page if isinstance(row, PageRow) else None
        self.undo.show_session(session)
        self.storage.show_session(None if session is None else self.sessions_model.row_of(session), page)
        self._follow()

    def _follow(self) -> None:
        tree = self.sessions_model.tree
        self.status.show_sessions(tree.live, tree.total - tree.live)
        if self.storage.row is not None:
            self._right.setCurrentWidget(self.storage)
            if self.storage.panel is not None:
                self.storage.follow()
                return  # By which the commands were told.
        elif not tree.total and self.sessions.row is None:
            self._right.setCurrentWidget(self.connect_panel)
        else:
            self.placeholder.show_row(self.sessions.row)
            self._right.setCurrentWidget(self.placeholder)
        self.commands.follow()

    def _show_item(self, session: Session, page: Page | None, key: str, waited: bool) -> None:
        """Let the operator see what is being undone, where that is the session that is shown: but not after a wait, if
        the operator types by then.
        """
        row = self.storage.row
        if row is None or row.session is not session:
            return
        panel = self.storage.panel
        if waited and panel is not None and panel.is_at_work:
            return
        self.storage.show_session(row, page)
        self.storage.show_kind("local" if page is None else "session")
        if self.storage.panel is not None:
            self.storage.panel.table.show_key(key)

    def show_connect(self) -> None:
        """Say how to connect a page, in a dialog if there is something else to look at."""
        if self._right.currentWidget() is self.connect_panel:
            self.connect_panel.copy.setFocus()
            return
        if self.connect_dialog is None:
            from monitor.ui.connect_dialog import ConnectDialog

            self.connect_dialog = ConnectDialog(self)
            self.connect_dialog.panel.page_asked.connect(self.ask_for_page)
        if self._why_not_listening:
            self.connect_dialog.panel.show_not_listening(self._why_not_listening)
        else:
            self.connect_dialog.panel.show_address(*self._address)
        self.connect_dialog.open()

    def ask_for_page(self) -> None:
        """Have the sample page opened."""
        if self._address[2]:
            self.page_asked.emit(self._address[2])

    def refresh(self) -> None:
        """Ask the pages of the shown session for everything anew."""
        row = self.storage.row
        if row is not None and row.session.live:
            row.session.refresh(self._clock())
            self.status.tell("Asked the browser for everything anew.")

    def showEvent(self, event: QShowEvent) -> None:
        """The keys of what is not there yet wait for it."""
        super().showEvent(event)
        if not self.is_furnished and self._early_keys is None:
            self._early_keys = EarlyKeys(self.windowHandle())

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close, unless something would be lost: then ask."""
        if self.is_furnished:
            self.storage.catch_up()
            if not self._letting_go.may_close():
                event.ignore()
                return
            self.arrangement.remember(self.storage)
            self._end()
        event.accept()
        self.closed.emit()

    def _end(self) -> None:
        """Listen no more: the sessions outlive the window by as long as it takes to close their lines."""
        self._end_holding()
        self.storage.end()
        self.undo.end()
        self.outcomes.end()
        self.history.end()
        self.sessions_model.end()
