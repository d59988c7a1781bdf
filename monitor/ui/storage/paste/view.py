"""PasteView: the table in which items of a paste are checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import (
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from monitor.ui.storage.paste.model import PasteColumn, PasteModel
from monitor.ui.table_rows import set_up_rows

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent
    from PySide6.QtWidgets import QWidget

_WIDTHS = {PasteColumn.KEY: 200, PasteColumn.OLD: 190, PasteColumn.FATE: 160}


class PasteView(QTableView):
    """Space checks or unchecks all selected rows."""

    def __init__(self, model: PasteModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self.setModel(model)
        self.setItemDelegate(_Delegate(self))
        self.setAccessibleName("Items to paste")
        set_up_rows(self, 12)
        columns = self.horizontalHeader()
        columns.setHighlightSections(False)
        columns.setStyleSheet("QHeaderView::section { padding: 5px 3px; }")  # where Qt's own cells begin
        columns.setSectionResizeMode(PasteColumn.NEW, QHeaderView.ResizeMode.Stretch)
        for column, width in _WIDTHS.items():
            columns.resizeSection(column, width)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space checks what is selected, or unchecks it if the current row is checked."""
        current = self.currentIndex()
        if event.key() == Qt.Key.Key_Space and current.isValid():
            rows = [index.row() for index in self.selectionModel().selectedRows()]
            checkable = [row for row in (current.row(), *rows) if self._model.plan.rows[row].can_be_set]
            if checkable:
                self._model.check(rows, not self._model.is_checked(checkable[0]))
            return
        super().keyPressEvent(event)


class _Delegate(QStyledItemDelegate):
    """Boxes that cannot be checked look so, and the current row is told by its selection."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        """Qt looks at the flags only for whether a click does anything."""
        super().initStyleOption(option, index)
        option.state &= ~QStyle.StateFlag.State_HasFocus
        if index.column() == PasteColumn.KEY and not index.flags() & Qt.ItemFlag.ItemIsUserCheckable:
            option.state &= ~QStyle.StateFlag.State_Enabled
