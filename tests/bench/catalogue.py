"""The benchmarks by name, in the order of the table."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.bench.figures import Figure
    from tests.bench.size import Size


def _bench(module: str) -> Callable[[Size], Sequence[Figure]]:
    """``measure`` of a module that is imported when it is wanted: some import Qt, which a baseline must not."""

    def measure(size: Size) -> Sequence[Figure]:
        return cast("Sequence[Figure]", import_module(f"tests.bench.{module}").measure(size))

    return measure


BENCHES: Final = {
    "edit-rtt": _bench("edit_round_trip"),
    "loop": _bench("loop"),
    "idle-sessions": _bench("idle_sessions"),
    "ingest": _bench("ingest"),
    "frames": _bench("frames"),
    "change-to-view": _bench("change_to_view"),
    "connect": _bench("connect"),
    "memory": _bench("memory"),
    "tree": _bench("tree"),
    "table": _bench("storage_table"),
    "big-value": _bench("big_value"),
    "start": _bench("start"),
    "soak": _bench("soak"),
    "page-cost": _bench("page_cost"),
}
