"""TextLine: one line to type in, which never takes in more than Qt can lay out while a person types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QClipboard, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QLineEdit, QWidget

from monitor.ui.text.form import LONGEST_LINE, spliced

if TYPE_CHECKING:
    from PySide6.QtGui import QContextMenuEvent, QDropEvent, QKeyEvent, QMouseEvent

_UNLIMITED = 2**31 - 1


class TextLine(QLineEdit):
    """Text that is pasted or dropped comes in by `take_in`. What would make the line too long is not put in: `outgrown`
    carries it, and the line stays as it is.
    """

    outgrown = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setMaxLength(_UNLIMITED)

    def take_in(self, text: str) -> None:
        """Put ``text`` in place of what is selected, or at the cursor, if there is room."""
        if self.isReadOnly() or not text:
            return
        if len(text) <= LONGEST_LINE and len(self.with_pasted(text)) <= LONGEST_LINE:
            self.insert(text)
        else:
            self.outgrown.emit(text)

    def with_pasted(self, text: str) -> str:
        """What the line would hold with ``text`` pasted into it."""
        start, end = self.cursorPosition(), self.cursorPosition()
        if self.hasSelectedText():
            start, end = self.selectionStart(), self.selectionEnd()
        return spliced(self.text(), start, end, text)

    # --- the ways in -------------------------------------------------------------------------------------------------

    def paste(self) -> None:
        """Take in what the clipboard holds."""
        self.take_in(QGuiApplication.clipboard().text())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt's own paste does not ask us."""
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 - Qt calls it by name
        """Nor does that of its menu."""
        menu = self.createStandardContextMenu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        paste = menu.findChild(QAction, "edit-paste")
        if paste is not None:
            paste.triggered.disconnect()
            paste.triggered.connect(self.paste)
        menu.popup(event.globalPos())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt calls it by name
        """The middle button pastes what is selected elsewhere, where the system has such a thing."""
        clipboard = QGuiApplication.clipboard()
        if event.button() == Qt.MouseButton.MiddleButton and clipboard.supportsSelection():
            self.deselect()
            self.setCursorPosition(self.cursorPositionAt(event.position().toPoint()))
            self.take_in(clipboard.text(QClipboard.Mode.Selection))
        else:
            super().mouseReleaseEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt calls it by name
        """Text of the line's own that is moved is short enough."""
        text = event.mimeData().text()
        if event.source() is self or len(self.text()) + len(text) <= LONGEST_LINE:
            super().dropEvent(event)
            return
        self.deselect()
        self.setCursorPosition(self.cursorPositionAt(event.position().toPoint()))
        event.acceptProposedAction()
        self.take_in(text)
