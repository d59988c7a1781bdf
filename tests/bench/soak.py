"""soak: what half an hour of pages that come, go, change and are edited leaves behind in the app."""

from __future__ import annotations

from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, Final

from tests.bench.child import Child
from tests.bench.figures import Figure, Goal, Judged

if TYPE_CHECKING:
    from tests.bench.size import Size

FASTER: Final = 30
"""The core's waiting times are so many times shorter than they are: a minute of it takes two seconds."""
REMEMBERED: Final = 20
"""Sessions that left and are kept, so that there are as many soon."""
_STAY: Final = 5
_RETURN: Final = 10
_NEW: Final = 10
_WARMING: Final = 4
"""Minutes before the first that is counted: by then history, steps to undo and sessions that left are as many as they
get.
"""


def measure(size: Size) -> list[Figure]:
    """Each simulated minute, new and known pages connect, the pages change items, the operator looks at one after the
    other and edits, in one also while it is away; then all pages leave but the few that stay, and with nothing going
    on the app is looked at. The last five minutes are the subject, the first five the baseline: both of one run.
    """
    minutes, seconds = size.pick(30, 4), size.pick(60 / FASTER, 0.8)
    counted = min(5, minutes // 2)
    with Child("soak_app") as app, Child("soak_pages") as pages:
        place = _Place(app, pages)
        for _ in range(size.pick(_WARMING, 1)):
            place.minute(seconds, changes=size.pick(4_000, 100), edits=size.pick(60, 5))
        samples = [place.minute(seconds, changes=300, edits=20) for _ in range(minutes)]
    first, last = samples[:counted], samples[-counted:]

    def figure(what: str, unit: str, goal: Goal, name: str, scale: float = 1.0) -> Figure:
        return Figure(
            f"{what} after {minutes} simulated minutes",
            unit,
            [sample[name] / scale for sample in last],
            [sample[name] / scale for sample in first],
            goal,
            "baseline: the first minutes",
        )

    no_more = Goal(0, Judged.DIFFERENCE)
    return [
        figure("memory", "MiB", Goal(1.02), "resident", 2**20),
        figure("objects that the collector follows", "objects", Goal(1.02), "objects"),
        figure("tasks", "tasks", no_more, "tasks"),
        figure("timers of the loop", "timers", no_more, "timers"),
        figure("timers of the window", "timers", no_more, "qt_timers"),
        figure("widgets", "widgets", no_more, "widgets"),
        figure("open files", "files", no_more, "files"),
        figure("edit to acknowledgement, median", "ms", Goal(1.1), "latency", 1e-3),
    ]


class _Place:
    """The app, and the pages."""

    def __init__(self, app: Child, pages: Child) -> None:
        self._app = app
        self._pages = pages
        self._minutes = 0
        self._port = app.ask("hurry", times=FASTER, remembered=REMEMBERED)
        pages.ask("connect", port=self._port, first=0, count=_STAY)
        app.ask("here", count=_STAY)

    def minute(self, seconds: float, changes: int, edits: int) -> dict[str, Any]:
        """One simulated minute. Returns what the app says of itself at its end."""
        began = monotonic()
        new = _STAY + _RETURN + self._minutes * _NEW
        self._minutes += 1
        self._pages.ask("connect", port=self._port, first=_STAY, count=_RETURN)
        self._pages.ask("connect", port=self._port, first=new, count=_NEW)
        self._app.ask("here", count=_STAY + _RETURN + _NEW)
        self._pages.tell("change", count=changes)
        latencies = []
        for number in range(_STAY):
            self._app.ask("choose", number=number)
            latencies += self._app.ask("edits", count=edits)
        self._pages.answer()
        self._pages.ask("leave", first=_STAY)
        self._app.ask("here", count=_STAY)
        self._app.ask("edit_away", number=_STAY)
        sleep(max(0.0, began + seconds - monotonic()))
        latencies.sort()
        return {**self._app.ask("sample"), "latency": latencies[len(latencies) // 2]}
