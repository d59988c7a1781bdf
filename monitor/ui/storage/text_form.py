"""How an exact text is put into a Qt editor, and taken out again.

Qt's editors drop or replace some characters, and a person cannot see or type others. Such a text is edited escaped
(`monitor.core.values.escape`); whether Qt would hold it is tried, not guessed. Each ``fill`` returns whether the
editor holds the escaped form, which is what the matching ``read`` must be told.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

from monitor.core.values import EscapeError, canonical, escape, needs_escapes, unescape

LONGEST_LINE: Final = 5_000
"""Characters that Qt lays out on one line while a person types: 5 ms a key. At 100,000 it is 80."""

_BREAK_EVERY: Final = 1_000

LINE_HINT: Final = "escaped: \\n is a line break, \\t a tab, \\u0000 any character, \\\\ a backslash"
LINES_HINT: Final = (
    "Escaped: \\n is a line break, \\t a tab, \\u0000 any character, \\\\ a backslash. "
    "The line breaks that you see are for reading only, and do not count."
)


def escape_error(error: EscapeError, text: str) -> str:
    """What is wrong with the escaped form ``text``."""
    found = text[error.position : error.position + 2]
    return f"“{found}” at character {error.position + 1:,} is not an escape; write \\\\ for a backslash."


def fits_line(text: str) -> bool:
    """Whether the text, escaped if need be, is short enough to be edited on one line."""
    return len(text) <= LONGEST_LINE and len(escape(text)) <= LONGEST_LINE


def fill_line(line: QLineEdit, text: str) -> bool:
    """Show ``text`` for editing on one line. It must be one that fits (`fits_line`)."""
    if not (needs_escapes(text) or "\n" in text or "\t" in text):
        line.setText(text)
        if line.text() == text:
            return False
    line.setText(escape(text))
    if line.text() != escape(text):
        line.setText(_escape_all(text))
    return True


def read_line(line: QLineEdit, escaped: bool) -> str:
    """The exact text that the editor stands for.

    Raises:
        EscapeError: the escaped form has a backslash that begins no escape.
    """
    return unescape(line.text()) if escaped else canonical(line.text())


def fill_lines(editor: QPlainTextEdit, text: str, *, escaped: bool = False) -> bool:
    """Show ``text``, of any length, for editing on many lines; with ``escaped``, in the escaped form in any case.

    In the escaped form line breaks do not count: there is one after each break of the text, and there are some where
    a line would be too long to lay out.
    """
    if not (escaped or needs_escapes(text) or any(len(line) > LONGEST_LINE for line in text.split("\n"))):
        editor.setPlainText(text)
        if _held(editor) == text:
            return False
    broken = _broken(escape(text))
    editor.setPlainText(broken)
    if _held(editor) != broken:
        editor.setPlainText(_broken(_escape_all(text)))
    return True


def read_lines(editor: QPlainTextEdit, escaped: bool) -> str:
    """The exact text that the editor stands for.

    Raises:
        EscapeError: the escaped form has a backslash that begins no escape; its ``position`` does not count breaks.
    """
    held = _held(editor)
    return unescape(held.replace("\n", "")) if escaped else canonical(held)


def _held(editor: QPlainTextEdit) -> str:
    # Not its toPlainText(), which makes a space of each no-break space.
    return editor.document().toRawText().replace("\u2029", "\n")


def _broken(escaped: str) -> str:
    lines = escaped.replace("\\n", "\\n\n").split("\n")
    return "\n".join(
        line[start : start + _BREAK_EVERY] for line in lines for start in range(0, max(len(line), 1), _BREAK_EVERY)
    )


def _escape_all(text: str) -> str:
    """The escaped form in ASCII, for what Qt would not hold even so."""
    return "".join(char if char.isascii() else f"\\u{{{ord(char):x}}}" for char in escape(text))
