"""Copying and pasting with a real page behind the window: a browser takes exactly what was copied."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from monitor.ui.storage.paste.dialog import PasteDialog
from tests.browser.stage import stored
from tests.browser.window.steps import CTRL, SHIFT, Key, go_to, press, shown_table, until

if TYPE_CHECKING:
    from monitor.ui.main_window import MainWindow
    from tests.browser.drivers import Page
    from tests.browser.stage import Stage

ITEMS = {
    "theme": "dark",
    "": "empty key",
    "__proto__": "x",
    "length": "",
    "lone \ud800": "\udc00\0\ufeff\u2028\u2029\ufdd0\uffff",
    "quotes \" ' ` \\": "</script> ${1} \r\n\t\v\x7f\x85",
    "👩‍💻": "漢字 \ufffd",
    "mark \ufeff": "\ufeff",
}


async def filled(stage: Stage, window: MainWindow) -> Page:
    """A page that stores the items, shown in the window, the table in focus."""
    page = await stage.open()
    await page.evaluate(
        "(items) => items.forEach(([key, value]) => localStorage.setItem(key, value))", [*ITEMS.items()]
    )
    await stage.until_items(ITEMS)
    table = shown_table(window, stage)
    await until(table.storage.flushed, lambda: len(table.storage.keys()) == len(ITEMS))
    go_to(table, "theme")
    table.selectAll()
    return page


async def test_the_console_script_sets_the_same_items_in_a_browser(stage: Stage, window: MainWindow) -> None:
    page = await filled(stage, window)
    press(window, Key.Key_S, CTRL | SHIFT)
    script = QGuiApplication.clipboard().text()
    await page.evaluate("localStorage.clear()")
    await stage.until_items({})
    await page.evaluate("(script) => { (0, eval)(script); }", script)
    await stage.until_items(ITEMS)
    assert await stored(page) == ITEMS


@pytest.mark.parametrize("key", [Key.Key_J, Key.Key_T, Key.Key_S])
async def test_what_was_copied_is_pasted_into_the_browser_exactly(stage: Stage, window: MainWindow, key: Key) -> None:
    page = await filled(stage, window)
    press(window, key, CTRL | SHIFT)
    await page.evaluate("() => { localStorage.clear(); localStorage.theme = 'light'; }")
    await stage.until_items({"theme": "light"})
    table = shown_table(window, stage)
    await until(table.storage.flushed, lambda: table.storage.keys() == ["theme"])
    go_to(table, "theme")
    press(window, Key.Key_V, CTRL)
    (dialog,) = window.findChildren(PasteDialog)
    assert dialog.summary.text() == "8 items: 7 are added, 1 overwrites what is there."
    QTest.mouseClick(dialog.paste, Qt.MouseButton.LeftButton)
    await stage.until_items(ITEMS)
    assert await stored(page) == ITEMS
