"""DecodedView: what a token, base64, a URL or a time says."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QTimer
from PySide6.QtGui import QFont, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QApplication, QFrame, QPlainTextEdit, QVBoxLayout, QWidget

from monitor.ui.appearance import fixed_font
from monitor.ui.inspector.decoded_text import Piece, decoded
from monitor.ui.inspector.view import View

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QHideEvent, QShowEvent

    from monitor.ui.appearance import Appearance
    from monitor.ui.inspector.subject import Subject

_NOTHING: Final = "This is no token, base64, URL or time that could be decoded."


_LONGEST_WAIT: Final = timedelta(minutes=1)
"""Clocks are set, and computers sleep: the time is looked at this often while something depends on it."""


def local_time() -> datetime:
    """Now, in the operator's time zone."""
    return datetime.now().astimezone()


class DecodedView(View):
    """To be read and copied only: nothing here is ever written back. ``now`` is asked again when the time has come for
    something that is shown, such as a token that expires.
    """

    def __init__(self, appearance: Appearance, parent: QWidget, now: Callable[[], datetime] = local_time) -> None:
        super().__init__(parent)
        self._now = now
        self._appearance = appearance
        self._shown: str | None = None
        self._pieces: list[Piece] = []
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._follow_time)
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
        self._pieces = decoded(text, self._now())
        self._draw()
        self._wait()
        self.say("" if self._pieces else _NOTHING)

    def unread(self, subject: Subject) -> int:
        """The length of the text, if it is another."""
        text = subject.text or ""
        return 0 if text == self._shown else len(text)

    def showEvent(self, event: QShowEvent) -> None:
        """Time has passed."""
        super().showEvent(event)
        self._follow_time()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt calls it by name
        """Nobody looks."""
        super().hideEvent(event)
        self._timer.stop()

    @property
    def _until(self) -> datetime | None:
        """When something that is shown will no longer be true."""
        return min((piece.until for piece in self._pieces if piece.until is not None), default=None)

    def _follow_time(self) -> None:
        if self._until is not None and self._until <= self._now():
            bar = self.text.verticalScrollBar()
            top = bar.value()
            self._pieces = decoded(self._shown or "", self._now())
            self._draw()
            bar.setValue(top)
        self._wait()

    def _wait(self) -> None:
        if self._until is not None and self.isVisible():
            left = min(self._until - self._now(), _LONGEST_WAIT)
            self._timer.start(max(1, round(left / timedelta(milliseconds=1)) + 1))
        else:
            self._timer.stop()

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
