"""What an operator does at the window, step by step, and what is waited for in between."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from monitor.ui.storage.columns import Column

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import SignalInstance

    from monitor.ui.main_window import MainWindow
    from monitor.ui.storage.table import StorageTable
    from tests.browser.drivers import Page
    from tests.browser.stage import Stage

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier
NONE = Qt.KeyboardModifier.NoModifier


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
    """Choose the stage's session, shown in the tree already or about to be, and return the table of its items."""
    window.sessions.choose(stage.session)
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


async def open_page(stage: Stage, window: MainWindow, items: dict[str, str]) -> tuple[Page, StorageTable]:
    """Open a page that stores these items, and return it with the table that shows them."""
    page = await stage.open()
    await page.evaluate(
        "(items) => items.forEach(([key, value]) => localStorage.setItem(key, value))", [*items.items()]
    )
    await stage.until_items(items)
    table = shown_table(window, stage)
    await until(table.storage.flushed, lambda: sorted(table.storage.keys()) == sorted(items))
    return page, table


async def until_cell(table: StorageTable, key: str, column: Column, text: str) -> None:
    """Wait until the cell shows just this. What it says for seconds only, such as "saved", is waited for at once: on a
    busy machine a browser may take longer than that over the next question.
    """
    await until(table.storage.flushed, lambda: cell(table, key, column) == text)


def press(window: MainWindow, key: Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key where the focus is."""
    QTest.keyClick(QApplication.focusWidget() or window, key, modifiers)


def type_text(text: str) -> None:
    """Type where the focus is."""
    target = QApplication.focusWidget()
    assert target is not None
    QTest.keyClicks(target, text)


def go_to(table: StorageTable, key: str) -> None:
    """Make this item the current one, and the only one that is selected."""
    row = table.storage.row_of(key)
    assert row is not None
    table.setFocus()
    table.selectRow(row)
