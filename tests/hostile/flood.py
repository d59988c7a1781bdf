"""flood: pages that say valid things as fast as they can, from the same address as the others: the limit per address
is what helps these.
"""

from __future__ import annotations

import tempfile
from statistics import median
from typing import TYPE_CHECKING, Final

from tests.bench.child import Child
from tests.bench.figures import Figure, Goal
from tests.hostile.attack import EDITS, ITEM_SIZE, ITEMS

if TYPE_CHECKING:
    from tests.bench.size import Size

LIMITED: Final = "--limit address.messages=2000"
UNLIMITED: Final = "--limit address.messages=none --limit address.bytes=none"
FLOODERS: Final = 20


def measure(size: Size) -> list[Figure]:
    """Edits of pages among flooders, where an address may send 2,000 messages a second, and where it may send any."""
    limited, unlimited = [], []
    for _ in range(size.repetitions):
        unlimited.append(_edits_among_flooders(UNLIMITED, size))
        limited.append(_edits_among_flooders(LIMITED, size))
    return [
        Figure(
            "edit to acknowledgement, with a limit per address", "ms", limited, unlimited, Goal(0.5),
            "baseline: without",
        )
    ]  # fmt: skip


def _edits_among_flooders(limits: str, size: Size) -> float:
    pages, seconds = size.pick(20, 5), size.pick(4.0, 1.5)
    with (
        tempfile.TemporaryDirectory(prefix="hostile-log-") as logs,
        Child("app", core=0, package="tests.hostile", XDG_STATE_HOME=logs, LIMITS=limits) as app,
        Child("load", core=0) as load,
        Child("crowd", core=1, package="tests.hostile") as crowd,
    ):
        port = app.ask("serve")
        load.ask("connect", port=port, count=pages, items=ITEMS, item_size=ITEM_SIZE)
        app.ask("joined", count=pages)
        app.ask("begin", pages=pages)
        crowd.tell(
            "attack", port=port, count=FLOODERS, seconds=2 * seconds, pause=1.0, kinds=["page_changes"],
            address="127.0.0.1",
        )  # fmt: skip
        app.ask("watch", seconds=seconds, pages=pages, edits=EDITS)  # until the allowance of a burst is gone
        watched = app.ask("watch", seconds=seconds, pages=pages, edits=EDITS)
        crowd.answer()
        lost = load.ask("leave")
        assert not lost, f"{lost} pages were closed for what others sent"
        edits: list[float] = watched["edits"]
        return median(edits) * 1e3
