"""EarlyKeys: what is pressed before there is anything that could take it is not lost."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtGui import QGuiApplication, QKeyEvent, QWindow


class EarlyKeys(QObject):
    """Keeps the keys that are pressed in ``window`` from now on, until they are pressed again (`press_again`)."""

    def __init__(self, window: QWindow) -> None:
        super().__init__(window)
        self._window = window
        self._kept: list[QKeyEvent] = []
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the keys, and nothing else."""
        if isinstance(event, QKeyEvent):
            self._kept.append(event.clone())
            return True
        return False

    def press_again(self) -> None:
        """In the same order, in this window or the one that the first of them opened; and keep no more."""
        self._window.removeEventFilter(self)
        self.deleteLater()
        for event in self._kept:
            QCoreApplication.sendEvent(QGuiApplication.focusWindow() or self._window, event)
