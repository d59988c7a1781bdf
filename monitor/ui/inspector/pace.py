"""Pace: what takes long is done only when the operator stays with it, and in a quarter of the time at most."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

if TYPE_CHECKING:
    from collections.abc import Callable

LONG: Final = 50_000
"""Characters from which on it takes long to show a text: some 10 ms, and 400 ms for the longest."""

STAYS: Final = 120
"""Milliseconds after which the operator is taken to stay. A key that is held down repeats faster."""

_SHARE: Final = 4
"""Of so much time a part is spent on what takes long; the rest is left for all else."""


class Pace(QObject):
    """Ask `may_work` before each piece of work, and do it in `work`. `due` says that what was put off may be done by
    now: it is to be done then, without asking again.
    """

    due = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._rests_until = 0.0
        self._began = 0.0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.due)

    @property
    def waits(self) -> bool:
        """Whether something was put off."""
        return self._timer.isActive()

    def may_work(self, length: int, *, fresh: bool) -> bool:
        """Whether work on so many characters is to be done now. Else it is put off; if it was already, it comes no
        later for this. ``fresh``: the operator has only just come to it, and may go on at once.
        """
        if length <= LONG:
            return True
        rest = (self._rests_until - perf_counter()) * 1000
        wait = max(rest, STAYS) if fresh else rest
        if wait <= 0:
            return True
        if not self._timer.isActive():
            self._timer.start(round(wait) + 1)
        return False

    def work(self, work: Callable[[], object]) -> None:
        """Do it now. What was put off is done by this."""
        self._timer.stop()
        self._began = perf_counter()
        work()
        self.rest()

    def rest(self) -> None:
        """The work is done, be it that it went on in parts (`monitor.ui.work`)."""
        ended = perf_counter()
        self._rests_until = max(self._rests_until, ended + (ended - self._began) * (_SHARE - 1))

    def stop(self) -> None:
        """What was put off is no longer wanted."""
        self._timer.stop()
