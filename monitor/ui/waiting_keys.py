"""WaitingKeys: what is pressed before there is what it is meant for is not lost, and goes nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication

if TYPE_CHECKING:
    from PySide6.QtCore import QObject
    from PySide6.QtGui import QKeyEvent
    from PySide6.QtWidgets import QWidget


class WaitingKeys:
    """Keys in the order in which they were pressed. True while there are any."""

    def __init__(self) -> None:
        self._kept: list[QKeyEvent] = []

    def __bool__(self) -> bool:
        return bool(self._kept)

    def keep(self, event: QKeyEvent) -> None:
        """This one waits, too."""
        self._kept.append(event.clone())

    def forget(self) -> None:
        """What they were meant for does not come."""
        self._kept.clear()

    def press_again(self, where: QObject) -> None:
        """In ``where`` they were pressed, wherever the focus is by now; but what follows one that opens something, or
        moves the focus, is for what has it then. Those that must wait once more do.
        """
        kept, self._kept = self._kept, []
        for event in kept:
            focus, opened = QApplication.focusWidget(), _opened()
            QCoreApplication.sendEvent(where, event)
            now_focus, now_opened = QApplication.focusWidget(), _opened()
            if now_opened is not None and now_opened is not opened:
                where = now_opened.focusWidget() or now_opened  # It has the focus only once the system activates it.
            elif now_focus is not None and now_focus is not focus:
                where = now_focus


def _opened() -> QWidget | None:
    """The menu or dialog that takes all keys, if there is one."""
    return QApplication.activePopupWidget() or QApplication.activeModalWidget()
