"""StorageDelegate: draws the cells of the table, and edits keys and values in place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from monitor.ui.appearance import fixed_font
from monitor.ui.icons import icon
from monitor.ui.storage.columns import Column, ItemState
from monitor.ui.storage.item_editor import ItemEditor
from monitor.ui.storage.item_states import FLASH

if TYPE_CHECKING:
    from PySide6.QtCore import QAbstractItemModel

    from monitor.ui.appearance import Appearance
    from monitor.ui.storage.model import StorageModel

Index = QModelIndex | QPersistentModelIndex

_PADDING: Final = 9
_ICON: Final = 16
_NARROWEST_EDITOR: Final = 340

STATE_LOOKS: Final = {
    ItemState.REFUSED: ("refused", "error"),
    ItemState.PENDING: ("saving", "accent"),
    ItemState.WAITING: ("waiting", "warning"),
    ItemState.REMOVED: ("refused", "warning"),
    ItemState.CHANGED: ("changed", "warning"),
    ItemState.SAVED: ("saved", "good"),
    ItemState.REDACTED: ("redacted", "muted"),
}
"""Icon and colour of each state that has one. The words beside them say the same."""


class StorageDelegate(QStyledItemDelegate):
    """`enlarge` carries the editor whose operator wants more room."""

    enlarge = Signal(object)
    grown = Signal()

    def __init__(self, model: StorageModel, appearance: Appearance, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self._appearance = appearance
        self._fixed = fixed_font()
        self._struck = QFont(self._fixed)
        self._struck.setStrikeOut(True)
        self._slanted = QFont(self._fixed)
        self._slanted.setItalic(True)

    # --- drawing -----------------------------------------------------------------------------------------------------

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """As wide as the text, up to a limit that the table sets itself."""
        text = self._model.text(self._model.key(index.row()), index.column())
        font = self._fixed if index.column() in (Column.KEY, Column.VALUE) else option.font
        icon_width = _ICON + 6 if index.column() == Column.STATE else 0
        metrics = QFontMetrics(font)
        return QSize(metrics.horizontalAdvance(text) + 2 * _PADDING + icon_width, metrics.height() + 12)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Ground, line below, text; in the last column the state's icon as well."""
        key, column = self._model.key(index.row()), index.column()
        rect = option.rect
        painter.save()
        self._draw_ground(painter, option, key)
        inner = rect.adjusted(_PADDING, 0, -_PADDING, 0)
        state = self._model.states.state(key)
        if column == Column.STATE and state in STATE_LOOKS:
            name, shade = STATE_LOOKS[state]
            color = self._appearance.color(shade)
            place = QRect(inner.left(), rect.center().y() - _ICON // 2 + 1, _ICON, _ICON)
            icon(name, color.name()).paint(painter, place)
            inner.setLeft(inner.left() + _ICON + 6)
            painter.setPen(color)
        else:
            painter.setPen(self._ink(key, column, state))
        font = self._font(key, column, state, option.font)
        painter.setFont(font)
        align = Qt.AlignmentFlag.AlignRight if column == Column.SIZE else Qt.AlignmentFlag.AlignLeft
        text = QFontMetrics(font).elidedText(self._model.text(key, column), Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, align | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, text)
        painter.restore()

    def _draw_ground(self, painter: QPainter, option: QStyleOptionViewItem, key: str) -> None:
        rect = option.rect
        color = self._appearance.color
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, color("selection"))
        left = self._model.states.flash(key)
        if left:
            flash = QColor(color("flash"))
            flash.setAlphaF(min(1.0, left / FLASH) if self._appearance.moves else 1.0)
            painter.fillRect(rect, flash)
        painter.setPen(color("border"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(color("accent"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(rect.adjusted(0, 0, -1, -1))

    def _ink(self, key: str, column: int, state: ItemState) -> QColor:
        color = self._appearance.color
        if column in (Column.KEY, Column.VALUE):
            if state in (ItemState.PENDING, ItemState.WAITING):
                return color("accent")
            if (column == Column.KEY and not key) or state in (ItemState.REDACTED, ItemState.REMOVED):
                return color("muted")
            return color("text")
        return color("muted")

    def _font(self, key: str, column: int, state: ItemState, plain: QFont) -> QFont:
        if column not in (Column.KEY, Column.VALUE):
            return plain
        pending = self._model.states.pending.of(key)
        if pending is not None:
            return self._struck if pending.value is None else self._slanted
        if (column == Column.KEY and not key) or (column == Column.VALUE and state is ItemState.REDACTED):
            return self._slanted
        return self._fixed

    # --- editing -----------------------------------------------------------------------------------------------------

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """An editor that pins its row until it is closed."""
        key = self._model.key(index.row())
        check = self._model.check_key(key) if index.column() == Column.KEY else None
        editor = ItemEditor(key, parent, check)
        editor.line.setFont(self._fixed)
        editor.accepted.connect(lambda: self._finish(editor))
        editor.cancelled.connect(lambda: self.closeEditor.emit(editor, self.EndEditHint.NoHint))
        editor.grown.connect(self.grown)
        editor.enlarge.connect(lambda: self.enlarge.emit(editor))
        self._model.pin(key)
        value = self._model.shown_value(key)
        seen = value if isinstance(value, str) else None
        editor.start(key if check is not None else seen or "", seen)
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Qt asks for this after every change of the row. A draft is left as it is (`ItemEditor.follow`)."""
        assert isinstance(editor, ItemEditor)
        value = self._model.shown_value(editor.key)
        if index.column() == Column.VALUE:
            editor.follow(value if isinstance(value, str) else None)

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        """Send what the operator changed, with what the operator saw; nothing, if nothing was changed."""
        assert isinstance(editor, ItemEditor)
        if not (editor.done and editor.modified):
            return
        text = editor.read()
        editing, seen = self._model.editing, editor.seen
        if index.column() == Column.VALUE:
            if text != seen:
                editing.set_value(editor.key, text, seen)
        elif text != editor.key and seen is not None:
            editing.rename(editor.key, text, seen)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        """Over the cell, and as far to the right and below as the editor needs; above where there is no room below."""
        parent = editor.parentWidget()
        assert parent is not None
        rect = QRect(option.rect)
        rect.setWidth(min(max(rect.width(), _NARROWEST_EDITOR), parent.width() - rect.left()))
        editor.setFixedWidth(rect.width())
        wanted = editor.heightForWidth(rect.width())
        rect.setHeight(max(rect.height(), wanted, editor.sizeHint().height() if wanted < 0 else 0))
        if rect.bottom() > parent.height() and option.rect.bottom() - rect.height() >= 0:
            rect.moveBottom(option.rect.bottom())
        editor.setGeometry(rect)

    def destroyEditor(self, editor: QWidget, index: Index) -> None:
        """The row is as free as any other."""
        assert isinstance(editor, ItemEditor)
        self._model.unpin(editor.key)
        super().destroyEditor(editor, index)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt's own filter would commit and close an editor that loses the focus; ours decides itself."""
        return False

    def _finish(self, editor: ItemEditor) -> None:
        self.commitData.emit(editor)
        self.closeEditor.emit(editor, self.EndEditHint.NoHint)
