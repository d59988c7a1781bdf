"""Connections: those of one hub, and what time makes due for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from websockets.protocol import CONNECTING

if TYPE_CHECKING:
    from monitor.core.registry import Registry
    from monitor.hub.connection import PageConnection
    from monitor.hub.settings import Settings

CLOSE_POLICY = 1008


class Connections:
    """Every connection from the moment it is accepted until its socket is closed.

    Two of its waits are the same for all, so that the first in line is always the first that is due, and none needs a
    timer of its own: for ``hello``, and for the end of the closing handshake. Call `expire` a few times a second.
    """

    def __init__(self, registry: Registry, settings: Settings) -> None:
        self.registry = registry
        self.settings = settings
        self.accepted: set[PageConnection] = set()
        self._closed = True
        self._ungreeted: dict[PageConnection, float] = {}
        self._closing: dict[PageConnection, float] = {}

    def open(self) -> None:
        """Accept connections from now on."""
        self._closed = False

    @property
    def full(self) -> bool:
        """Whether there is one more than are served. The one that asks has been counted."""
        return len(self.accepted) > self.settings.connections

    def expect_hello(self, connection: PageConnection, now: float) -> None:
        """Close the connection if it does not say ``hello`` in time."""
        self._ungreeted[connection] = now + self.settings.hello_within

    def greeted(self, connection: PageConnection) -> None:
        """It said something; what it was is for the registry to judge."""
        self._ungreeted.pop(connection, None)

    def expect_end(self, connection: PageConnection, now: float) -> None:
        """Cut the connection off if the closing handshake does not end in time."""
        self._ungreeted.pop(connection, None)
        self._closing.setdefault(connection, now + self.settings.close_within)

    def lost(self, connection: PageConnection) -> None:
        """Its socket is closed."""
        self.accepted.discard(connection)
        self._ungreeted.pop(connection, None)
        self._closing.pop(connection, None)

    def accept(self, connection: PageConnection) -> None:
        """A socket was accepted."""
        self.accepted.add(connection)
        if self._closed:
            connection.transport.abort()

    def close(self) -> None:
        """Accept no more, and cut off those that have not finished their opening handshake: browsers open some just
        in case, and say nothing.
        """
        self._closed = True
        for connection in list(self.accepted):
            if connection.protocol.state is CONNECTING:
                connection.transport.abort()

    def expire(self, now: float) -> None:
        """Close those that said nothing, and cut off those that do not close."""
        for connection in _due(self._ungreeted, now):
            connection.end(CLOSE_POLICY, f"no hello within {self.settings.hello_within:g} seconds")
        for connection in _due(self._closing, now):
            del self._closing[connection]
            connection.transport.abort()


def _due(deadlines: dict[PageConnection, float], now: float) -> list[PageConnection]:
    due = []
    for connection, deadline in deadlines.items():
        if deadline > now:
            break
        due.append(connection)
    return due
