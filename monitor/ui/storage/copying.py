"""Copying: what goes from the items of an area to the clipboard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from monitor.core.escapes import escape, needs_escapes
from monitor.ui.storage.copy_form import copied, text_of
from monitor.ui.words import counted, quoted

if TYPE_CHECKING:
    from monitor.core.edits import Edit
    from monitor.core.interchange import Form
    from monitor.ui.storage.model import StorageModel
    from monitor.ui.storage.table import StorageTable

REVEAL_FIRST: Final = "Reveal first (Ctrl+R), then copy."
ESCAPED: Final = ", escaped: it has characters that plain text cannot carry"


class Copying(QObject):
    """Copies what is chosen in ``table``. `told` carries a sentence for the status bar."""

    told = Signal(str)

    def __init__(self, model: StorageModel, table: StorageTable, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self._table = table

    def copy_value(self) -> None:
        """Copy the exact value of the current row, unless it is masked."""
        key = self._table.current_key()
        value = None if key is None else self._model.shown_value(key)
        if key is None or not isinstance(value, str):
            return
        if self._model.masking.hides(key):
            self.told.emit(f"Nothing was copied: the value of {quoted(key)} is masked. {REVEAL_FIRST}")
        else:
            self._copy(value, f"the value of {quoted(key)}")

    def copy_keys(self) -> None:
        """Copy the exact keys of the selected rows, one a line."""
        keys = self._table.selected_keys()
        if keys:
            self._copy("\n".join(keys), counted(len(keys), "key"))

    def copy_as(self, form: Form) -> None:
        """Copy the items of the selected rows, or of all that are shown, in a form that other programs read: without
        those that are masked. Nothing stands in their place, for it could be pasted as if it were the value.
        """
        text, what, masked = copied(self._model, self._table.selected_keys() or self._model.keys(), form)
        left_out = f" {counted(masked, 'masked item')} left out. {REVEAL_FIRST}" if masked else ""
        if text:
            self._copy(text, what, left_out)
        elif masked:
            self.told.emit(f"Nothing was copied:{left_out}")
        else:
            self.told.emit("There is no item here that could be copied.")

    def copy_refused(self, edit: Edit) -> None:
        """Copy the exact text that was to be written by a refused edit. It is what the operator wrote, and may be
        nowhere else: nothing of it is left out.
        """
        self._copy(*text_of(edit))

    def _copy(self, text: str, what: str, more: str = "") -> None:
        clipboard = QGuiApplication.clipboard()
        # Whether Qt can hold it is for Qt to say; what a person could not see in what is pasted is escaped as well.
        exact = not needs_escapes(text.replace("\r\n", "\n"))
        if exact:
            clipboard.setText(text)
            exact = clipboard.text() == text
        if not exact:
            clipboard.setText(escape(text))
        self.told.emit(f"Copied {what}{'' if exact else ESCAPED}.{more}")
