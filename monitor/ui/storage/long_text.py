"""LongTextDialog: a value or a key of any length, edited on many lines and never cut."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QLabel, QVBoxLayout

from monitor.core.escapes import EscapeError
from monitor.ui.text.escapes_box import EscapesBox
from monitor.ui.text.form import LINES_HINT
from monitor.ui.text.lines import TextLines
from monitor.ui.words import quoted

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget


class LongTextDialog(QDialog):
    """Edits ``original``, the value of the item as it was shown when editing began (``None``: there was none), or
    its key. `saved` carries the new text, and comes only if it differs. ``check`` is for keys, and says what is wrong
    with one, if anything. To be opened with ``open()``.
    """

    saved = Signal(object)

    def __init__(
        self,
        title: str,
        key: str,
        original: str | None,
        parent: QWidget,
        check: Callable[[str], str | None] | None = None,
    ) -> None:
        super().__init__(parent)
        self.key = key
        self.original = original
        self._check = check
        self._asked = False
        self._error = ""
        self.setWindowTitle(title)
        self.setModal(True)
        self.resize(760, 520)
        self.text = TextLines(self)
        self.text.setAccessibleName("Key" if check else "Value")
        self.note = QLabel(self)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setWordWrap(True)
        self.escapes = EscapesBox("Esca&ped", self.text, self)
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel, self
        )
        self._lay_out()
        self.text.fill(original or "")
        self.escapes.tried.connect(self._take_form)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.text.typed.connect(self._take_typing)
        self.text.filled.connect(self._say)
        self._say()

    def _lay_out(self) -> None:
        kind = "Value of" if self._check is None else "Key"
        title = QLabel(f"{kind} {quoted(self.key, 80)}" if self.key else self.windowTitle(), self)
        title.setTextFormat(Qt.TextFormat.PlainText)
        title.setProperty("strong", True)
        bottom = QHBoxLayout()
        bottom.addWidget(self.escapes)
        bottom.addStretch(1)
        bottom.addWidget(self.buttons)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(10)
        layout.addWidget(title)
        layout.addWidget(self.text, 1)
        layout.addWidget(self.note)
        layout.addLayout(bottom)

    @property
    def edits_key(self) -> bool:
        """Whether this is about the item's key, not its value."""
        return self._check is not None

    @property
    def modified(self) -> bool:
        """Whether there is text that was typed and not saved."""
        return self.text.modified

    def take_over(self, text: str | None, form: str = "") -> None:
        """Go on with a text that was begun elsewhere; with one that has no meaning yet (``None``), from its escaped
        ``form``, mistakes included.
        """
        if text is None:
            self.text.fill_escaped(form, modified=True)
        else:
            self.text.fill(text, escaped=self.text.escaped, modified=True)
        self._take_typing()

    def accept(self) -> None:
        """Save, unless something is wrong with the text; then say so, and go on."""
        self.text.catch_up()
        text = self._read()
        if text is None:
            return
        if self.modified and text != self.original:
            wrong = self._check(text) if self._check is not None else None
            if wrong is not None:
                self._error = wrong
                self._say()
                return
            self.saved.emit(text)
        super().accept()

    def reject(self) -> None:
        """Close; a draft only when asked a second time."""
        self.text.catch_up()
        if self.modified and not self._asked:
            self._asked = True
            self._error = "The text is not saved. Cancel again to discard it."
            self._say()
            return
        super().reject()

    def _read(self) -> str | None:
        try:
            return self.text.read()
        except EscapeError as error:
            self._error = self.text.point_out(error)
            self._say()
            return None

    def _take_form(self, wrong: str) -> None:
        self._error = wrong
        self._say()

    def _take_typing(self) -> None:
        self._error, self._asked = "", False
        self._say()

    def _say(self) -> None:
        said = [self._error, LINES_HINT if self.text.escaped else ""]
        self.note.setText("\n".join(text for text in said if text))
        self.note.setVisible(bool(self.note.text()))
        for name, on in (("error", bool(self._error)), ("muted", not self._error)):
            self.note.setProperty(name, on)
        self.note.style().polish(self.note)
