"""The loop on Unix: asyncio's selector loop, turned by Qt."""

from __future__ import annotations

import math
import signal
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING, TypeVarTuple, Unpack

from PySide6.QtCore import QCoreApplication, QThread

from monitor.loop.insides import Handle, drop_last_frame
from monitor.loop.turns import TurnTakingLoop
from monitor.loop.wakeup import Wakeup

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Iterator
    from contextvars import Context
    from types import FrameType

_Arguments = TypeVarTuple("_Arguments")

BUDGET = 0.004
"""Seconds of callbacks in one tick, after which Qt gets its turn. A callback that takes longer is not cut short."""

# How many ticks may stand on the stack. A callback that calls `processEvents` meets the next such callback in a nested
# tick; a thousand of them would overflow the stack. Sixteen dialogs, each opened by a callback in the last, are enough.
_DEEPEST = 16

# Seconds between two looks at the sockets while one is ready and cannot be served, because its callback is on the
# stack. Qt, waiting for it, would wake at once and for nothing.
_RELUCTANCE = 0.01


class EventLoop(TurnTakingLoop):
    """asyncio's loop for the thread that runs `app`.

    While it runs, Qt's loop runs: `run_forever` and `run_until_complete` stand in for `app.exec()`. All of asyncio is
    as in `asyncio.SelectorEventLoop`, and may be called from Qt's slots. Use it by
    `asyncio.Runner(loop_factory=partial(EventLoop, app))`, or `with EventLoop(app) as loop:`, which closes it.

    A callback or task that opens a nested Qt loop stops itself alone: all others go on in there. A callback is never
    called again while it runs; if its socket or signal is ready once more, that waits until it returns.

    `QApplication.quit()`, also when Qt calls it as the last window closes, does what `stop` does: `run_forever`
    returns, and `run_until_complete` raises RuntimeError if its future is not done. Tasks stay as they are, and the
    loop may run again to end them in order. Qt emits `aboutToQuit` whenever the loop ends a run.

    Running it while Qt's loop runs already raises RuntimeError.
    """

    def __init__(self, app: QCoreApplication) -> None:
        super().__init__()
        self._app = app
        self._wakeup: Wakeup  # only while running
        self._awake = True  # a tick is going on or sure to come; or nothing runs, and none is wanted
        self._leaving = False
        self._interruption: BaseException | None = None

    # What wakes Qt when a slot calls it

    def call_soon(
        self,
        callback: Callable[[Unpack[_Arguments]], object],
        *args: *_Arguments,
        context: Context | None = None,
    ) -> asyncio.Handle:
        if self._debug or self._closed:
            handle = super().call_soon(callback, *args, context=context)
            drop_last_frame(handle)
        else:
            # All that asyncio's does then, at a third of the cost. No method is called more often.
            handle = Handle(callback, args, self, context)
            self._ready.append(handle)
        if not self._awake:
            self._wake()
        return handle

    def call_at(
        self,
        when: float,
        callback: Callable[[Unpack[_Arguments]], object],
        *args: *_Arguments,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        timer = super().call_at(when, callback, *args, context=context)
        drop_last_frame(timer)
        if not self._awake and self._scheduled[0] is timer:
            self._wakeup.at(when)
        return timer

    def stop(self) -> None:
        super().stop()
        if not self._awake:
            self._wake()

    def _wake(self) -> None:
        self._awake = True
        self._wakeup.soon()

    # Running

    def _run_once(self) -> None:
        """Stay in Qt's loop until the run is over. asyncio's `run_forever` calls this until then, and so once."""
        if QThread.currentThread().loopLevel():
            raise RuntimeError("Qt's event loop is running already; EventLoop runs in its place, not inside it")
        self._wakeup = Wakeup(self._selector.fileno(), self._tick)
        self._wake()
        try:
            with self._signals():
                self._app.exec()
        finally:
            self._wakeup.close()
            del self._wakeup
            self._awake = True
            self._stopping = True
            self._leaving = False
            interruption, self._interruption = self._interruption, None
        if interruption is not None:
            raise interruption

    def _tick(self) -> None:
        if self._leaving:
            self._app.exit()  # once more, for Ctrl+C may have come before Qt's loop began
            return
        if self._depth == _DEEPEST:
            return
        # A Qt loop that a callback opens is to come back here. The timer that brought us here would not bring it: Qt
        # delivers no timer to a slot that it has not returned from.
        self._wake()
        finished = True
        try:
            if self._depth:
                with self._current_task_set_aside():
                    finished = self._take_turns(monotonic() + BUDGET)
            else:
                finished = self._take_turns(monotonic() + BUDGET)
        except BaseException as interruption:
            # Qt would print it and go on.
            self._leave(interruption)
        if self._stopping and not self._left_in_turn:
            self._leave()
        if not self._leaving:
            self._release_held()
            if self._ready or not finished:
                self._awake = True
                self._wakeup.busy()
            else:
                self._rest()

    def _rest(self) -> None:
        """Sleep until the next deadline, or until a socket is ready."""
        deadline = self._scheduled[0].when() if self._scheduled else math.inf
        reluctant = self._withheld and self._depth > 0
        if reluctant:
            deadline = min(deadline, monotonic() + _RELUCTANCE)
        self._wakeup.at(deadline)
        self._wakeup.idle(sockets=not reluctant)
        self._awake = False

    def _leave(self, interruption: BaseException | None = None) -> None:
        """End Qt's loop and all that are nested in it. `run_forever` is to raise `interruption`."""
        self._leaving = True
        if self._interruption is None:
            self._interruption = interruption
        self._app.exit()

    # Signals

    @contextmanager
    def _signals(self) -> Iterator[None]:
        """Let signals wake Qt, so that Python sees them, and let Ctrl+C end the run wherever it strikes.

        Python calls a signal's handler between any two lines. When the next one is the first of a slot, Qt prints the
        KeyboardInterrupt and goes on.
        """
        handler = signal.getsignal(signal.SIGINT)
        descriptor = signal.set_wakeup_fd(self._csock.fileno())
        if callable(handler):

            def interrupt(number: int, frame: FrameType | None) -> None:
                try:
                    handler(number, frame)
                except BaseException as interruption:
                    self._leave(interruption)
                    if self._depth and self._awake:
                        raise  # out of the callback, and not out of a slot of a nested Qt loop, which is at rest

            signal.signal(signal.SIGINT, interrupt)
        try:
            yield
        finally:
            signal.set_wakeup_fd(descriptor)
            if callable(handler) and signal.getsignal(signal.SIGINT) is interrupt:
                signal.signal(signal.SIGINT, handler)

    def remove_signal_handler(self, sig: int) -> bool:
        removed = super().remove_signal_handler(sig)
        if self.is_running():
            # asyncio has turned this off with its last handler.
            signal.set_wakeup_fd(self._csock.fileno())
        return removed
