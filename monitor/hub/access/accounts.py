"""Accounts: how much each address and each origin has taken of the hub (`monitor.hub.access.spending`)."""

from __future__ import annotations

from ipaddress import ip_network
from typing import TYPE_CHECKING, Final

from monitor.core.events import SessionForgotten, SessionLeft, SessionOpened, SessionReturned
from monitor.core.messages import ProtocolError
from monitor.hub.access.limits import BURST, PeerLimits
from monitor.hub.access.waiting import CLOSE_TRY_AGAIN_LATER

if TYPE_CHECKING:
    from monitor.core.events import Event
    from monitor.core.registry import Registry
    from monitor.core.session import Session
    from monitor.hub.text_connection import TextConnection

_NO_LIMIT: Final = 1 << 62

SUSPECT_FOR: Final = 10.0
"""Seconds for which newcomers of a peer are heard slowly after something wrong came of it (`monitor.hub.queue`)."""


class Account:
    """What a peer may still send, and what it has. ``name`` is what it is called in reasons."""

    __slots__ = ("_filled_at", "_limits", "_name", "bytes", "connections", "messages", "sessions", "suspect_until")

    def __init__(self, name: str, limits: PeerLimits, now: float) -> None:
        self._name = name
        self._limits = limits
        self._filled_at = now
        self.messages = _full(limits.messages)
        self.bytes = _full(limits.bytes)
        self.connections = 0
        self.sessions = 0
        self.suspect_until = now

    def suspect(self, now: float) -> None:
        """Something wrong has come from it."""
        self.suspect_until = now + SUSPECT_FOR

    def is_suspect(self, now: float) -> bool:
        """Whether that was lately."""
        return now < self.suspect_until

    def fault(self, messages: int, size: int, seconds: float, now: float) -> str | None:
        """Why a connection is to be closed that has sent so many messages and bytes in the last ``seconds``, after one
        of them has overdrawn the account; ``None`` if it is not the one. It is, if its peer would be over the limit
        for `BURST` seconds were all its connections as this one: so a page that is as quiet as ever does not pay for a
        noisy one.
        """
        self._fill(now)
        limits, often, seconds = self._limits, self.connections or 1, max(seconds, BURST)
        if limits.messages is not None and self.messages < 0 and messages * often > limits.messages * seconds:
            return self._too_many_messages
        if limits.bytes is not None and self.bytes < 0 and size * often > limits.bytes * seconds:
            return self._too_many_bytes
        return None

    def _fill(self, now: float) -> None:
        """What may be sent again by now."""
        elapsed, self._filled_at = now - self._filled_at, now
        limits = self._limits
        if limits.messages is not None:
            self.messages = min(self.messages + elapsed * limits.messages, _full(limits.messages))
        if limits.bytes is not None:
            self.bytes = min(self.bytes + elapsed * limits.bytes, _full(limits.bytes))

    @property
    def _too_many_messages(self) -> str:
        return f"{self._name} sends more than {self._limits.messages:,} messages a second"

    @property
    def _too_many_bytes(self) -> str:
        return f"{self._name} sends more than {self._limits.bytes:,} bytes a second"

    @property
    def is_crowded(self) -> bool:
        """Whether it has more connections than it may. The one that asks has been counted."""
        return self._limits.connections is not None and self.connections > self._limits.connections

    def is_crowded_by(self, spare: int) -> bool:
        """Whether it has more connections than it may and ``spare`` ones together."""
        return self._limits.connections is not None and self.connections > self._limits.connections + spare

    @property
    def crowded(self) -> str:
        """The reason for refusing one connection more."""
        return f"{self._name} has {self._limits.connections:,} connections here, no more are taken"

    def admit(self, now: float, *, opens: bool) -> None:
        """Let a page in, one that ``opens`` a session or one that joins a live one.

        Raises:
            ProtocolError: there may be no session more, or all that may be sent is spent.
        """
        if self.messages < 0 or self.bytes < 0:
            self._fill(now)
            if self.messages < 0:
                raise ProtocolError(self._too_many_messages, CLOSE_TRY_AGAIN_LATER)
            if self.bytes < 0:
                raise ProtocolError(self._too_many_bytes, CLOSE_TRY_AGAIN_LATER)
        if opens and self._limits.sessions is not None and self.sessions >= self._limits.sessions:
            raise ProtocolError(f"{self._name} has {self._limits.sessions:,} sessions here, no more are taken")

    def too_many_items(self, count: int) -> str | None:
        """The reason for closing what has so many items, if those are too many."""
        if self._limits.items is None or count <= self._limits.items:
            return None
        return f"{self._name} has more than {self._limits.items:,} items here"

    def is_full_again(self, now: float) -> bool:
        """Whether nothing is lost when it is forgotten."""
        return not self.connections and not self.sessions and now - self._filled_at > BURST


def _full(limit: int | None) -> float:
    return _NO_LIMIT if limit is None else limit * BURST


class Accounts:
    """Those of all peers. Call `expire` now and then."""

    def __init__(self, registry: Registry, per_address: PeerLimits, per_origin: PeerLimits) -> None:
        self._limits = (per_address, per_origin)
        self._addresses: dict[str, Account] = {}
        self._origins: dict[str, Account] = {}
        self._openers: dict[Session, tuple[Account, Account]] = {}
        """Of the live sessions that a page opened, the accounts of that page."""
        self.nobody = Account("a program", PeerLimits(), 0.0)
        """For connections whose origin is not known yet, or that have none."""
        self.opening: TextConnection | None = None
        """The connection whose hello is being taken in."""
        registry.subscribe(self._take_begin, SessionOpened, SessionReturned)
        registry.subscribe(self._take_end, SessionLeft, SessionForgotten)

    def of_address(self, address: str, now: float) -> Account:
        """That of a network address. Who has one of IPv6 has all that begin with the same 64 bits."""
        if ":" in address:
            address = str(ip_network((address.partition("%")[0], 64), strict=False))
        account = self._addresses.get(address)
        if account is None:
            account = self._addresses[address] = Account("this address", self._limits[0], now)
        return account

    def of_origin(self, origin: str, now: float) -> Account:
        """That of an origin."""
        account = self._origins.get(origin)
        if account is None:
            account = self._origins[origin] = Account("this origin", self._limits[1], now)
        return account

    def _take_begin(self, event: Event) -> None:
        assert isinstance(event, (SessionOpened, SessionReturned))
        if self.opening is not None:
            self._openers[event.session] = accounts = self.opening.accounts
            for account in accounts:
                account.sessions += 1

    def _take_end(self, event: Event) -> None:
        assert isinstance(event, (SessionLeft, SessionForgotten))
        for account in self._openers.pop(event.session, ()):
            account.sessions -= 1

    def expire(self, now: float) -> None:
        """Forget those of whom nothing is left."""
        for accounts in (self._addresses, self._origins):
            for name in [name for name, account in accounts.items() if account.is_full_again(now)]:
                del accounts[name]
