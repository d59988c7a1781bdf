"""DecodedView: what a token, base64, a URL or a time says."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from PySide6.QtGui import QFont, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QApplication, QFrame, QPlainTextEdit, QVBoxLayout, QWidget

from monitor.ui.appearance import fixed_font
from monitor.ui.inspector.decoded_text import Piece, decoded
from monitor.ui.inspector.view import View

if TYPE_CHECKING:
    from monitor.ui.appearance import Appearance
    from monitor.ui.inspector.subject import Subject

_NOTHING: Final = "This is no token, base64, URL or time that could be decoded."


class DecodedView(View):
    """To be read and copied only: nothing here is ever written back."""

    def __init__(self, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._shown: str | None = None
        self._pieces: list[Piece] = []
        self.text = QPlainTextEdit(self)
        self.text.setReadOnly(True)
        self.text.setUndoRedoEnabled(False)
        self.text.setFrameShape(QFrame.Shape.NoFrame)
        self.text.setProperty("bare", True)
        self.text.setAccessibleName("Decoded")
        self.text.setTabChangesFocus(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.text)
        self.setFocusProxy(self.text)
        appearance.changed.connect(self._draw)

    def show_subject(self, subject: Subject) -> None:
        """Decode the newest text, if it is another."""
        text = subject.text or ""
        if text == self._shown:
            return
        self._shown = text
        self._pieces = decoded(text, datetime.now().astimezone())
        self._draw()
        self.say("" if self._pieces else _NOTHING)

    def unread(self, subject: Subject) -> int:
        """The length of the text, if it is another."""
        text = subject.text or ""
        return 0 if text == self._shown else len(text)

    def _draw(self) -> None:
        self.text.clear()
        cursor = QTextCursor(self.text.document())
        cursor.beginEditBlock()
        for number, piece in enumerate(self._pieces):
            if number:
                # Such an editor knows no space between paragraphs.
                cursor.insertText("\n\n" if piece.look in ("heading", "subheading") else "\n", self._format("text"))
            if piece.look == "name":
                cursor.insertText(f"{piece.name}:  ", self._format("name"))
            cursor.insertText(piece.text, self._format("text" if piece.look == "name" else piece.look))
        cursor.endEditBlock()
        self.text.moveCursor(QTextCursor.MoveOperation.Start)

    def _format(self, look: str) -> QTextCharFormat:
        made = QTextCharFormat()
        made.setFont(fixed_font() if look == "text" else QApplication.font())
        ink = {"name": "muted", "subheading": "muted", "note": "muted", "warning": "warning"}.get(look, "text")
        made.setForeground(self._appearance.color(ink))
        if look in ("heading", "warning"):
            made.setFontWeight(QFont.Weight.DemiBold)
        return made
