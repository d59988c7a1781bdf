"""SearchField: the line that narrows a list down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from monitor.ui.appearance import Appearance


class SearchField(QLineEdit):
    """Escape empties it; Enter and Down say `done`: on to what was found. Its icon has a place from the first, and is
    there once `draw` was called.
    """

    done = Signal()

    def __init__(self, name: str, explanation: str, picture: str, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._picture = picture
        self.setPlaceholderText(name)
        self.setAccessibleName(name)
        self.setToolTip(explanation)
        self._icon = QAction(self)
        self.addAction(self._icon, QLineEdit.ActionPosition.LeadingPosition)

    def draw(self) -> None:
        """Draw its icon, from now on in the colours of the scheme, and the one that empties it."""
        self.setClearButtonEnabled(True)
        self._appearance.changed.connect(self._recolor)
        self._recolor()

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
        # The window's first picture does without icons: what draws SVG takes longer to load than the rest to paint.
        from monitor.ui.icons import icon

        self._icon.setIcon(icon(self._picture, self._appearance.scheme.muted))
