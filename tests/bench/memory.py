"""memory: what ten thousand sessions take, and what the garbage collector costs with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tests.bench.arrivals import ITEM_SIZE, ITEMS, MEBIBYTE, arrival
from tests.bench.child import Child
from tests.bench.figures import Figure, Goal, Judged

if TYPE_CHECKING:
    from tests.bench.size import Size


class _Taken(NamedTuple):
    """Mebibytes beyond what the process took before the first session, and seconds of a full garbage collection."""

    memory: float
    collection: float


def measure(size: Size) -> list[Figure]:
    """Full sessions less empty ones is what the items take; empty ones less none is what the connections take."""
    count = size.pick(10_000, 200)
    payload = count * ITEMS * 100 / MEBIBYTE
    items, connections, bare_connections, collections, bare_collections = [], [], [], [], []
    for repetition in range(size.repetitions):
        bare, empty, full = _taken("bare", count), _taken("app", count), arrival(count, repetition)
        items.append(full.memory - empty.memory)
        connections.append(empty.memory / count * 1024)
        bare_connections.append(bare.memory / count * 1024)
        collections.append(full.collection * 1e3)
        bare_collections.append(bare.collection * 1e3)
    return [
        Figure(f"items of {count:,} sessions, beside their text", "MiB", items, [payload] * len(items), Goal(2.0)),
        Figure("a connection", "KiB", connections, bare_connections, Goal(1.2)),
        Figure("full garbage collection", "ms", collections, bare_collections, Goal(5, Judged.VALUE)),
    ]


def _taken(module: str, count: int) -> _Taken:
    with Child(module, core=0) as subject, Child("load", core=1) as load:
        port = subject.ask("serve")
        before = subject.ask("resident")
        load.ask("connect", port=port, count=count, items=0, item_size=ITEM_SIZE, bare=module == "bare")
        subject.ask("joined", count=count)
        after = subject.ask("resident")
        return _Taken((after - before) / MEBIBYTE, min(subject.ask("collect", times=3)))
