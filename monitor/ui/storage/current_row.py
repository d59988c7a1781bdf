"""CurrentRow: which row of the table is the current one when rows come and go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel, QPersistentModelIndex

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtWidgets import QTableView

    from monitor.ui.storage.model import StorageModel


class CurrentRow:
    """Of ``table``, which shows ``model``. Say when rows are about to be removed (`take_removal`), and call `follow`
    when all that came has come.
    """

    def __init__(self, table: QTableView, model: StorageModel) -> None:
        self._table = table
        self._model = model
        self._awaited: str | None = None
        self._deleted: set[str] = set()
        self._is_to_be_marked = False
        self._goes = False
        self._neighbour = QPersistentModelIndex()
        model.rowsRemoved.connect(self._take_neighbour)

    @property
    def is_meant(self) -> bool:
        """Whether there is a current row, and it is the operator's choice: not the one that Qt chose in its stead when
        the page removed it.
        """
        current = self._table.currentIndex()
        if self._neighbour.isValid() and self._neighbour.row() == current.row():
            return self._table.selectionModel().hasSelection()
        return current.isValid()

    def await_key(self, key: str) -> None:
        """Make the row of this key the current one as soon as there is one, unless the operator types by then."""
        self._awaited = key

    def note_deletion(self, keys: Iterable[str]) -> None:
        """The operator deletes these items. Once their rows are gone, the current row is marked in their stead; but
        none is where the page removes what was marked, for the next key of the operator's was not meant for it.
        """
        self._deleted = set(keys)

    def take_removal(self, first: int, last: int) -> None:
        """See whether the rows that go are what the operator deleted, and whether the current one goes."""
        gone: set[str] = set()
        if self._deleted:
            gone = self._deleted.intersection(self._model.keys_of(range(first, last + 1)))
            self._is_to_be_marked = self._is_to_be_marked or bool(gone)
            self._deleted -= gone
        self._goes = not gone and first <= self._table.currentIndex().row() <= last

    def _take_neighbour(self) -> None:
        """The rows are gone, and Qt has chosen another in the stead of the current one."""
        if self._goes:
            self._goes = False
            self._neighbour = QPersistentModelIndex(self._table.currentIndex())

    def follow(self, *, is_typing: bool) -> None:
        """Go where the operator is to be, if that is known by now."""
        if is_typing:
            self._awaited = None
        self.go()
        if self._is_to_be_marked:
            self._is_to_be_marked = False
            self.mark()

    def go(self) -> None:
        """To the row that is awaited, if it is there."""
        row = None if self._awaited is None else self._model.row_of(self._awaited)
        if row is not None:
            self._awaited = None
            index = self._model.index(row, max(self._table.currentIndex().column(), 0))
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            self._table.selectionModel().setCurrentIndex(index, flags)
            self._table.scrollTo(index)

    def mark(self) -> None:
        """Select it, if nothing is, so that it can be seen what the keys act on."""
        if self._table.currentIndex().isValid() and not self._table.selectionModel().hasSelection():
            self._table.selectRow(self._table.currentIndex().row())
