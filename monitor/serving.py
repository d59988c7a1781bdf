"""Serving: the app behind its window, from the first picture to an orderly end.

It is imported when the window is painted, for asyncio, the hub and the core take as long to import as all of Qt. Then
the hub listens, the journal is opened, then the window is furnished. The order of the end: demo and hub close their
sockets, then the journal, then the loop closes, then the application.
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
from typing import TYPE_CHECKING

from monitor.admission import access
from monitor.core.registry import Registry
from monitor.garbage import Garbage
from monitor.hub import Settings, UnprotectedError, WebSocket
from monitor.hub.access.limits import PER_ADDRESS, PER_ORIGIN, changed
from monitor.log_file import report_uncaught, start_logging
from monitor.loop import EventLoop
from monitor.memory import give_back_large_blocks

if TYPE_CHECKING:
    import argparse
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from PySide6.QtWidgets import QApplication

    from monitor.core.events import Event
    from monitor.journaling import Journaling
    from monitor.ui.main_window import MainWindow

SETTLED_AFTER = 1.5
"""Seconds without any event after which the window counts as settled: longer than a row's flash."""
LONGEST_SETTLING = 15.0
"""Seconds after which the picture is taken even of a window in which something still happens."""

log = logging.getLogger(__name__)


def serve(application: QApplication, window: MainWindow, options: argparse.Namespace) -> int:
    """Furnish ``window`` and run the app until it is closed. Returns the exit code."""
    report_uncaught(window.show_notice, start_logging())
    with asyncio.Runner(loop_factory=partial(EventLoop, application)) as runner:
        return runner.run(live(options, Registry(), window, _say))


async def live(options: argparse.Namespace, registry: Registry, window: MainWindow, say: Callable[[str], None]) -> int:
    """Serve pages, and the demo if it is asked for, until the window is closed or the picture taken. Returns the exit
    code. When this returns, every socket and task of it is closed. ``say`` is told the hub's address.
    """
    finished = asyncio.Event()
    window.closed.connect(finished.set)
    _finish_on_signals(finished)
    async with contextlib.AsyncExitStack() as stack:
        journaling = _journaling(options, registry, window)
        if journaling is not None:
            stack.callback(journaling.end)  # when the hub is closed: until then there are outcomes
        hub = WebSocket(
            options.host, options.port, registry=registry, settings=_limits(options), access=access(options)
        )
        listens = False
        try:
            await stack.enter_async_context(hub)
        except (OSError, UnprotectedError) as error:
            reason = (error.strerror if isinstance(error, OSError) else None) or error
            why = f"cannot listen on {options.host} port {options.port}: {reason}"
            log.error("%s", why)
            if options.screenshot:
                return 1
            window.show_not_listening(f"No page can connect: this app {why}")
        else:
            listens = True
            _show_address(hub, window)
            say(hub.url)
            if hub.notice:
                window.show_notice(hub.notice)
        if journaling is not None:
            journaling.open()
        if not window.is_furnished:
            # In the same tick as all before it, most often: so Qt delivers no key before there is a shortcut for it.
            window.furnish(registry, time.monotonic)
        if journaling is not None:
            journaling.begin()
        if listens:
            _let_answer(hub, window)
        if options.demo and listens:
            await stack.enter_async_context(_demo(hub.url, lively=options.screenshot is None))
        give_back_large_blocks()
        garbage = Garbage()
        stack.callback(garbage.end)
        if options.screenshot:
            return await _take_picture(registry, window, options.screenshot, finished)
        await finished.wait()
    return 0


def _show_address(hub: WebSocket, window: MainWindow) -> None:
    window.show_address(hub.url, hub.script_tag, hub.sample_url)


def _let_answer(hub: WebSocket, window: MainWindow) -> None:
    """Show what happens about who may connect, and let the operator change the token."""

    def tell(text: str) -> None:
        _show_address(hub, window)
        window.show_notice(text)

    def rotate() -> str:
        try:
            hub.rotate_token()
        except UnprotectedError as error:
            return f"The token stays as it was: {error}."
        _show_address(hub, window)
        return "The token is another now. Connect a page, in the File menu, has the line with it."

    hub.when_told(tell)
    if hub.asks_for_token:
        window.let_rotate(rotate)


def _journaling(options: argparse.Namespace, registry: Registry, window: MainWindow) -> Journaling | None:
    """Not of pictures and simulated browsers, unless a folder is named for it."""
    if options.no_journal or ((options.demo or options.screenshot) and options.journal_folder is None):
        return None
    from monitor.journaling import Journaling

    return Journaling(options, registry, window)


def _limits(options: argparse.Namespace) -> Settings:
    of_peers = {"address": PER_ADDRESS, "origin": PER_ORIGIN}
    for setting in options.limit:
        of_peers = changed(of_peers, setting)
    return Settings(
        per_address=of_peers["address"],
        per_origin=of_peers["origin"],
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
