"""The app that is attacked, with its real window and its own limits, told what to do by the test."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import tempfile
import time
from functools import partial, reduce
from operator import xor
from os import environ
from time import monotonic, monotonic_ns
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtWidgets import QApplication

from monitor.cli import parser
from monitor.core.edits import EditState
from monitor.core.events import EditUpdated, ItemsChanged
from monitor.core.messages import SetItem
from monitor.core.registry import Registry
from monitor.log_file import start_logging
from monitor.loop import EventLoop
from monitor.serving import live
from monitor.ui.main_window import MainWindow
from tests.bench.app import App, _texts
from tests.bench.child import obey
from tests.bench.peer import SITES, digest
from tests.bench.probes import resident

if TYPE_CHECKING:
    from monitor.core.events import Event
    from monitor.core.session import Session

EDITED: Final = "key-050"
"""The item of each page that the operator counts up; the pages change the fifty before it."""


class AttackedApp(App):
    """Each method is a command. Latencies are seconds."""

    def __init__(self, registry: Registry, window: MainWindow) -> None:
        super().__init__(registry, window)
        self._watching = False
        self._changes: list[float] = []
        self._acknowledged: list[float] = []
        self._asked: dict[str, float] = {}
        self._outcomes: dict[str, int] = {}
        registry.subscribe(self._note_change, ItemsChanged)
        registry.subscribe(self._note_outcome, EditUpdated)

    def _note_change(self, event: Event) -> None:
        assert isinstance(event, ItemsChanged)
        if not self._watching or not _is_honest(event.session):
            return
        now = monotonic_ns()
        for change in event.changes:
            if change.key != EDITED:
                assert isinstance(change.new_value, str)
                self._changes.append((now - int(change.new_value)) / 1e9)

    def _note_outcome(self, event: Event) -> None:
        assert isinstance(event, EditUpdated)
        edit = event.edit
        if edit.state is EditState.PENDING or edit.id not in self._asked:
            return
        self._acknowledged.append(monotonic() - self._asked.pop(edit.id))
        outcome = str(edit.reason or edit.state)
        self._outcomes[outcome] = self._outcomes.get(outcome, 0) + 1

    async def watch(self, seconds: float, pages: int, edits: int) -> dict[str, list[float]]:
        """Count up the `EDITED` items of the first ``pages`` by turns, ``edits`` times a second, and look at how long
        that takes, and how long the pages' own changes. ``beats`` are gaps between beats of the window.
        """
        self._changes.clear()
        self._acknowledged.clear()
        self._watching = True
        editing = asyncio.create_task(self._edit(seconds, pages, edits))
        beats = await self.beats(seconds)
        await editing
        while self._asked:
            await asyncio.sleep(0.01)
        self._watching = False
        return {"changes": list(self._changes), "edits": list(self._acknowledged), "beats": beats}

    async def _edit(self, seconds: float, pages: int, rate: int) -> None:
        began = monotonic()
        made = 0
        while (elapsed := monotonic() - began) < seconds:
            while made < elapsed * rate:
                session = self.registry.sessions[f"session-{made % pages}"]
                before = session.area().items[EDITED]
                assert isinstance(before, str)
                made += 1
                if session.unsettled():
                    continue
                asked = monotonic()
                edit = session.edit([SetItem(EDITED, str(int(before) + 1), before)], asked)
                self._asked[edit.id] = asked
            await asyncio.sleep(1 / rate)

    async def told(self) -> dict[str, int]:
        """Outcomes of all edits so far, and how far the pages have ``counted``: each edit that is applied is one."""
        honest = [session for session in self.registry if _is_honest(session)]
        counted = sum(int(str(session.area().items[EDITED])) for session in honest)
        return {**self._outcomes, "counted": counted}

    async def honest_digest(self) -> int:
        """`digest` of the honest pages alone."""
        honest = (session for session in self.registry if _is_honest(session))
        return reduce(xor, (digest({**_texts(session.area().items), "": session.session_id}) for session in honest), 0)

    async def begin(self, pages: int) -> None:
        """The operator sets the `EDITED` items of all pages to 0."""
        for number in range(pages):
            session = self.registry.sessions[f"session-{number}"]
            session.edit([SetItem(EDITED, "0")], monotonic())
        while any(session.unsettled() for session in self.registry):
            await asyncio.sleep(0.01)

    async def memory(self) -> int:
        """Bytes in use, after a sweep of the garbage."""
        gc.unfreeze()
        gc.collect()
        return resident()


def _is_honest(session: Session) -> bool:
    return session.session_id.startswith("session-")


COMMANDS: Final = ("serve", "joined", "choose", "begin", "watch", "told", "honest_digest", "memory", "cost", "resident")


async def _main(registry: Registry, window: MainWindow, limits: list[str]) -> None:
    app = AttackedApp(registry, window)
    with tempfile.TemporaryDirectory(prefix="hostile-journal-") as folder:
        allowed = [argument for site in SITES for argument in ("--allow-origin", site)]
        options: argparse.Namespace = parser().parse_args(
            ["--port", "0", "--journal-folder", folder, *allowed, *limits]
        )
        serving = asyncio.create_task(live(options, registry, window, app.url.set_result))
        commands: dict[str, Any] = {name: getattr(app, name) for name in COMMANDS}
        await obey(commands)
        window._letting_go._quits = True
        window.close()
        await serving


if __name__ == "__main__":
    application = QApplication(["hostile"])
    application.setQuitOnLastWindowClosed(False)
    with contextlib.redirect_stderr(None):  # to its file alone: what is said here is for who watches the test
        start_logging()
    registry = Registry()
    window = MainWindow(registry, time.monotonic)
    window.show()
    with asyncio.Runner(loop_factory=partial(EventLoop, application)) as runner:
        runner.run(_main(registry, window, environ.get("LIMITS", "").split()))
