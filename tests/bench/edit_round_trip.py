"""edit-rtt: from an operator's edit in the storage model to its acknowledgement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.bench.figures import Figure, Goal
from tests.bench.round_trips import round_trips

if TYPE_CHECKING:
    from tests.bench.size import Size


def measure(size: Size) -> list[Figure]:
    """Against the echo of the same bytes by bare `websockets` among as few connections."""
    trips = round_trips(size)
    echo = trips[0].echo
    most = max(trips)
    return [
        Figure("idle", "µs", trips[0].edit, echo, Goal(0.6), "no journal yet"),
        Figure(f"{most:,} other sessions", "µs", trips[most].edit, echo, Goal(0.8), "no journal yet"),
    ]
