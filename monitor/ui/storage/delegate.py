"""StorageDelegate: measures the cells of the table, and edits keys and values in place. The table draws them itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Signal
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from monitor.ui.storage.cell_painter import CellPainter
from monitor.ui.storage.columns import Column
from monitor.ui.storage.item_editor import ItemEditor

if TYPE_CHECKING:
    from PySide6.QtCore import QAbstractItemModel

    from monitor.ui.appearance import Appearance
    from monitor.ui.storage.model import StorageModel

Index = QModelIndex | QPersistentModelIndex

_NARROWEST_EDITOR: Final = 340


class StorageDelegate(QStyledItemDelegate):
    """`enlarge` carries the editor whose operator wants more room, `compare_asked` the key of which the texts are to be
    compared; `grown` says that an editor wants another height.
    """

    enlarge = Signal(object)
    compare_asked = Signal(object)
    grown = Signal()

    def __init__(self, model: StorageModel, appearance: Appearance, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self.painter = CellPainter(model, appearance)

    # --- measuring ---------------------------------------------------------------------------------------------------

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """As wide as the text of the cell."""
        return QSize(self.painter.width(self._model.key(index.row()), index.column()), option.rect.height())

    # --- editing -----------------------------------------------------------------------------------------------------

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """An editor that pins its row until it is closed."""
        key = self._model.key(index.row())
        model = self._model
        if index.column() == Column.KEY:
            editor = ItemEditor(key, parent, check=model.allowed.check_key(key))
        else:
            editor = ItemEditor(key, parent, model.drafts)
            model.masking.hold(key)
        editor.line.setFont(self.painter.fixed)
        editor.accepted.connect(lambda: self._finish(editor))
        editor.cancelled.connect(lambda: self.closeEditor.emit(editor, self.EndEditHint.NoHint))
        editor.grown.connect(self.grown)
        editor.enlarge.connect(lambda: self.enlarge.emit(editor))
        editor.compare_asked.connect(lambda: self.compare_asked.emit(key))
        model.pin(key)
        value = model.shown_value(key)
        seen = value if isinstance(value, str) else None
        editor.start(key if editor.edits_key else seen or "", seen)
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Qt asks for this after every change of the row. A draft is left as it is (`ItemEditor.follow`)."""
        assert isinstance(editor, ItemEditor)
        value = self._model.shown_value(editor.key)
        if index.column() == Column.VALUE:
            editor.follow(value if isinstance(value, str) else None)

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        """Send what the operator changed, with what the operator saw; nothing, if nothing was changed.

        Qt also asks for this whenever the current cell changes, but a draft is sent by its operator only.
        """
        assert isinstance(editor, ItemEditor)
        if not (editor.done and editor.saves):
            return
        text = editor.read()
        editing, seen = self._model.editing, editor.seen
        if index.column() == Column.VALUE:
            self._model.drafts.drop(editor.key)
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
        if not editor.edits_key:
            self._model.masking.release(editor.key)
        super().destroyEditor(editor, index)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt's own filter would commit and close an editor that loses the focus; ours decides itself."""
        return False

    def _finish(self, editor: ItemEditor) -> None:
        self.commitData.emit(editor)
        self.closeEditor.emit(editor, self.EndEditHint.NoHint)
