"""InspectorActions: what the menus offer for the inspector, for drafts, and for refused edits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from monitor.ui.drafts.conflict_bar import COMPARE, KEEP, TAKE
from monitor.ui.inspector.choices import ViewName
from monitor.ui.inspector.history_view import RESTORE
from monitor.ui.inspector.inspector import SHORTCUTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QAction

    from monitor.ui.storage.area_panel import AreaPanel


class Make(Protocol):
    """Makes an action with a name and a shortcut (`monitor.ui.actions.Actions`)."""

    def __call__(
        self, text: str, shortcut: str, slot: Callable[[], object], place: QWidget | None, picture: str = ""
    ) -> QAction: ...


class InspectorActions:
    """The actions of the panel that ``panel`` gives, if there is one."""

    def __init__(self, make: Make, panel: Callable[[], AreaPanel | None], parent: QWidget) -> None:
        self._panel = panel
        do = self._do
        self.toggle = make("&Inspector", "F4", do(lambda panel: panel.toggle_inspector()), None)
        self.toggle.setCheckable(True)
        self.turn = make("Inspector &beside or below", "Shift+F4", do(lambda panel: panel.splitter.turn()), None)
        self.views = [self._make_view(make, name) for name in ViewName]
        self.restore = make("Restore this &version", RESTORE, do(lambda panel: panel.restore()), None)
        self.save = make("&Save draft", "Ctrl+S", do(lambda panel: panel.save_draft()), None)
        self.save.setShortcuts([QKeySequence(keys) for keys in ("Ctrl+S", "Ctrl+Return", "Ctrl+Enter")])
        self.drop = make("&Discard draft", "Ctrl+Shift+D", do(lambda panel: panel.ask_to_discard()), None)
        self.keep = make("&Keep mine", KEEP, do(lambda panel: panel.keep_mine()), None)
        self.take = make("&Take theirs", TAKE, do(lambda panel: panel.take_theirs()), None)
        self.compare = make("Co&mpare", COMPARE, do(lambda panel: panel.compare_draft()), None)
        self.retry = make("&Retry", "Alt+Y", do(lambda panel: panel.refusals.try_again()), None)
        self.overwrite = make("&Overwrite", "Alt+O", do(lambda panel: panel.refusals.write_over()), None)
        self.discard = make("&Discard", "Alt+D", do(lambda panel: panel.refusals.let_go()), None)

        self._draft = QMenu("Dra&ft", parent)
        self._draft.addActions([self.save, self.drop, self.keep, self.take, self.compare])
        self._refused = QMenu("Refused ed&it", parent)
        self._refused.addActions([self.retry, self.overwrite, self.discard])

    def _make_view(self, make: Make, name: ViewName) -> QAction:
        return make(f"As {name.value}", SHORTCUTS[name], self._do(lambda panel: panel.choose_view(name)), None)

    def _do(self, what: Callable[[AreaPanel], None]) -> Callable[[], None]:
        def do() -> None:
            panel = self._panel()
            if panel is not None:
                what(panel)

        return do

    def menus(self) -> list[QAction]:
        """What was typed and not saved, and the refused edit that is shown."""
        return [self._draft.menuAction(), self._refused.menuAction(), self.restore]

    def of_the_view(self) -> list[QAction]:
        """For how a value is shown."""
        return [self.toggle, self.turn, *self.views]

    def follow(self) -> None:
        """Enable what can be done now."""
        panel = self._panel()
        for action in self.of_the_view():
            action.setEnabled(panel is not None)
        self.toggle.setChecked(panel is not None and panel.inspector.isVisibleTo(panel))
        draft = None if panel is None else panel.draft
        for action in (self.save, self.drop):
            action.setEnabled(draft is not None)
        for action in (self.keep, self.take, self.compare):
            action.setEnabled(draft is not None and draft.conflict)
        bar = None if panel is None else panel.refusals
        self.retry.setEnabled(bar is not None and bar.can_try_again)
        self.overwrite.setEnabled(bar is not None and bar.can_write_over)
        self.discard.setEnabled(bar is not None and bar.edit is not None)
        self.restore.setEnabled(panel is not None and panel.can_restore)
