"""asyncio's loop and ours side by side: most tests here run on both, for what asyncio's does is what ours has to do."""

from __future__ import annotations

import asyncio
import faulthandler
import os
import socket
import sys
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from monitor.loop import EventLoop

# Before the first QApplication.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

HANG = 120.0
"""Seconds after which a test of a loop that never returns is ended, with its stack, from outside of that loop."""

LoopFactory = Callable[[], asyncio.AbstractEventLoop]
Pair = tuple[socket.socket, socket.socket]


@pytest.fixture(autouse=True)
def _hang_guard() -> Iterator[None]:
    assert sys.__stderr__ is not None
    faulthandler.dump_traceback_later(HANG, exit=True, file=sys.__stderr__)
    yield
    faulthandler.cancel_dump_traceback_later()


@pytest.fixture(scope="module", params=["asyncio", "qt"])
def loop_factory(request: pytest.FixtureRequest, qapp: QApplication) -> LoopFactory:
    """Makes the loop under test: asyncio's own, then ours."""
    # Windows come and go in these tests, and none of them is the end of the application.
    qapp.setQuitOnLastWindowClosed(False)
    qapp.removePostedEvents(qapp, QEvent.Type.Quit)  # of a window that an earlier test has closed
    return partial(EventLoop, qapp) if request.param == "qt" else asyncio.SelectorEventLoop


@pytest.fixture
def loop(loop_factory: LoopFactory) -> Iterator[asyncio.AbstractEventLoop]:
    """A loop that is not running, for tests that are not coroutines."""
    loop = loop_factory()
    yield loop
    loop.close()


@pytest.fixture(scope="module")
def runner(loop_factory: LoopFactory) -> Iterator[asyncio.Runner]:
    """Runs the coroutine tests, in asyncio's debug mode."""
    with asyncio.Runner(debug=True, loop_factory=loop_factory) as runner:
        yield runner


@pytest.fixture
def qt_loop(qapp: QApplication) -> Iterator[EventLoop]:
    """Our loop alone, for what only it can do."""
    qapp.setQuitOnLastWindowClosed(False)
    qapp.removePostedEvents(qapp, QEvent.Type.Quit)  # of a window that an earlier test has closed
    loop = EventLoop(qapp)
    yield loop
    loop.close()


@pytest.fixture
def pair() -> Iterator[Pair]:
    """Two ends of a line, neither of which blocks."""
    left, right = socket.socketpair()
    left.setblocking(False)
    right.setblocking(False)
    with left, right:
        yield left, right
