"""Thousands of full sessions that come at once, for `connect` and `memory`: what one has seen, the other need not wait
for.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from tests.bench.child import Child

ITEMS, ITEM_SIZE = 50, 93
"""A hundred bytes each, the key's seven included."""

MEBIBYTE = 2**20


class Arrival(NamedTuple):
    """Seconds from the first connection to the last that has said what it holds, and of the worst gap between two beats
    meanwhile; mebibytes beyond what the process took before, and seconds of a full garbage collection.
    """

    seconds: float
    gap: float
    memory: float
    collection: float


@cache
def arrival(count: int, repetition: int) -> Arrival:
    """Let them come to an app of their own. Once for each ``repetition``, whoever asks."""
    with Child("app", core=0) as app, Child("load", core=1) as load:
        port = app.ask("serve")
        before = app.ask("resident")
        load.tell("connect", port=port, count=count, items=ITEMS, item_size=ITEM_SIZE)
        watched = app.ask("beats_until_joined", count=count)
        began, _ = load.answer()
        memory = (app.ask("resident") - before) / MEBIBYTE
        seconds = float(watched["joined"] - began) / 1e9
        collection = min(app.ask("collect", times=3))
    return Arrival(seconds, max(watched["beats"], default=0.0), memory, collection)
