"""JsonTree: a JSON document as a tree whose names and values can be typed over, one cell at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTreeView, QWidget

from monitor.core.escapes import EscapeError, escape, needs_escapes
from monitor.core.lenses.json_text import JsonKind
from monitor.ui.appearance import fixed_font
from monitor.ui.inspector.json_cell import JsonCell, JsonDelegate, showable
from monitor.ui.inspector.json_model import JsonColumn, JsonModel
from monitor.ui.text.form import LONGEST_LINE, fits_line
from monitor.ui.waiting_keys import WaitingKeys

if TYPE_CHECKING:
    from PySide6.QtCore import QPoint
    from PySide6.QtGui import QKeyEvent

    from monitor.ui.appearance import Appearance

_UNFOLDED: Final = 2
"""Levels that are unfolded at first, where they are small."""

_SMALL: Final = 40


class JsonTree(QTreeView):
    """Shows ``model``. `typed` says that there is another text in the open cell; `discard_asked` carries the cell whose
    text the operator may want to let go of; `told` carries why something cannot be done here.
    """

    typed = Signal()
    discard_asked = Signal(object)
    told = Signal(str)

    def __init__(self, model: JsonModel, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self.document = model
        self.cell: JsonCell | None = None
        self._waits = False
        self._waiting = WaitingKeys()
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.timeout.connect(self._press_again)
        self._delegate = JsonDelegate(self, model, appearance)
        self.setModel(model)
        self.setItemDelegate(self._delegate)
        self.setFont(fixed_font())
        self.setUniformRowHeights(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setAccessibleName("JSON")
        self.setFrameShape(QTreeView.Shape.NoFrame)
        self.setExpandsOnDoubleClick(False)
        header = self.header()
        header.setSectionResizeMode(JsonColumn.NAME, QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        header.resizeSection(JsonColumn.NAME, 190)
        self.add_action = self._action("&Add member", "Ins", self.add)
        self.remove_action = self._action("&Remove member", "Del", self.remove)
        self.doubleClicked.connect(self._open)
        self.verticalScrollBar().valueChanged.connect(self._list_more)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._open_menu)
        appearance.changed.connect(self.viewport().update)

    def _action(self, text: str, shortcut: str, slot: object) -> QAction:
        action = QAction(text, self)
        action.setShortcut(QKeySequence(shortcut))
        # Its key is told to the tree itself: the same key does something else in the table beside it.
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(slot)
        return action

    def wait(self) -> None:
        """Another document is to be shown: keys wait for it."""
        self._waits = True
        self._again.stop()

    def go_on(self) -> None:
        """It is shown."""
        if self._waiting:
            self._again.start(0)  # When the rows are laid out. Until then what else is pressed waits, too.
        else:
            self._waits = False

    def forget_keys(self) -> None:
        """The document that they wait for does not come."""
        self._waiting.forget()

    def _press_again(self) -> None:
        self._waits = False
        self._waiting.press_again(self)

    def _list_more(self) -> None:
        """Qt lists more of the first level only, as one scrolls. Nothing moves below an open cell."""
        if self.cell is not None:
            return
        index = self.indexAt(self.viewport().rect().bottomLeft())
        while index.isValid():
            above = index.parent()
            if index.row() + 1 >= self.document.rowCount(above) and self.document.canFetchMore(above):
                self.document.fetchMore(above)
            index = above

    def unfold(self) -> None:
        """Show the first levels of a document that has just come."""
        if self.currentIndex().isValid():
            return
        root = self.document.index(0, 0)
        self._unfold(root, _UNFOLDED)
        self.setCurrentIndex(root)

    def _unfold(self, index: QModelIndex, levels: int) -> None:
        if not levels or not index.isValid():
            return
        if self.document.canFetchMore(index):
            self.document.fetchMore(index)
        self.expand(index)
        if self.document.rowCount(index) <= _SMALL:
            for row in range(self.document.rowCount(index)):
                self._unfold(self.document.index(row, 0, index), levels - 1)

    # --- typing ------------------------------------------------------------------------------------------------------

    def edit_current(self, column: JsonColumn | None = None) -> None:
        """Type over the current value, or else over the name."""
        index = self.currentIndex()
        columns = [JsonColumn.VALUE, JsonColumn.NAME] if column is None else [column]
        for each in columns:
            place = index.siblingAtColumn(each)
            if place.isValid() and self.document.flags(place) & Qt.ItemFlag.ItemIsEditable:
                self._edit(place)
                return

    def _edit(self, place: QModelIndex) -> None:
        if self.cell is not None:
            self.cell.setFocus()
            return
        node = self.document.node(place)
        source = (node.key or "") if place.column() == JsonColumn.NAME else showable(node.source)
        if len(source) > LONGEST_LINE or not fits_line(source):
            self.told.emit("This is too long for one line: edit it as text (Alt+1).")
            return
        self._go_to(place)
        self.edit(place, QAbstractItemView.EditTrigger.AllEditTriggers, None)  # type: ignore[call-overload]  # None is no event
        cell = self.indexWidget(place)
        assert isinstance(cell, JsonCell)
        self.cell = cell
        cell.selectAll()
        cell.setFocus()
        cell.textChanged.connect(self.typed)

    def _go_to(self, place: QModelIndex) -> None:
        self.document.lists_more = False
        self.setCurrentIndex(place)
        self.scrollTo(place)
        self.document.lists_more = True

    def finish(self, cell: JsonCell) -> None:
        """Take over what was typed, and close; unless it is wrong, which is told."""
        if cell.done or cell is not self.cell:
            return
        if cell.modified and not self._take(cell):
            cell.setProperty("wrong", True)
            cell.style().polish(cell)
            return
        self.close_cell(cell)

    def _take(self, cell: JsonCell) -> bool:
        place = QModelIndex(cell.place)  # type: ignore[call-overload]  # the stubs do not know it
        if not cell.is_name:
            return self.document.set_value(place, cell.text())
        try:
            return self.document.set_name(place, cell.name())
        except EscapeError as error:
            self.document.refused.emit(str(error))
            return False

    def cancel(self, cell: JsonCell) -> None:
        """Close it, unless something was typed: then it is asked whether that is to go."""
        if cell.modified:
            self.discard_asked.emit(cell)
        else:
            self.close_cell(cell)

    def close_cell(self, cell: JsonCell) -> None:
        """Close it; what is still in it is not wanted."""
        if not cell.done:
            self._close(cell)
            self.typed.emit()
            self.setFocus()

    def leave_cell(self) -> None:
        """Close the cell, if one is open. Its text is somewhere else by now, or not wanted: nobody is told."""
        if self.cell is not None:
            self._close(self.cell)

    def _close(self, cell: JsonCell) -> None:
        cell.done = True
        self.cell = None
        self.closeEditor(cell, JsonDelegate.EndEditHint.NoHint)

    @property
    def holds_text(self) -> bool:
        """Whether something was typed in the open cell that is not in the document."""
        return self.cell is not None and self.cell.modified

    def text(self) -> str | None:
        """The document with what stands in the open cell, whatever that is: nothing typed is lost."""
        text, cell = self.document.text, self.cell
        if text is None or cell is None or not cell.modified:
            return text
        node = cell.node
        start, end = (node.key_start, node.key_end) if cell.is_name else (node.start, node.end)
        return "".join((text[:start], cell.source(), text[end:]))

    # --- adding and removing -----------------------------------------------------------------------------------------

    def add(self) -> None:
        """Add a member to what is current, or behind it, and let the operator name it."""
        index = self.currentIndex().siblingAtColumn(0)
        if self.cell is not None or not index.isValid():
            return
        node = self.document.node(index)
        inside = node.kind in (JsonKind.OBJECT, JsonKind.ARRAY)
        above = index if inside else index.parent()
        if self.document.canFetchMore(above):
            self.document.fetchMore(above)  # What is added behind the last that is listed is listed, too.
        index = self.currentIndex().siblingAtColumn(0)
        if self.document.add(index) is None:
            return
        self.expand(above)
        # Behind the last member, also where those before it are not listed, is the last.
        last = self.document.rowCount(above) - 1
        row = last if inside else min(self.currentIndex().row() + 1, last)
        added = self.document.index(row, JsonColumn.NAME, above)
        self._go_to(added)
        named = self.document.node(added).key is not None
        self.edit_current(JsonColumn.NAME if named else JsonColumn.VALUE)

    def remove(self) -> None:
        """Take the current member out."""
        index = self.currentIndex().siblingAtColumn(0)
        if self.cell is None and index.isValid():
            self.document.remove(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and F2 type over the value, Shift+F2 over the name; Ins adds, Del removes, Ctrl+C copies."""
        if self._waits:
            self._waiting.keep(event)
            return
        key, plain = event.key(), not event.modifiers()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2) and plain:
            self.edit_current()
        elif key == Qt.Key.Key_F2 and event.modifiers() == Qt.KeyboardModifier.ShiftModifier:
            self.edit_current(JsonColumn.NAME)
        elif key == Qt.Key.Key_Insert and plain:
            self.add()
        elif key == Qt.Key.Key_Delete and plain:
            self.remove()
        elif event.matches(QKeySequence.StandardKey.Copy):
            self._copy()
        else:
            super().keyPressEvent(event)

    def _copy(self) -> None:
        index = self.currentIndex()
        if index.isValid():
            node = self.document.node(index)
            name = index.column() == JsonColumn.NAME and node.key is not None
            text = (node.key or "") if name else showable(node.source)
            QGuiApplication.clipboard().setText(escape(text) if needs_escapes(text) else text)

    def _open(self, index: QModelIndex) -> None:
        if self.document.flags(index) & Qt.ItemFlag.ItemIsEditable:
            self._edit(index)
        else:
            self.setExpanded(index.siblingAtColumn(0), not self.isExpanded(index.siblingAtColumn(0)))

    def _open_menu(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        able = self.document.editable
        index = self.currentIndex()
        editable = index.isValid() and bool(self.document.flags(index) & Qt.ItemFlag.ItemIsEditable)
        menu.addAction("&Edit\tF2", self.edit_current).setEnabled(editable)
        self.add_action.setEnabled(able)
        self.remove_action.setEnabled(able and index.parent().isValid())
        menu.addActions([self.add_action, self.remove_action])
        menu.addSeparator()
        menu.addAction("&Copy\tCtrl+C", self._copy)
        menu.popup(self.viewport().mapToGlobal(place))
