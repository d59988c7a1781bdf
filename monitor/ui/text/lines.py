"""TextLines: many lines to type in, that never take in a line longer than Qt can lay out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QPlainTextEdit

from monitor.core.values import EscapeError, escape, needs_escapes, unescape
from monitor.ui.appearance import fixed_font
from monitor.ui.text.form import (
    LONGEST_LINE,
    broken,
    fill_escaped,
    fill_lines,
    fits_lines,
    held_by,
    read_lines,
    spliced,
)

if TYPE_CHECKING:
    from PySide6.QtCore import QMimeData
    from PySide6.QtWidgets import QWidget

_ESCAPED_TEXT: Final = "application/x-session-monitor-escaped"
"""Marks what was copied out of the escaped form, so that it is not escaped once more where it is pasted."""


class TextLines(QPlainTextEdit):
    """``escaped`` says in which of its two forms the text is shown (`monitor.ui.text.form`).

    What is pasted or dropped stands for itself in either form: it is read back exactly. Where the plain form cannot
    hold it, the text goes over to the escaped form. `filled` says that the form may be another.
    """

    filled = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFont(fixed_font())
        self.escaped = False

    def fill(self, text: str, *, escaped: bool = False) -> None:
        """Show ``text``; with ``escaped``, in the escaped form in any case."""
        self.escaped = fill_lines(self, text, escaped=escaped)
        self.filled.emit()

    def fill_escaped(self, form: str) -> None:
        """Show what is in the escaped form of one line already, mistakes included."""
        self.escaped = True
        fill_escaped(self, form)
        self.filled.emit()

    def read(self) -> str:
        """The exact text.

        Raises:
            EscapeError: the escaped form has a backslash that begins no escape; its ``position`` does not count breaks.
        """
        return read_lines(self, self.escaped)

    def take_in(self, text: str) -> None:
        """Put the exact ``text`` in place of what is selected, or at the cursor."""
        if self.escaped:
            self._insert_escaped(escape(text))
            return
        cursor = self.textCursor()
        start, end = cursor.selectionStart(), cursor.selectionEnd()
        whole = spliced(held_by(self), start, end, text)
        simple = text.replace("\r\n", "\n")  # What a system's clipboard makes of line breaks.
        if not needs_escapes(simple) and fits_lines(whole):
            cursor.insertText(simple)
            self.ensureCursorVisible()
            return
        self.fill(whole)
        self.document().setModified(True)
        self.moveCursor(QTextCursor.MoveOperation.End)

    def createMimeDataFromSelection(self) -> QMimeData:  # noqa: N802 - Qt calls it by name
        """What is copied out of the escaped form says so."""
        copied = super().createMimeDataFromSelection()
        if self.escaped:
            copied.setData(_ESCAPED_TEXT, b"1")
        return copied

    def insertFromMimeData(self, source: QMimeData) -> None:  # noqa: N802 - Qt calls it by name
        """What is pasted, or dropped."""
        text = source.text()
        if not source.hasFormat(_ESCAPED_TEXT):
            self.take_in(text)
        elif self.escaped:
            self._insert_escaped(text.replace("\n", ""))
        else:
            try:
                self.take_in(unescape(text.replace("\n", "")))
            except EscapeError:  # Cut in the middle of an escape.
                self.take_in(text)

    def _insert_escaped(self, form: str) -> None:
        cursor = self.textCursor()
        document = self.document()
        around = sum(document.findBlock(at).length() for at in (cursor.selectionStart(), cursor.selectionEnd()))
        lines = broken(form)
        if around + max(map(len, lines.split("\n"))) <= LONGEST_LINE:
            cursor.insertText(lines)
            self.ensureCursorVisible()
            return
        whole = spliced(held_by(self), cursor.selectionStart(), cursor.selectionEnd(), form)
        self.fill_escaped(whole.replace("\n", ""))
        document.setModified(True)
        self.moveCursor(QTextCursor.MoveOperation.End)
