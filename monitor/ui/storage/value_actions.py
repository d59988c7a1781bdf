"""ValueActions: what the menus offer for one value: how it is shown, what was typed for it, what was refused of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from monitor.ui.drafts.conflict_bar import COMPARE, KEEP, TAKE
from monitor.ui.inspector.choices import ViewName
from monitor.ui.inspector.history_view import RESTORE
from monitor.ui.inspector.inspector_head import SHORTCUTS
from monitor.ui.storage.refusal_bar import COPY

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QAction

    from monitor.ui.storage.area_panel import AreaPanel

    Make: TypeAlias = Callable[[str, str, Callable[[AreaPanel], None]], QAction]


class ValueActions:
    """The actions of the panel that ``panel`` gives, if there is one. ``make`` makes an action of its name, its
    shortcut and what it does with that panel.
    """

    def __init__(self, make: Make, panel: Callable[[], AreaPanel | None], parent: QWidget) -> None:
        self._panel = panel
        self.toggle = make("&Inspector", "F4", lambda panel: panel.toggle_inspector())
        self.toggle.setCheckable(True)
        self.turn = make("Inspector &beside or below", "Shift+F4", lambda panel: panel.splitter.turn())
        self.views = [_make_view(make, name) for name in ViewName]
        self.restore = make("Restore this &version", RESTORE, lambda panel: panel.restore())
        self.save = make("&Save draft", "Ctrl+S", lambda panel: panel.save_draft())
        self.save.setShortcuts([QKeySequence(keys) for keys in ("Ctrl+S", "Ctrl+Return", "Ctrl+Enter")])
        self.drop = make("&Discard draft", "Ctrl+Shift+D", lambda panel: panel.ask_to_discard())
        self.keep = make("&Keep mine", KEEP, lambda panel: panel.keep_mine())
        self.take = make("&Take theirs", TAKE, lambda panel: panel.take_theirs())
        self.compare = make("Co&mpare", COMPARE, lambda panel: panel.compare_draft())
        self.retry = make("&Retry", "Alt+Y", lambda panel: panel.refusals.try_again())
        self.overwrite = make("&Overwrite", "Alt+O", lambda panel: panel.refusals.write_over())
        self.copy_text = make("Copy te&xt", COPY, lambda panel: panel.refusals.copy_text())
        self.discard = make("&Discard", "Alt+D", lambda panel: panel.refusals.let_go())

        self._draft = QMenu("Dra&ft", parent)
        self._draft.addActions([self.save, self.drop, self.keep, self.take, self.compare])
        self._refused = QMenu("Refused ed&it", parent)
        self._refused.addActions([self.retry, self.overwrite, self.copy_text, self.discard])

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
        self.copy_text.setEnabled(bar is not None and bar.can_copy)
        self.discard.setEnabled(bar is not None and bar.edit is not None)
        self.restore.setEnabled(panel is not None and panel.can_restore)


def _make_view(make: Make, name: ViewName) -> QAction:
    return make(f"As {name.value}", SHORTCUTS[name], lambda panel: panel.choose_view(name))
