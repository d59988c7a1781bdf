"""Actions: the menus, their shortcuts, and the buttons that do the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from monitor.core.interchange import Form
from monitor.ui.access.permits import Permits
from monitor.ui.help_dialogs import ShortcutsDialog, about
from monitor.ui.icons import action_icon
from monitor.ui.item_menu import open_item_menu
from monitor.ui.read_only.attempts import Attempts
from monitor.ui.read_only.switches import Switches
from monitor.ui.sessions.rows import PageRow
from monitor.ui.storage.value_actions import ValueActions
from monitor.ui.words import plain_tooltip

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.core.edits import Edit
    from monitor.ui.main_window import MainWindow
    from monitor.ui.storage.area_panel import AreaPanel


class Actions(QObject):
    """Everything that can be done in the window, each with a name and a shortcut."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._pictures: dict[QAction, str] = {}
        here = window.storage
        everywhere = None
        self.connect_page = self._make("&Connect a page…", "Ctrl+O", window.show_connect, everywhere, "connect")
        self.show_journal = self._make("Show &journal…", "Ctrl+J", window.show_journal, everywhere)
        self.back_up_journal = self._make("&Back up journal…", "Ctrl+Alt+J", window.back_up_journal, everywhere)
        self.quit = self._make("&Quit", "Ctrl+Q", window.close, everywhere)
        self.undo = self._make("&Undo", "Ctrl+Z", self._undo, everywhere, "undo")
        self.redo = self._make("Red&o", "Ctrl+Shift+Z", window.undo.redo, everywhere, "redo")
        self.redo.setShortcuts([QKeySequence("Ctrl+Shift+Z"), QKeySequence("Ctrl+Y")])
        self.add = self._make("&Add item…", "Ctrl+N", self._do(lambda panel: panel.open_form()), everywhere, "add")
        self.edit = self._make("&Edit value", "F2", self._do(lambda panel: panel.edit_value()), here, "edit")
        self.rename = self._make("&Rename key", "Shift+F2", self._do(lambda panel: panel.rename()), here, "rename")
        self.delete = self._make("&Delete", "Del", self._do(lambda panel: panel.delete()), here, "delete")
        self.clear = self._make(
            "C&lear…", "Ctrl+Shift+Del", self._do(lambda panel: panel.ask_to_clear()), here, "clear"
        )
        self.copy_value = self._make(
            "&Copy value", "Ctrl+C", self._do(lambda panel: panel.copying.copy_value()), here, "copy"
        )
        self.copy_key = self._make("Copy &key", "Ctrl+Shift+C", self._do(lambda panel: panel.copying.copy_keys()), here)
        self.copy_json = self._make(
            "As &JSON", "Ctrl+Shift+J", self._do(lambda panel: panel.copying.copy_as(Form.JSON)), here
        )
        self.copy_table = self._make(
            "As a &table", "Ctrl+Shift+T", self._do(lambda panel: panel.copying.copy_as(Form.TABLE)), here
        )
        self.copy_script = self._make(
            "As a &console script",
            "Ctrl+Shift+S",
            self._do(lambda panel: panel.copying.copy_as(Form.CONSOLE_SCRIPT)),
            here,
        )
        self.copy_as = QMenu("Copy a&s", window)
        self.copy_as.addActions([self.copy_json, self.copy_table, self.copy_script])
        self.paste = self._make("&Paste items…", "Ctrl+V", self._do(lambda panel: panel.paste()), everywhere, "paste")
        self.search = self._make(
            "Search sessio&ns", "Ctrl+Shift+F", window.sessions.search_field.take_focus, everywhere, "search"
        )
        self.filter = self._make(
            "&Filter items", "Ctrl+F", window.storage.filter_field.take_focus, everywhere, "filter"
        )
        self.local = self._make("&LocalStorage", "Ctrl+1", lambda: window.storage.show_kind("local"), everywhere)
        self.session = self._make("&SessionStorage", "Ctrl+2", lambda: window.storage.show_kind("session"), everywhere)
        self.group = self._make("&Group keys", "Ctrl+G", window.storage.grouping.toggle, everywhere)
        self.group.setCheckable(True)
        self.cross = self._make("Sessions or i&tems", "F6", self._cross, everywhere)
        self.reveal = self._make(
            "Re&veal values", "Ctrl+R", self._do(lambda panel: panel.table.revealing.reveal()), everywhere
        )
        self.mask = self._make(
            "&Mask again", "Ctrl+M", self._do(lambda panel: panel.table.revealing.mask_again()), everywhere
        )
        self.rules = self._make("Mas&king rules…", "Ctrl+Alt+M", window.ask_for_masking_rules, everywhere)
        self.refresh = self._make("Refres&h", "F5", window.refresh, everywhere, "refresh")
        self.pause = self._make(
            "&Pause", "Ctrl+P", self._do(lambda panel: panel.pause_or_resume()), everywhere, "pause"
        )
        self.pause.setCheckable(True)
        self.expand = self._make("&Expand all", "Ctrl+Shift+E", lambda: self._open_all(True), everywhere)
        self.collapse = self._make("&Collapse all", "Ctrl+Shift+W", lambda: self._open_all(False), everywhere)
        self.take_back = self._make("Take back what &waits", "Alt+W", self._do(self._take_back), here)
        sessions = window.sessions
        self.forget = self._make("&Forget", "Ctrl+K", sessions.forget, everywhere)
        self.forget_all = self._make("Forget &all that left", "Ctrl+Shift+K", sessions.forget_all, everywhere)
        self.copy_id = self._make("Copy session &id", "Ctrl+I", sessions.copy_id, everywhere)
        self.copy_address = self._make("Copy page a&ddress", "Ctrl+Shift+I", sessions.copy_address, everywhere)
        self.read_only = Switches(window.protection, lambda: window.sessions.row, self._make, window.status.tell)
        self.permits = Permits(window.registry, lambda: window.sessions.row, self._make, window.status.tell, window)
        self._writing = [self.add, self.edit, self.rename, self.delete, self.clear, self.paste, self.undo, self.redo]
        self._attempts = Attempts(self._writing, window, window.storage, window.status.tell)
        self._tips = {action: action.toolTip() for action in self._writing}
        self.inspector = ValueActions(
            lambda text, keys, what: self._make(text, keys, self._do(what), everywhere), lambda: self._panel, window
        )
        self.shortcuts = self._make("&Keyboard shortcuts", "F1", self._show_shortcuts, everywhere)
        self.about = self._make("&About Session Monitor", "Shift+F1", self._show_about, everywhere)
        self._fill_menu_bar()
        self.recolor()

    def _make(
        self, text: str, shortcut: str, slot: Callable[[], object], place: QWidget | None, picture: str = ""
    ) -> QAction:
        action = QAction(text, self)
        action.setShortcut(QKeySequence(shortcut))
        name = text.replace("&", "").rstrip("…")
        action.setToolTip(f"{name} ({action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)})")
        if place is not None:
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            place.addAction(action)
        action.triggered.connect(lambda: slot())
        if picture:
            self._pictures[action] = picture
        return action

    def _fill_menu_bar(self) -> None:
        menus: dict[str, list[QAction | None]] = {
            "&File": [
                self.connect_page,
                self.permits.show,
                self.permits.rotate,
                None,
                self.show_journal,
                self.back_up_journal,
                None,
                self.quit,
            ],
            "&Edit": [
                self.undo,
                self.redo,
                None,
                self.add,
                self.edit,
                self.rename,
                None,
                self.delete,
                self.clear,
                None,
                *self.inspector.menus(),
                self.take_back,
                None,
                self.copy_value,
                self.copy_key,
                self.copy_as.menuAction(),
                self.paste,
            ],
            "&View": [
                self.local,
                self.session,
                None,
                *self.inspector.of_the_view(),
                None,
                self.search,
                self.filter,
                *self._window.storage.filter_bar.options(),
                self.group,
                self.cross,
                None,
                self.reveal,
                self.mask,
                self.rules,
                None,
                self.refresh,
                self.pause,
                None,
                self.expand,
                self.collapse,
            ],
            "&Session": [
                *self.read_only.actions(),
                None,
                *self.permits.actions(),
                None,
                self.copy_id,
                self.copy_address,
                None,
                self.forget,
                self.forget_all,
            ],
            "&Help": [self.shortcuts, self.about],
        }
        for title, actions in menus.items():
            menu = self._window.menus[title]
            for action in actions:
                if action is None:
                    menu.addSeparator()
                else:
                    menu.addAction(action)

    def buttons(self) -> list[QAction]:
        """Those that stand beside the filter."""
        return [
            self.add,
            self.edit,
            self.rename,
            self.delete,
            self.clear,
            self.undo,
            self.redo,
            self.pause,
            self.refresh,
        ]

    def recolor(self) -> None:
        """Draw the icons in the colours of the scheme."""
        scheme = self._window.appearance.scheme
        for action, picture in self._pictures.items():
            action.setIcon(action_icon(picture, scheme.muted, scheme.strong_border))

    def follow(self) -> None:
        """Enable what can be done now."""
        panel = self._panel
        shown = panel is not None
        rows = panel is not None and panel.table.current_row.is_meant
        chosen = panel is not None and panel.table.selectionModel().hasSelection()
        why = (panel.model.editing.session.why_read_only if panel is not None else None) or ""
        able = panel is not None and panel.model.area.error is None and not why
        self.add.setEnabled(able)
        for action in (self.edit, self.rename):
            action.setEnabled(rows and able)
        self.delete.setEnabled(chosen and able)
        self.copy_value.setEnabled(rows)
        self.copy_key.setEnabled(chosen)
        self.reveal.setEnabled(panel is not None and panel.table.revealing.can_reveal)
        self.mask.setEnabled(panel is not None and panel.model.masking.reveals)
        self.clear.setEnabled(able and panel is not None and bool(panel.model.area.items))
        self.paste.setEnabled(able)
        some_shown = panel is not None and panel.model.rowCount() > 0
        for action in (self.copy_json, self.copy_table, self.copy_script, self.copy_as.menuAction()):
            action.setEnabled(some_shown)
        for action in (self.filter, self.group, self.local, self.session, self.pause):
            action.setEnabled(shown)
        self.group.setChecked(self._window.storage.grouping.is_shown)
        self.pause.setChecked(panel is not None and panel.model.shown.paused)
        row = self._window.storage.row
        self.refresh.setEnabled(row is not None and row.session.live)
        some = self._window.sessions_model.tree.total > 0 or bool(self._window.sessions_model.tree.asking)
        for action in (self.search, self.cross, self.expand, self.collapse):
            action.setEnabled(some)
        for action in (self.show_journal, self.back_up_journal):
            action.setEnabled(self._window.journal is not None)
        self.inspector.follow()
        self.follow_undo()
        self.read_only.follow()
        self.permits.follow()
        self.take_back.setEnabled(panel is not None and self._waiting(panel) is not None)
        session = self._window.sessions.session
        self.forget.setEnabled(session is not None and not session.live)
        self.forget_all.setEnabled(self._window.sessions_model.tree.total > self._window.sessions_model.tree.live)
        self.copy_id.setEnabled(session is not None)
        self.copy_address.setEnabled(isinstance(self._window.sessions.row, PageRow))
        self._attempts.follow(why)
        for action, tip in self._tips.items():
            action.setToolTip(plain_tooltip(f"{tip}: {why}" if why else tip))

    def _undo(self) -> None:
        """Undo what was done last, which may be a long text that is on its way."""
        undo = self._window.undo.undo
        if self._panel is None:
            undo()
        else:
            self._panel.inspector.after_saving(undo)

    def follow_undo(self) -> None:
        """The same of undo and redo alone: at once, for who undoes and redoes in haste presses keys."""
        panel, undo = self._panel, self._window.undo
        why = (panel.model.editing.session.why_read_only if panel is not None else None) or ""
        self._say_next(self.undo, "&Undo", undo.next_undo, why)
        self._say_next(self.redo, "Red&o", undo.next_redo, why)

    def _say_next(self, action: QAction, verb: str, title: str, why_not: str) -> None:
        """What would be undone or redone stands in the menu."""
        text = f"{verb} {title.replace('&', '&&')}".rstrip()
        if text != action.text():
            action.setText(text)
            shortcut = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            self._tips[action] = f"{verb.replace('&', '')} {title}".rstrip() + f" ({shortcut})"
        action.setEnabled(bool(title) and not why_not)

    def open_item_menu(self, place: QPoint) -> None:
        """The menu of the table."""
        panel = self._panel
        if panel is not None:
            open_item_menu(self, panel, place, self._window)

    def _waiting(self, panel: AreaPanel) -> Edit | None:
        """The edit of the current item that has not gone out yet."""
        key = panel.table.current_key()
        pending = None if key is None else panel.model.states.pending.of(key)
        return None if pending is None or pending.edit.sent else pending.edit

    # --- what they do ------------------------------------------------------------------------------------------------

    @property
    def _panel(self) -> AreaPanel | None:
        return self._window.storage.panel if self._window.storage.row is not None else None

    def _do(self, what: Callable[[AreaPanel], None]) -> Callable[[], None]:
        def do() -> None:
            if self._panel is not None:
                what(self._panel)

        return do

    def _take_back(self, panel: AreaPanel) -> None:
        waiting = self._waiting(panel)
        if waiting is not None:
            panel.model.editing.withdraw(waiting)

    def _cross(self) -> None:
        """From the sessions to the items, from anywhere else to the sessions."""
        if self._window.sessions.view.hasFocus() and self._panel is not None:
            self._window.storage.focus_items()
        else:
            self._window.sessions.view.take_focus()

    def _open_all(self, is_open: bool) -> None:
        self._window.sessions_model.set_all_open(is_open)

    def _show_shortcuts(self) -> None:
        menus = [menu for action in self._window.menuBar().actions() if isinstance(menu := action.menu(), QMenu)]
        ShortcutsDialog(menus, self._window).open()

    def _show_about(self) -> None:
        about(self._window).open()
