"""A core with a clock that stands still, and a window over it."""

import logging
import os
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from monitor.core.registry import Registry
from monitor.ui.main_window import MainWindow
from tests.ui.operator import Operator
from tests.ui.simulated_page import Clock

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# What the offscreen platform says of every window with size hints and of every menu; nothing of ours can help it.
_OF_THE_PLATFORM = "This plugin does not support (propagateSizeHints|raise|grabbing)"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let these warnings pass here."""
    for item in items:
        if item.nodeid.startswith("tests/ui/"):
            item.add_marker(pytest.mark.qt_log_ignore(_OF_THE_PLATFORM, extend=True))


@pytest.fixture(autouse=True)
def no_error_is_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """The registry logs what its listeners raise, and goes on; here that is a failure."""
    yield
    assert not [record for record in caplog.get_records("call") if record.levelno >= logging.ERROR]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def registry() -> Registry:
    return Registry("test")


@pytest.fixture
def window(qtbot: QtBot, registry: Registry, clock: Clock) -> MainWindow:
    """The window, shown and active."""
    window = MainWindow(registry, clock)
    qtbot.addWidget(window)
    window.resize(1100, 700)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


@pytest.fixture
def operator(window: MainWindow, qtbot: QtBot) -> Operator:
    return Operator(window, qtbot)
