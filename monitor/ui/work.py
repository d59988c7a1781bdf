"""Work: something long that is done in parts, with the window alive between two of them."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Any, Final, TypeVar

from PySide6.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    Result = TypeVar("Result")

_AT_A_TIME: Final = 0.008
"""Seconds of work in one turn: half a frame."""


class Work(QObject):
    """Runs a generator that gives way now and then, and hands on what it returns. One at a time.

    What never gives way is done before `begin` returns; anything else takes several turns of the event loop, however
    fast the machine is.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._parts: Generator[None, None, Any] | None = None
        self._done: Callable[[Any], object] = bool
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._go_on)

    @property
    def runs(self) -> bool:
        """Whether there is something left to do."""
        return self._parts is not None

    def begin(self, parts: Generator[None, None, Result], done: Callable[[Result], object]) -> None:
        """Do this, in place of what was not finished, and call ``done`` with what it returns."""
        self.stop()
        self._parts, self._done = parts, done
        self._go_on(until=0.0)
        if self._parts is parts:
            self._timer.start(0)

    def finish(self) -> None:
        """Do all that is left, now."""
        while self._parts is not None:
            self._go_on()

    def stop(self) -> None:
        """What is left is no longer wanted."""
        self._timer.stop()
        parts, self._parts = self._parts, None
        if parts is not None:
            parts.close()

    def _go_on(self, until: float | None = None) -> None:
        parts = self._parts
        if parts is None:
            return
        end = perf_counter() + _AT_A_TIME if until is None else until
        try:
            next(parts)
            while perf_counter() < end:
                next(parts)
        except StopIteration as stopped:
            self._timer.stop()
            self._parts = None
            self._done(stopped.value)
        except BaseException:
            self._timer.stop()
            self._parts = None
            raise
