"""Editing with a real page behind the window: what an operator does is what the page's own script finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.ui.storage.columns import Column
from tests.browser.stage import stored
from tests.browser.window.steps import (
    CTRL,
    NONE,
    SHIFT,
    Key,
    cell,
    go_to,
    open_page,
    press,
    type_value,
    until,
    until_cell,
)

if TYPE_CHECKING:
    from monitor.ui.main_window import MainWindow
    from tests.browser.stage import Stage


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


async def test_nothing_reaches_a_page_that_is_read_only(stage: Stage, window: MainWindow) -> None:
    page, table = await open_page(stage, window, {"flag": "off"})
    go_to(table, "flag")
    press(window, Key.Key_L, CTRL | SHIFT)
    for key, modifiers in (
        (Key.Key_F2, NONE),
        (Key.Key_Delete, NONE),
        (Key.Key_N, CTRL),
        (Key.Key_Delete, CTRL | SHIFT),
    ):
        press(window, key, modifiers)
    assert table.editor is None
    table.storage.editing.set_value("flag", "on", "off")
    await until(table.storage.flushed, lambda: bool(table.storage.states.refused))
    assert cell(table, "flag", Column.STATE) == "not saved: read-only"
    go_to(table, "flag")
    press(window, Key.Key_L, CTRL | SHIFT)
    panel = window.storage.panel
    assert panel is not None
    panel.refusals.let_go()
    type_value(table, "flag", "on")
    await page.wait_for("localStorage.flag === 'on'")
