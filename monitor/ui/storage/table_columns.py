"""How the table of items is set up: what is chosen by a click, and how wide its columns are."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QByteArray, QItemSelectionModel, QObject, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from monitor.ui.storage.columns import Column
from monitor.ui.table_rows import set_up_rows

_VALUE: Final = 140
"""Pixels that the value has before anything else of an item is shown than its key and its state."""
_BESIDES: Final = (Column.SIZE, Column.KIND, Column.CHANGED)
"""What comes next where there is room, the first first."""
_LEAST: Final = {Column.KEY: 90, Column.STATE: 96}
"""Pixels that are left to these where there is no room."""
_NARROWEST: Final = 280
"""Pixels of the whole table: with those there are as many for the value, and a scroll bar."""
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
    table.setMinimumWidth(_NARROWEST)
    # Or else Qt looks through the whole table for columns that are selected whole: 400 ms at 10,000 rows.
    columns.setSelectionModel(QItemSelectionModel(table.model(), columns))
    # The value takes what the others leave, so that no column is out of sight, least of all the state.
    columns.setSectionResizeMode(Column.VALUE, QHeaderView.ResizeMode.Stretch)
    for column, width in _WIDTHS.items():
        columns.resizeSection(column, width)
    table.setSortingEnabled(True)
    table.sortByColumn(Column.KEY, Qt.SortOrder.AscendingOrder)


class FittedColumns(QObject):
    """Keeps every column of ``table`` in sight, and the value readable: in a narrow window those that can be spared are
    not shown, and then key and state are narrower than the operator has made them, as long as it must be. To be made
    after `set_up`; call `fit` whenever the table has another width.
    """

    def __init__(self, table: QTableView) -> None:
        super().__init__(table)
        self._table = table
        self._header = table.horizontalHeader()
        self._fits = False
        self._wanted = dict(_WIDTHS)
        self._header.sectionResized.connect(self._take_width)

    def fit(self) -> None:
        """Make them as wide as there is room for now."""
        if self._fits:
            return  # Qt shows or hides a scroll bar by the way.
        room, wanted = self._table.viewport().width(), self._wanted
        left = room - _VALUE - wanted[Column.KEY] - wanted[Column.STATE]
        self._fits = True
        short = max(0, -left)
        for column, least in _LEAST.items():
            spared = min(short, max(0, wanted[column] - least))
            short -= spared
            self._header.resizeSection(column, wanted[column] - spared)
        for column in _BESIDES:
            left -= wanted[column]
            self._header.setSectionHidden(column, left < 0)
        self._fits = False

    def state(self) -> QByteArray:
        """How the operator wants them, as Qt writes it down."""
        self._fits = True
        for column in Column:
            self._header.setSectionHidden(column, False)
        for column, width in self._wanted.items():
            self._header.resizeSection(column, width)
        state = self._header.saveState()
        self._fits = False
        self.fit()
        return state

    def restore(self, state: QByteArray) -> None:
        """Arrange them as they were then."""
        self._fits = True
        self._header.restoreState(state)
        for column in _BESIDES:
            self._header.setSectionHidden(column, False)
        self._wanted = {column: self._header.sectionSize(column) for column in _WIDTHS}
        self._fits = False
        self.fit()

    def _take_width(self, column: int, _before: int, width: int) -> None:
        # Of a column that is hidden, Qt says so afterwards.
        if width and not self._fits and column in self._wanted:
            self._wanted[Column(column)] = width
