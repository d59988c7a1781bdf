"""StorageTable: the table of one storage area."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QAbstractItemModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QLineEdit,
    QPlainTextEdit,
    QTableView,
    QTextEdit,
    QWidget,
)

from monitor.ui.read_only.attempts import nothing_changed
from monitor.ui.storage.columns import Column
from monitor.ui.storage.current_row import CurrentRow
from monitor.ui.storage.delegate import StorageDelegate
from monitor.ui.storage.fading import Fading
from monitor.ui.storage.item_editor import ItemEditor
from monitor.ui.storage.long_text import LongTextDialog
from monitor.ui.storage.revealing import Revealing
from monitor.ui.storage.table_columns import FittedColumns, set_up
from monitor.ui.storage.table_painting import TablePainting
from monitor.ui.text.form import fits_line

if TYPE_CHECKING:
    from PySide6.QtCore import QByteArray
    from PySide6.QtGui import QFocusEvent, QKeyEvent, QPaintEvent, QResizeEvent

    from monitor.ui.appearance import Appearance
    from monitor.ui.storage.model import StorageModel


class StorageTable(QTableView):
    """Shows a `StorageModel`, and holds at most one editor. One with text that was typed and not yet sent is closed by
    the operator only.

    `drafted` says that a draft was begun or finished; `inspect_asked` carries the key of a value that is to be edited
    with more room, `compare_asked` one of which what was typed is to be compared with what the browser holds.
    `left_below` says that the operator went down from the last row.
    """

    drafted = Signal()
    inspect_asked = Signal(object)
    compare_asked = Signal(object)
    told = Signal(str)
    left_below = Signal()

    def __init__(self, model: StorageModel, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self.storage = model
        self._editor: ItemEditor | None = None
        self._dialog: LongTextDialog | None = None
        self._delegate = StorageDelegate(model, appearance, self)
        self.setItemDelegate(self._delegate)
        self._delegate.enlarge.connect(self._enlarge)
        self._delegate.grown.connect(self.updateEditorGeometries)
        self._delegate.compare_asked.connect(self.compare_asked)
        self._painting = TablePainting(self, model, self._delegate.painter, appearance)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        model.drafts.changed.connect(self.drafted)
        self.current_row = CurrentRow(self, model)
        self.revealing = Revealing(model, self)
        self.revealing.told.connect(self.told)
        self.setModel(model)
        set_up(self)
        self._columns = FittedColumns(self)
        self._fading = Fading(self, model.states, model.row_of)
        self.doubleClicked.connect(self.edit_cell)
        model.flushed.connect(self._follow)
        appearance.changed.connect(self.viewport().update)

    # --- what the operator has in hand -------------------------------------------------------------------------------

    @property
    def drafts(self) -> int:
        """How many texts were typed and not sent."""
        renames = (self._editor, self._dialog)
        typed = (rename.edits_key and rename.modified for rename in renames if rename is not None)
        return len(self.storage.drafts) + sum(typed)

    @property
    def editor(self) -> ItemEditor | None:
        """The editor that is open in a cell."""
        return self._editor

    @property
    def dialog(self) -> LongTextDialog | None:
        """The dialog in which a long key is edited."""
        return self._dialog

    def current_key(self) -> str | None:
        """The key of the current row, if that is one that the operator means."""
        return self.storage.key(self.currentIndex().row()) if self.current_row.is_meant else None

    def selected_keys(self) -> list[str]:
        """The keys of the selected rows, from the top."""
        # By ranges: for each of its rows, selectedRows() asks the model about every column.
        selection = self.selectionModel().selection()
        ranges = (selection.at(place) for place in range(selection.count()))
        rows = {row for selected in ranges for row in range(selected.top(), selected.bottom() + 1)}
        return self.storage.keys_of(sorted(rows))

    @property
    def is_typing(self) -> bool:
        """Whether the operator types, here or elsewhere in the window. What is typed next must not go into another
        item, and so the current row must not move by itself.
        """
        # That of the window, also while a question or a menu is open: there the operator goes on after it.
        focus = self.window().focusWidget()
        # An open editor counts wherever the focus is.
        return (
            self._editor is not None
            or self._dialog is not None
            or isinstance(focus, QLineEdit | QPlainTextEdit | QTextEdit)
        )

    def show_key(self, key: str) -> None:
        """Make the row of this key the current one, now or, unless the operator types by then, as soon as there is
        one.
        """
        self.current_row.await_key(key)
        self.current_row.go()

    # --- editing -----------------------------------------------------------------------------------------------------

    def edit_cell(self, index: QModelIndex) -> None:
        """Edit the key or the value, whichever was meant; elsewhere in the row, the value."""
        if index.isValid():
            key = self.storage.key(index.row())
            self.edit_key(key) if index.column() == Column.KEY else self.edit_value(key)

    def edit_value(self, key: str) -> None:
        """Open an editor for the value, with what was typed for it before if anything was: in the cell, or for a long
        one in the inspector. A masked one is revealed by that.
        """
        if self._finish_first() or self._says_why_not() or not self.storage.allowed.can_edit(key):
            return
        self.revealing.to_work(key)
        goes_on = key in self.storage.drafts
        self.storage.take_up_refused(key)
        draft = self.storage.drafts.of(key)
        text = self.storage.shown_value(key) if draft is None else draft.written.text or draft.written.form
        if isinstance(text, str) and not fits_line(text):
            self.inspect_asked.emit(key)
        else:
            self._edit(key, Column.VALUE)
            if goes_on and self._editor is not None:  # Qt has selected all of it, and the next key would replace it.
                self._editor.line.deselect()
                self._editor.line.end(False)

    def edit_key(self, key: str) -> None:
        """Open an editor for the key."""
        if self._finish_first() or self._says_why_not():
            return
        if key in self.storage.drafts:
            self.told.emit("Save or discard what you typed for this item before you rename it.")
        if not self.storage.allowed.can_rename(key):
            return
        if fits_line(key):
            self._edit(key, Column.KEY)
        else:
            seen = self.storage.shown_value(key)
            self._enlarge_key(key, seen if isinstance(seen, str) else None)

    def _says_why_not(self) -> bool:
        why = self.storage.editing.session.why_read_only
        if why is not None:
            self.told.emit(nothing_changed(why))
        return why is not None

    def _edit(self, key: str, column: Column) -> None:
        row = self.storage.row_of(key)
        if row is None:
            return
        index = self.storage.index(row, column)
        self.setCurrentIndex(index)
        self.scrollTo(index)
        self.edit(index, QAbstractItemView.EditTrigger.AllEditTriggers, None)  # type: ignore[call-overload]  # None is no event
        found = self.indexWidget(index)
        assert isinstance(found, ItemEditor)
        self._editor = found
        self._editor.line.textChanged.connect(self.drafted)

    def _finish_first(self) -> bool:
        """An open draft comes before another one is begun."""
        if self._dialog is not None:
            self._dialog.raise_()
            return True
        if self._editor is None:
            return False
        if not self._editor.modified:
            self._editor.leave()
            return False
        row = self.storage.row_of(self._editor.key)
        assert row is not None, "a row that is edited is pinned"
        self.scrollTo(self.storage.index(row, 0))
        self._editor.setFocus()
        return True

    def _enlarge(self, editor: ItemEditor) -> None:
        """Go on where there is more room, with the text as it is."""
        key, seen = editor.key, editor.seen
        if editor.edits_key:
            dialog = self._enlarge_key(key, seen)
            written = editor.written()
            dialog.take_over(written.text, written.form)
            editor.leave()
            return
        # First, so that it is the inspector that the focus goes to.
        editor.leave()
        self.inspect_asked.emit(key)

    def _enlarge_key(self, key: str, seen: str | None) -> LongTextDialog:
        assert seen is not None, "what can be renamed has a value"
        dialog = LongTextDialog("Rename", key, key, self, self.storage.allowed.check_key(key))
        dialog.saved.connect(lambda new_key: self._rename(key, new_key, seen))
        self._open(dialog)
        return dialog

    def _rename(self, key: str, new_key: str, seen: str) -> None:
        self.current_row.await_key(new_key)
        self.storage.editing.rename(key, new_key, seen)

    def _open(self, dialog: LongTextDialog) -> None:
        self.storage.pin(dialog.key)
        dialog.finished.connect(lambda: self._close_dialog(dialog))
        dialog.text.document().modificationChanged.connect(self.drafted)
        self._dialog = dialog
        dialog.open()

    def _close_dialog(self, dialog: LongTextDialog) -> None:
        self._dialog = None
        self.storage.unpin(dialog.key)
        dialog.deleteLater()
        self.drafted.emit()

    def commitData(self, editor: QWidget) -> None:  # noqa: N802 - Qt calls it by name
        """After a rename, the current row is to be the one of the new key."""
        if isinstance(editor, ItemEditor) and editor.edits_key and editor.modified and editor.done:
            self.current_row.await_key(editor.read())
        super().commitData(editor)

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:  # noqa: N802 - Qt's name
        """Qt closes whenever the current cell changes; a draft is closed by its operator only."""
        if isinstance(editor, ItemEditor) and not editor.done:
            if not editor.modified:
                editor.leave()  # which comes here again
            return
        if editor is self._editor:
            self._editor = None
        # Qt sees to this only where the editor itself has the focus, and not a question that was asked about it.
        focus = self.window().focusWidget()
        if focus is not None and (focus is editor or editor.isAncestorOf(focus)):
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        super().closeEditor(editor, hint)
        self.drafted.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt calls it by name
        """The current row is one that is selected, so that it can be seen what the keys act on."""
        super().focusInEvent(event)
        self.current_row.mark()

    def rowsAboutToBeRemoved(self, parent: QModelIndex | QPersistentModelIndex, first: int, last: int) -> None:  # noqa: N802 - Qt's name
        """See whether it is what the operator deleted."""
        self.current_row.take_removal(first, last)
        super().rowsAboutToBeRemoved(parent, first, last)

    # --- keys, and what happens around ------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter edits the current cell. Below the last row is the blank one."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            if self.current_row.is_meant:
                self.edit_cell(self.currentIndex())
            return
        if event.key() == Qt.Key.Key_Down and self.currentIndex().row() == self.storage.rowCount() - 1:
            if not event.modifiers():
                self.left_below.emit()
            return
        super().keyPressEvent(event)

    def _follow(self) -> None:
        self._fading.follow()
        self.current_row.follow(is_typing=self.is_typing)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows in view (`monitor.ui.storage.table_painting`)."""
        self._painting.paint(event.region())

    def arrange_columns(self, state: QByteArray) -> None:
        """Arrange the columns as they were when ``state`` was taken of the header."""
        self._columns.restore(state)

    def arranged_columns(self) -> QByteArray:
        """How the operator has arranged the columns."""
        return self._columns.state()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """No column goes out of sight, nor the current row if it was to be seen."""
        current = self.currentIndex()
        seen = current.isValid() and 0 <= self.visualRect(current).top() < event.oldSize().height()
        super().resizeEvent(event)
        self._columns.fit()
        if seen:
            self.scrollTo(current)

    def setModel(self, model: QAbstractItemModel | None) -> None:
        """Only at construction: a table shows one area all its life."""
        assert model is self.storage
        super().setModel(model)
