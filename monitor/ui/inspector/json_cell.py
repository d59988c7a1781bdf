"""JsonCell: where one name or value of a JSON tree is typed; and the delegate that draws the tree and opens it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from monitor.core.escapes import EscapeError, needs_escapes
from monitor.core.lenses.json_edits import json_string
from monitor.core.lenses.json_text import JsonKind
from monitor.ui.appearance import fixed_font
from monitor.ui.inspector.json_model import JsonColumn, JsonModel
from monitor.ui.text.form import fill_line, read_line
from monitor.ui.text.line import TextLine

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QKeyEvent

    from monitor.ui.appearance import Appearance
    from monitor.ui.inspector.json_tree import JsonTree

Index = QModelIndex | QPersistentModelIndex
_INKS: Final = {
    JsonKind.STRING: "good",
    JsonKind.NUMBER: "warning",
    JsonKind.BOOLEAN: "literal",
    JsonKind.NULL: "literal",
    JsonKind.OBJECT: "muted",
    JsonKind.ARRAY: "muted",
}


class JsonCell(TextLine):
    """Where one name or value of the document is typed. `accepted` and `cancelled` say that the operator is done, and
    wants what was typed, or does not.
    """

    accepted = Signal()
    cancelled = Signal()

    def __init__(self, index: Index, model: JsonModel, parent: QWidget) -> None:
        super().__init__(parent)
        self.place = QPersistentModelIndex(index)
        self.node = model.node(index)
        self.is_name = index.column() == JsonColumn.NAME
        self.setFont(fixed_font())
        self.setProperty("cell", True)
        self.setAccessibleName("Name" if self.is_name else "Value, as JSON")
        self._escaped = False
        if self.is_name:
            self._escaped = fill_line(self, self.node.key or "")
        else:
            self.setText(showable(self.node.source))
        self._initial = self.text()
        self.done = False

    @property
    def modified(self) -> bool:
        """Whether anything was typed."""
        return self.text() != self._initial

    def name(self) -> str:
        """The name that was typed.

        Raises:
            EscapeError: it stands here in the escaped form, with a mistake.
        """
        return read_line(self, self._escaped)

    def source(self) -> str:
        """What stands here, as JSON; as it was typed, if it has no meaning."""
        if not self.is_name:
            return self.text()
        try:
            return json_string(self.name())
        except EscapeError:
            return f'"{self.text()}"'

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Escape; what else the line leaves over moves nothing in the tree."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.accepted.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        else:
            super().keyPressEvent(event)
        event.accept()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt calls it by name
        """Whoever goes elsewhere is done, unless something is wrong with the text."""
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self.accepted.emit()


class JsonDelegate(QStyledItemDelegate):
    """Draws each node in the colour of its kind, and opens cells of ``tree``."""

    def __init__(self, tree: JsonTree, model: JsonModel, appearance: Appearance) -> None:
        super().__init__(tree)
        self._tree = tree
        self._model = model
        self._appearance = appearance

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        """In the colour of its kind; what it is stands in the text as well."""
        super().initStyleOption(option, index)
        node = self._model.node(index)
        name = index.column() == JsonColumn.NAME
        ink = ("accent" if node.key is not None else "muted") if name else _INKS[node.kind]
        option.palette.setColor(option.palette.ColorRole.Text, self._appearance.color(ink))
        option.palette.setColor(option.palette.ColorRole.HighlightedText, self._appearance.color(ink))

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """High enough for an editor."""
        size = super().sizeHint(option, index)
        size.setHeight(option.fontMetrics.height() + 12)
        return size

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """One line with the exact source."""
        cell = JsonCell(index, self._model, parent)
        cell.accepted.connect(lambda: self._tree.finish(cell))
        cell.cancelled.connect(lambda: self._tree.cancel(cell))
        return cell

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """It was filled when it was made, and what was typed stays."""

    def setModelData(self, editor: QWidget, model: object, index: Index) -> None:
        """What is typed is taken over by `JsonTree.finish` alone, not whenever Qt thinks fit."""

    def eventFilter(self, watched: QObject, event: object) -> bool:
        """Qt's own filter would commit and close; the cell decides itself."""
        return False


def showable(source: str) -> str:
    """The JSON source with escapes of JSON for what would not show, or not survive, in a line."""
    if not needs_escapes(source) and "\n" not in source and "\t" not in source:
        return source
    return "".join(
        f"\\u{ord(character):04x}" if character in "\n\t" or needs_escapes(character) else character
        for character in source
    )
