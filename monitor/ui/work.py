"""Work: something long that is done in parts, with the window alive between two of them."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from PySide6.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    Result = TypeVar("Result")

_AT_A_TIME: Final = 0.008
"""Seconds of work in one turn: half a frame."""


class _Task(NamedTuple):
    parts: Generator[None, None, Any]
    done: Callable[[Any], object]


class Work(QObject):
    """Runs a generator that gives way now and then, and hands on what it returns. One at a time.

    What never gives way is done before `begin` returns; anything else goes on in later turns of the event loop, however
    fast the machine is.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._task: _Task | None = None
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._go_on)

    @property
    def runs(self) -> bool:
        """Whether there is something left to do."""
        return self._task is not None

    def begin(self, parts: Generator[None, None, Result], done: Callable[[Result], object]) -> None:
        """Do this, in place of what was not finished, and call ``done`` with what it returns."""
        self.stop()
        task = self._task = _Task(parts, done)
        self._step()
        if self._task is task:
            self._timer.start(0)

    def finish(self) -> None:
        """Do all that is left, now."""
        task = self._task
        while task is not None and self._task is task:
            self._step()

    def stop(self) -> None:
        """What is left is no longer wanted."""
        self._timer.stop()
        task, self._task = self._task, None
        if task is not None:
            task.parts.close()

    def _go_on(self) -> None:
        task, until = self._task, perf_counter() + _AT_A_TIME
        while self._task is task and task is not None:
            self._step()
            if perf_counter() >= until:
                return

    def _step(self) -> None:
        task = self._task
        assert task is not None, "there is something to do"
        try:
            next(task.parts)
        except BaseException as ended:
            # Before anybody is told, who may begin something else.
            self._timer.stop()
            self._task = None
            if not isinstance(ended, StopIteration):
                raise
            task.done(ended.value)
