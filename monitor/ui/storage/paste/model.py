"""PasteModel: the items of a paste as rows that can be checked."""

from __future__ import annotations

from enum import IntEnum
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from monitor.core.values import Redacted, one_line, units
from monitor.ui.masking.masking import masked_text
from monitor.ui.rows import MOST_RUNS, runs
from monitor.ui.storage.paste.plan import FATES, Fate, PastePlan, PasteRow
from monitor.ui.words import kept_back, plain_tooltip

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from PySide6.QtCore import QObject

    from monitor.core.values import Value
    from monitor.ui.appearance import Appearance

Index = QModelIndex | QPersistentModelIndex
_NOWHERE: Final = QModelIndex()
_DISPLAY: Final = int(Qt.ItemDataRole.DisplayRole)
_PREVIEW: Final = 300


class PasteColumn(IntEnum):
    """From left to right."""

    KEY = 0
    OLD = 1
    NEW = 2
    FATE = 3


TITLES: Final = {
    PasteColumn.KEY: "Key",
    PasteColumn.OLD: "Now",
    PasteColumn.NEW: "After",
    PasteColumn.FATE: "What happens",
}


class PasteModel(QAbstractTableModel):
    """Shows ``plan``. `checked_changed` says that other rows are checked. At first all are that can be. ``hides`` says
    of a key whether its values are masked: the one that is there, and the one that comes.
    """

    checked_changed = Signal()

    def __init__(self, appearance: Appearance, hides: Callable[[str], bool], parent: QObject) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._hides = hides
        self.plan = PastePlan([], lambda _key: None)
        self._checked = bytearray()
        self.able = 0
        """How many rows can be checked."""
        self.checked = 0
        """How many are."""
        self.growth = 0
        """By how many UTF-16 units the area would grow."""
        self._left_out: set[str] = set()

    def show_plan(self, plan: PastePlan) -> None:
        """Show another plan. What was not checked before is not checked in it."""
        self.beginResetModel()
        self.plan = plan
        self._checked = bytearray(map(self._is_wanted, plan.rows))
        self.endResetModel()
        self.able = sum(row.can_be_set for row in plan.rows)
        chosen = self.checked_rows()
        self.checked, self.growth = len(chosen), sum(row.growth for row in chosen)
        self.checked_changed.emit()

    def look_at(self, keys: Iterable[str], value_of: Callable[[str], Value | None]) -> set[str]:
        """The browser may hold something else of these by now, which ``value_of`` says. Returns the keys of those of
        which it does. What can be set by that, or no longer, is checked or not as it would have been at first.
        """
        changed = {}
        for key in keys:
            place = self.plan.places.get(key)
            if place is None:
                continue
            before, was_checked = self.plan.rows[place], self._checked[place]
            if not self.plan.look_at(place, value_of(key)):
                continue
            row = self.plan.rows[place]
            self._checked[place] = checked = self._is_wanted(row)
            self.able += row.can_be_set - before.can_be_set
            self.checked += checked - was_checked
            self.growth += checked * row.growth - was_checked * before.growth
            changed[place] = key
        places = sorted(changed)
        found = list(islice(runs(places), MOST_RUNS + 1))
        # The view looks only at what is to be seen, so that one signal costs it no more than another.
        for first, last in found if len(found) <= MOST_RUNS else [(places[0], places[-1])]:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(PasteColumn) - 1))
        if changed:
            self.checked_changed.emit()
        return set(changed.values())

    def follow_masking(self, keys: Iterable[str]) -> None:
        """These are masked now and were not, or the other way round."""
        for first, last in runs(sorted(self.plan.places[key] for key in keys if key in self.plan.places)):
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(PasteColumn) - 1))

    def _is_wanted(self, row: PasteRow) -> bool:
        return row.can_be_set and row.key not in self._left_out

    def checked_rows(self) -> list[PasteRow]:
        """What is to be pasted."""
        return [row for row, checked in zip(self.plan.rows, self._checked, strict=True) if checked]

    def check(self, rows: Iterable[int], checked: bool) -> None:
        """Paste these rows, or leave them out; those that cannot be set stay as they are."""
        changed = []
        for row in sorted(rows):
            if self.plan.rows[row].can_be_set and bool(self._checked[row]) != checked:
                self._checked[row] = checked
                (self._left_out.discard if checked else self._left_out.add)(self.plan.rows[row].key)
                self.checked += 1 if checked else -1
                self.growth += self.plan.rows[row].growth if checked else -self.plan.rows[row].growth
                changed.append(row)
        for first, last in runs(changed):
            self.dataChanged.emit(self.index(first, 0), self.index(last, 0), [Qt.ItemDataRole.CheckStateRole])
        if changed:
            self.checked_changed.emit()

    def is_checked(self, row: int) -> bool:
        """Whether this row is to be pasted."""
        return bool(self._checked[row])

    # --- what the view asks ------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """How many items there are."""
        return 0 if parent.isValid() else len(self.plan.rows)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """As many as `PasteColumn` has."""
        return 0 if parent.isValid() else len(PasteColumn)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        """The columns' titles."""
        if orientation == Qt.Orientation.Horizontal:
            if role == _DISPLAY:
                return TITLES[PasteColumn(section)]
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        """What a cell shows. Nothing here is fit to be written anywhere."""
        row, column = self.plan.rows[index.row()], index.column()
        if role == _DISPLAY:
            return self._text(row, column)
        if role == Qt.ItemDataRole.CheckStateRole and column == PasteColumn.KEY:
            return Qt.CheckState.Checked if self._checked[index.row()] else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tooltip(self._text(row, column))
        if role == Qt.ItemDataRole.ForegroundRole:
            if column == PasteColumn.FATE and row.fate is Fate.OVERWRITE:
                return self._appearance.color("warning")
            return self._appearance.color("text" if row.can_be_set else "muted")
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{TITLES[PasteColumn(column)]}: {self._text(row, column) or 'nothing'}"
        return None

    def _text(self, row: PasteRow, column: int) -> str:
        if column == PasteColumn.KEY:
            return one_line(row.key, _PREVIEW) or "(empty key)"
        if column == PasteColumn.FATE:
            return FATES[row.fate]
        return _value(row.old if column == PasteColumn.OLD else row.new, masked=self._hides(row.key))

    def setData(self, index: Index, value: Any, role: int = int(Qt.ItemDataRole.EditRole)) -> bool:
        """Check or uncheck a row."""
        if role != Qt.ItemDataRole.CheckStateRole or not self.plan.rows[index.row()].can_be_set:
            return False
        self.check([index.row()], Qt.CheckState(value) == Qt.CheckState.Checked)
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Rows that can be set can be checked."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemNeverHasChildren
        if index.column() == PasteColumn.KEY and self.plan.rows[index.row()].can_be_set:
            return flags | Qt.ItemFlag.ItemIsUserCheckable
        return flags


def _value(value: Value | None, *, masked: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, Redacted):
        return kept_back(value)
    return masked_text(units(value)) if masked else one_line(value, _PREVIEW) or "(empty)"
