"""The app's own loop, one browser, and a window over the hub."""

from __future__ import annotations

import asyncio
import time
from functools import partial
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent

from monitor.loop import EventLoop
from monitor.ui.main_window import MainWindow
from tests.browser.drivers import Chromium
from tests.event_loop import entered

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from monitor import WebSocket
    from tests.browser.drivers import Browser
    from tests.event_loop import AsyncRunner


@pytest.fixture(scope="module")
def runner(qapp: QApplication) -> Iterator[AsyncRunner]:
    """The app's own loop: asyncio and the window in one thread.

    As in the app, it does not end with the last window; nor because of one that an earlier test has closed.
    """
    qapp.setQuitOnLastWindowClosed(False)
    qapp.removePostedEvents(qapp, QEvent.Type.Quit)
    with asyncio.Runner(loop_factory=partial(EventLoop, qapp)) as runner:
        yield runner


@pytest.fixture(scope="module")
def browser(runner: AsyncRunner) -> Iterator[Browser]:
    """One browser is enough here: the bridge's own tests see to both."""
    with entered(runner, Chromium.launch()) as browser:
        yield browser


@pytest.fixture
def window(qtbot: QtBot, ws: WebSocket) -> Iterator[MainWindow]:
    window = MainWindow(ws.registry, time.monotonic)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    yield window
    window.close()
