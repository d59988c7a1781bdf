"""The whole way: an operator's keys in the real window, over the real hub, to a page in a real browser, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from monitor.ui.storage.columns import Column
from tests.browser.window.steps import cell, shown_table, type_value, until, until_cell

if TYPE_CHECKING:
    from monitor.ui.main_window import MainWindow
    from tests.browser.stage import Stage


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
    await until_cell(table, "cart", Column.STATE, "saved")
    await page.wait_for("window.heard")
    assert await page.evaluate("window.heard") == ["cart", "three lamps", "two lamps"]
    assert await page.evaluate("localStorage.getItem('cart')") == "two lamps"

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
