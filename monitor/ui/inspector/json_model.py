"""JsonModel: a JSON document as a tree, each level listed only as far as it is looked at."""

from __future__ import annotations

from contextlib import contextmanager
from enum import IntEnum
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from monitor.core.lenses import json_edits
from monitor.core.lenses.json_text import JsonError, JsonKind, Node, keys, last_member, members
from monitor.core.values import one_line
from monitor.ui.inspector.json_row import JsonRow, alike_around, number
from monitor.ui.words import counted, plain_tooltip

if TYPE_CHECKING:
    from collections.abc import Iterator

Index = QModelIndex | QPersistentModelIndex
_NOWHERE: Final = QModelIndex()
_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_TOOL_TIP = int(Qt.ItemDataRole.ToolTipRole)
_ACCESSIBLE = int(Qt.ItemDataRole.AccessibleTextRole)
PAGE: Final = 200
"""Members that are listed at a time."""

_PREVIEW: Final = 300
_HOLDS: Final = (JsonKind.OBJECT, JsonKind.ARRAY)


class JsonColumn(IntEnum):
    """From left to right."""

    NAME = 0
    VALUE = 1


class JsonModel(QAbstractItemModel):
    """Shows the document of `show`; its root is the one row at the top, called ``name``.

    Nothing is changed here: `edited` carries the text that the document would be after what the operator did, to be
    kept, and shown here again; then the object or array in which it was done, ``None`` if in none, and how many members
    that would have more. `refused` carries why that cannot be done. Rows that stay keep what is unfolded.
    """

    edited = Signal(object, object, int)
    refused = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.name = ""
        self.editable = False
        self.lists_more = True
        """Whether members may be listed that are not yet: not on the way to one that is, which would move away."""
        self._root: JsonRow | None = None
        self._changing = False

    # --- the document ------------------------------------------------------------------------------------------------

    @property
    def text(self) -> str | None:
        """The document that is shown."""
        return None if self._root is None else self._root.node.document

    @property
    def root(self) -> Node | None:
        """Its root."""
        return None if self._root is None else self._root.node

    def show(self, root: Node | None) -> None:
        """Show the document of this root from now on, or none."""
        with self._change():  # Until all is done, some rows are of the old document.
            if root is not None and self._root is not None:
                self._reconcile(self._root, root)
            elif root is not None:
                self.beginInsertRows(QModelIndex(), 0, 0)
                self._root = JsonRow(root, None, 0)
                self.endInsertRows()
            elif self._root is not None:
                self.beginRemoveRows(QModelIndex(), 0, 0)
                self._root = None
                self.endRemoveRows()

    @contextmanager
    def _change(self) -> Iterator[None]:
        """Nothing more is listed meanwhile."""
        self._changing = True
        try:
            yield
        finally:
            self._changing = False

    def node(self, index: Index) -> Node:
        """What the row stands for."""
        return _row(index).node

    def _reconcile(self, row: JsonRow, node: Node) -> None:
        """Let the row, and all that is listed below it, stand for the new document."""
        before, shown = row.node, row.children
        complete = row.complete
        rest = members(node)
        fresh = list(islice(rest, len(shown) + PAGE if complete else row.listed))
        row.listed = len(fresh)
        row.jumps = row.jumps and row.listed < node.count
        last = last_member(node) if row.jumps else None
        if last is not None:
            fresh.append(last)
        head, tail = alike_around(shown, fresh, complete and len(fresh) == node.count)
        first = min(len(shown), len(fresh)) - tail
        assert head <= first
        self._splice(row, first, len(shown) - tail, fresh[first : len(fresh) - tail])
        row.node, row.rest = node, rest
        for child, member in zip(shown, fresh, strict=True):
            self._reconcile(child, member)
        if before.source != node.source or before.key != node.key:
            place = self._index(row)
            self.dataChanged.emit(place, place.siblingAtColumn(JsonColumn.VALUE))

    def _splice(self, row: JsonRow, first: int, last: int, nodes: list[Node]) -> None:
        """Put rows for ``nodes`` in the place of the children from ``first`` to before ``last``."""
        shown = row.children
        if last > first:
            self.beginRemoveRows(self._index(row), first, last - 1)
            del shown[first:last]
            number(shown, first)
            self.endRemoveRows()
        if nodes:
            self.beginInsertRows(self._index(row), first, first + len(nodes) - 1)
            shown[first:first] = [JsonRow(node, row, 0) for node in nodes]
            number(shown, first)
            self.endInsertRows()

    def _index(self, row: JsonRow) -> QModelIndex:
        return self.createIndex(row.place, 0, row)

    # --- what the view asks ------------------------------------------------------------------------------------------

    def index(self, row: int, column: int, parent: Index = _NOWHERE) -> QModelIndex:
        """Where the member stands."""
        if not 0 <= column < len(JsonColumn):
            return QModelIndex()
        if not parent.isValid():
            return self.createIndex(0, column, self._root) if row == 0 and self._root is not None else QModelIndex()
        children = _row(parent).children
        return self.createIndex(row, column, children[row]) if 0 <= row < len(children) else QModelIndex()

    def parent(self, index: Index = _NOWHERE) -> QModelIndex:  # type: ignore[override]  # QObject.parent() is another
        """What holds the member."""
        above = _row(index).parent if index.isValid() else None
        return QModelIndex() if above is None else self._index(above)

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """How many members are listed."""
        if not parent.isValid():
            return 0 if self._root is None else 1
        return len(_row(parent).children) if parent.column() == 0 else 0

    def columnCount(self, _parent: Index = _NOWHERE) -> int:
        """As many as `JsonColumn` has."""
        return len(JsonColumn)

    def hasChildren(self, parent: Index = _NOWHERE) -> bool:
        """Whether there is anything to unfold."""
        if not parent.isValid():
            return self._root is not None
        row = _row(parent)
        return parent.column() == 0 and (row.node.count > 0 or bool(row.children))

    def canFetchMore(self, parent: Index) -> bool:
        """Whether members are not listed yet."""
        return (
            self.lists_more
            and not self._changing
            and parent.isValid()
            and parent.column() == 0
            and not _row(parent).complete
        )

    def fetchMore(self, parent: Index) -> None:
        """List some more."""
        if self.canFetchMore(parent):
            row = _row(parent)
            more = list(islice(row.rest, min(PAGE, row.node.count - len(row.children))))
            with self._change():
                self._splice(row, row.listed, row.listed, more)
                row.listed += len(more)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        """The columns' titles."""
        if orientation == Qt.Orientation.Horizontal and role == _DISPLAY:
            return "Name" if section == JsonColumn.NAME else "Value"
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Names can be edited in objects, values where they hold nothing themselves."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        node = _row(index).node
        flags = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
        able = node.key is not None if index.column() == JsonColumn.NAME else node.kind not in _HOLDS or not node.count
        return flags | Qt.ItemFlag.ItemIsEditable if self.editable and able else flags

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        """What a cell shows, for looking only; to edit, the exact source comes from `node`."""
        if role not in (_DISPLAY, _TOOL_TIP, _ACCESSIBLE):
            return None
        row = _row(index)
        text = self._name(row.node) if index.column() == JsonColumn.NAME else _value(row.node)
        if role == _ACCESSIBLE:
            return f"{self._name(row.node)}: {_value(row.node)}" if index.column() == JsonColumn.NAME else text
        return plain_tooltip(text) if role == _TOOL_TIP else text

    def _name(self, node: Node) -> str:
        if node.parent is None:
            return one_line(self.name, 100) or "(empty key)"
        return str(node.index) if node.key is None else one_line(node.key, 200) or '""'

    # --- what the operator does --------------------------------------------------------------------------------------

    def set_value(self, index: Index, source: str) -> bool:
        """Put the JSON ``source`` in the place of the value. Says whether it was taken."""
        node = _row(index).node
        if source == node.source:
            return True
        try:
            text = json_edits.replace_value(node, source)
        except JsonError as error:
            self.refused.emit(str(error))
            return False
        self.edited.emit(text, node.parent, 0)
        return True

    def set_name(self, index: Index, name: str) -> bool:
        """Call the member otherwise. Says whether that can be."""
        node = _row(index).node
        if name == node.key:
            return True
        if node.parent is None or json_edits.has_key(node.parent, name):
            self.refused.emit("There is a member of this name already.")
            return False
        self.edited.emit(json_edits.rename(node, name), node.parent, 0)
        return True

    def remove(self, index: Index) -> bool:
        """Take the member out, whatever it holds."""
        node = _row(index).node
        if node.parent is None or not self.editable:
            return False
        self.edited.emit(json_edits.remove(node), node.parent, -1)
        return True

    def add(self, index: Index) -> Node | None:
        """Add a member, null at first: in an object or array at its end, else behind the member. Returns the
        container that it was added to.
        """
        row = _row(index)
        node = row.node
        inside = node.kind in _HOLDS
        container = node if inside else node.parent
        if container is None or not self.editable:
            return None
        name = _free_name(container) if container.kind is JsonKind.OBJECT else None
        if inside:
            row.jumps = not row.complete
            self.edited.emit(json_edits.append(node, "null", name), container, 1)
        else:
            self.edited.emit(json_edits.insert_after(node, "null", name), container, 1)
        return container


def _row(index: Index) -> JsonRow:
    row = index.internalPointer()
    assert isinstance(row, JsonRow)
    return row


def _value(node: Node) -> str:
    if node.kind is JsonKind.OBJECT:
        return f"{{ {counted(node.count, 'member')} }}" if node.count else "{ }"
    if node.kind is JsonKind.ARRAY:
        return f"[ {counted(node.count, 'member')} ]" if node.count else "[ ]"
    return one_line(node.document[node.start : min(node.end, node.start + _PREVIEW + 1)], _PREVIEW)


def _free_name(container: Node) -> str:
    names = set(keys(container))
    number = 1
    while (name := "new" if number == 1 else f"new {number}") in names:
        number += 1
    return name
