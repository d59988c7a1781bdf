"""JournalModel: the entries that match a search, newest first, more of them as they are scrolled to."""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from monitor.core.edits import Reason
from monitor.core.escapes import escape
from monitor.core.journal_entry import JournalEntry, JournalValue, Masked
from monitor.core.secret_keys import looks_secret
from monitor.core.values import Redacted, one_line, units
from monitor.ui.reasons import REASONS, REASONS_IN_SHORT
from monitor.ui.words import plain_tooltip, size

if TYPE_CHECKING:
    from monitor.ui.journal.source import JournalSource

Index = QModelIndex | QPersistentModelIndex
_NOWHERE: Final = QModelIndex()
AT_ONCE: Final = 200
"""How many entries are asked for at once."""
_IN_CELL: Final = 200
_IN_TOOLTIP: Final = 2_000


class JournalColumn(IntEnum):
    """What stands where."""

    WHEN = 0
    OPERATOR = 1
    SESSION = 2
    OPERATION = 3
    KEY = 4
    OLD = 5
    NEW = 6
    OUTCOME = 7


_TITLES: Final = ("When", "Who", "Session", "Operation", "Key", "Old value", "New value", "Outcome")


class JournalModel(QAbstractTableModel):
    """Asks ``source``. `answered` carries a complaint, or an empty text, whenever an answer has come."""

    answered = Signal(str)

    def __init__(self, source: JournalSource, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._text = ""
        self._entries: list[JournalEntry] = []
        self._question = 0
        self.is_asking = False
        self.is_complete = False
        """Whether there are no more entries than these."""

    def search(self, text: str) -> None:
        """Show what matches, in place of what is shown, when it is found."""
        self._text = text
        self._ask(None)

    def end(self) -> None:
        """Take no more answers."""
        self._question += 1

    def entry(self, row: int) -> JournalEntry:
        """What stands in a row."""
        return self._entries[row]

    # --- asking ------------------------------------------------------------------------------------------------------

    def _ask(self, before: int | None) -> None:
        self._question += 1
        question = self._question
        self.is_asking = True

        def take(found: list[JournalEntry] | None, complaint: str) -> None:
            if question == self._question:  # else something else was asked since
                self._take(found, complaint, anew=before is None)

        self._source.search(self._text, before, AT_ONCE, take)

    def _take(self, found: list[JournalEntry] | None, complaint: str, *, anew: bool) -> None:
        self.is_asking = False
        entries = found or []
        self.is_complete = len(entries) < AT_ONCE
        if anew:
            self.beginResetModel()
            self._entries = entries
            self.endResetModel()
        elif entries:
            first = len(self._entries)
            self.beginInsertRows(QModelIndex(), first, first + len(entries) - 1)
            self._entries += entries
            self.endInsertRows()
        self.answered.emit(complaint)

    def canFetchMore(self, parent: Index = _NOWHERE) -> bool:
        """Whether there may be older ones."""
        return not parent.isValid() and not self.is_complete and not self.is_asking and bool(self._entries)

    def fetchMore(self, parent: Index = _NOWHERE) -> None:
        """Ask for older ones."""
        if self.canFetchMore(parent):
            self._ask(self._entries[-1].seq)

    # --- what the view asks ------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """As many as were found so far."""
        return 0 if parent.isValid() else len(self._entries)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """Those of `JournalColumn`."""
        return 0 if parent.isValid() else len(JournalColumn)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The titles."""
        if role == Qt.ItemDataRole.DisplayRole and orientation is Qt.Orientation.Horizontal:
            return _TITLES[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Each cell in words on one line; in the tooltip more of it, with all that does not show escaped."""
        if role == Qt.ItemDataRole.DisplayRole:
            return one_line(_words(self._entries[index.row()], index.column(), in_full=False), _IN_CELL)
        if role == Qt.ItemDataRole.ToolTipRole:
            text = _words(self._entries[index.row()], index.column(), in_full=True)
            return plain_tooltip(text if len(text) <= _IN_TOOLTIP else f"{text[:_IN_TOOLTIP]}…")
        return None


def _words(entry: JournalEntry, column: int, *, in_full: bool) -> str:
    text = escape if in_full else _as_it_is
    match column:
        case JournalColumn.WHEN:
            return datetime.fromtimestamp(entry.at / 1e6).astimezone().strftime("%Y-%m-%d %H:%M:%S")
        case JournalColumn.OPERATOR:
            return text(entry.operator if entry.author == "operator" else f"{entry.operator} ({entry.author})")
        case JournalColumn.SESSION:
            who = entry.user or f"Session {entry.session[:8]}"
            return text(f"{entry.origin} {entry.session}" if in_full else f"{who} · {entry.origin}")
        case JournalColumn.OPERATION:
            return _operation(entry)
        case JournalColumn.KEY:
            return text(f"{entry.key} → {entry.new_key}" if entry.op == "rename" else entry.key)
        case JournalColumn.OLD | JournalColumn.NEW:
            value = entry.old if column == JournalColumn.OLD else entry.new
            if isinstance(value, str) and (looks_secret(entry.key) or looks_secret(entry.new_key)):
                value = Masked("", units(value))  # that it was to be kept does not mean that it is to be seen
            return text(value[:_IN_TOOLTIP]) if isinstance(value, str) else _stand_in(value)
        case _:
            return _outcome(entry, in_full)


def _as_it_is(text: str) -> str:
    return text


_OPERATIONS: Final = {
    "set": "Set",
    "remove": "Remove",
    "rename": "Rename",
    "clear": "Clear",
    "cleared": "Cleared",
    "replace": "Replace all",
    "item": "Set",
}


def _operation(entry: JournalEntry) -> str:
    name = _OPERATIONS.get(entry.op, entry.op)
    return name if entry.intent == "do" else f"{name} ({entry.intent})"


def _stand_in(value: JournalValue) -> str:
    """What stands in the place of a value that is not text."""
    if isinstance(value, Masked):
        return f"masked, {size(value.units)}{' · ' if value.digest else ''}{value.digest[:8]}"
    return f"redacted, {size(int(value))}" if isinstance(value, Redacted) else "—"


def _outcome(entry: JournalEntry, in_full: bool) -> str:
    if not entry.outcome:
        return "none yet"
    if entry.outcome == "unknown" and in_full:
        return f"unknown: {REASONS[Reason.UNKNOWN]}"
    if entry.outcome != "refused":
        return entry.outcome
    try:
        why = REASONS_IN_SHORT[Reason(entry.reason)]
    except ValueError:
        why = entry.reason
    return f"refused: {why}{f' ({escape(entry.message)})' if in_full and entry.message else ''}"
