"""DiffText: a diff as text, told by signs and by colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QColor, QTextBlockFormat, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QWidget

from monitor.ui.appearance import fixed_font

if TYPE_CHECKING:
    from monitor.ui.appearance import Appearance
    from monitor.ui.inspector.line_diff import Line

_GROUNDS = {"-": "error_ground", "+": "good_ground"}
_INKS = {"-": "error", "+": "good", "…": "muted", " ": "text"}


class DiffText(QPlainTextEdit):
    """Shows the lines of a `monitor.ui.inspector.line_diff.Diff`, to be read and copied."""

    def __init__(self, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._lines: list[Line] = []
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setFont(fixed_font())
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("bare", True)
        self.setAccessibleName("Difference")
        self.setTabChangesFocus(True)
        appearance.changed.connect(self._draw)

    def show_lines(self, lines: list[Line]) -> None:
        """Show this diff."""
        if lines != self._lines:
            self._lines = lines
            self._draw()

    def _draw(self) -> None:
        # Thousands of lines have these few formats.
        grounds = {sign: QTextBlockFormat() for sign in _INKS}
        for sign, name in _GROUNDS.items():
            grounds[sign].setBackground(self._appearance.color(name))
        inks = {sign: self._ink(name) for sign, name in _INKS.items()}
        emphases = {sign: self._emphasis(name) for sign, name in _INKS.items()}
        # What is not emphasised is in the colour of text, so that it reads like the value that it is.
        plain = inks | dict.fromkeys(_GROUNDS, inks[" "])
        self.clear()
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        for number, (sign, text, start, end) in enumerate(self._lines):
            if number:
                cursor.insertBlock(grounds[sign])
            else:
                cursor.setBlockFormat(grounds[sign])
            cursor.insertText(f"{sign} ", inks[sign])
            if start:
                cursor.insertText(text[:start], plain[sign])
            if start < end:
                cursor.insertText(text[start:end], emphases[sign])
            cursor.insertText(text[end:], plain[sign])
        cursor.endEditBlock()
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def _ink(self, name: str) -> QTextCharFormat:
        made = QTextCharFormat()
        made.setForeground(self._appearance.color(name))
        return made

    def _emphasis(self, name: str) -> QTextCharFormat:
        made = self._ink(name)
        made.setFontWeight(700)
        made.setFontUnderline(True)
        made.setUnderlineColor(QColor(self._appearance.color(name)))
        return made
