"""Editing with a real page behind the window: what an operator does is what the page's own script finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication

from monitor.ui.storage.columns import Column
from tests.browser.stage import stored
from tests.browser.window.steps import (
    CTRL,
    SHIFT,
    Key,
    cell,
    go_to,
    press,
    shown_table,
    type_value,
    until,
    until_cell,
)

if TYPE_CHECKING:
    from monitor.ui.main_window import MainWindow
    from monitor.ui.storage.table import StorageTable
    from tests.browser.drivers import Page
    from tests.browser.stage import Stage


async def open_page(stage: Stage, window: MainWindow, items: dict[str, str]) -> tuple[Page, StorageTable]:
    """A page that stores these items, and the table that shows them."""
    page = await stage.open()
    await page.evaluate(
        "(items) => items.forEach(([key, value]) => localStorage.setItem(key, value))", [*items.items()]
    )
    await stage.until_items(items)
    table = shown_table(window, stage)
    await until(table.storage.flushed, lambda: sorted(table.storage.keys()) == sorted(items))
    return page, table


async def test_undo_and_redo_reach_the_page(stage: Stage, window: MainWindow) -> None:
    page, table = await open_page(stage, window, {"flag": "off", "theme": "dark"})
    type_value(table, "flag", "on")
    await until_cell(table, "flag", Column.STATE, "saved")
    go_to(table, "flag")
    press(window, Key.Key_Z, CTRL)
    await until_cell(table, "flag", Column.VALUE, "off")
    await page.wait_for("localStorage.flag === 'off'")
    press(window, Key.Key_Z, CTRL | SHIFT)
    await page.wait_for("localStorage.flag === 'on'")


async def test_undo_never_writes_over_what_the_page_wrote_since(stage: Stage, window: MainWindow) -> None:
    page, table = await open_page(stage, window, {"flag": "off"})
    type_value(table, "flag", "on")
    await until_cell(table, "flag", Column.STATE, "saved")
    await page.evaluate("localStorage.flag = 'theirs'")
    await until_cell(table, "flag", Column.VALUE, "theirs")
    go_to(table, "flag")
    press(window, Key.Key_Z, CTRL)
    await until(table.storage.flushed, lambda: bool(table.storage.states.refused))
    assert await page.evaluate("localStorage.flag") == "theirs"
    panel = window.storage.panel
    assert panel is not None
    panel.refusals.discard.click()
    await until(table.storage.flushed, lambda: not table.storage.states.refused)


async def test_a_deletion_of_many_is_one_edit_and_is_undone_exactly(stage: Stage, window: MainWindow) -> None:
    items = {"": "empty key", "__proto__": "x", "a": "", "b": "line\nbreak", "keep": "1"}
    page, table = await open_page(stage, window, items)
    go_to(table, "")
    for _ in range(3):
        press(window, Key.Key_Down, SHIFT)
    assert sorted(table.selected_keys()) == ["", "__proto__", "a", "b"]
    press(window, Key.Key_Delete)
    await page.wait_for("localStorage.length === 1")
    await until(table.storage.flushed, lambda: table.storage.keys() == ["keep"])
    press(window, Key.Key_Z, CTRL)
    await page.wait_for("localStorage.length === 5")
    assert await stored(page) == items


async def test_the_session_storage_of_the_page_is_edited_in_its_own_tab(stage: Stage, window: MainWindow) -> None:
    page, _ = await open_page(stage, window, {"step": "local"})
    await page.evaluate("sessionStorage.step = 'address'")
    press(window, Key.Key_2, CTRL)
    panel = window.storage.panel
    assert panel is not None
    table = panel.table
    await until_cell(table, "step", Column.VALUE, "address")
    type_value(table, "step", "payment")
    await until_cell(table, "step", Column.STATE, "saved")
    assert await page.evaluate("[sessionStorage.step, localStorage.step]") == ["payment", "local"]
    await page.evaluate("sessionStorage.step = 'done'")
    await until_cell(table, "step", Column.VALUE, "done")
    press(window, Key.Key_1, CTRL)
    panel = window.storage.panel
    assert panel is not None
    assert cell(panel.table, "step", Column.VALUE) == "local"


async def test_a_paused_table_stands_still_while_the_page_writes(stage: Stage, window: MainWindow) -> None:
    page, table = await open_page(stage, window, {"beat": "1"})
    table.setFocus()
    press(window, Key.Key_P, CTRL)
    await page.evaluate("localStorage.beat = '2'")
    panel = window.storage.panel
    assert panel is not None
    told = panel.pause_bar.label.text
    await until(table.storage.flushed, lambda: told() == "Paused. 1 item changed in the browser meanwhile.")
    assert cell(table, "beat", Column.VALUE) == "1"
    press(window, Key.Key_P, CTRL)
    assert cell(table, "beat", Column.VALUE) == "2"


async def test_a_copied_script_does_in_the_console_what_the_table_shows(stage: Stage, window: MainWindow) -> None:
    items = {"quote": '"', "lone": "\ud800", "lines": "a\r\nb\u2028c", "__proto__": "x"}
    page, table = await open_page(stage, window, items)
    table.setFocus()
    table.selectAll()
    window.commands.copy_script.trigger()
    script = QGuiApplication.clipboard().text()
    await page.evaluate("localStorage.clear()")
    await page.evaluate("(script) => (0, eval)(script)", script)
    assert await stored(page) == items
