"""edit-rtt: from an operator's edit in the storage model to its acknowledgement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.bench.figures import Figure, Goal
from tests.bench.round_trips import round_trips

if TYPE_CHECKING:
    from tests.bench.size import Size


def measure(size: Size) -> list[Figure]:
    """Against the echo of the same bytes by bare `websockets` among as few connections. An edit ends when the models
    have been told of its outcome, the echo when the library hands it to the task that waits for it. What the journal
    takes is that of both its writes, before the edit is sent and before its outcome is told.
    """
    trips = round_trips(size)
    most = max(trips)
    figures = []
    for others, words, limit in ((0, "idle", 0.6), (most, f"{most:,} other sessions", 0.8)):
        edit, unjournaled = trips[others].edit, trips[others].unjournaled
        journal = [one - other for one, other in zip(edit, unjournaled, strict=True)]
        figures += [
            Figure(f"{words}, journal off", "µs", unjournaled, trips[0].echo, Goal(limit)),
            Figure(f"{words}, journal on", "µs", edit, trips[0].echo),
            Figure(f"{words}, the journal's part", "µs", journal, trips[0].echo, Goal(0.4)),
        ]
    return figures
