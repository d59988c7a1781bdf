"""EarlyKeys: what is pressed before there is anything that could take it waits for that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent

from monitor.ui.waiting_keys import WaitingKeys

if TYPE_CHECKING:
    from PySide6.QtGui import QWindow


class EarlyKeys(QObject):
    """Keeps the keys that are pressed in ``window`` from now on, until they are pressed again (`press_again`)."""

    def __init__(self, window: QWindow) -> None:
        super().__init__(window)
        self._window = window
        self._keys = WaitingKeys()
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the keys, and nothing else."""
        if isinstance(event, QKeyEvent):
            self._keys.keep(event)
            return True
        return False

    def press_again(self) -> None:
        """In the same order; and keep no more."""
        self._window.removeEventFilter(self)
        self._keys.press_again(self._window)
        self.deleteLater()
