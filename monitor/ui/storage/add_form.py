"""AddForm: the blank row below the items, for a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QCheckBox, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from monitor.core.escapes import EscapeError, escape, needs_escapes, unescape
from monitor.core.values import canonical, one_line, units
from monitor.ui.appearance import fixed_font
from monitor.ui.drafts.question import ask_what_to_do
from monitor.ui.storage.long_text import LongTextDialog
from monitor.ui.text.form import LINE_HINT, escape_error, fits_line, read_line
from monitor.ui.text.line import TextLine
from monitor.ui.words import counted

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QMouseEvent

_WIDEST: Final = (1 << 24) - 1
"""Qt's own, which PySide does not have."""
_SPACING: Final = 8
_NARROWEST: Final = 90
"""Pixels of a key that can be read; a value has twice as many."""
_OPENING: Final = (Qt.Key.Key_F2, Qt.Key.Key_Backspace, Qt.Key.Key_Delete)


class AddForm(QFrame):
    """Two blank lines, and while one of them has the focus or anything in it, what else an item needs.

    `submitted` carries the exact key and value. ``is_taken`` says whether there is an item of a key already.
    `closed` says that the operator is done with it; `left_above` that the operator went up from it; `drafted`, that its
    text is another. What is too long for a line is edited in ``dialog``.
    """

    submitted = Signal(object, object)
    closed = Signal()
    drafted = Signal()
    left_above = Signal()

    def __init__(self, is_taken: Callable[[str], bool], parent: QWidget) -> None:
        super().__init__(parent)
        self._is_taken = is_taken
        self.setProperty("band", "new")
        self._is_open = True
        self.dialog: LongTextDialog | None = None
        self.key = self._line("New key")
        self.value = self._line("Value")
        self.escapes = QCheckBox("Escapes", self)
        self.escapes.setToolTip("Read \\n, \\t, \\u0000 and the like as the characters they stand for")
        self.add = QPushButton("Add", self)
        self.add.setDefault(True)
        self.cancel = QPushButton("Cancel", self)
        self.note = QLabel(self)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setWordWrap(True)
        self._row = row = QHBoxLayout()
        row.setSpacing(_SPACING)
        self._plus = QLabel("+", self)
        self._plus.setProperty("muted", True)
        row.addWidget(self._plus)
        row.addWidget(self.key, 2)
        row.addWidget(self.value, 3)
        row.addWidget(self.escapes)
        row.addWidget(self.add)
        row.addWidget(self.cancel)
        self._layout = layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 5, 10, 5)
        layout.setSpacing(4)
        layout.addLayout(row)
        layout.addWidget(self.note)
        self.add.clicked.connect(self.submit)
        self.cancel.clicked.connect(self.ask_to_close)
        self.escapes.toggled.connect(self.check)
        self.drafted.connect(self._follow_focus)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._follow_focus)
        self._follow_focus()

    def _line(self, name: str) -> FormLine:
        line = FormLine(self)
        line.setPlaceholderText(name)
        line.setAccessibleName(name)
        line.setFont(fixed_font())
        line.textChanged.connect(self.check)
        line.textChanged.connect(self.drafted)
        line.outgrown.connect(lambda text: self._take_in(line, text))
        line.opened.connect(lambda: self._enlarge(line))
        return line

    @property
    def has_draft(self) -> bool:
        """Whether there is text in the form that was not submitted."""
        return bool(self.key.text() or self.value.text() or (self.dialog is not None and self.dialog.modified))

    @property
    def is_open(self) -> bool:
        """Whether the operator is at it, or has left something in it."""
        return self._is_open

    def align(self, start: int) -> None:
        """Let the value begin ``start`` pixels from the left, where the table's do, if there is room."""
        self._layout.activate()
        width = start - self.key.x() - _SPACING
        buttons = sum(each.sizeHint().width() + _SPACING for each in (self.escapes, self.add, self.cancel))
        fits = width >= _NARROWEST and self.width() - start - buttons >= 2 * _NARROWEST
        # It takes all that it may have, and gives way where there is less.
        self.key.setMaximumWidth(width if fits else _WIDEST)
        self._row.setStretchFactor(self.key, 100 if fits else 2)

    def _follow_focus(self) -> None:
        focus = QApplication.focusWidget()
        is_open = self.has_draft or (focus is not None and self.isAncestorOf(focus))
        if is_open != self._is_open:
            self._is_open = is_open
            for widget in (self.escapes, self.add, self.cancel):
                widget.setVisible(is_open)
            for line in (self.key, self.value):
                line.setProperty("blank", not is_open)
                line.style().polish(line)
        self.check()

    def check(self) -> None:
        """Say what is wrong with the text, if anything. Also to be called when the area has changed."""
        wrong, wrong_line = "", None
        for line in (self.value, self.key):
            try:
                text = line.read(self.escapes.isChecked())
            except EscapeError as error:
                wrong, wrong_line = escape_error(error, line.text()), line
            else:
                if line is self.key and self._is_taken(text):
                    empty = "There is an item with the empty key already." if self.has_draft else ""
                    wrong, wrong_line = "There is an item with this key already." if text else empty, line
        for line in (self.key, self.value):
            is_wrong = line is wrong_line and bool(wrong)
            if line.property("wrong") != is_wrong:
                line.setProperty("wrong", is_wrong)
                line.style().polish(line)
        text = wrong or (LINE_HINT if self.escapes.isChecked() and self._is_open else "")
        self.note.setProperty("error", bool(wrong))
        self.note.setProperty("muted", not wrong)
        self.note.style().polish(self.note)
        self.note.setText(text)
        self.note.setVisible(bool(text))
        self.add.setEnabled(wrong_line is None)

    def submit(self) -> None:
        """Hand the item on, and be done, unless something is wrong."""
        self.check()
        if self.add.isEnabled():
            escaped = self.escapes.isChecked()
            key, value = self.key.read(escaped), self.value.read(escaped)
            self.close_form()
            self.submitted.emit(key, value)

    def ask_to_close(self) -> None:
        """Be done; ask first what is to become of what was typed."""
        if self.has_draft:
            ask_what_to_do(self.key.text(), self.submit, self.close_form, self)
        else:
            self.close_form()

    def close_form(self) -> None:
        """Be done, and let go of the text."""
        self.key.hold("", escaped=False)
        self.value.hold("", escaped=False)
        self.closed.emit()

    # --- what is too long for a line ---------------------------------------------------------------------------------

    def _take_in(self, line: FormLine, pasted: str) -> None:
        """Go on in a dialog with what the line holds and what was pasted into it."""
        escaped = self.escapes.isChecked()
        form = line.with_pasted(escape(pasted) if escaped else pasted)
        dialog = self._enlarge(line)
        try:
            dialog.take_over(unescape(form) if escaped else canonical(form))
        except EscapeError:
            dialog.take_over(None, form)

    def _enlarge(self, line: FormLine) -> LongTextDialog:
        if line is self.key:
            dialog = LongTextDialog("New key", "", line.long, self, self._check_key)
        else:
            named = self.key.long or self.key.text()
            dialog = LongTextDialog("New value", named, line.long, self)
        dialog.saved.connect(lambda text: line.hold(text, escaped=self.escapes.isChecked()))
        dialog.text.document().modificationChanged.connect(self.drafted)
        dialog.finished.connect(lambda: self._close_dialog(dialog, line))
        self.dialog = dialog
        dialog.open()
        return dialog

    def _check_key(self, key: str) -> str | None:
        return "There is an item with this key already." if self._is_taken(key) else None

    def _close_dialog(self, dialog: LongTextDialog, line: FormLine) -> None:
        self.dialog = None
        dialog.deleteLater()
        line.setFocus()
        self.drafted.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter adds, Escape closes, Up goes back to the items."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.has_draft or self.add.hasFocus():
                self.submit()
            else:
                self.note.setText("Nothing is typed yet. Add takes the empty key as well.")
                self.note.show()
        elif event.key() == Qt.Key.Key_Escape:
            self.ask_to_close()
        elif event.key() == Qt.Key.Key_Up:
            self.left_above.emit()
        else:
            super().keyPressEvent(event)


class FormLine(TextLine):
    """A line that can also stand for a text that is too long for it: ``long``, of which it shows the beginning. Such a
    text is not edited here: `opened` says that the operator wants to.
    """

    opened = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.long: str | None = None

    def hold(self, text: str, *, escaped: bool) -> None:
        """Stand for ``text``; in the escaped form if the operator has chosen that."""
        short = fits_line(text) and (escaped or not (needs_escapes(text) or "\n" in text))
        self.long = None if short else text
        self.setReadOnly(not short)
        shown = (
            (escape(text) if escaped else text) if short else f"{one_line(text, 60)} ({counted(units(text), 'unit')})"
        )
        self.setText(shown)
        self.setCursorPosition(len(shown) if short else 0)
        self.setToolTip("" if short else "Press F2 or double-click to edit it")

    def read(self, escaped: bool) -> str:
        """The exact text.

        Raises:
            EscapeError: it is short, in the escaped form, and has a backslash that begins no escape.
        """
        return read_line(self, escaped) if self.long is None else self.long

    def event(self, event: QEvent) -> bool:
        """Where nothing was typed, Ctrl+Z and Ctrl+Y are for the edits: the focus comes here when the last item is
        deleted.
        """
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            undo, redo = (event.matches(key) for key in (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo))
            if (undo and not self.isUndoAvailable()) or (redo and not self.isRedoAvailable()):
                event.ignore()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Whatever would change a long text opens it."""
        typed = bool(event.text()) and event.text().isprintable()
        if self.long is not None and (typed or event.key() in _OPENING):
            self.opened.emit()
        else:
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt calls it by name
        """Open a long text."""
        if self.long is not None:
            self.opened.emit()
        else:
            super().mouseDoubleClickEvent(event)
