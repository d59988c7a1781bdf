"""HubThread: the one thread that touches the core, and how the others hand it work.

The core is not made for several threads. While a hub serves, only the thread of its event loop may touch it; while it
does not, any thread may, one at a time. Programs call the Python API from wherever they are.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from threading import RLock, get_ident
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)


class HubThread:
    """Runs actions in the right thread, in the order they were handed in.

    ``lock`` is held while an action runs. Hold it, for no longer than it takes to look something up, for what several
    threads may touch.
    """

    def __init__(self) -> None:
        self.lock = RLock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: int | None = None
        self._handed_in: deque[Callable[[], None]] = deque()
        self._when_stopped: list[Callable[[], None]] = []

    def start(self) -> None:
        """From now on, the thread and event loop that call this are the hub's."""
        with self.lock:
            self._loop = asyncio.get_running_loop()
            self._thread = get_ident()

    def stop(self) -> None:
        """No event loop serves any more. What was handed in is done first."""
        with self.lock:
            self.work_off()
            self._loop = self._thread = None
            for action in self._when_stopped:
                action()

    def when_stopped(self, action: Callable[[], None]) -> None:
        """Call ``action`` each time when no event loop serves any more."""
        self._when_stopped.append(action)

    @property
    def serves(self) -> bool:
        """Whether an event loop serves."""
        return self._loop is not None

    def now(self) -> float:
        """The time on the core's clock, in seconds."""
        loop = self._loop
        return time.monotonic() if loop is None else loop.time()

    def perform(self, action: Callable[[], None]) -> None:
        """Do it now where that may be done in this thread, else let the hub's thread do it soon."""
        with self.lock:
            self._handed_in.append(action)
            if self._loop is None or self._thread == get_ident():
                self.work_off()
                return
            try:
                self._loop.call_soon_threadsafe(self.work_off)
            except RuntimeError:
                log.warning("the event loop of the hub was closed before the hub was")
                self.stop()

    def later(self, action: Callable[[], None]) -> None:
        """Do it when the core is done with what it is at. Called in the hub's thread."""
        if self._loop is None:
            self.perform(action)
        else:
            self._handed_in.append(action)
            self._loop.call_soon(self.work_off)

    def work_off(self) -> None:
        """Do all that was handed in. Called in the hub's thread."""
        with self.lock:
            while self._handed_in:
                action = self._handed_in.popleft()
                try:
                    action()
                except Exception:
                    log.exception("%r failed", action)
