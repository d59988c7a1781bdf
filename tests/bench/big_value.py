"""big-value: for how long the window does not answer while the largest value there can be comes, is looked at, edited
and saved.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.bench.child import Child
from tests.bench.figures import Figure, Goal, Judged

if TYPE_CHECKING:
    from tests.bench.size import Size

KEY: Final = "large"
VIEWS: Final = ("Text", "JSON", "Decoded", "Diff", "History")
_UNITS: Final = 5_242_880 - 4_096
"""Of the value; the rest of what an area may hold is the other items'."""
_STALL: Final = 100.0


def measure(size: Size) -> list[Figure]:
    """The longest gap between two beats of a 16 ms timer in the window's thread, from the beginning of a step until
    some time after what comes of it. The baseline is the longest gap while a bare `websockets` server takes the same
    bytes.
    """
    units, pause = size.pick(_UNITS, 300_000), size.pick(0.4, 0.2)
    figures = []
    for kind in size.pick(("text", "JSON", "escaped text"), ("JSON",)):
        with Child("big_value_app") as app, Child("big_value_bare") as bare, Child("big_value_page") as page:
            page.ask("connect", port=app.ask("serve"), bare=False)
            page.ask("connect", port=bare.ask("serve"), bare=True)
            app.ask("joined", count=1)
            app.ask("choose", number=0)
            steps = ["arrives", *(f"opened as {view}" for view in VIEWS), "edited", "saved"]
            gaps: dict[str, list[float]] = {step: [] for step in steps}
            transfer = []
            for number in range(size.repetitions):
                value = {"kind": kind, "units": units, "number": number}
                bare.ask("watch")
                page.ask("put", **value, bare=True)
                transfer.append(bare.ask("arrived"))
                app.ask("hide", wait=pause)
                app.ask("watch")
                page.ask("put", **value, bare=False)
                found = [app.ask("arrived", units=units)]
                found += [app.ask("look", view=view, wait=pause) for view in VIEWS]
                found += [app.ask("edit"), app.ask("save")]
                for step, gap in zip(steps, found, strict=True):
                    gaps[step].append(gap)
        figures += [
            Figure(f"{kind} of {units:,} units {step}", "ms", gaps[step], transfer, Goal(_STALL, Judged.VALUE))
            for step in steps
        ]
    return figures
