"""PauseBar: says that the table is paused, how much is held back, and lets it go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from monitor.ui.band import Band
from monitor.ui.words import counted

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from monitor.ui.appearance import Appearance
    from monitor.ui.storage.shown_items import ShownItems


class PauseBar(Band):
    """Visible while ``shown`` is paused. `resumed` says that the operator wants to go on. Call `follow` when there is
    news.
    """

    resumed = Signal()

    def __init__(self, shown: ShownItems, appearance: Appearance, parent: QWidget) -> None:
        super().__init__("notice", parent)
        self._shown = shown
        self.add_picture("pause", "warning", appearance)
        meaning = "Show what is held back, and follow the browser again"
        self.resume = self.add_button("Resume", "Ctrl+P", meaning, self.resumed.emit)
        self.follow()

    def follow(self) -> None:
        """Show what there is to show now."""
        held_back = self._shown.held_back
        if held_back:
            self.label.setText(f"Paused. {counted(held_back, 'item')} changed in the browser meanwhile.")
        else:
            self.label.setText("Paused. What the browser changes is held back.")
        self.setVisible(self._shown.paused)
