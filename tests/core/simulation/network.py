"""Connections between pages and the hub: in order, late, and never to be relied on."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.core.simulation.world import World


class Parcel:
    """One text on its way, or (``None``) the end."""

    def __init__(self, text: bytes | None) -> None:
        self.text = text
        self.lost = False


class Way:
    """One direction of a connection. What is sent is in flight until it arrives; a cut loses the last of it."""

    def __init__(self, world: World, latency: float) -> None:
        self.on_message: Callable[[bytes], None] | None = None
        self.on_end: Callable[[], None] | None = None
        self._world = world
        self._latency = latency
        self._flight: deque[Parcel] = deque()
        self._last_due = 0.0
        self._broken = False

    def send(self, text: bytes) -> None:
        if not self._broken:
            self._put(text, self._latency * self._world.random.uniform(0.5, 1.5))

    def end(self, delay: float = 0.0) -> None:
        """Nothing more comes this way; the other side learns it after what is in flight, and not before ``delay``."""
        if not self._broken:
            self._broken = True
            self._put(None, self._latency + delay)

    def cut(self, kept: int) -> None:
        """Lose all that is in flight but for the first ``kept``, and all that is sent from now on."""
        self._broken = True
        while len(self._flight) > kept:
            self._flight.pop().lost = True

    def cut_and_noticed(self, kept: int, delay: float) -> None:
        """The same, and the other side notices."""
        if not self._broken:
            self.cut(kept)
            self._put(None, delay)

    def deafen(self) -> None:
        """The receiver does not listen any more."""
        self.on_message = self.on_end = None

    @property
    def in_flight(self) -> int:
        return len(self._flight)

    def _put(self, text: bytes | None, delay: float) -> None:
        parcel = Parcel(text)
        self._flight.append(parcel)
        self._last_due = max(self._last_due, self._world.now + delay)
        self._world.later(self._last_due - self._world.now, lambda: self._arrive(parcel))

    def _arrive(self, parcel: Parcel) -> None:
        if parcel.lost:
            return
        assert self._flight.popleft() is parcel, "out of order"
        if parcel.text is None:
            if self.on_end is not None:
                self.on_end()
        elif self.on_message is not None:
            self.on_message(parcel.text)


class Connection:
    """A WebSocket: a way to the hub and a way to the page."""

    def __init__(self, world: World) -> None:
        latency = world.random.choice((0.0005, 0.01, 0.25))
        self._world = world
        self.to_hub = Way(world, latency)
        self.to_page = Way(world, latency)

    def close_by_page(self) -> None:
        self.to_page.deafen()
        self.to_hub.end()

    def close_by_hub(self) -> None:
        self.to_hub.deafen()
        self.to_page.end()

    def cut(self, *, hub_notices: bool) -> None:
        """Break it anywhere. The page notices after a while; the hub may never (it has to find out by asking)."""
        random = self._world.random
        self.to_page.cut_and_noticed(random.randint(0, self.to_page.in_flight), random.choice((0.001, 0.3, 15.0)))
        kept = random.randint(0, self.to_hub.in_flight)
        if hub_notices:
            self.to_hub.cut_and_noticed(kept, random.choice((0.001, 0.3, 15.0)))
        else:
            self.to_hub.cut(kept)
