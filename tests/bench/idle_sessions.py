"""idle-sessions: what others that say nothing cost the one that is worked with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.bench.figures import Figure, Goal, growth
from tests.bench.round_trips import round_trips

if TYPE_CHECKING:
    from tests.bench.size import Size


def measure(size: Size) -> list[Figure]:
    """The round trip of an edit among ever more sessions, against that among ten."""
    trips = {others: each for others, each in round_trips(size).items() if others}
    base = trips[min(trips)].edit
    by_size = {
        others: Figure(f"{others:,} others", "µs", each.edit, base, Goal(2.5) if others == max(trips) else None)
        for others, each in trips.items()
    }
    alone = {others: Figure("", "µs", each.edit, each.echo) for others, each in trips.items()}
    return [*by_size.values(), growth("edit, and bare echo", alone)]
