"""Waiting: the connections that the operator was asked about. They cost a socket each, and they are few."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from monitor.core.messages import ProtocolError

if TYPE_CHECKING:
    from monitor.core.origins import Asking, Origins
    from monitor.hub.connection import PageConnection
    from monitor.hub.settings import Settings

CLOSE_TRY_AGAIN_LATER: Final = 1013
GRACE: Final = 5.0
"""Seconds that an origin still asks when its last page has gone: most come back, for they were loaded again."""


class Waiting:
    """Those that wait, by origin. Call `expire` a few times a second."""

    def __init__(self, origins: Origins, settings: Settings) -> None:
        self._origins = origins
        self._settings = settings
        self._all: dict[PageConnection, str] = {}
        self._counts: dict[str, int] = {}
        self._gone: dict[str, float] = {}

    def add(self, connection: PageConnection, asking: Asking) -> None:
        """Let the operator answer for the origin, and the connection wait for it.

        Raises:
            ProtocolError: too many wait.
        """
        settings, origin = self._settings, asking.origin
        many = f"{settings.waiting} pages wait for the operator's answer" if self._is_full else ""
        if self._counts.get(origin, 0) >= settings.waiting_at_origin:
            many = f"{settings.waiting_at_origin} pages of this origin wait for the operator's answer"
        if origin not in self._origins.asking and len(self._origins.asking) >= settings.asking:
            many = f"{settings.asking} origins wait for the operator's answer"
        if many:
            raise ProtocolError(f"{many}, no more can", CLOSE_TRY_AGAIN_LATER)
        self._all[connection] = origin
        self._counts[origin] = self._counts.get(origin, 0) + 1
        self._gone.pop(origin, None)
        self._origins.ask(asking)

    @property
    def _is_full(self) -> bool:
        return len(self._all) >= self._settings.waiting

    def discard(self, connection: PageConnection, now: float) -> None:
        """It waits no longer, if it did."""
        origin = self._all.pop(connection, None)
        if origin is None:
            return
        self._counts[origin] -= 1
        if not self._counts[origin]:
            del self._counts[origin]
            self._gone[origin] = now + GRACE

    def expire(self, now: float) -> None:
        """Take back the questions that nobody waits for any more."""
        while self._gone:
            origin, due = next(iter(self._gone.items()))
            if due > now:
                break
            del self._gone[origin]
            self._origins.withdraw(origin)
