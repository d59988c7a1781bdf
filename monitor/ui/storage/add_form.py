"""AddForm: a key and a value for a new item."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from monitor.core.values import EscapeError
from monitor.ui.appearance import fixed_font
from monitor.ui.storage.text_form import LINE_HINT, escape_error, read_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QKeyEvent

_UNLIMITED = 2**31 - 1


class AddForm(QFrame):
    """`submitted` carries the exact key and value. ``is_taken`` says whether there is an item of a key already.
    `closed` says that the operator is done with it; `drafted`, that its text is another.
    """

    submitted = Signal(object, object)
    closed = Signal()
    drafted = Signal()

    def __init__(self, is_taken: Callable[[str], bool], parent: QWidget) -> None:
        super().__init__(parent)
        self._is_taken = is_taken
        self.setProperty("band", True)
        self.key = self._line("New key")
        self.value = self._line("Value")
        self.escapes = QCheckBox("&Escapes", self)
        self.escapes.setToolTip("Read \\n, \\t, \\u0000 and the like as the characters they stand for")
        self.add = QPushButton("&Add", self)
        self.add.setDefault(True)
        self.cancel = QPushButton("&Cancel", self)
        self.note = QLabel(self)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setWordWrap(True)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.key, 2)
        row.addWidget(self.value, 3)
        row.addWidget(self.escapes)
        row.addWidget(self.add)
        row.addWidget(self.cancel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.setSpacing(4)
        layout.addLayout(row)
        layout.addWidget(self.note)
        self.add.clicked.connect(self.submit)
        self.cancel.clicked.connect(self.close_form)
        self.escapes.toggled.connect(self.check)
        self.check()

    def _line(self, name: str) -> QLineEdit:
        line = QLineEdit(self)
        line.setMaxLength(_UNLIMITED)
        line.setPlaceholderText(name)
        line.setAccessibleName(name)
        line.setFont(fixed_font())
        line.textChanged.connect(self.check)
        line.textChanged.connect(self.drafted)
        return line

    @property
    def has_draft(self) -> bool:
        """Whether there is text in the form that was not submitted."""
        return bool(self.key.text() or self.value.text())

    def check(self) -> None:
        """Say what is wrong with the text, if anything. Also to be called when the area has changed."""
        wrong, wrong_line = "", None
        for line in (self.value, self.key):
            try:
                text = read_line(line, self.escapes.isChecked())
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
        text = wrong or (LINE_HINT if self.escapes.isChecked() else "")
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
            key, value = read_line(self.key, escaped), read_line(self.value, escaped)
            self.close_form()
            self.submitted.emit(key, value)

    def close_form(self) -> None:
        """Be done, and let go of the text."""
        self.key.clear()
        self.value.clear()
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter adds, Escape closes."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.submit()
        elif event.key() == Qt.Key.Key_Escape:
            self.close_form()
        else:
            super().keyPressEvent(event)
