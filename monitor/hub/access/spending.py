"""Spending: what one connection sends, on the accounts of its address and its origin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from monitor.hub.access.limits import BURST

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.hub.access.accounts import Account

CRUMB: Final = 1_024
"""Bytes below which a fragment is a crumb. Browsers cut only long messages, into larger ones."""


class Spending:
    """Each method says why the connection is to be closed; ``None`` if it is not. ``clock`` gives seconds.

    A message costs two subtractions for each account. Only when one is overdrawn is anything looked at: what has come
    in again since the last time, and whether this connection is the one that takes too much.
    """

    __slots__ = ("_bytes", "_clock", "_crumbs", "_crumbs_since", "_messages", "_most_crumbs", "_since", "accounts")

    def __init__(self, accounts: tuple[Account, Account], most_crumbs: int, clock: Callable[[], float]) -> None:
        self.accounts = accounts
        """That of its address, and of its origin or of nobody."""
        self._most_crumbs = most_crumbs
        self._clock = clock
        self._since = self._crumbs_since = clock()
        self._bytes = self._messages = self._crumbs = 0

    def of_bytes(self, size: int) -> str | None:
        """So many bytes have come."""
        self._bytes += size
        address, origin = self.accounts
        address.bytes -= size
        origin.bytes -= size
        return self._fault() if address.bytes < 0 or origin.bytes < 0 else None

    def of_message(self) -> str | None:
        """A message has come, or a frame that is none: those cost as much."""
        self._messages += 1
        address, origin = self.accounts
        address.messages -= 1
        origin.messages -= 1
        return self._fault() if address.messages < 0 or origin.messages < 0 else None

    def of_crumb(self) -> str | None:
        """A ping, a pong or a small fragment has come. They cost as much, and say nothing: of those a page has few."""
        self._crumbs += 1
        if self._crumbs <= self._most_crumbs:
            return None
        now = self._clock()
        if now - self._crumbs_since > BURST:
            self._crumbs, self._crumbs_since = 0, now
            return None
        return f"more than {self._most_crumbs} pings, pongs and small fragments in {BURST:g} seconds"

    def _fault(self) -> str | None:
        now = self._clock()
        seconds = now - self._since
        for account in self.accounts:
            reason = account.fault(self._messages, self._bytes, seconds, now)
            if reason is not None:
                return reason
        if seconds > BURST:
            self._since = now
            self._messages = self._bytes = 0
        return None
