"""Round trips of the app's edits and of the bare echo of as many bytes, among ever more idle sessions."""

from __future__ import annotations

from functools import cache
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from monitor.core.messages import EditRequest, Result, SetItem, encode
from tests.bench.child import Child

if TYPE_CHECKING:
    from tests.bench.size import Size

OTHERS = (10, 100, 1_000, 10_000)
_ITEMS, _ITEM_SIZE = 10, 26


class RoundTrips(NamedTuple):
    """Microseconds: the median of each repetition. Edits are written to the journal, but for those that are
    ``unjournaled``.
    """

    edit: list[float]
    unjournaled: list[float]
    echo: list[float]


@cache
def round_trips(size: Size) -> dict[int, RoundTrips]:
    """By the number of other sessions, which stay connected and say nothing; 0 too.

    All four processes share one core, so that neither end is ever waited for by a core that has gone to sleep.
    """
    times = size.pick(400, 50)
    sent, answered = message_sizes()
    found = {}
    with (
        Child("app", core=0) as app,
        Child("load", core=0) as load,
        Child("bare", core=0) as bare,
        Child("load", core=0) as bare_load,
    ):
        app_port, bare_port = app.ask("serve"), bare.ask("serve", echoes=True)
        here = 0
        for others in (0, *OTHERS[: size.pick(4, 2)]):
            wanted = others + 1
            load.ask("connect", port=app_port, count=wanted - here, items=_ITEMS, item_size=_ITEM_SIZE)
            bare_load.ask("connect", port=bare_port, count=wanted - here, items=_ITEMS, item_size=_ITEM_SIZE, bare=True)
            app.ask("joined", count=wanted)
            bare.ask("joined", count=wanted)
            if not here:
                app.ask("choose", number=0)
                bare_load.ask("reply", number=0, size=answered)
            here = wanted
            trips = found[others] = RoundTrips([], [], [])
            for _ in range(size.repetitions):
                trips.echo.append(median(bare.ask("echoes", number=0, count=times, size=sent)) * 1e6)
                trips.unjournaled.append(median(app.ask("edits", count=times, journaled=False)) * 1e6)
                trips.edit.append(median(app.ask("edits", count=times)) * 1e6)
    return found


def message_sizes() -> tuple[int, int]:
    """Bytes of an edit, and of its answer."""
    value = "v" * _ITEM_SIZE
    edit = EditRequest("12345678-1000", "local", [SetItem("key-000", value, value)], 12345678.123456, 12345678.123456)
    answer = Result("12345678-1000", "applied", "local", 1000, [("key-000", value)])
    return len(encode(edit)), len(encode(answer))
