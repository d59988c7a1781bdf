"""The whole way: an operator's keys in the real window, over the real hub, to a page in a real browser, and back."""

from __future__ import annotations

import asyncio
import time
from functools import partial
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from monitor.loop import EventLoop
from monitor.ui.main_window import MainWindow
from monitor.ui.storage.columns import Column
from tests.browser.drivers import Chromium
from tests.event_loop import entered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PySide6.QtCore import SignalInstance
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from monitor import WebSocket
    from monitor.ui.storage.table import StorageTable
    from tests.browser.drivers import Browser
    from tests.browser.stage import Stage
    from tests.event_loop import AsyncRunner


@pytest.fixture(scope="module")
def runner(qapp: QApplication) -> Iterator[AsyncRunner]:
    """The app's own loop: asyncio and the window in one thread."""
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


async def until(signal: SignalInstance, condition: Callable[[], bool]) -> None:
    """Wait until a signal after which ``condition`` holds."""
    happened = asyncio.Event()
    connection = signal.connect(happened.set)
    try:
        async with asyncio.timeout(30):
            while not condition():
                happened.clear()
                await happened.wait()
    finally:
        signal.disconnect(connection)


def shown_table(window: MainWindow, stage: Stage) -> StorageTable:
    """Choose the stage's session in the tree, and return the table of its items."""
    row = window.sessions_model.row_of(stage.session)
    assert row is not None
    window.sessions.view.setCurrentIndex(window.sessions_model.index_of(row))
    panel = window.storage.panel
    assert panel is not None
    return panel.table


def cell(table: StorageTable, key: str, column: Column) -> str:
    row = table.storage.row_of(key)
    return "" if row is None else str(table.storage.index(row, column).data())


def type_value(table: StorageTable, key: str, text: str) -> None:
    """F2, the text, Enter: as an operator does."""
    row = table.storage.row_of(key)
    assert row is not None
    table.setFocus()
    table.setCurrentIndex(table.storage.index(row, Column.VALUE))
    QTest.keyClick(table, Qt.Key.Key_F2)
    editor = table.editor
    assert editor is not None
    line = editor.findChild(QLineEdit)
    assert isinstance(line, QLineEdit)
    line.selectAll()
    QTest.keyClicks(line, text)
    QTest.keyClick(line, Qt.Key.Key_Return)


async def test_an_edit_in_the_window_reaches_the_page_and_a_change_of_the_page_reaches_the_window(
    stage: Stage, window: MainWindow
) -> None:
    page = await stage.open()
    await page.evaluate("localStorage.setItem('cart', 'three lamps')")
    await stage.until_items({"cart": "three lamps"})
    table = shown_table(window, stage)
    flushed = table.storage.flushed
    await until(flushed, lambda: cell(table, "cart", Column.VALUE) == "three lamps")

    await page.evaluate("addEventListener('storage', e => { window.heard = [e.key, e.oldValue, e.newValue] })")
    type_value(table, "cart", "two lamps")
    await page.wait_for("window.heard")
    assert await page.evaluate("window.heard") == ["cart", "three lamps", "two lamps"]
    assert await page.evaluate("localStorage.getItem('cart')") == "two lamps"
    await until(flushed, lambda: cell(table, "cart", Column.STATE) == "saved")

    await page.evaluate("localStorage.setItem('cart', 'no lamps')")
    await until(flushed, lambda: cell(table, "cart", Column.VALUE) == "no lamps")


async def test_typing_is_not_replaced_by_a_change_of_the_page_and_the_conflict_is_shown(
    stage: Stage, window: MainWindow
) -> None:
    page = await stage.open()
    await page.evaluate("localStorage.setItem('flag', 'off')")
    await stage.until_items({"flag": "off"})
    table = shown_table(window, stage)
    await until(table.storage.flushed, lambda: cell(table, "flag", Column.VALUE) == "off")
    table.setFocus()
    table.edit_value("flag")
    editor = table.editor
    assert editor is not None
    line = editor.findChild(QLineEdit)
    assert isinstance(line, QLineEdit)
    line.selectAll()
    QTest.keyClicks(line, "mine")

    await page.evaluate("localStorage.setItem('flag', 'theirs')")
    await stage.until_items({"flag": "theirs"})
    assert line.text() == "mine"

    QTest.keyClick(line, Qt.Key.Key_Return)
    await until(table.storage.flushed, lambda: bool(table.storage.states.refused))
    assert cell(table, "flag", Column.STATE).startswith("not saved")
    panel = window.storage.panel
    assert panel is not None
    assert "The browser holds “theirs”. You wrote “mine”." in panel.refusals.label.text()
    assert await page.evaluate("localStorage.getItem('flag')") == "theirs"

    panel.refusals.discard.click()
    await until(table.storage.flushed, lambda: not table.storage.states.refused)
    assert window.close()  # nothing is at stake any more, so it does not ask
