"""How the tree paints itself: the rows in view, in one go.

Qt's own way is to ask model, selection and delegate anew for each row, and to lay each text out again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect
from PySide6.QtGui import QPainter

if TYPE_CHECKING:
    from PySide6.QtGui import QRegion
    from PySide6.QtWidgets import QTableView

    from monitor.ui.appearance import Appearance
    from monitor.ui.sessions.model import SessionsModel
    from monitor.ui.sessions.row_painter import RowPainter
    from monitor.ui.sessions.rows import Row


class TreePainting:
    """Paints the viewport of ``table``, all of it: Qt need not paint what is below first, and scrolls by moving what is
    there.
    """

    def __init__(self, table: QTableView, model: SessionsModel, painter: RowPainter, appearance: Appearance) -> None:
        self._table = table
        self._model = model
        self._painter = painter
        self._appearance = appearance
        self._entered = QPersistentModelIndex()
        table.entered.connect(self._enter)
        table.viewportEntered.connect(self._enter)

    def _enter(self, index: QModelIndex | None = None) -> None:
        # Qt, which itself asks for the row to be painted, tells nobody else which one is below the mouse.
        self._entered = QPersistentModelIndex() if index is None else QPersistentModelIndex(index)

    def paint(self, region: QRegion) -> None:
        """Paint this part, as the model is now."""
        painter = QPainter(self._table.viewport())
        for area in region:  # type: ignore[attr-defined]  # its rectangles; the stubs do not know
            painter.fillRect(area, self._appearance.color("base"))
        first, rows = self._rows(region)
        self._paint_grounds(painter, first, rows)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._painter.paint_arrows(painter, rows)
        for row, place in rows:
            self._painter.paint(painter, row, place)
        painter.end()

    def _rows(self, region: QRegion) -> tuple[int, list[tuple[Row, QRect]]]:
        """The first row in this part, and those from it on with their places."""
        table = self._table
        around = region.boundingRect()
        first, last = table.rowAt(around.top()), table.rowAt(around.bottom())
        if first < 0:
            return 0, []
        if last < 0:
            last = self._model.rowCount() - 1
        left, top = table.columnViewportPosition(0), table.rowViewportPosition(first)
        width, height = table.columnWidth(0), table.rowHeight(first)
        rows = range(first, last + 1)
        return first, [(self._model.row(row), QRect(left, top + (row - first) * height, width, height)) for row in rows]

    def _paint_grounds(self, painter: QPainter, first: int, rows: list[tuple[Row, QRect]]) -> None:
        table = self._table
        has_focus = table.hasFocus() or table.viewport().hasFocus()
        current = table.currentIndex().row() if has_focus else -1
        entered = self._entered.row() if table.viewport().underMouse() else -1
        selected = {index.row() for index in table.selectionModel().selectedIndexes()}
        for row, (_, place) in enumerate(rows, first):
            self._painter.paint_ground(
                painter, place, selected=row in selected, hovered=row == entered, current=row == current
            )
