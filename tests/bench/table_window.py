"""A window with a session of many items, for `storage_table`."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt

from tests.bench.in_turn import obey_in_turn
from tests.bench.in_window import FilledWindow
from tests.bench.painting import until_painted
from tests.bench.storage_table import FILTERED, SORTED_BY
from tests.bench.table_steps import scrolled, typed

if TYPE_CHECKING:
    from monitor.ui.storage.table import StorageTable

_KINDS = ('{{"id":{0},"color":"green","open":true}}', "{0}", "customer {0} of this shop, who likes it", "true", "")


def _items(count: int) -> dict[str, str]:
    """Items as sites have them: of all kinds, a few dozen characters each."""
    return {f"user.{number % 97}.item-{number}": _KINDS[number % 5].format(number) for number in range(count)}


class TableWindow:
    """Each public method is a command; times are milliseconds until it is painted."""

    def __init__(self) -> None:
        self._filled = FilledWindow()

    @property
    def _table(self) -> StorageTable:
        panel = self._filled.window.storage.panel
        assert panel is not None
        return panel.table

    def fill(self, items: int) -> dict[str, Any]:
        """Two sessions, of which the second has so many items. Returns what it looks like: size, widths, texts."""
        self._small = self._filled.add_session(0, "https://shop.example", {"theme": "dark"})
        self._large = self._filled.add_session(1, "https://shop.example", _items(items))
        self.open()
        self._filled.rest()
        table, model = self._table, self._table.storage
        return {
            "width": table.width(),
            "height": table.height(),
            "row_height": table.verticalHeader().defaultSectionSize(),
            "widths": [table.columnWidth(column) for column in range(model.columnCount())],
            "texts": [
                [str(model.index(row, column).data()) for column in range(model.columnCount())]
                for row in range(model.rowCount())
            ],
        }

    def open(self) -> float:
        """Choose the session with many items."""
        self._filled.window.sessions.choose(self._small.session)
        self._filled.settle()
        window = self._filled.window
        taken = until_painted(lambda: window.sessions.choose(self._large.session), lambda: self._table)
        self._filled.settle()
        return taken

    def paint(self) -> float:
        """Paint what is shown."""
        return median(until_painted(lambda: None, self._table) for _ in range(20))

    def scroll(self, pages: int) -> list[float]:
        """Go down page by page."""
        return scrolled(self._table, pages)

    def sort(self) -> list[float]:
        """Sort by several columns."""
        table, taken = self._table, []
        for column, down in SORTED_BY:
            order = Qt.SortOrder.DescendingOrder if down else Qt.SortOrder.AscendingOrder
            taken.append(until_painted(lambda c=column, o=order: table.sortByColumn(c, o), table))  # type: ignore[misc] # bound at once
            self._filled.settle()
        return taken

    def filter(self) -> list[float]:
        """Type into the filter."""
        field = self._filled.window.storage.filter_field
        return typed(FILTERED, field.setText, self._table, self._filled.settle)


if __name__ == "__main__":
    window = TableWindow()
    obey_in_turn(window.fill, window.open, window.paint, window.scroll, window.sort, window.filter)
