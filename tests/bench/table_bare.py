"""Qt's own table over Qt's own model, for `storage_table`: all of it in C++."""

from __future__ import annotations

from statistics import median

from PySide6.QtCore import QCoreApplication, QSortFilterProxyModel, Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QApplication, QHeaderView, QStackedWidget, QTableView

from tests.bench.in_turn import obey_in_turn
from tests.bench.painting import until_painted
from tests.bench.storage_table import FILTERED, SORTED_BY, TITLES
from tests.bench.table_steps import scrolled, typed


class BareTable:
    """Each public method is a command; times are milliseconds until it is painted."""

    def __init__(self) -> None:
        self._stack = QStackedWidget()
        self._model = QStandardItemModel()
        self._filter = QSortFilterProxyModel()
        self._filter.setFilterKeyColumn(-1)
        self._filter.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._table: QTableView

    def fill(self, width: int, height: int, row_height: int, widths: list[int], texts: list[list[str]]) -> None:
        """A table of this size over these texts."""
        self._row_height, self._widths = row_height, widths
        self._model.setHorizontalHeaderLabels(TITLES)
        for row in texts:
            self._model.appendRow([QStandardItem(text) for text in row])
        self._stack.resize(width, height)
        self._stack.show()
        self.open()

    def _make_table(self) -> QTableView:
        table = QTableView()
        table.verticalHeader().hide()
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        table.verticalHeader().setDefaultSectionSize(self._row_height)
        table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setWordWrap(False)
        table.setShowGrid(False)
        table.setModel(self._model)
        for column, width in enumerate(self._widths):
            table.setColumnWidth(column, width)
        return table

    def open(self) -> float:
        """A new table over the model."""
        taken = until_painted(self._show_table, lambda: self._table)
        self._settle()
        return taken

    def _show_table(self) -> None:
        before = self._stack.currentWidget()
        self._table = self._make_table()
        self._stack.addWidget(self._table)
        self._stack.setCurrentWidget(self._table)
        if before is not None:
            self._stack.removeWidget(before)
            before.deleteLater()

    def paint(self) -> float:
        """Paint what is shown."""
        return median(until_painted(lambda: None, self._table) for _ in range(20))

    def scroll(self, pages: int) -> list[float]:
        """Go down page by page."""
        return scrolled(self._table, pages)

    def sort(self) -> list[float]:
        """Sort by several columns: the model's own sort."""
        table, taken = self._table, []
        for column, down in SORTED_BY:
            order = Qt.SortOrder.DescendingOrder if down else Qt.SortOrder.AscendingOrder
            taken.append(until_painted(lambda c=column, o=order: table.sortByColumn(c, o), table))  # type: ignore[misc] # bound at once
            self._settle()
        return taken

    def filter(self) -> list[float]:
        """Type into a filter between the model and the table."""
        self._filter.setSourceModel(self._model)
        self._table.setModel(self._filter)
        taken = typed(FILTERED, self._filter.setFilterFixedString, self._table, self._settle)
        self._table.setModel(self._model)
        self._filter.setSourceModel(QStandardItemModel(self._filter))
        return taken

    def _settle(self) -> None:
        for _ in range(3):
            QCoreApplication.processEvents()


if __name__ == "__main__":
    application = QApplication(["bench"])
    application.setStyle("Fusion")
    bare = BareTable()
    obey_in_turn(bare.fill, bare.open, bare.paint, bare.scroll, bare.sort, bare.filter)
