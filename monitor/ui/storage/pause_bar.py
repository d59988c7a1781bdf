"""PauseBar: says that the table is paused, how much is held back, and lets it go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from monitor.ui.icons import icon
from monitor.ui.words import counted

if TYPE_CHECKING:
    from monitor.ui.appearance import Appearance
    from monitor.ui.storage.shown_items import ShownItems


class PauseBar(QFrame):
    """Visible while ``shown`` is paused. `resumed` says that the operator wants to go on. Call `follow` when there is
    news.
    """

    resumed = Signal()

    def __init__(self, shown: ShownItems, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self._shown = shown
        self._appearance = appearance
        self.setProperty("band", "notice")
        self._picture = QLabel(self)
        self.label = QLabel(self)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.resume = QPushButton("Resume", self)
        self.resume.setToolTip("Show what is held back, and follow the browser again (Ctrl+P)")
        self.resume.clicked.connect(self.resumed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 8, 12, 8)
        layout.setSpacing(10)
        layout.addWidget(self._picture)
        layout.addWidget(self.label, 1)
        layout.addWidget(self.resume)
        appearance.changed.connect(self._recolor)
        self._recolor()
        self.follow()

    def follow(self) -> None:
        """Show what there is to show now."""
        held_back = self._shown.held_back
        if held_back:
            self.label.setText(f"Paused. {counted(held_back, 'item')} changed in the browser meanwhile.")
        else:
            self.label.setText("Paused. What the browser changes is held back.")
        self.setVisible(self._shown.paused)

    def _recolor(self) -> None:
        self._picture.setPixmap(icon("pause", self._appearance.scheme.warning).pixmap(18, 18))
