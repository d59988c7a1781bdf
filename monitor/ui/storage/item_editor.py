"""ItemEditor: where a key or a value is edited in its cell. What the operator has typed outranks every update."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from monitor.core.escapes import EscapeError, escape
from monitor.core.parts import at_once
from monitor.core.values import canonical
from monitor.ui.drafts.conflict_bar import ConflictBar
from monitor.ui.drafts.drafts import Drafts, Written
from monitor.ui.drafts.question import ask_to_break_json, ask_what_to_do, broken_json
from monitor.ui.storage.cell_line import CellLine
from monitor.ui.text.form import LINE_HINT, escape_error, fill_line, fits_line, read_line

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from PySide6.QtGui import QKeyEvent

_REFUSED_HINT: Final = "Your text, which was not saved. Enter saves it over what is there now."


class ItemEditor(QFrame):
    """A line, and below it what there is to say of it.

    It is for a value where ``drafts`` are given, which hold what is typed, and for a key where ``check`` is: that is
    given each new text, and says what is wrong with it, if anything. ``seen`` is what an edit expects the browser to
    hold. `accepted` and `cancelled` say that the operator is done; `grown` that the editor wants another height;
    `enlarge` that the operator wants more room, or that what was pasted needs it; `compare_asked` that the operator
    wants to see what differs from what the browser holds by now.
    """

    accepted = Signal()
    cancelled = Signal()
    grown = Signal()
    enlarge = Signal()
    compare_asked = Signal()

    def __init__(
        self,
        key: str,
        parent: QWidget,
        drafts: Drafts | None = None,
        check: Callable[[str], str | None] | None = None,
    ) -> None:
        super().__init__(parent)
        self.key = key
        self.done = False
        """Whether the operator has accepted or cancelled, and the editor may be closed."""
        self._seen: str | None = None
        self._drafts = drafts
        self._check = check
        self._initial: str | None = None
        self._escaped = False
        self._outgrown: str | None = None
        self._drafted = False
        self.edits_key = drafts is None
        self.setProperty("editor", True)
        self.setAutoFillBackground(True)
        self.line = CellLine(self)
        self.line.setFrame(False)
        self.line.setAccessibleName("Key" if self.edits_key else "Value")
        self.note = QLabel(self)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setWordWrap(True)
        self.note.setContentsMargins(7, 0, 7, 4)
        self.note.hide()
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.line)
        if drafts is not None:
            larger = QToolButton(self)
            larger.setText("…")
            larger.setToolTip("Edit with more room (Shift+Enter)")
            larger.setAccessibleName("Edit with more room")
            larger.clicked.connect(self.enlarge)
            row.addWidget(larger)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        layout.addLayout(row)
        layout.addWidget(self.note)
        self.conflict: ConflictBar | None = None
        if drafts is not None:
            self.conflict = ConflictBar(drafts, self, narrow=True)
            self.conflict.compare_asked.connect(self.compare_asked)
            layout.addWidget(self.conflict)
            drafts.changed.connect(self._take_draft)
            drafts.rewritten.connect(self._give_way)
        self.setFocusProxy(self.line)
        self.line.textChanged.connect(self._take_typing)
        self.line.outgrown.connect(self._outgrow)
        self.line.left.connect(self._take_leaving)

    @property
    def seen(self) -> str | None:
        draft = None if self._drafts is None else self._drafts.of(self.key)
        return self._seen if draft is None else draft.expected

    @property
    def modified(self) -> bool:
        """Whether the text is another than the one that editing began with, and would be lost with the editor."""
        return self.line.text() != self._initial

    @property
    def saves(self) -> bool:
        """Whether there is anything to save: what was typed, or what was refused before."""
        return self.modified or self._drafted

    def start(self, text: str, seen: str | None) -> None:
        """Begin with ``text``, which must fit a line; or with what was typed for the key before. What was refused is
        kept with the refused edit, so that nothing is lost by leaving it as it is.
        """
        self._seen = seen
        draft = None if self._drafts is None else self._drafts.of(self.key)
        if draft is None:
            self._fill(Written(text))
            self._initial = self.line.text()
            self._say()
            return
        written, is_as_refused = draft.written, draft.is_as_refused
        draft.lend(self)
        self._drafted = True
        self._fill(written)
        self._initial = self.line.text() if is_as_refused else None
        self._say()

    def _fill(self, written: Written) -> None:
        self.line.blockSignals(True)
        if written.text is None:
            self._escaped = True
            self.line.setText(written.form)
        else:
            self._escaped = fill_line(self.line, written.text)
        self.line.blockSignals(False)

    def follow(self, value: str | None) -> None:
        """The row shows another value now. A draft stays, and the operator is told (`ConflictBar`)."""
        if value == self._seen or self.saves or self.done:
            return
        if value is not None and fits_line(value):
            line = self.line
            whole = line.selectedText() == line.text()  # So it begins, an empty text as well: typing replaces it.
            at_end = line.cursorPosition() == len(line.text())
            position, start, length = line.cursorPosition(), line.selectionStart(), line.selectionLength()
            self.start(value, value)
            if whole:
                line.selectAll()
            elif start >= 0:
                line.setSelection(*((start + length, -length) if position == start else (start, length)))
            elif at_end:
                line.end(False)
            else:
                line.setCursorPosition(position)
        else:
            self.cancel()

    def read(self) -> str:
        """The exact text that the operator wrote.

        Raises:
            EscapeError: it has a backslash that begins no escape.
        """
        return read_line(self.line, self._escaped)

    def written(self) -> Written:
        """What was typed, with what was pasted and is too long for the line."""
        return at_once(self.reading())

    def reading(self) -> Generator[None, None, Written]:
        """The same in parts."""
        form = self.line.text() if self._outgrown is None else self._outgrown
        return (yield from Written.reading_form(form)) if self._escaped else Written(canonical(form))

    def _outgrow(self, text: str) -> None:
        self._outgrown = self.line.with_pasted(escape(text) if self._escaped else text)
        if self._drafts is not None:
            self._drafted = True
            self._drafts.write(self.key, self._seen, self)
        self.enlarge.emit()

    def _take_typing(self) -> None:
        if self._drafts is not None and not self.done:
            draft = self._drafts.of(self.key)
            self._drafted = self.modified or (draft is not None and draft.refused is not None)
            if self._drafted:
                self._drafts.write(self.key, self._seen, self)
            else:
                self._drafts.drop(self.key)
        self._say()

    def _take_draft(self, key: str) -> None:
        """The draft was dropped, or the browser holds something else by now, or what it held before."""
        if key != self.key or self.done or self._drafts is None:
            return
        if key not in self._drafts and self._drafted:
            self.leave()
        else:
            self._say()

    def _give_way(self, key: str) -> None:
        """The operator goes on in another editor."""
        draft = None if self._drafts is None else self._drafts.of(key)
        if key == self.key and not self.done and draft is not None and draft.writer is not self:
            self.leave()

    def accept(self) -> None:
        """Finish, unless something is wrong with the text; then say so, and go on."""
        wrong = self._wrong()
        if wrong is None:
            broken = None if self.edits_key or not self.saves else at_once(broken_json(self.seen, self.read()))
            if broken is None:
                self.finish()
            else:
                ask_to_break_json(self.key, broken, self.finish, self)
            return
        self._say()
        if isinstance(wrong, EscapeError):
            self.line.setCursorPosition(wrong.position)

    def finish(self) -> None:
        """Hand the text over, and be done."""
        if not self.done:
            self.done = True
            self.accepted.emit()

    def cancel(self) -> None:
        """Finish; ask first what is to become of what was typed."""
        if self.modified:
            ask_what_to_do(self.key, self.accept, self.discard, self)
        else:
            self.leave()

    def discard(self) -> None:
        """Finish, and let go of the text."""
        if self._drafts is None or self.key not in self._drafts:
            self.leave()
        else:
            self._drafts.drop(self.key)

    def leave(self) -> None:
        """Finish. A draft is kept."""
        if not self.done:
            self.done = True
            if self._drafts is not None:
                self._drafts.release(self)
            self.cancelled.emit()

    def _take_leaving(self, focus: QWidget | None) -> None:
        """An editor in which nothing was typed closes when the focus goes elsewhere."""
        if not self.modified and not self.done and (focus is None or not self.isAncestorOf(focus)):
            self.leave()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter, Escape, Shift+Enter. Whatever the line leaves over must not move the table's current cell."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and not self.edits_key:
                self.enlarge.emit()
            else:
                self.accept()
        elif event.key() == Qt.Key.Key_Escape:
            self.cancel()
        event.accept()

    def focusNextPrevChild(self, forward: bool) -> bool:  # noqa: N802 - Qt calls it by name
        """Tab past the last thing here goes to the table, and so does Backtab past the first: in Qt's chain the editor
        is the last of the window's children, and its neighbours are far away.
        """
        stops = [
            widget
            for widget in self.findChildren(QWidget)
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
            and self.isAncestorOf(widget)
            and widget.isVisibleTo(self)
            and widget.isEnabled()
        ]
        focus = self.window().focusWidget()
        place = stops.index(focus) + (1 if forward else -1) if focus in stops else -1
        reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
        if 0 <= place < len(stops):
            stops[place].setFocus(reason)
        elif self.modified:
            table = self.parentWidget()
            assert table is not None
            table.setFocus(reason)
        else:
            self.leave()
        return True

    def _wrong(self) -> EscapeError | str | None:
        try:
            text = self.read()
        except EscapeError as error:
            return error
        return self._check(text) if self._check is not None and self.modified else None

    def _say(self) -> None:
        wrong = self._wrong()
        text = LINE_HINT if self._escaped else _REFUSED_HINT if self._drafted and not self.modified else ""
        if wrong is not None:
            text = escape_error(wrong, self.line.text()) if isinstance(wrong, EscapeError) else wrong
        if self.conflict is not None and self._drafts is not None:
            shown = self.conflict.isVisibleTo(self)
            if self.conflict.show_draft(self._drafts.of(self.key)) or shown:
                self.grown.emit()
        if text == self.note.text() and self.property("wrong") == (wrong is not None):
            return
        self.setProperty("wrong", wrong is not None)
        for widget, name in ((self.line, "wrong"), (self.note, "error")):
            widget.setProperty(name, wrong is not None)
            widget.style().polish(widget)
        self.note.setText(text)
        self.note.setVisible(bool(text))
        self.grown.emit()
