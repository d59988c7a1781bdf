"""KeyTreeModel: the groups of keys as a flat list, which the view draws as a tree."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from monitor.core.values import one_line
from monitor.ui.rows import Rows, runs
from monitor.ui.storage.groups.key_tree import DELIMITERS, Group, KeyTree
from monitor.ui.words import counted, plain_tooltip

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from monitor.ui.storage.model import StorageModel

Index = QModelIndex | QPersistentModelIndex
_NOWHERE: Final = QModelIndex()
_DISPLAY: Final = int(Qt.ItemDataRole.DisplayRole)
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
ALL: Final = "All"


class GroupColumn(IntEnum):
    """From left to right."""

    LABEL = 0
    COUNT = 1


class KeyTreeModel(QAbstractTableModel):
    """Follows the keys of ``storage``, and has it show the group that is chosen. `regrouped` says that the keys are
    parted at other signs, and all are shown again.
    """

    regrouped = Signal()

    def __init__(self, storage: StorageModel, parent: QObject) -> None:
        super().__init__(parent)
        self._storage = storage
        self.delimiters = DELIMITERS
        self.tree = KeyTree(storage.shown.items, DELIMITERS)
        self._rows: Rows[Group] = Rows(self)
        self._rows.reconcile(self.tree.shown())
        storage.looked_at.connect(self._follow)

    def end(self) -> None:
        """Follow no more, and have all items shown again."""
        self._storage.looked_at.disconnect(self._follow)
        self._storage.show_group("")

    # --- what the operator does --------------------------------------------------------------------------------------

    def part_at(self, delimiters: str) -> None:
        """Part keys at each of these signs from now on."""
        self.delimiters = delimiters
        self.tree = KeyTree(self._storage.shown.items, delimiters)
        self._rows.reconcile(self.tree.shown())
        self._storage.show_group("")
        self.regrouped.emit()

    def choose(self, group: Group) -> None:
        """Have only the items of this group shown."""
        if group is not self.tree.chosen:
            self.tree.chosen = group
            self._rows.reconcile(self.tree.shown())
            self._storage.show_group(group.prefix)

    def set_open(self, group: Group, is_open: bool) -> None:
        """Show the groups in this one, or do not."""
        if group is self.tree.all or group.is_open == is_open or (is_open and not self.tree.can_open(group)):
            return
        self.tree.open(group, is_open)
        self._rows.reconcile(self.tree.shown())
        self._repaint([group])

    # --- rows --------------------------------------------------------------------------------------------------------

    def group(self, row: int) -> Group:
        """What the row stands for."""
        return self._rows.shown[row]

    def index_of(self, group: Group) -> QModelIndex:
        """Where the group is listed; nowhere if it is not."""
        row = self._rows.place(group)
        return QModelIndex() if row is None else self.index(row, GroupColumn.LABEL)

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """How many groups are listed."""
        return 0 if parent.isValid() else len(self._rows.shown)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """As many as `GroupColumn` has."""
        return 0 if parent.isValid() else len(GroupColumn)

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        """What a cell shows."""
        group = self._rows.shown[index.row()]
        if role == _DISPLAY:
            return _label(group) if index.column() == GroupColumn.LABEL else f"{group.count:,}"
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if index.column() == GroupColumn.COUNT else None
        if role == Qt.ItemDataRole.ToolTipRole:
            begin = f"keys that begin with {one_line(group.prefix, 200)}"
            return plain_tooltip(f"{counted(group.count, 'item')}, {begin if group.prefix else 'all keys'}")
        if role == Qt.ItemDataRole.AccessibleTextRole:
            opened = ("open" if group.is_open else "closed") if group.above and self.tree.can_open(group) else ""
            said = [_label(group), counted(group.count, "item"), f"level {max(group.depth, 1)}", opened]
            return ", ".join(filter(None, said))
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """All can be chosen."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemNeverHasChildren

    # --- what the browser does ---------------------------------------------------------------------------------------

    def _follow(self, keys: set[str]) -> None:
        changed, relisted = self.tree.update(keys, self._storage.shown.items)
        if relisted:
            self._rows.reconcile(self.tree.shown())
        self._repaint(changed)

    def _repaint(self, groups: list[Group] | set[Group]) -> None:
        for first, last in runs(self._rows.places(groups)):
            self.dataChanged.emit(self.index(first, 0), self.index(last, GroupColumn.COUNT))


def _label(group: Group) -> str:
    return one_line(group.label, 120) if group.above is not None else ALL
