"""VersionsModel: the versions of one item as rows, the newest first."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from monitor.core.values import Redacted, one_line, units
from monitor.ui import words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from monitor.core.history import Version

Index = QModelIndex | QPersistentModelIndex
_NOWHERE: Final = QModelIndex()
_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_TOOL_TIP = int(Qt.ItemDataRole.ToolTipRole)
_ALIGNMENT = int(Qt.ItemDataRole.TextAlignmentRole)
_ACCESSIBLE = int(Qt.ItemDataRole.AccessibleTextRole)
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class VersionColumn(IntEnum):
    """From left to right."""

    WHEN = 0
    BY = 1
    SIZE = 2
    VALUE = 3


_TITLES: Final = {
    VersionColumn.WHEN: "When",
    VersionColumn.BY: "By",
    VersionColumn.SIZE: "Size",
    VersionColumn.VALUE: "Value",
}


class VersionsModel(QAbstractTableModel):
    """``when`` turns the core's seconds into the time on the wall. Old versions may go, new ones may come."""

    def __init__(self, when: Callable[[float], str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._when = when
        self.versions: list[Version] = []

    def show(self, versions: Sequence[Version]) -> None:
        """Show these, which are given oldest first, from now on. Rows that stay keep their selection."""
        wanted = list(reversed(versions))
        shown = self.versions
        shorter = min(len(shown), len(wanted))
        head = next((at for at in range(shorter) if not _same(shown[at], wanted[at])), shorter)
        rest = shorter - head
        tail = next((at for at in range(rest) if not _same(shown[-1 - at], wanted[-1 - at])), rest)
        if head + tail < len(shown):
            self.beginRemoveRows(QModelIndex(), head, len(shown) - tail - 1)
            del shown[head : len(shown) - tail]
            self.endRemoveRows()
        if head + tail < len(wanted):
            self.beginInsertRows(QModelIndex(), head, len(wanted) - tail - 1)
            shown[head:head] = wanted[head : len(wanted) - tail]
            self.endInsertRows()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """How many versions there are."""
        return 0 if parent.isValid() else len(self.versions)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """As many as `VersionColumn` has."""
        return 0 if parent.isValid() else len(VersionColumn)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        """The columns' titles."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == _DISPLAY:
            return _TITLES[VersionColumn(section)]
        if role == _ALIGNMENT:
            right = section == VersionColumn.SIZE
            return _RIGHT if right else Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        """What a cell shows, for looking only."""
        if role == _ALIGNMENT:
            return _RIGHT if index.column() == VersionColumn.SIZE else None
        if role not in (_DISPLAY, _ACCESSIBLE, _TOOL_TIP):
            return None
        column = VersionColumn(index.column())
        text = self._text(self.versions[index.row()], column)
        if role == _ACCESSIBLE:
            return f"{_TITLES[column]}: {text or 'nothing'}"
        return words.plain_tooltip(text) if role == _TOOL_TIP else text

    def _text(self, version: Version, column: VersionColumn) -> str:
        value = version.value
        match column:
            case VersionColumn.WHEN:
                return self._when(version.at)
            case VersionColumn.BY:
                return {"operator": "you", "page": "the page"}.get(version.by or "", "first seen")
            case VersionColumn.SIZE:
                return "" if value is None else words.size(units(value))
            case VersionColumn.VALUE:
                if value is None:
                    return "(removed)"
                if isinstance(value, Redacted):
                    return f"({words.kept_back(value)})"
                return one_line(value, 200) or "(empty)"


def _same(one: Version, other: Version) -> bool:
    return one is other or one == other
