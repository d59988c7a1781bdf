"""How the table of items is set up: what is chosen by a click, and how wide its columns are."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from monitor.ui.storage.columns import Column
from monitor.ui.table_rows import set_up_rows

_NARROW: Final = 560
"""Pixels of width below which key, value and state need the room of what is known of an item besides."""
_BESIDES: Final = (Column.KIND, Column.CHANGED)
_WIDTHS: Final = {
    Column.KEY: 150,
    Column.KIND: 78,
    Column.SIZE: 60,
    Column.CHANGED: 80,
    Column.STATE: 156,
}


def set_up(table: QTableView) -> None:
    """How rows are chosen and columns arranged, at first. The model is there already."""
    # Editing begins by our own actions alone, so that it can refuse and say why.
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
    table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.setAccessibleName("Items")
    set_up_rows(table, 14)
    columns = table.horizontalHeader()
    columns.setHighlightSections(False)
    columns.setSectionsMovable(True)
    columns.setMinimumSectionSize(48)
    # Or else Qt looks through the whole table for columns that are selected whole: 400 ms at 10,000 rows.
    columns.setSelectionModel(QItemSelectionModel(table.model(), columns))
    # The value takes what the others leave, so that no column is out of sight, least of all the state.
    columns.setSectionResizeMode(Column.VALUE, QHeaderView.ResizeMode.Stretch)
    for column, width in _WIDTHS.items():
        columns.resizeSection(column, width)
    table.setSortingEnabled(True)
    table.sortByColumn(Column.KEY, Qt.SortOrder.AscendingOrder)


def fit_columns(table: QTableView) -> None:
    """In a narrow window the columns that can be spared are not shown."""
    for column in _BESIDES:
        table.setColumnHidden(column, table.viewport().width() < _NARROW)
