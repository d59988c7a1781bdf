"""Frame: changes are gathered, and shown at most once a frame."""

from collections.abc import Callable
from time import perf_counter
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer

FRAME: Final = 0.033
"""Seconds between two flushes while changes keep coming; the first after a pause comes at once."""

# A flush may take this part of the time: a window that cannot keep up shows fewer frames, and still answers its user.
_LARGEST_SHARE: Final = 0.25


class Frame(QObject):
    """Calls what was asked for together, and waits a frame before it does so again."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._flushes: dict[Callable[[], None], None] = {}
        self._next_at = 0.0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.flush)

    def request(self, flush: Callable[[], None]) -> None:
        """Call ``flush`` in the next frame, once, however often it was requested until then."""
        if flush not in self._flushes:
            self._flushes[flush] = None
            if not self._timer.isActive():
                self._timer.start(max(0, round((self._next_at - perf_counter()) * 1000)))

    def cancel(self, flush: Callable[[], None]) -> None:
        """Whoever asked is gone."""
        self._flushes.pop(flush, None)

    def flush(self) -> None:
        """Call all that was requested, now."""
        self._timer.stop()
        began = perf_counter()
        waiting = self._flushes
        self._flushes = {}
        try:
            while waiting:
                flush = next(iter(waiting))
                del waiting[flush]
                flush()
        finally:
            ended = perf_counter()
            self._next_at = max(began + FRAME, ended + (ended - began) / _LARGEST_SHARE)
            for flush in waiting:  # One has failed; the others are not to suffer for it.
                self.request(flush)
