"""How an exact text is put into a Qt editor, and taken out again.

Qt's editors drop or replace some characters, and a person cannot see or type others. Such a text is edited escaped
(`monitor.core.values.escape`); whether Qt would hold it is tried, not guessed. Each ``fill`` returns whether the
editor holds the escaped form, which is what the matching ``read`` must be told; those of many lines give way in between
(`monitor.ui.work`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

from monitor.core.escapes import EscapeError, escape, needs_escapes, unescape
from monitor.core.values import canonical

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

LONGEST_LINE: Final = 5_000
"""Characters that Qt lays out on one line while a person types: 5 ms a key. At 100,000 it is 80."""

MOST_LINES: Final = 50_000
"""Lines that Qt lays out before a person has to wait: 0.3 s. At a million it is most of a minute."""

PART: Final = 131_072
"""Characters that are put into an editor at a time: some 5 ms."""

_BREAK_EVERY: Final = 1_000

_COST_OF_LINE: Final = 50
"""To ask the editor for a line takes as long as that many characters of it."""

LINE_HINT: Final = "escaped: \\n is a line break, \\t a tab, \\u0000 any character, \\\\ a backslash"
LINES_HINT: Final = (
    "Escaped: \\n is a line break, \\t a tab, \\u0000 any character, \\\\ a backslash. "
    "The line breaks that you see are for reading only, and do not count. What you paste stands for itself."
)


def escape_error(error: EscapeError, text: str) -> str:
    """What is wrong with the escaped form ``text``."""
    found = text[error.position : error.position + 2]
    return f"“{found}” at character {error.position + 1:,} is not an escape; write \\\\ for a backslash."


def fits_line(text: str) -> bool:
    """Whether the text, escaped if need be, is short enough to be edited on one line."""
    return len(text) <= LONGEST_LINE and len(escape(text)) <= LONGEST_LINE


def fits_lines(text: str) -> bool:
    """Whether Qt can lay out the lines of the text as they are."""
    return text.count("\n") < MOST_LINES and all(len(line) <= LONGEST_LINE for line in text.split("\n"))


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


def fill_lines(editor: QPlainTextEdit, text: str, *, escaped: bool = False) -> Generator[None, None, bool]:
    """Show ``text``, of any length, for editing on many lines; with ``escaped``, in the escaped form in any case. A
    long one comes in parts.

    In the escaped form line breaks do not count: there is one after each break of the text unless those are too
    many, and there are some where a line would be too long to lay out.
    """
    if not escaped and (yield from _stays_plain(text)) and (yield from _put(editor, text)):
        return False
    for escaping in (escape, _escape_all):
        if (yield from _put(editor, (yield from _escaped(text, escaping)))):
            break
    return True


def _escaped(text: str, escaping: Callable[[str], str]) -> Generator[None, None, str]:
    at_breaks = text.count("\n") < MOST_LINES
    forms = []
    for part in _parts(text):
        forms.append(broken(escaping(part), at_breaks=at_breaks))
        yield from _way(text)
    return "\n".join(forms)


def fill_escaped(editor: QPlainTextEdit, form: str) -> Generator[None, None, bool]:
    """The same for what is in the escaped form of one line already, and may have mistakes."""
    yield from _put(editor, broken_in_moderation(form.replace("\n", "\\n")))
    return True


def _parts(text: str) -> Iterator[str]:
    return (text[start : start + PART] for start in range(0, max(len(text), 1), PART))


def _way(text: str) -> Iterator[None]:
    """What is short is done at once."""
    if len(text) > PART:
        yield


def _stays_plain(text: str) -> Generator[None, None, bool]:
    if not fits_lines(text):
        return False
    for part in _parts(text):
        if needs_escapes(part):
            return False
        yield from _way(text)
    return True


def _put(editor: QPlainTextEdit, form: str) -> Generator[None, None, bool]:
    """Put it in as it is. Returns whether the editor holds it so: Qt replaces some characters, and cuts at others."""
    first, *rest = _parts(form)
    editor.setPlainText(first)
    if held_by(editor) != first:
        return False
    document = editor.document()
    # Each part would be a step that could be undone. What comes after a filling that was given up begins here, too.
    document.setUndoRedoEnabled(not rest)
    for part in rest:
        yield
        cursor = QTextCursor(document)
        cursor.movePosition(QTextCursor.MoveOperation.End)
        start = cursor.position()
        cursor.insertText(part)
        cursor.setPosition(start, QTextCursor.MoveMode.KeepAnchor)
        if cursor.selectedText().replace("\u2029", "\n") != part:
            return False
    document.setUndoRedoEnabled(True)
    return True


def held_by(editor: QPlainTextEdit) -> str:
    """The text in the editor, in the form that it has there."""
    # Not its toPlainText(), which makes a space of each no-break space.
    return editor.document().toRawText().replace("\u2029", "\n")


def held_in_parts(editor: QPlainTextEdit, line_break: str) -> Generator[None, None, str | None]:
    """The same with something else between the lines; ``None`` if it was changed meanwhile."""
    document = editor.document()
    revision = document.revision()
    lines: list[str] = []
    cost = 0
    block = document.begin()
    while block.isValid():
        line = block.text()
        lines.append(line)
        cost += len(line) + _COST_OF_LINE
        block = block.next()
        if cost >= PART:
            cost = 0
            yield
            if document.revision() != revision:  # Then the block may be gone.
                return None
    return line_break.join(lines)


def move_to(editor: QPlainTextEdit, position: int) -> None:
    """Put the cursor at this UTF-16 unit of the text in the editor, line breaks not counted."""
    block = editor.document().firstBlock()
    while block.next().isValid() and position >= block.length() - 1:
        position -= block.length() - 1
        block = block.next()
    cursor = QTextCursor(block)
    cursor.setPosition(block.position() + position)
    editor.setTextCursor(cursor)


def point_out(editor: QPlainTextEdit, error: EscapeError) -> str:
    """Put the cursor at a mistake in the escaped form. Returns what is wrong."""
    move_to(editor, error.position)
    editor.setFocus()
    return escape_error(error, held_by(editor).replace("\n", ""))


def fits_at_once(lines: str) -> bool:
    """Whether an editor takes that in without keeping anybody waiting."""
    return len(lines) + _COST_OF_LINE * lines.count("\n") <= 8 * PART


def spliced(text: str, start: int, end: int, piece: str) -> str:
    """``text`` with ``piece`` from ``start`` to ``end``, which count as Qt does: UTF-16 units."""
    if text.isascii():
        return text[:start] + piece + text[end:]
    held = text.encode("utf-16-le", "surrogatepass")
    before, after = (part.decode("utf-16-le", "surrogatepass") for part in (held[: 2 * start], held[2 * end :]))
    return before + piece + after


def broken(escaped: str, *, at_breaks: bool = True) -> str:
    """The escaped form with breaks where a line would be too long, and with ``at_breaks`` where the text has some."""
    lines = escaped.replace("\\n", "\\n\n").split("\n") if at_breaks else [escaped]
    return "\n".join(
        line[start : start + _BREAK_EVERY] for line in lines for start in range(0, max(len(line), 1), _BREAK_EVERY)
    )


def broken_in_moderation(escaped: str) -> str:
    """`broken`, with one after each of the text unless those are too many."""
    return broken(escaped, at_breaks=escaped.count("\\n") < MOST_LINES)


def _escape_all(text: str) -> str:
    """The escaped form in ASCII, for what Qt would not hold even so."""
    return "".join(char if char.isascii() else f"\\u{{{ord(char):x}}}" for char in escape(text))
