"""Settings: every limit and waiting time of the hub, in one place. Sizes are bytes, times are seconds."""

from typing import Self

from msgspec import Struct

from monitor.core.messages import Limits
from monitor.core.registry import LIMITS, REMEMBERED, Registry
from monitor.core.timing import Timing
from monitor.hub.access.limits import PER_ADDRESS, PER_ORIGIN, PeerLimits

MEBIBYTE = 2**20


class Settings(Struct, frozen=True, kw_only=True):
    """What a hub allows, and how long it waits. The defaults suit a desktop and its browsers.

    ``next_port``: a port that is taken is replaced by the next free one, and the hub says so; else it fails with
    `monitor.hub.ports.PortTakenError`.
    """

    message_size: int = LIMITS.message
    """The largest message."""
    hello_size: int = MEBIBYTE
    """The largest first message, so that a stranger cannot make the hub keep a large one."""
    crumbs: int = 100
    """How many pings, pongs and small fragments of messages a connection may send in ten seconds."""
    connections: int = 20_000
    """How many connections are served at once; one more is answered with 503. They are fewer where
    the system lets the process open fewer files.
    """
    unfinished: int = 256 * MEBIBYTE
    """How much may wait of messages over 2 MiB whose end has not come, of all connections together."""
    hello_within: float = 10.0
    """How long a newcomer may take for the opening handshake, and then for ``hello``."""
    write_buffer: int = 16 * MEBIBYTE
    """A page that lets more than this wait unread is closed before anything is added. Of a long message no more than
    half of this waits at a time, and what is left of it does not count.
    """
    read_within: float = 20.0
    """How long a page may take to read what is left of a long message, a part of it at least."""
    close_within: float = 2.0
    """How long a peer may take for the closing handshake."""
    settle_within: float = 2.0
    """How long a closing hub waits for answers to the edits it has sent."""
    ping_interval: float = 20.0
    """Between two WebSocket pings to a page that has waited for the operator, and until it must have answered one. The
    core itself pings every page that it knows (`monitor.core.timing`).
    """
    kept_maps: int = 10_000
    """How many maps of storages that the hub did not hand out are remembered, delivered or waiting."""
    remembered: int = REMEMBERED
    """How many sessions that have left are kept; beyond that the one that is gone longest is forgotten, unless edits
    wait for it.
    """
    waiting: int = 200
    """How many pages may wait for the operator to allow their origin; one more is told to try again later."""
    waiting_at_origin: int = 20
    """How many of them may be of one origin."""
    asking: int = 50
    """How many origins may ask at once."""
    per_address: PeerLimits = PER_ADDRESS
    """What one network address may take. Behind a proxy all pages come from one."""
    per_origin: PeerLimits = PER_ORIGIN
    """What the pages of one origin may take together. Programs, which have none, count by their address alone."""
    next_port: bool = True
    timing: Timing = Timing()

    @classmethod
    def of(cls, registry: Registry) -> Self:
        """The defaults, and what the registry has been told already."""
        return cls(message_size=registry.limits.message, timing=registry.timing, remembered=registry.remembered)

    def apply(self, registry: Registry) -> None:
        """Let the registry do as these settings say."""
        limits = Limits(message=self.message_size)
        registry.configure(timing=self.timing, limits=limits, remembered=self.remembered)
