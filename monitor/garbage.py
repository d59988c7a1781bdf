"""Garbage: Python's collector, kept away from what is there to stay.

With ten thousand sessions a full collection looks at a million objects and takes a tenth of a second, in the thread
that paints. Nearly all of them are there for long, and free their memory without the collector's help when they go.
So what has outlived a collection is looked at no more (`gc.freeze`), and all of it only where nobody waits.
"""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication

if TYPE_CHECKING:
    from collections.abc import Callable

_THRESHOLDS: Final = (1_000, 3, 5)
"""New objects before the young are looked at, and how often before the older ones are: some four thousand at a time."""

_EVERY: Final = 10 * 60 * 1000
"""Milliseconds between two sweeps, if the operator is at another window."""

_AT_MOST: Final = 6
"""How many sweeps are left out while the operator works; then one comes all the same."""


class Garbage(QObject):
    """Spares the collector from now on until `end`."""

    def __init__(self, parent: QObject | None = None, at_work: Callable[[], bool] | None = None) -> None:
        super().__init__(parent)
        self._at_work = at_work or _is_active
        self._left_out = 0
        self._before = gc.get_threshold()
        gc.set_threshold(*_THRESHOLDS)
        gc.callbacks.append(_freeze_survivors)
        self.sweep()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.sweep_if_idle)
        self._timer.start(_EVERY)

    def sweep(self) -> None:
        """Look at everything, once: circles of references that died of old age are found by this alone."""
        self._left_out = 0
        gc.unfreeze()
        gc.collect()

    def sweep_if_idle(self) -> None:
        """The same where it keeps nobody waiting, or has not been done for long."""
        if self._at_work() and self._left_out < _AT_MOST:
            self._left_out += 1
        else:
            self.sweep()

    def end(self) -> None:
        """Let Python do as it did before."""
        self._timer.stop()
        gc.callbacks.remove(_freeze_survivors)
        gc.unfreeze()
        gc.set_threshold(*self._before)


def _freeze_survivors(phase: str, details: dict[str, int]) -> None:
    if phase == "stop" and details["generation"] > 0:
        gc.freeze()


def _is_active() -> bool:
    return QGuiApplication.applicationState() == Qt.ApplicationState.ApplicationActive
