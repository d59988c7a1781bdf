"""SessionsView: the list that behaves as a tree: arrows open and close, a click on a triangle too.

A table of one column and not a list view, for that one asks the model for every row at each insertion: 30 ms at 10,000
rows, where a table needs none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QModelIndex, Qt, Signal
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from monitor.ui.sessions.rows import AskingRow, OriginRow, PageRow, Row, SessionRow, level, rows_above

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent
    from PySide6.QtWidgets import QWidget

    from monitor.ui.appearance import Appearance
    from monitor.ui.sessions.model import SessionsModel
    from monitor.ui.sessions.row_painter import RowPainter
    from monitor.ui.sessions.tree_painting import TreePainting
    from monitor.ui.words import WallClock


INDENT: Final = 18
"""Pixels by which a row stands further in than the one that it belongs to."""
ARROW: Final = 20
"""Width of the triangle that opens and closes a row."""


class SessionsView(QTableView):
    """Shows what it is given by `show_model`, which comes before any other call; until then it is empty.

    `answering` carries the `monitor.core.origins.Asking` of a row that the operator wants to answer.
    """

    answering = Signal(object)

    _model: SessionsModel
    _painter: RowPainter
    _painting: TreePainting

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.horizontalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setMouseTracking(True)
        self.setAccessibleName("Sessions")

    def show_model(self, model: SessionsModel, appearance: Appearance, wall: WallClock) -> None:
        """Show the rows of ``model`` from now on."""
        # Not at the start, for the window is painted once before there are rows.
        from monitor.ui.sessions.row_painter import RowPainter
        from monitor.ui.sessions.tree_painting import TreePainting

        self._model = model
        self._painter = RowPainter(model, appearance, wall, self.font())
        self._painting = TreePainting(self, model, self._painter, appearance)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setModel(model)
        self._fit_rows()
        # What Qt puts off, it does when it paints, and then asks for another paint.
        model.flushed.connect(self.executeDelayedItemsLayout)

    def changeEvent(self, event: QEvent) -> None:
        """Rows are as tall as the font asks for."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and self.model() is not None:
            self._painter.use(self.font())
            self._fit_rows()

    def _fit_rows(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self._painter.height)

    def current_row(self) -> Row | None:
        """What the current row stands for."""
        index = self.currentIndex()
        return self._model.row(index.row()) if index.isValid() else None

    def make_current(self, index: QModelIndex) -> None:
        """Select this row, and scroll to it."""
        if index.isValid():
            self.setCurrentIndex(index)

    def take_focus(self) -> None:
        """Let the operator go on from the current row, or from the first."""
        if not self.currentIndex().isValid():
            self.make_current(self._model.index(0))
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows in view (`monitor.ui.sessions.tree_painting`). With no rows, say why."""
        if self.model() is None:
            super().paintEvent(event)
            return
        self._painting.paint(event.region())
        if not self._model.rowCount():
            painter = QPainter(self.viewport())
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            text = "No session matches the search" if self._model.tree.searching else "No sessions yet"
            area = self.viewport().rect().adjusted(16, 24, -16, -16)
            painter.drawText(area, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Right opens, or goes in; Left closes, or goes out; Space turns; the rest is a list's."""
        row = self.current_row()
        if row is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
            return
        match event.key():
            case Qt.Key.Key_Space | Qt.Key.Key_Return | Qt.Key.Key_Enter if isinstance(row, AskingRow):
                self.answering.emit(row.asking)
            case Qt.Key.Key_Right:
                if isinstance(row, AskingRow | PageRow) or self._model.tree.is_open(row):
                    self._step(1)
                else:
                    self._model.set_open(row, True)
            case Qt.Key.Key_Left:
                if not isinstance(row, PageRow) and self._model.tree.is_open(row):
                    self._model.set_open(row, False)
                elif above := rows_above(row):
                    self.make_current(self._model.index_of(above[0]))
            case Qt.Key.Key_Space | Qt.Key.Key_Return | Qt.Key.Key_Enter if not isinstance(row, PageRow):
                self._model.set_open(row, not self._model.tree.is_open(row))
            case Qt.Key.Key_Home:
                self.make_current(self._model.index(0))
            case Qt.Key.Key_End:
                self.make_current(self._model.index(self._model.rowCount() - 1))
            case _:
                super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt calls it by name
        """A press on a triangle opens or closes its row, and leaves the current row as it is. One on the badge of a row
        that asks is for answering.
        """
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index.isValid():
            row = self._model.row(index.row())
            left = 4 + level(row) * INDENT
            if isinstance(row, AskingRow):
                super().mousePressEvent(event)
                if self._painter.badge_at(row, self.visualRect(index), event.position().toPoint()) is not None:
                    self.answering.emit(row.asking)
                return
            if isinstance(row, OriginRow | SessionRow) and left <= event.position().x() < left + ARROW:
                self._model.set_open(row, not self._model.tree.is_open(row))
                event.accept()
                return
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt calls it by name
        """Opens or closes the row; one that asks is to be answered."""
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index.isValid():
            row = self._model.row(index.row())
            if isinstance(row, AskingRow):
                self.answering.emit(row.asking)
            self._model.set_open(row, not self._model.tree.is_open(row))
            event.accept()
            return
        super().mouseDoubleClickEvent(event)

    def _step(self, by: int) -> None:
        self.make_current(self._model.index(self.currentIndex().row() + by))
