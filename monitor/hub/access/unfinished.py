"""Unfinished: how much there is of long messages whose end has not come. All of it is kept until then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from monitor.hub.access.accounts import Account
    from monitor.hub.text_connection import TextConnection

LONG: Final = 2 * 2**20
"""Bytes from which on a message counts. A bridge sends a larger one only if a single value is."""


class Unfinished:
    """``limit`` bytes, of all connections together. One too many costs the connection that has the most, at the address
    that has the most.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._sizes: dict[TextConnection, int] = {}
        self._total = 0

    def grow(self, connection: TextConnection, size: int) -> TextConnection | None:
        """So much of a message is there. Returns the connection to end, if it is too much."""
        self._total += size - self._sizes.get(connection, 0)
        self._sizes[connection] = size
        return self._heaviest() if self._total > self._limit else None

    def forget(self, connection: TextConnection) -> None:
        """Its message is whole, or will not be."""
        self._total -= self._sizes.pop(connection, 0)

    def _heaviest(self) -> TextConnection:
        addresses: dict[Account, int] = {}
        for connection, size in self._sizes.items():
            address = connection.accounts[0]
            addresses[address] = addresses.get(address, 0) + size
        heaviest = max(addresses, key=addresses.__getitem__)
        theirs = [each for each in self._sizes if each.accounts[0] is heaviest]
        return max(theirs, key=self._sizes.__getitem__)
