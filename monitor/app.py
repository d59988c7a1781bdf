"""Composition root: application, loop, window, hub, demo, and an orderly end. It knows everybody; nobody knows it.

The order of the start: the window is shown first, then the hub is imported and listens, for importing it takes longer
than painting. The order of the end: demo and hub close their sockets, then the loop closes, then the application.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import sys
import time
from functools import partial
from logging.handlers import RotatingFileHandler
from typing import TYPE_CHECKING

import platformdirs
from PySide6.QtCore import QEvent, QObject, QSettings, QSize, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication

from monitor import __version__
from monitor.core.registry import Registry
from monitor.garbage import Garbage
from monitor.loop import EventLoop
from monitor.ui.appearance import DARK, LIGHT
from monitor.ui.main_window import MainWindow

if TYPE_CHECKING:
    import argparse
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path
    from types import TracebackType

    from PySide6.QtGui import QWindow

    from monitor.core.events import Event
    from monitor.hub import Settings

NAME = "session-monitor"
SETTLED_AFTER = 1.5
"""Seconds without any event after which the window counts as settled: longer than a row's flash."""
LONGEST_EXPOSING = 0.5
"""Seconds that the hub waits for the window to be painted first."""
LONGEST_SETTLING = 15.0
"""Seconds after which the picture is taken even of a window in which something still happens."""

log = logging.getLogger(__name__)


def run(options: argparse.Namespace) -> int:
    """Run the app as the command line says (`monitor.cli`). Returns the exit code."""
    log_file = _start_logging()
    application = QApplication([NAME])
    application.setApplicationName(NAME)
    application.setApplicationDisplayName("Session Monitor")
    application.setApplicationVersion(__version__)
    application.setDesktopFileName(NAME)
    # Closing the window starts the orderly end; only when that is done may Qt stop.
    application.setQuitOnLastWindowClosed(False)
    registry = Registry()
    window = MainWindow(registry, time.monotonic, _settings(options))
    window.page_asked.connect(lambda address: QDesktopServices.openUrl(QUrl(address)))
    if options.scheme:
        window.appearance.show(DARK if options.scheme == "dark" else LIGHT)
    if options.size:
        window.resize(QSize(*options.size))
    window.show()
    _report_uncaught(window, log_file)
    with asyncio.Runner(loop_factory=partial(EventLoop, application)) as runner:
        return runner.run(live(options, registry, window, _say))


async def live(options: argparse.Namespace, registry: Registry, window: MainWindow, say: Callable[[str], None]) -> int:
    """Serve pages, and the demo if it is asked for, until the window is closed or the picture taken. Returns the exit
    code. When this returns, every socket and task of it is closed. ``say`` is told the hub's address.
    """
    finished = asyncio.Event()
    window.closed.connect(finished.set)
    _finish_on_signals(finished)
    await _painted(window)
    from monitor.hub import WebSocket

    async with contextlib.AsyncExitStack() as stack:
        hub = WebSocket(options.host, options.port, registry=registry, settings=_limits(options))
        try:
            await stack.enter_async_context(hub)
        except OSError as error:
            why = f"cannot listen on {options.host} port {options.port}: {error.strerror or error}"
            log.error("%s", why)
            if options.screenshot:
                return 1
            window.show_not_listening(f"No page can connect: this app {why}")
        else:
            window.show_address(hub.url, hub.script_tag, hub.page_url)
            say(hub.url)
            if hub.notice:
                window.show_notice(hub.notice)
            if options.demo:
                await stack.enter_async_context(_demo(hub.url, lively=options.screenshot is None))
        garbage = Garbage()
        stack.callback(garbage.end)
        if options.screenshot:
            return await _take_picture(registry, window, options.screenshot, finished)
        await finished.wait()
    return 0


async def _painted(window: MainWindow) -> None:
    """Wait until the window is on the screen: the hub takes as long to import as all that. Not for ever, for a window
    that was started minimized is painted when the operator wants to see it.
    """
    handle = window.windowHandle()
    if handle is None or handle.isExposed():
        return
    exposure = _Exposure(handle)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(LONGEST_EXPOSING):
            await exposure.happened.wait()
    handle.removeEventFilter(exposure)


class _Exposure(QObject):
    """Waits for Qt to show ``handle``, which paints it at once."""

    def __init__(self, handle: QWindow) -> None:
        super().__init__(handle)
        self.happened = asyncio.Event()
        handle.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Expose:
            self.happened.set()  # Who waits for it goes on in a later tick, when it was painted.
        return False


def _limits(options: argparse.Namespace) -> Settings:
    from monitor.hub import Settings

    return Settings(
        connections=options.connections,
        message_size=options.message_size * 2**20,
        hello_within=float(options.hello_within),
    )


async def _take_picture(registry: Registry, window: MainWindow, path: Path, finished: asyncio.Event) -> int:
    settling = asyncio.create_task(_settled(registry), name="settle")
    closing = asyncio.create_task(finished.wait(), name="closing")
    await asyncio.wait((settling, closing), timeout=LONGEST_SETTLING, return_when=asyncio.FIRST_COMPLETED)
    for task in (settling, closing):
        task.cancel()
    await asyncio.wait((settling, closing))
    if finished.is_set():
        log.error("ended before the picture was taken")
        return 1
    if settling.cancelled():
        log.warning("the window has not settled within %g seconds; the picture shows it as it is", LONGEST_SETTLING)
    if not window.grab().save(str(path)):
        log.error("cannot write %s", path)
        return 1
    return 0


async def _settled(registry: Registry) -> None:
    """Wait until nothing has happened for a while."""
    happened = asyncio.Event()

    def note(event: Event) -> None:
        happened.set()

    unsubscribe = registry.subscribe(note)
    try:
        while True:
            happened.clear()
            try:
                await asyncio.wait_for(happened.wait(), SETTLED_AFTER)
            except TimeoutError:
                return
    finally:
        unsubscribe()


@contextlib.asynccontextmanager
async def _demo(url: str, *, lively: bool) -> AsyncIterator[None]:
    from monitor.demo.life import live

    task = asyncio.create_task(live(url, lively=lively), name="demo")
    task.add_done_callback(_report_task)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


def _report_task(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("%s failed", task.get_name(), exc_info=error)


def _finish_on_signals(finished: asyncio.Event) -> None:
    """Ctrl+C and a polite kill end the app as closing the window does."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, finished.set)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(finished.set))


def _settings(options: argparse.Namespace) -> QSettings | None:
    """Where the window keeps its arrangement. A picture neither reads nor changes the user's."""
    if options.screenshot:
        return None
    folder = platformdirs.user_config_path(NAME, appauthor=False)
    return QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)


def _say(url: str) -> None:
    """For whoever started the app from a terminal, or reads its output in a script. It is a courtesy: where nobody
    reads it (a pipe that was closed, a disk that is full), the app goes on.
    """
    if sys.stdout is None:  # a windowed program on Windows has none
        return
    try:
        sys.stdout.write(f"Session Monitor listens at {url}\n")
        sys.stdout.flush()
    except OSError as error:
        log.info("nobody reads what the app says: %s", error)
        # Python tries once more when it ends, and would complain then: what was not read goes nowhere.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def _start_logging() -> Path | None:
    """Log to the terminal and, where the system lets us, to a file. Logs hold no values. Returns the file."""
    handlers: list[logging.Handler] = []
    if sys.stderr is not None:  # a windowed program on Windows has none
        handlers.append(logging.StreamHandler())
    path: Path | None = platformdirs.user_log_path(NAME, appauthor=False) / f"{NAME}.log"
    try:
        assert path is not None
        path.parent.mkdir(parents=True, exist_ok=True)
        handlers.append(
            RotatingFileHandler(path, maxBytes=2**20, backupCount=2, encoding="utf-8", errors="backslashreplace")
        )
    except OSError:
        path = None
    logging.basicConfig(
        level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s", handlers=handlers
    )
    return path


def _report_uncaught(window: MainWindow, log_file: Path | None) -> None:
    """Nothing fails in silence: what no code caught is logged, and the status bar says so."""

    def report(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        log.critical("uncaught", exc_info=(kind, error, trace))
        where = f"; details are in {log_file}" if log_file else ""
        window.show_notice(f"Something failed: {kind.__name__}{where}")

    sys.excepthook = report
