"""Placeholder: what stands on the right while there are sessions and none is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from monitor.ui.labels import breakable
from monitor.ui.sessions.rows import AskingRow, OriginRow
from monitor.ui.sessions.sentences import origin_asks, origin_in_words
from monitor.ui.words import counted

if TYPE_CHECKING:
    from monitor.ui.sessions.rows import Row


class Placeholder(QLabel):
    """Says what to choose, and how many sessions the chosen origin has."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setProperty("muted", True)
        self.setWordWrap(True)
        self.setMargin(24)

    def show_row(self, row: Row | None) -> None:
        """``row`` is what is chosen in the tree."""
        if isinstance(row, AskingRow):
            self.setText(f"{breakable(origin_asks(row.asking.origin))}.\nPress Enter to answer. Until then it waits.")
        elif isinstance(row, OriginRow):
            sessions = counted(len(row.sessions), "session")
            where = breakable(origin_in_words(row.origin))
            self.setText(f"{sessions} at {where}\nChoose one to see its storage.")
        else:
            self.setText("Choose a session to see its storage.")
