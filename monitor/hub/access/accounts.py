"""Accounts: how much each address and each origin has taken of the hub.

A message costs its connection two subtractions for each account. Only when an account is overdrawn is anything looked
at: what has come in again since the last time, and whether this connection is the one that takes too much.
"""

from __future__ import annotations

from ipaddress import ip_network
from typing import TYPE_CHECKING, Final

from monitor.core.events import SessionForgotten, SessionOpened
from monitor.core.messages import ProtocolError
from monitor.hub.access.limits import BURST, PeerLimits

if TYPE_CHECKING:
    from monitor.core.events import Event
    from monitor.core.registry import Registry
    from monitor.core.session import Session

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
        were all its connections as this one: so a page that is as quiet as ever does not pay for a noisy one.
        """
        elapsed, self._filled_at = now - self._filled_at, now
        limits, often = self._limits, self.connections or 1
        if limits.messages is not None:
            self.messages = min(int(self.messages + elapsed * limits.messages), _full(limits.messages))
            if self.messages < 0 and messages * often > limits.messages * seconds:
                return f"{self._name} sends more than {limits.messages:,} messages a second"
        if limits.bytes is not None:
            self.bytes = min(int(self.bytes + elapsed * limits.bytes), _full(limits.bytes))
            if self.bytes < 0 and size * often > limits.bytes * seconds:
                return f"{self._name} sends more than {limits.bytes:,} bytes a second"
        return None

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

    def admit_session(self) -> None:
        """Raises ProtocolError where no further session may be opened."""
        if self._limits.sessions is not None and self.sessions >= self._limits.sessions:
            raise ProtocolError(f"{self._name} has {self._limits.sessions:,} sessions here, no more are taken")

    def too_many_items(self, count: int) -> str | None:
        """The reason for closing what has so many items, if those are too many."""
        if self._limits.items is None or count <= self._limits.items:
            return None
        return f"{self._name} has more than {self._limits.items:,} items here"

    def is_full_again(self, now: float) -> bool:
        """Whether nothing is lost when it is forgotten."""
        return not self.connections and not self.sessions and now - self._filled_at > BURST


def _full(limit: int | None) -> int:
    return _NO_LIMIT if limit is None else int(limit * BURST)


class Accounts:
    """Those of all peers. Call `expire` now and then."""

    def __init__(self, registry: Registry, per_address: PeerLimits, per_origin: PeerLimits) -> None:
        self._limits = (per_address, per_origin)
        self._addresses: dict[str, Account] = {}
        self._origins: dict[str, Account] = {}
        self._openers: dict[Session, Account] = {}
        self.nobody = Account("a program", PeerLimits(), 0.0)
        """For connections whose origin is not known yet, or that have none."""
        self.opening: Account | None = None
        """The address whose hello is being taken in."""
        self.now = 0.0
        for session in registry:
            self._count(session)
        registry.subscribe(self._take_opened, SessionOpened)
        registry.subscribe(self._take_forgotten, SessionForgotten)

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

    def _take_opened(self, event: Event) -> None:
        assert isinstance(event, SessionOpened)
        self._count(event.session)

    def _count(self, session: Session) -> None:
        self.of_origin(session.origin, self.now).sessions += 1
        if self.opening is not None:
            self.opening.sessions += 1
            self._openers[session] = self.opening

    def _take_forgotten(self, event: Event) -> None:
        assert isinstance(event, SessionForgotten)
        self.of_origin(event.session.origin, self.now).sessions -= 1
        opener = self._openers.pop(event.session, None)
        if opener is not None:
            opener.sessions -= 1

    def expire(self, now: float) -> None:
        """Forget those of whom nothing is left."""
        self.now = now
        for accounts in (self._addresses, self._origins):
            for name in [name for name, account in accounts.items() if account.is_full_again(now)]:
                del accounts[name]
