"""Copying: what goes from the items of an area to the clipboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

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


class Copying(QObject):
    """Copies what is chosen in ``table``. `told` carries a sentence for the status bar."""

    told = Signal(str)

    def __init__(self, model: StorageModel, table: StorageTable, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self._table = table

    def copy_value(self) -> None:
        """Copy the exact value of the current row."""
        key = self._table.current_key()
        value = None if key is None else self._model.shown_value(key)
        if key is not None and isinstance(value, str):
            self._copy(value, f"the value of {quoted(key)}")

    def copy_keys(self) -> None:
        """Copy the exact keys of the selected rows, one a line."""
        keys = self._table.selected_keys()
        if keys:
            self._copy("\n".join(keys), counted(len(keys), "key"))

    def copy_as(self, form: Form) -> None:
        """Copy the items of the selected rows, or of all that are shown, in a form that other programs read."""
        text, what = copied(self._model, self._table.selected_keys() or self._model.keys(), form)
        if text:
            self._copy(text, what)
        else:
            self.told.emit("There is no item here that could be copied.")

    def copy_refused(self, edit: Edit) -> None:
        """Copy the exact text that was to be written by a refused edit."""
        self._copy(*text_of(edit))

    def _copy(self, text: str, what: str) -> None:
        clipboard = QGuiApplication.clipboard()
        # Whether Qt can hold it is for Qt to say; what a person could not see in what is pasted is escaped as well.
        exact = not needs_escapes(text.replace("\r\n", "\n"))
        if exact:
            clipboard.setText(text)
            exact = clipboard.text() == text
        if not exact:
            clipboard.setText(escape(text))
        self.told.emit(f"Copied {what}{'' if exact else ', escaped: it has characters that plain text cannot carry'}.")
