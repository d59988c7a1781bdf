"""KeyTreeView: the list of groups that is drawn, and behaves, as a tree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, Qt
from PySide6.QtGui import QPainter, QPen, QPolygon
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from monitor.ui.storage.groups.model import GroupColumn, KeyTreeModel
from monitor.ui.table_rows import set_up_rows

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QMouseEvent
    from PySide6.QtWidgets import QWidget

    from monitor.ui.appearance import Appearance
    from monitor.ui.storage.groups.key_tree import Group

INDENT: Final = 14
ARROW: Final = 18
_EDGE: Final = 6
_MOST_INDENTS: Final = 8


def left_of(group: Group) -> int:
    """Where the row of the group begins, in pixels."""
    return _EDGE + INDENT * min(max(group.depth - 1, 0), _MOST_INDENTS)


class KeyTreeView(QTableView):
    """The current row is the group that is chosen. Right opens, Left closes; so does a click on a triangle."""

    def __init__(self, model: KeyTreeModel, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self._groups = model
        self.setModel(model)
        self.setItemDelegate(_Delegate(model, appearance, self))
        self.setAccessibleName("Groups of keys")
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        set_up_rows(self, 12)
        columns = self.horizontalHeader()
        columns.hide()
        columns.setMinimumSectionSize(40)
        columns.setSectionResizeMode(GroupColumn.LABEL, QHeaderView.ResizeMode.Stretch)
        columns.resizeSection(GroupColumn.COUNT, self.fontMetrics().horizontalAdvance("100,000") + 18)
        model.regrouped.connect(self._choose_all)
        self.selectionModel().currentChanged.connect(self._choose)
        self._choose_all()

    def _choose_all(self) -> None:
        self.setCurrentIndex(self._groups.index_of(self._groups.tree.chosen))

    def _choose(self, current: QModelIndex) -> None:
        if current.isValid():
            self._groups.choose(self._groups.group(current.row()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Right opens, or goes in; Left closes, or goes out."""
        current = self.currentIndex()
        if not current.isValid() or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
            return
        group = self._groups.group(current.row())
        match event.key():
            case Qt.Key.Key_Right:
                if group.above is None or group.is_open or not self._groups.tree.can_open(group):
                    self._go_to(current.row() + 1)
                else:
                    self._groups.set_open(group, True)
            case Qt.Key.Key_Left:
                if group.above is not None and group.is_open:
                    self._groups.set_open(group, False)
                elif group.above is not None:
                    self.setCurrentIndex(self._groups.index_of(group.above))
            case Qt.Key.Key_Home:
                self._go_to(0)
            case Qt.Key.Key_End:
                self._go_to(self._groups.rowCount() - 1)
            case _:
                super().keyPressEvent(event)

    def _go_to(self, row: int) -> None:
        if row < self._groups.rowCount():
            self.setCurrentIndex(self._groups.index(row, GroupColumn.LABEL))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt calls it by name
        """A press on a triangle opens or closes, and leaves the choice as it is."""
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index.isValid():
            group = self._groups.group(index.row())
            left = left_of(group)
            if group.above is not None and left <= event.position().x() < left + ARROW:
                self._turn(group)
                event.accept()
                return
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt calls it by name
        """Opens or closes."""
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index.isValid():
            self._turn(self._groups.group(index.row()))
            event.accept()
            return
        super().mouseDoubleClickEvent(event)

    def _turn(self, group: Group) -> None:
        """Open or close. A chosen group that is hidden by this hands the choice to the one that hides it."""
        tree = self._groups.tree
        closes = group.is_open and group.above is not None
        if closes and tree.chosen is not group and tree.chosen.prefix.startswith(group.prefix):
            self.setCurrentIndex(self._groups.index_of(group))
        self._groups.set_open(group, not group.is_open)


class _Delegate(QStyledItemDelegate):
    """Draws the triangle and the indentation."""

    def __init__(self, model: KeyTreeModel, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self._groups = model
        self._appearance = appearance

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Triangle and label, or the count."""
        group = self._groups.group(index.row())
        rect, color = option.rect, self._appearance.color
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, color("selection"))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, color("hover"))
        if index.column() == GroupColumn.COUNT:
            painter.setPen(color("muted"))
            painter.drawText(rect.adjusted(0, 0, -_EDGE - 4, 0), _RIGHT, str(index.data()))
        else:
            self._draw_label(painter, option, group, str(index.data()))
        painter.restore()

    def _draw_label(self, painter: QPainter, option: QStyleOptionViewItem, group: Group, label: str) -> None:
        rect, color = option.rect, self._appearance.color
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.fillRect(QRect(rect.left(), rect.top(), 3, rect.height()), color("accent"))
        left = rect.left() + left_of(group)
        if group.above is not None and self._groups.tree.can_open(group):
            middle = QPoint(left + ARROW // 2, rect.center().y())
            points = [QPoint(-4, -2), QPoint(0, 2), QPoint(4, -2)]
            if not group.is_open:
                points = [QPoint(-2, -4), QPoint(2, 0), QPoint(-2, 4)]
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(color("muted"), 1.6, c=Qt.PenCapStyle.RoundCap))
            painter.drawPolyline(QPolygon([middle + point for point in points]))
        painter.setPen(color("text"))
        room = QRect(left + ARROW, rect.top(), rect.right() - left - ARROW, rect.height())
        text = option.fontMetrics.elidedText(label, Qt.TextElideMode.ElideMiddle, room.width())
        painter.drawText(room, _LEFT, text)


_RIGHT: Final = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_LEFT: Final = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
