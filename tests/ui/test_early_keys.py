"""What is pressed as soon as the window is painted is done when there is something that can do it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog

from monitor.ui.main_window import MainWindow
from tests.ui.operator import CTRL, Key
from tests.ui.simulated_page import Clock, SimulatedPage

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from monitor.core.registry import Registry


@pytest.fixture
def bare(qtbot: QtBot) -> MainWindow:
    """A window that is painted and no more."""
    window = MainWindow()
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


def press(window: MainWindow, key: Key, *, control: bool = False) -> None:
    """As the system does: in the window, not in one of its widgets."""
    if control:
        QTest.keyClick(window.windowHandle(), key, CTRL)
    else:
        QTest.keyClick(window.windowHandle(), key)


def test_a_shortcut_waits(bare: MainWindow, registry: Registry, clock: Clock) -> None:
    press(bare, Key.Key_F1)
    bare.furnish(registry, clock)
    (dialog,) = (box for box in QApplication.topLevelWidgets() if isinstance(box, QDialog) and box.isVisible())
    dialog.close()


def test_keys_are_pressed_in_their_order(bare: MainWindow, registry: Registry, clock: Clock) -> None:
    SimulatedPage(registry, clock, {"cart": "1"}, user="Ada")
    bare.sessions.search_field.setFocus()
    for key in (Key.Key_A, Key.Key_D, Key.Key_A):
        press(bare, key)
    bare.furnish(registry, clock)
    assert bare.sessions.search_field.text().lower() == "ada"
    press(bare, Key.Key_Backspace)
    assert bare.sessions.search_field.text().lower() == "ad", "from now on at once"


def test_a_window_that_is_furnished_keeps_nothing(bare: MainWindow, registry: Registry, clock: Clock) -> None:
    bare.furnish(registry, clock)
    bare.hide()
    bare.show()
    bare.activateWindow()
    bare.sessions.search_field.setFocus()
    QTest.keyClicks(bare.sessions.search_field, "x")
    assert bare.sessions.search_field.text() == "x"


def test_keys_wait_for_a_window_that_is_closed_and_go_with_it(bare: MainWindow, qtbot: QtBot) -> None:
    press(bare, Key.Key_F1)
    press(bare, Key.Key_Q, control=True)
    with qtbot.waitSignal(bare.closed):
        bare.close()


def test_what_follows_a_key_that_opens_something_is_for_that(
    bare: MainWindow, registry: Registry, clock: Clock
) -> None:
    press(bare, Key.Key_F1)
    press(bare, Key.Key_Escape)
    bare.furnish(registry, clock)
    assert not [box for box in QApplication.topLevelWidgets() if isinstance(box, QDialog) and box.isVisible()]
