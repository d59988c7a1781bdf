"""The app as a process with an operator, told what to do (`tests.bench.child`): all that is not the operator is real.

``python -m tests.faults.app FOLDER PORT LIFE SECONDS``, in which edits have so many seconds, writes JSON values, one a
line: ``["listens", PORT]``, then ``["told", {…}]`` for each outcome, ``["gap", MILLISECONDS]`` whenever the window did
not answer for longer than ever before, and the answers.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from functools import partial
from typing import TYPE_CHECKING, Any

from msgspec import structs
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from monitor.cli import parser
from monitor.core.registry import Registry
from monitor.journal.journal import Journal
from monitor.loop import EventLoop
from monitor.serving import live
from monitor.ui.main_window import MainWindow
from tests.bench.child import obey
from tests.bench.served_app import Beats
from tests.faults.operator import Operator

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.core.session import Session

_TELL_GAPS_EVERY = 100
"""Milliseconds."""
_LOOK = 0.05
"""Seconds between two looks at the table."""


def _say(kind: str, what: Any) -> None:
    os.write(1, json.dumps([kind, what]).encode() + b"\n")  # at once, and whole


class App:
    """Each method is a command."""

    def __init__(self, registry: Registry, window: MainWindow, life: str) -> None:
        self._registry = registry
        self._window = window
        self._operator = Operator(registry, life, partial(_say, "told"))
        self._wall_clock = time.time_ns
        self._beats: Beats | None = None
        self._longest = 0.0
        self._telling = QTimer()
        self._telling.timeout.connect(self._tell_gap)

    async def work(self, origin: str, pause: float, depth: int, seed: int) -> None:
        """Let the operator begin (`Operator.work`)."""
        if self._beats is None:
            self._beats = Beats()
            self._telling.start(_TELL_GAPS_EVERY)
        self._operator.work(origin, pause, depth, seed)

    async def rest(self, origin: str, within: float) -> list[str]:
        """Let the operator end (`Operator.rest`). Returns the edits without outcome."""
        return await self._operator.rest(origin, within)

    async def connected(self, origin: str, pages: int, within: float) -> bool:
        """Wait until so many pages of that origin are here, and what their sessions store is known."""
        return await self._until(lambda: self._is_here(origin, pages), within)

    async def holds(self, areas: dict[str, dict[str, str]], within: float) -> bool:
        """Wait until these sessions are known to hold this."""
        sessions = self._registry.sessions
        return await self._until(
            lambda: all(name in sessions and sessions[name].area().items == items for name, items in areas.items()),
            within,
        )

    async def view(self, origin: str) -> dict[str, dict[str, Any]]:
        """What the sessions of that origin hold, as far as is known."""
        return {session.session_id: dict(session.area().items) for session in self._operator.sessions(origin)}

    async def shows(self, session_id: str, items: dict[str, str], within: float) -> dict[str, Any]:
        """Wait until the table in the window shows exactly this of the session. Returns what it shows at last."""
        self._window.sessions.choose(self._registry.sessions[session_id])
        panel = self._window.storage.panel
        assert panel is not None
        shown: dict[str, Any] = {}
        for _ in range(int(within / _LOOK)):
            await asyncio.sleep(_LOOK)
            values = ((key, panel.model.shown_value(key)) for key in panel.model.keys())  # noqa: SIM118 - no dictionary
            shown = {
                key: value for key, value in values if value is not None
            }  # what was refused has a row and no value
            if shown == items:
                break
        return shown

    async def filed(self) -> None:
        """Wait until all that happened is in the journal's database."""
        journal = self._registry.recording.recorder
        assert isinstance(journal, Journal), "the app journals"
        await asyncio.wrap_future(journal.filing.call(lambda _: None))

    async def step_clock(self, seconds: float) -> None:
        """Set the clock on the wall."""
        by = int(seconds * 1e9)
        setattr(time, "time_ns", lambda: self._wall_clock() + by)  # noqa: B010 - a plain assignment is an error of types

    def _is_here(self, origin: str, count: int) -> bool:
        sessions = [session for session in self._operator.sessions(origin) if session.live]
        here = sum(page.connected for session in sessions for page in session.pages.values())
        return here == count and all(map(_is_in_step, sessions))

    async def _until(self, condition: Any, within: float) -> bool:
        happened = asyncio.Event()
        unsubscribe = self._registry.subscribe(lambda _: happened.set())
        try:
            async with asyncio.timeout(within):
                while not condition():
                    happened.clear()
                    await happened.wait()
        except TimeoutError:
            return False
        finally:
            unsubscribe()
        return True

    def _tell_gap(self) -> None:
        assert self._beats is not None
        if (gap := self._beats.longest()) > self._longest:
            self._longest = gap
            _say("gap", gap)


def _is_in_step(session: Session) -> bool:
    return session.local_storage.in_step


async def _main(arguments: Sequence[str], registry: Registry, window: MainWindow) -> None:
    folder, port, life, answer_within = arguments
    app = App(registry, window, life)

    def listens(url: str) -> None:
        timing = structs.replace(registry.timing, answer_within=float(answer_within))
        registry.configure(timing=timing, limits=registry.limits, remembered=registry.remembered)
        _say("listens", int(url.rpartition(":")[2]))

    options = parser().parse_args(["--port", port, "--journal-folder", folder])
    serving = asyncio.create_task(live(options, registry, window, listens))
    names = ("work", "rest", "connected", "holds", "view", "shows", "filed", "step_clock")
    await obey({name: getattr(app, name) for name in names})
    window._letting_go._quits = True
    window.close()
    await serving


if __name__ == "__main__":
    application = QApplication(["faults"])
    application.setQuitOnLastWindowClosed(False)
    registry = Registry()
    window = MainWindow(registry, time.monotonic)
    window.show()
    with asyncio.Runner(loop_factory=partial(EventLoop, application)) as runner:
        runner.run(_main(sys.argv[1:], registry, window))
