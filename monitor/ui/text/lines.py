"""TextLines: many lines to type in, that never take in a line longer than Qt can lay out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QPlainTextEdit

from monitor.core.escapes import EscapeError, escape, needs_escapes, unescape
from monitor.core.parts import at_once
from monitor.core.values import canonical
from monitor.ui.appearance import fixed_font
from monitor.ui.drafts.drafts import Written
from monitor.ui.text.form import (
    LONGEST_LINE,
    PART,
    broken_in_moderation,
    fill_escaped,
    fill_lines,
    fits_at_once,
    fits_lines,
    held_by,
    held_in_parts,
    point_out,
    spliced,
)
from monitor.ui.waiting_keys import WaitingKeys
from monitor.ui.work import Work

if TYPE_CHECKING:
    from collections.abc import Generator

    from PySide6.QtCore import QMimeData
    from PySide6.QtGui import QContextMenuEvent, QInputMethodEvent, QKeyEvent
    from PySide6.QtWidgets import QWidget

_ESCAPED_TEXT: Final = "application/x-session-monitor-escaped"
"""Marks what was copied out of the escaped form, so that it is not escaped once more where it is pasted."""


_PAUSE: Final = 200
"""Milliseconds without typing after which a long text is read."""


class _Coming(NamedTuple):
    """What an editor is being filled with; ``form`` is the escaped form, where only that is known yet."""

    written: Written | None
    modified: bool
    pasted: bool
    asked: bool | None = None
    """Which form the operator wants, if it is that he asked for."""
    form: str = ""


class TextLines(QPlainTextEdit):
    """``escaped`` says in which of its two forms the text is shown (`monitor.ui.text.form`).

    A long text comes in parts: until it is there (`is_filling`), keys that are pressed wait, and what is read is what
    it will be. `filled` says that it is there, and that the form may be another; `typed` that the operator changed it;
    `form_tried` carries whether the escaped form was asked for (`try_form`).

    What is pasted or dropped stands for itself in either form: it is read back exactly. Where the plain form cannot
    hold it, the text goes over to the escaped form.
    """

    filled = Signal()
    typed = Signal()
    form_tried = Signal(bool)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFont(fixed_font())
        self.escaped = False
        self.is_filling = False
        self._coming = _Coming(Written(""), False, False)
        self._place = (0, 0)
        self._held: tuple[int, Written] = (-1, Written(""))
        self._waiting = WaitingKeys()
        self._work = Work(self)
        self._ahead = Work(self)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE)
        self._pause.timeout.connect(self._read_ahead)
        self.textChanged.connect(self._take_change)

    # --- the text ----------------------------------------------------------------------------------------------------

    def fill(self, text: str, *, escaped: bool = False, modified: bool = False, pasted: bool = False) -> None:
        """Show ``text``; with ``escaped``, in the escaped form in any case. Cursor and scroll bar stay where they are.

        ``modified``: it is not what was there before; ``pasted``: it comes of what the operator does, so that the
        cursor goes to its end, and `typed` follows.
        """
        self._fill(
            fill_lines(self, text, escaped=escaped),
            _Coming(Written(canonical(text) if pasted else text), modified, pasted),
        )

    def try_form(self, *, escaped: bool) -> None:
        """Show the same text in the form that the operator wants, if it can be.

        Raises:
            EscapeError: the form that it is in has a mistake.
        """
        text = self.read()
        self._fill(fill_lines(self, text, escaped=escaped), _Coming(Written(text), self.modified, False, escaped))

    def fill_escaped(self, form: str, *, modified: bool = False, pasted: bool = False) -> None:
        """Show what is in the escaped form of one line already, mistakes included."""
        self._fill(fill_escaped(self, form), _Coming(None, modified, pasted, form=form))

    def go_to_start(self) -> None:
        """What is filled in next is another text: the place in this one says nothing there."""
        self._place = (0, 0)
        if not self.is_filling:
            self.moveCursor(QTextCursor.MoveOperation.Start)

    def finish(self) -> None:
        """Put in all that is still to come, now."""
        self._work.finish()

    @property
    def has_waiting_keys(self) -> bool:
        """Whether something was typed that is not in it yet."""
        return bool(self._waiting)

    def catch_up(self) -> None:
        """Take in what was typed by now, also where it waits for the text."""
        if self._waiting:
            self.finish()

    @property
    def modified(self) -> bool:
        """Whether the operator changed something since it was filled."""
        return self._coming.modified if self.is_filling else self.document().isModified()

    def written(self) -> Written:
        """What stands in it, mistakes included."""
        return at_once(self.reading())

    def reading(self) -> Generator[None, None, Written]:
        """The same in parts, and once for each text: it takes long, and is asked for again and again."""
        while True:
            if self.is_filling:
                coming = self._coming
                if coming.written is not None:
                    return coming.written
                written = yield from Written.reading_form(coming.form)
                if self._coming is coming:
                    self._coming = coming._replace(written=written)
            else:
                revision = self.document().revision()
                if self._held[0] == revision:
                    return self._held[1]
                held = yield from held_in_parts(self, "" if self.escaped else "\n")
                if held is not None:
                    written = (yield from Written.reading_form(held)) if self.escaped else Written(canonical(held))
                    if not self.is_filling and self.document().revision() == revision:
                        self._held = (revision, written)

    def read(self) -> str:
        """The exact text.

        Raises:
            EscapeError: the escaped form has a backslash that begins no escape; its ``position`` does not count breaks.
        """
        return self.written().read()

    def point_out(self, error: EscapeError) -> str:
        """Put the cursor at a mistake in the escaped form. Returns what is wrong."""
        self.finish()
        return point_out(self, error)

    def _fill(self, parts: Generator[None, None, bool], coming: _Coming) -> None:
        if not self.is_filling:
            self._place = (self.textCursor().position(), self.verticalScrollBar().value())
        self.is_filling = True
        self._coming = coming
        if coming.pasted:
            self.typed.emit()  # Before anybody may think that it is of no one.
        self._work.begin(parts, self._take_form)

    def _take_change(self) -> None:
        if not self.is_filling:
            self.typed.emit()
            if self.document().characterCount() > PART:
                self._pause.start()

    def _read_ahead(self) -> None:
        """Somebody will want to know what was typed, and perhaps at once."""
        self._ahead.begin(self.reading(), lambda _written: None)

    def _take_form(self, escaped: bool) -> None:
        self.escaped = escaped
        self._held = (-1, Written(""))
        self.document().setModified(self._coming.modified)
        moved = self.textCursor().position() or self.verticalScrollBar().value()
        if self._coming.pasted:
            self.moveCursor(QTextCursor.MoveOperation.End)
        elif not moved:  # Else the operator did, while it came.
            position, top = self._place
            cursor = self.textCursor()
            cursor.setPosition(min(position, self.document().characterCount() - 1))
            self.setTextCursor(cursor)
            self.verticalScrollBar().setValue(top)
        self.is_filling = False
        self.filled.emit()
        if self._coming.asked is not None:
            self.form_tried.emit(self._coming.asked)
        self._waiting.press_again(self)

    # --- what the operator does --------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A key that comes too early waits for the text."""
        if self.is_filling:
            self._waiting.keep(event)
        else:
            super().keyPressEvent(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:  # noqa: N802 - Qt calls it by name
        """The text is to be there first."""
        self.finish()
        super().inputMethodEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 - Qt calls it by name
        """The text is to be there first."""
        self.finish()
        super().contextMenuEvent(event)

    def take_in(self, text: str) -> None:
        """Put the exact ``text`` in place of what is selected, or at the cursor."""
        self.finish()
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
        self.fill(whole, modified=True, pasted=True)

    def createMimeDataFromSelection(self) -> QMimeData:  # noqa: N802 - Qt calls it by name
        """What is copied out of the escaped form says so."""
        copied = super().createMimeDataFromSelection()
        if self.escaped:
            copied.setData(_ESCAPED_TEXT, b"1")
        return copied

    def insertFromMimeData(self, source: QMimeData) -> None:  # noqa: N802 - Qt calls it by name
        """What is pasted, or dropped."""
        self.finish()
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
        lines = broken_in_moderation(form)
        if fits_at_once(lines) and around + max(map(len, lines.split("\n"))) <= LONGEST_LINE:
            cursor.insertText(lines)
            self.ensureCursorVisible()
            return
        whole = spliced(held_by(self), cursor.selectionStart(), cursor.selectionEnd(), form)
        self.fill_escaped(whole.replace("\n", ""), modified=True, pasted=True)
