"""ItemEditor: where a key or a value is edited in its cell. What the operator has typed outranks every update."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from monitor.core.values import EscapeError, canonical, escape, unescape
from monitor.ui.text.form import LINE_HINT, escape_error, fill_line, fits_line, read_line
from monitor.ui.text.line import TextLine
from monitor.ui.words import quoted

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QFocusEvent, QKeyEvent


class ItemEditor(QFrame):
    """A line, and below it what there is to say of it.

    ``seen`` is the value that was shown when editing began: what an edit expects the browser to hold. `accepted` and
    `cancelled` say that the operator is done; `grown` that the editor wants another height; `enlarge` that the
    operator wants more room, or that what was pasted needs it. ``check`` is given each new text, and says what is
    wrong with it, if anything.
    """

    accepted = Signal()
    cancelled = Signal()
    grown = Signal()
    enlarge = Signal()

    def __init__(self, key: str, parent: QWidget, check: Callable[[str], str | None] | None = None) -> None:
        super().__init__(parent)
        self.key = key
        self.done = False
        """Whether the operator has accepted or cancelled, and the editor may be closed."""
        self._seen: str | None = None
        self._check = check
        self._initial = ""
        self._escaped = False
        self._outgrown: str | None = None
        self._warning = ""
        self.edits_key = check is not None
        self.setProperty("editor", True)
        self.setAutoFillBackground(True)
        self.line = _Line(self)
        self.line.setFrame(False)
        self.line.setAccessibleName("Value" if check is None else "Key")
        self.note = QLabel(self)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setWordWrap(True)
        self.note.setContentsMargins(7, 0, 7, 4)
        self.note.hide()
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.line)
        if check is None:
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
        self.setFocusProxy(self.line)
        self.line.textChanged.connect(self._say)
        self.line.outgrown.connect(self._outgrow)

    @property
    def seen(self) -> str | None:
        return self._seen

    @property
    def modified(self) -> bool:
        """Whether the text is another than the one that editing began with."""
        return self.line.text() != self._initial

    def start(self, text: str, seen: str | None) -> None:
        """Begin with ``text``, which must fit a line."""
        self._seen = seen
        self._escaped = fill_line(self.line, text)
        self._initial = self.line.text()
        self._say()

    def follow(self, value: str | None) -> None:
        """The row shows another value now. A draft stays, and the operator is told."""
        if value == self._seen:
            self._warn("")
        elif self.modified:
            holds = "removed it" if value is None else f"changed it to {quoted(value, 60)}"
            self._warn(f"The page {holds} meanwhile. Your text is kept.")
        elif value is not None and fits_line(value):
            position = self.line.cursorPosition()
            self.start(value, value)
            self.line.setCursorPosition(position)
        else:
            self.cancel()

    def read(self) -> str:
        """The exact text that the operator wrote.

        Raises:
            EscapeError: it has a backslash that begins no escape.
        """
        return read_line(self.line, self._escaped)

    @property
    def form(self) -> str:
        """The text as it stands in the line, with what was pasted and is too long for it."""
        return self.line.text() if self._outgrown is None else self._outgrown

    def draft(self) -> str | None:
        """The exact text to go on with where there is more room, if anything was changed.

        Raises:
            EscapeError: it has a backslash that begins no escape, and `form` is what there is.
        """
        if self._outgrown is None:
            return self.read() if self.modified else None
        return unescape(self._outgrown) if self._escaped else canonical(self._outgrown)

    def _outgrow(self, text: str) -> None:
        self._outgrown = self.line.with_pasted(escape(text) if self._escaped else text)
        self.enlarge.emit()

    def accept(self) -> None:
        """Finish, unless something is wrong with the text; then say so, and go on."""
        wrong = self._wrong()
        if wrong is None:
            self.done = True
            self.accepted.emit()
            return
        self._say()
        if isinstance(wrong, EscapeError):
            self.line.setCursorPosition(wrong.position)

    def cancel(self) -> None:
        """Finish, and let go of the text."""
        self.done = True
        self.cancelled.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter, Escape, Shift+Enter. Whatever the line leaves over must not move the table's current cell."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and self._check is None:
                self.enlarge.emit()
            else:
                self.accept()
        elif event.key() == Qt.Key.Key_Escape:
            self.cancel()
        event.accept()

    def _wrong(self) -> EscapeError | str | None:
        try:
            text = self.read()
        except EscapeError as error:
            return error
        return self._check(text) if self._check is not None and self.modified else None

    def _warn(self, warning: str) -> None:
        if warning != self._warning:
            self._warning = warning
            self._say()

    def _say(self) -> None:
        wrong = self._wrong()
        hint = LINE_HINT if self._escaped else ""
        # One thing at a time, the one that keeps the operator from going on before the others.
        text = self._warning or hint
        if wrong is not None:
            text = escape_error(wrong, self.line.text()) if isinstance(wrong, EscapeError) else wrong
        if text == self.note.text() and self.property("wrong") == (wrong is not None):
            return
        self.setProperty("wrong", wrong is not None)
        for widget, name in ((self.line, "wrong"), (self.note, "error")):
            widget.setProperty(name, wrong is not None)
            widget.style().polish(widget)
        self.note.setText(text)
        self.note.setVisible(bool(text))
        self.grown.emit()


class _Line(TextLine):
    """Closes an editor in which nothing was typed when the focus goes elsewhere."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape):
            event.ignore()  # The editor's to decide.
            return
        super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        # While an editor is open, Escape is the editor's, not that of a shortcut somewhere else.
        if event.type() == QEvent.Type.ShortcutOverride and event.key() == Qt.Key.Key_Escape:  # type: ignore[attr-defined]  # a key event by its type
            event.accept()
            return True
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt calls it by name
        super().focusOutEvent(event)
        editor = self.parentWidget()
        assert isinstance(editor, ItemEditor)
        elsewhere = event.reason() in (
            Qt.FocusReason.MouseFocusReason,
            Qt.FocusReason.TabFocusReason,
            Qt.FocusReason.BacktabFocusReason,
            Qt.FocusReason.ShortcutFocusReason,
            Qt.FocusReason.OtherFocusReason,
        )
        focus = self.window().focusWidget()
        if elsewhere and not editor.modified and not editor.done and (focus is None or not editor.isAncestorOf(focus)):
            editor.cancel()
