"""Connections: those of one hub, and what time makes due for them."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from websockets.protocol import CONNECTING

from monitor.core.events import OriginAnswered
from monitor.hub.access.accounts import Accounts
from monitor.hub.access.item_sweep import ItemSweep
from monitor.hub.access.unfinished import Unfinished
from monitor.hub.queue import Queue

if TYPE_CHECKING:
    from monitor.core.events import Event
    from monitor.core.registry import Registry
    from monitor.hub.access.door import Door
    from monitor.hub.connection import PageConnection
    from monitor.hub.settings import Settings
    from monitor.hub.text_connection import TextConnection

log = logging.getLogger(__name__)

CLOSE_POLICY = 1008
ROTATED = "the token was changed"
SPARE = 100
AT_A_TICK = 4
"""Connections that are ended in one turn, some 1 ms: of those that came together many are due together."""


class Connections:
    """Every connection from the moment it is accepted until its socket is closed.

    Two of its waits are the same for all, so that the first in line is always the first that is due, and none needs a
    timer of its own: for ``hello``, and for the end of the closing handshake. Call `expire` a few times a second.
    """

    def __init__(self, registry: Registry, settings: Settings, door: Door) -> None:
        self.registry = registry
        self.settings = settings
        self.door = door
        self.accounts = Accounts(registry, settings.per_address, settings.per_origin)
        self.queue = Queue()
        self.unfinished = Unfinished(settings.unfinished)
        self._sweep = ItemSweep()
        self.accepted: set[PageConnection] = set()
        self._closed = True
        self.most = 0
        """How many are served at once."""
        self._ungreeted: dict[PageConnection, float] = {}
        self._closing: dict[PageConnection, float] = {}
        registry.subscribe(self._take_answer, OriginAnswered)

    def open(self, most: int) -> None:
        """Accept connections from now on, ``most`` of them at once."""
        self._closed = False
        self.most = most

    @property
    def full(self) -> bool:
        """Whether there is one more than are served. The one that asks has been counted."""
        return len(self.accepted) > self.most

    def expect_hello(self, connection: PageConnection, now: float) -> None:
        """Close the connection if it does not say ``hello`` in time."""
        self._ungreeted[connection] = now + self.settings.hello_within

    def greeted(self, connection: PageConnection) -> None:
        """It said something; what it was is for the registry to judge."""
        self._ungreeted.pop(connection, None)

    def expect_end(self, connection: PageConnection, now: float) -> None:
        """Cut the connection off if the closing handshake does not end in time."""
        self._ungreeted.pop(connection, None)
        self.door.waiting.discard(connection, now)
        self._closing.setdefault(connection, now + self.settings.close_within)

    def lost(self, connection: PageConnection, now: float) -> None:
        """Its socket is closed."""
        self._sweep.forget(connection)
        for account in connection.accounts:
            account.connections -= 1
        self.door.waiting.discard(connection, now)
        self.accepted.discard(connection)
        self._ungreeted.pop(connection, None)
        self._closing.pop(connection, None)

    def _take_answer(self, event: Event) -> None:
        assert isinstance(event, OriginAnswered)
        for connection in list(self.accepted):
            if connection.protocol.origin == event.origin:
                connection.obey(self.door.gate.judge(event.origin))

    def end_all(self) -> None:
        """The token is another: end those that had the one before, which is all."""
        for connection in list(self.accepted):
            connection.give_up(CLOSE_POLICY, ROTATED)

    def hold(self, connection: TextConnection, size: int) -> None:
        """So much there is of a long message that is not whole."""
        idlest = self.unfinished.grow(connection, size)
        if idlest is not None:
            reason = f"{self.settings.unfinished:,} bytes of unfinished messages wait here, no more can"
            log.warning("a connection is closed: %s", reason)
            idlest.drop(reason)

    def accept(self, connection: PageConnection) -> None:
        """A socket was accepted."""
        self.accepted.add(connection)
        # Of those that never ask for anything, a few more than the limit cost nothing: the rest is cut off at once.
        crowded = len(self.accepted) > self.most + SPARE or connection.accounts[0].is_crowded_by(SPARE)
        if self._closed or crowded:
            connection.transport.abort()

    def close(self) -> None:
        """Accept no more, and cut off those that have not finished their opening handshake: browsers open some just
        in case, and say nothing.
        """
        self._closed = True
        for connection in list(self.accepted):
            if connection.protocol.state is CONNECTING:
                connection.transport.abort()

    def expire(self, now: float) -> bool:
        """Close those that said nothing, and cut off those that do not close. Returns whether more of them are due."""
        silent, open_still = _due(self._ungreeted, now), _due(self._closing, now)
        for connection in silent:
            connection.end(CLOSE_POLICY, f"no hello within {self.settings.hello_within:g} seconds")
        for connection in open_still:
            del self._closing[connection]
            connection.transport.abort()
        self.door.waiting.expire(now)
        self.accounts.expire(now)
        for connection, reason in self._sweep.step(self.accepted):
            connection.give_up(CLOSE_POLICY, reason)
        if self.door.follow_file(now):
            self.end_all()
        return AT_A_TICK in (len(silent), len(open_still))


def _due(deadlines: dict[PageConnection, float], now: float) -> list[PageConnection]:
    due: list[PageConnection] = []
    for connection, deadline in deadlines.items():
        if deadline > now or len(due) == AT_A_TICK:
            break
        due.append(connection)
    return due
