"""Qt's side of the loop: one descriptor and two timers that make Qt call `tick`."""

import math
from collections.abc import Callable
from time import monotonic

from PySide6.QtCore import QSocketNotifier, Qt, QTimer

# Qt counts milliseconds in 32 bits; asyncio too sleeps a day at most.
_LONGEST_SLEEP = 24 * 3600.0


class Wakeup:
    """Calls the method `tick` from Qt's event loop: in its next pass, when a socket is ready, or at a deadline.

    To be used in the thread of the application. It calls nothing after `close`.
    """

    def __init__(self, descriptor: int, tick: Callable[[], None]) -> None:
        self._tick = tick
        self._deadline = math.inf
        self._watching = True
        self._sockets = QSocketNotifier(descriptor, QSocketNotifier.Type.Read)
        self._sockets.activated.connect(tick)
        self._soon = QTimer()
        self._soon.setInterval(0)
        self._soon.timeout.connect(tick)
        self._later = QTimer()
        self._later.setSingleShot(True)
        self._later.setTimerType(Qt.TimerType.PreciseTimer)
        self._later.timeout.connect(self._reach_deadline)

    def soon(self) -> None:
        """Tick once in each pass of Qt's loop from now on."""
        self._soon.start()

    def busy(self) -> None:
        """As `soon`, and do not tick for the sockets besides: each tick looks at them anyway."""
        self._watch_sockets(False)
        self._soon.start()

    def idle(self, *, sockets: bool = True) -> None:
        """Tick only at the deadline and, if `sockets` is true, when one is ready."""
        self._soon.stop()
        self._watch_sockets(sockets)

    def at(self, deadline: float) -> None:
        """Tick at `deadline` seconds of `time.monotonic`, or up to a millisecond later, in place of the last deadline.

        An infinite one never comes.
        """
        if deadline != self._deadline:
            self._deadline = deadline
            if deadline == math.inf:
                self._later.stop()
            else:
                seconds = min(max(0.0, deadline - monotonic()), _LONGEST_SLEEP)
                self._later.start(math.ceil(seconds * 1000))

    def close(self) -> None:
        """Tick no more."""
        self._soon.stop()
        self._later.stop()
        self._watch_sockets(False)

    def _watch_sockets(self, watching: bool) -> None:
        if watching != self._watching:
            self._watching = watching
            self._sockets.setEnabled(watching)

    def _reach_deadline(self) -> None:
        self._deadline = math.inf
        self._tick()
