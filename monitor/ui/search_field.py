"""SearchField: the line that narrows a list down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from monitor.ui.icons import icon

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from monitor.ui.appearance import Appearance


class SearchField(QLineEdit):
    """Escape empties it; Enter and Down say `done`: on to what was found."""

    done = Signal()

    def __init__(self, name: str, explanation: str, picture: str, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._picture = picture
        self.setPlaceholderText(name)
        self.setAccessibleName(name)
        self.setToolTip(explanation)
        self.setClearButtonEnabled(True)
        self._icon = self.addAction(icon(picture, appearance.scheme.muted), QLineEdit.ActionPosition.LeadingPosition)
        appearance.changed.connect(self._recolor)

    def take_focus(self) -> None:
        """Let the operator type over what is there."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter, Down and Escape; the rest is a line's."""
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Down:
                self.done.emit()
            case Qt.Key.Key_Escape:
                self.clear()
            case _:
                super().keyPressEvent(event)

    def _recolor(self) -> None:
        self._icon.setIcon(icon(self._picture, self._appearance.scheme.muted))
