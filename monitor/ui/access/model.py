"""AnswersModel: the origins that the operator has allowed or blocked, and those that ask."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from monitor.core.origins import Answer
from monitor.ui.rows import Rows
from monitor.ui.sessions.sentences import origin_in_words
from monitor.ui.words import plain_tooltip

if TYPE_CHECKING:
    from monitor.core.origins import Origins

Index = QModelIndex | QPersistentModelIndex
_NOWHERE: Final = QModelIndex()
_TITLES: Final = ("Origin", "Answer")
_WORDS: Final = {Answer.ALLOWED: "may connect", Answer.BLOCKED: "blocked", None: "asks to connect"}


class AnswersColumn(IntEnum):
    """What stands where."""

    ORIGIN = 0
    ANSWER = 1


class AnswersModel(QAbstractTableModel):
    """Shows ``origins`` in alphabetical order. Call `follow` when something has changed in them."""

    def __init__(self, origins: Origins, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._origins = origins
        self._rows: Rows[str] = Rows(self)
        self.follow()

    def follow(self) -> None:
        """Show what is so now."""
        self._rows.reconcile(sorted({*self._origins.answers, *self._origins.asking}))
        if last := len(self._rows.shown):
            self.dataChanged.emit(self.index(0, AnswersColumn.ANSWER), self.index(last - 1, AnswersColumn.ANSWER))

    def origin(self, row: int) -> str:
        """What the row is about."""
        return self._rows.shown[row]

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """How many origins there are."""
        return 0 if parent.isValid() else len(self._rows.shown)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """Those of `AnswersColumn`."""
        return 0 if parent.isValid() else len(AnswersColumn)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The titles of the columns."""
        if role == Qt.ItemDataRole.DisplayRole and orientation is Qt.Orientation.Horizontal:
            return _TITLES[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The texts of a row."""
        origin = self._rows.shown[index.row()]
        words = origin_in_words(origin)
        if index.column() == AnswersColumn.ANSWER:
            words = _WORDS[self._origins.answers.get(origin)]
        if role == Qt.ItemDataRole.DisplayRole:
            return words
        return plain_tooltip(words) if role == Qt.ItemDataRole.ToolTipRole else None
