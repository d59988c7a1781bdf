"""A Chromium that writes down every task of its threads, with the processor's time that each took."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tests.browser.drivers import Chromium
from tests.browser.drivers.guard import hang_guard

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.browser.drivers.process import BrowserProcess

_CATEGORIES: Final = ["toplevel", "blink.user_timing"]


@dataclass(frozen=True)
class Task:
    """One task of a page's thread, in milliseconds: on the processor, and on the clock of the wall."""

    busy: float
    taken: float


class TracedChromium(Chromium):
    """Give it a block to trace, and ask for the tasks after that; one trace at a time."""

    def __init__(self, process: BrowserProcess) -> None:
        super().__init__(process)
        self._traced: list[dict[str, Any]] = []
        self._complete = asyncio.Event()

    @asynccontextmanager
    async def tracing(self) -> AsyncIterator[None]:
        """Trace as long as the block lasts; what was traced before is forgotten."""
        self._traced.clear()
        self._complete.clear()
        await self.send("Tracing.start", {"traceConfig": {"includedCategories": _CATEGORIES}})
        yield
        await self.send("Tracing.end")
        async with hang_guard("the trace did not end"):
            await self._complete.wait()

    def tasks_after(self, mark: str) -> list[Task]:
        """The tasks that began after the page called ``performance.mark(mark)``, in the thread in which it did so."""
        (marked,) = self._marks(mark)
        return [_task(event) for event in self._events(marked) if event["ts"] > marked["ts"]]

    def tasks_with(self, mark: str) -> list[Task]:
        """The tasks in which the page called ``performance.mark(mark)``."""
        return [
            _task(event)
            for marked in self._marks(mark)
            for event in self._events(marked)
            if event["ts"] <= marked["ts"] <= event["ts"] + event["dur"]
        ]

    def _marks(self, mark: str) -> list[dict[str, Any]]:
        return [event for event in self._traced if event["name"] == mark]

    def _events(self, marked: dict[str, Any]) -> list[dict[str, Any]]:
        """The tasks of the thread of ``marked``."""
        return [
            event
            for event in self._traced
            if event["name"] == "ThreadControllerImpl::RunTask"
            and event["ph"] == "X"
            and (event["pid"], event["tid"]) == (marked["pid"], marked["tid"])
        ]

    def _hear(self, event: dict[str, Any]) -> None:
        if event["method"] == "Tracing.dataCollected":
            self._traced += event["params"]["value"]
        elif event["method"] == "Tracing.tracingComplete":
            self._complete.set()
        else:
            super()._hear(event)


def _task(event: dict[str, Any]) -> Task:
    return Task(event.get("tdur", 0) / 1000, event["dur"] / 1000)
