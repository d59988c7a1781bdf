"""How the table paints itself: the rows in view, one after the other.

Qt's own way is to ask model, selection and delegate anew for each cell, which takes twice as long as all the drawing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from monitor.ui.storage.cell_painter import Cell
from monitor.ui.storage.columns import Column

if TYPE_CHECKING:
    from PySide6.QtGui import QRegion
    from PySide6.QtWidgets import QTableView

    from monitor.ui.appearance import Appearance
    from monitor.ui.storage.cell_painter import CellPainter
    from monitor.ui.storage.model import StorageModel


class TablePainting:
    """Paints the viewport of ``table``, all of it: Qt need not paint what is below first, and scrolls by moving what is
    there.
    """

    def __init__(self, table: QTableView, model: StorageModel, painter: CellPainter, appearance: Appearance) -> None:
        self._table = table
        self._model = model
        self._painter = painter
        self._appearance = appearance

    def paint(self, region: QRegion) -> None:
        """Paint this part, as the model is now."""
        table = self._table
        painter = QPainter(table.viewport())
        cells = self._cells()
        current = table.currentIndex()
        focused = current.row() if table.hasFocus() or table.viewport().hasFocus() else -1
        selection = table.selectionModel()
        any_selected = selection.hasSelection()
        for area in region:  # type: ignore[attr-defined]  # its rectangles; the stubs do not know
            painter.fillRect(area, self._appearance.color("base"))
            first, last = table.rowAt(area.top()), table.rowAt(area.bottom())
            if first < 0 or not cells:
                continue
            if last < 0:
                last = self._model.rowCount() - 1
            left = min(cell.left for cell in cells)
            shown = [cell for cell in cells if cell.left <= area.right() and cell.left + cell.width > area.left()]
            top, height = table.rowViewportPosition(first), table.rowHeight(first)
            place = QRect(left, top, sum(cell.width for cell in cells), height)
            for row in range(first, last + 1):
                self._painter.paint(
                    painter,
                    self._model.key(row),
                    place,
                    shown,
                    # Rows are selected whole, and of the state's cell Qt learns soonest that it can be.
                    selected=any_selected and selection.isSelected(self._model.index(row, Column.STATE)),
                    current=current.column() if row == focused else -1,
                )
                place.translate(0, height)
        painter.end()

    def _cells(self) -> list[Cell]:
        table = self._table
        return [
            Cell(column, table.columnViewportPosition(column), table.columnWidth(column))
            for column in Column
            if not table.isColumnHidden(column)
        ]
