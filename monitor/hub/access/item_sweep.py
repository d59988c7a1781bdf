"""ItemSweep: counts the items that each address and each origin has, a few connections at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from monitor.hub.access.accounts import Account
    from monitor.hub.connection import PageConnection

AT_A_STEP: Final = 200
"""Connections, some 0.2 ms."""


class ItemSweep:
    """Call `step` a few times a second."""

    def __init__(self) -> None:
        self._rest: set[PageConnection] = set()
        self._counts: dict[Account, int] = {}
        self._largest: dict[Account, tuple[int, PageConnection]] = {}

    def step(self, connections: Iterable[PageConnection]) -> list[tuple[PageConnection, str]]:
        """Count on. Returns the connections to close, with the reason: of each peer that has too many items the one
        that has the most. ``connections`` are those to begin with when all have been counted.
        """
        for _ in range(AT_A_STEP):
            if not self._rest:
                self._rest = set(connections)
                return self._find()
            connection = self._rest.pop()
            if count := connection.item_count():
                for account in connection.accounts:
                    self._counts[account] = self._counts.get(account, 0) + count
                    if count > self._largest.get(account, (0,))[0]:
                        self._largest[account] = (count, connection)
        return []

    def forget(self, connection: PageConnection) -> None:
        """Its socket is closed."""
        self._rest.discard(connection)
        for account in connection.accounts:
            if self._largest.get(account, (0, None))[1] is connection:
                del self._largest[account]

    def _find(self) -> list[tuple[PageConnection, str]]:
        found = {}
        for account, count in self._counts.items():
            if account in self._largest and (reason := account.too_many_items(count)) is not None:
                found[self._largest[account][1]] = reason
        self._counts, self._largest = {}, {}
        return list(found.items())
