"""Revealing: what the operator asks for about masked values of the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from monitor.ui.words import counted, quoted

if TYPE_CHECKING:
    from monitor.ui.storage.model import StorageModel
    from monitor.ui.storage.table import StorageTable


class Revealing(QObject):
    """Reveals what is selected in ``table``, which shows ``model``. `told` carries a sentence for the status bar."""

    told = Signal(str)

    def __init__(self, model: StorageModel, table: StorageTable) -> None:
        super().__init__(table)
        self._model = model
        self._table = table

    @property
    def can_reveal(self) -> bool:
        """Whether a selected row may be masked. Of many that are selected nobody looks at each."""
        selection = self._table.selectionModel().selection()
        if selection.isEmpty():
            return False
        first = selection.at(0)
        return selection.count() > 1 or first.height() > 1 or self._model.masking.hides(self._model.key(first.top()))

    def reveal(self) -> None:
        """Show the masked values of the selected rows for a while."""
        count = self._model.masking.reveal(self._table.selected_keys())
        said = f"Revealed {counted(count, 'value')} for a minute." if count else "Nothing that is selected is masked."
        self.told.emit(said)

    def mask_again(self) -> None:
        """Mask what was revealed, now."""
        masking = self._model.masking
        masking.mask()
        self.told.emit("What is being typed in is masked when that ends." if masking.reveals else "Masked.")

    def to_work(self, key: str) -> None:
        """The operator is about to work on this value, and sees it for that: it is said, if it was masked."""
        if self._model.masking.reveal([key]) and self._model.shown_value(key) is not None:
            self.told.emit(f"Revealed {quoted(key)}, to be edited. It is masked again a minute from now.")
