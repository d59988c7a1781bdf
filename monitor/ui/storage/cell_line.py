"""CellLine: the line in which a key or a value is edited in its cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, Qt, Signal

from monitor.ui.text.line import TextLine

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QKeyEvent

_ELSEWHERE: Final = (
    Qt.FocusReason.MouseFocusReason,
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
    Qt.FocusReason.OtherFocusReason,
)
"""Not a menu, and not another window."""


class CellLine(TextLine):
    """The line of an editor in a cell. Enter and Escape are the editor's to decide on; `left` says that the focus went
    elsewhere in the window, to ``None`` or another widget.
    """

    left = Signal(object)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape):
            event.ignore()  # The editor's to decide.
            return
        super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        # While an editor is open, Escape is the editor's, not that of a shortcut somewhere else.
        if event.type() == QEvent.Type.ShortcutOverride and event.key() == Qt.Key.Key_Escape:  # type: ignore[attr-defined]  # a key event by its type
            event.accept()
            return True
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt calls it by name
        super().focusOutEvent(event)
        if event.reason() in _ELSEWHERE:
            self.left.emit(self.window().focusWidget())
