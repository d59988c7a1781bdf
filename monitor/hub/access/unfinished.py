"""Unfinished: how much there is of long messages whose end has not come. All of it is kept until then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from monitor.hub.access.accounts import Account
    from monitor.hub.text_connection import TextConnection

LONG: Final = 2 * 2**20
"""Bytes from which on a message counts. A bridge sends a larger one only if a single value is."""


class Unfinished:
    """``limit`` bytes, of all connections together. One too many costs, at the address that has the most, the one of
    which nothing has come for longest: not the page whose large value comes just now, beside many that wait.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._sizes: dict[TextConnection, int] = {}  # first of whom nothing has come for longest
        self._total = 0

    def grow(self, connection: TextConnection, size: int) -> TextConnection | None:
        """So much of a message is there. Returns the connection to end, if it is too much."""
        self._total += size - self._sizes.pop(connection, 0)
        self._sizes[connection] = size
        return self._idlest() if self._total > self._limit else None

    def forget(self, connection: TextConnection) -> None:
        """Its message is whole, or will not be."""
        self._total -= self._sizes.pop(connection, 0)

    def _idlest(self) -> TextConnection:
        addresses: dict[Account, int] = {}
        for connection, size in self._sizes.items():
            address = connection.accounts[0]
            addresses[address] = addresses.get(address, 0) + size
        heaviest = max(addresses, key=addresses.__getitem__)
        return next(each for each in self._sizes if each.accounts[0] is heaviest)
