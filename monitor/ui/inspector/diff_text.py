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
        self.clear()
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        for number, line in enumerate(self._lines):
            ground = QTextBlockFormat()
            if line.sign in _GROUNDS:
                ground.setBackground(self._appearance.color(_GROUNDS[line.sign]))
            if number:
                cursor.insertBlock(ground)
            else:
                cursor.setBlockFormat(ground)
            ink = self._ink(_INKS[line.sign])
            cursor.insertText(f"{line.sign} ", ink)
            # What is not emphasised is in the colour of text, so that it reads like the value that it is.
            plain = ink if line.sign == "…" else self._ink("text")
            cursor.insertText(line.text[: line.start], plain)
            cursor.insertText(line.text[line.start : line.end], self._emphasis(line.sign))
            cursor.insertText(line.text[line.end :], plain)
        cursor.endEditBlock()
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def _ink(self, name: str) -> QTextCharFormat:
        made = QTextCharFormat()
        made.setForeground(self._appearance.color(name))
        return made

    def _emphasis(self, sign: str) -> QTextCharFormat:
        made = self._ink(_INKS.get(sign, "text"))
        made.setFontWeight(700)
        made.setFontUnderline(True)
        made.setUnderlineColor(QColor(self._appearance.color(_INKS.get(sign, "text"))))
        return made
