"""The app as a process, with an operator who counts up an item of every session as fast as the browser answers.

``python -m tests.journal.app_process FOLDER`` writes ``port PORT``, then ``told ID OUTCOME VALUE`` for every outcome.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from functools import partial

from PySide6.QtWidgets import QApplication

from monitor.cli import parser
from monitor.core.edits import EditState
from monitor.core.events import AreaLoaded, EditUpdated, Event
from monitor.core.messages import SetItem
from monitor.core.registry import Registry
from monitor.core.session import Session
from monitor.loop import EventLoop
from monitor.serving import live
from monitor.ui.main_window import MainWindow


def _say(*words: str) -> None:
    os.write(1, f"{' '.join(words)}\n".encode())  # at once, and whole


def _count_up(session: Session) -> None:
    value = session.area().items["n"]
    assert isinstance(value, str)
    if not session.unsettled():
        session.edit([SetItem("n", str(int(value) + 1), value)], time.monotonic())


def _hear(event: Event) -> None:
    loop = asyncio.get_running_loop()
    if isinstance(event, AreaLoaded) and event.session.live and event.area.kind == "local":
        loop.call_soon(_count_up, event.session)
    elif isinstance(event, EditUpdated) and event.edit.state is not EditState.PENDING and event.edit.sent:
        (operation,) = event.edit.operations  # type: ignore[misc]  # as `_count_up` made it
        assert isinstance(operation, SetItem)
        _say("told", event.edit.id, event.edit.reason or event.edit.state, operation.value)
        if event.session.live:
            loop.call_soon(_count_up, event.session)


async def _run(folder: str, registry: Registry, window: MainWindow) -> None:
    registry.subscribe(_hear)
    options = parser().parse_args(["--port", "0", "--journal-folder", folder])
    await live(options, registry, window, lambda url: _say("port", url.rpartition(":")[2]))


if __name__ == "__main__":
    application = QApplication(["app"])
    application.setQuitOnLastWindowClosed(False)
    registry = Registry()
    window = MainWindow(registry, time.monotonic)
    with asyncio.Runner(loop_factory=partial(EventLoop, application)) as runner:
        runner.run(_run(sys.argv[1], registry, window))
