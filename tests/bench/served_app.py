"""The app as `app` has it, with more that it can be told to do."""

from __future__ import annotations

import asyncio
import time
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication

from monitor.core.registry import Registry
from monitor.loop import EventLoop
from monitor.serving import live
from monitor.ui.main_window import MainWindow
from tests.bench.app import App, journal_options
from tests.bench.child import obey

if TYPE_CHECKING:
    from collections.abc import Callable

_BEAT = 16
"""Milliseconds between two beats: a frame of a usual screen."""


class Beats:
    """A timer in the window's thread. The longest gap between two beats is how long the window did not answer."""

    def __init__(self) -> None:
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(_BEAT)
        self._timer.timeout.connect(self._beat)
        self._timer.start()
        self.reset()

    def reset(self) -> None:
        """Look from now on."""
        self._last = time.perf_counter()
        self._longest = 0.0

    def longest(self) -> float:
        """Milliseconds since `reset`, or between two beats after it."""
        self._beat()
        return self._longest * 1000

    def _beat(self) -> None:
        now = time.perf_counter()
        self._longest = max(self._longest, now - self._last)
        self._last = now


def run_app(kind: Callable[[Registry, MainWindow], App], *names: str) -> None:
    """Be the process: serve, and obey these commands of an app of that kind."""
    application = QApplication(["bench"])
    application.setQuitOnLastWindowClosed(False)
    registry = Registry()
    window = MainWindow(registry, time.monotonic)
    window.show()
    with asyncio.Runner(loop_factory=partial(EventLoop, application)) as runner:
        runner.run(_serve(kind, names, registry, window))


async def _serve(
    kind: Callable[[Registry, MainWindow], App], names: tuple[str, ...], registry: Registry, window: MainWindow
) -> None:
    app = kind(registry, window)
    with journal_options() as options:
        serving = asyncio.create_task(live(options, registry, window, app.url.set_result))
        await obey({name: getattr(app, name) for name in names})
        window._letting_go._quits = True  # what is not saved is let go of without a question
        window.close()
        await serving
