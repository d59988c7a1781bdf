"""change-to-view: from a browser's change on the wire to the table that is told of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.bench.child import Child
from tests.bench.figures import Figure, Goal, Judged, percentile
from tests.bench.round_trips import message_sizes

if TYPE_CHECKING:
    from tests.bench.size import Size

_ITEMS, _ITEM_SIZE = 50, 26
_FRAME = 16.0
"""Milliseconds."""


def measure(size: Size) -> list[Figure]:
    """A change now and then in the session that is shown, against half of a bare echo."""
    changes = size.pick(100, 10)
    sent, answered = message_sizes()
    late: dict[float, list[float]] = {0.5: [], 0.99: []}
    way: dict[float, list[float]] = {0.5: [], 0.99: []}
    with (
        Child("app", core=0) as app,
        Child("load", core=1) as load,
        Child("bare", core=0) as bare,
        Child("load", core=1) as bare_load,
    ):
        load.ask("connect", port=app.ask("serve"), count=1, items=_ITEMS, item_size=_ITEM_SIZE)
        bare_load.ask(
            "connect", port=bare.ask("serve", echoes=True), count=1, items=_ITEMS, item_size=_ITEM_SIZE, bare=True
        )
        bare_load.ask("reply", number=0, size=answered)
        app.ask("joined", count=1)
        bare.ask("joined", count=1)
        app.ask("choose", number=0)
        for _ in range(size.repetitions):
            echoes = bare.ask("echoes", number=0, count=changes, size=sent)
            # Some 21 a second, so that they fall into every part of a frame.
            load.tell("change", rate=21, seconds=changes / 21 + 0.5, sessions=1)
            views = app.ask("views", count=changes)
            load.answer()
            for share in late:
                late[share].append(percentile(views, share) * 1e3)
                way[share].append(percentile(echoes, share) / 2 * 1e3)
    return [
        Figure("median", "ms", late[0.5], way[0.5]),
        Figure("p99", "ms", late[0.99], way[0.99], Goal(_FRAME, Judged.DIFFERENCE)),
    ]
