"""The inspector with a real page behind it: what is edited in it is exactly what the page's script finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.ui.storage.columns import Column
from tests.browser.window.steps import ALT, CTRL, SHIFT, Key, go_to, open_page, press, type_text, until, until_cell

if TYPE_CHECKING:
    from monitor.ui.inspector.inspector import Inspector
    from monitor.ui.main_window import MainWindow
    from tests.browser.stage import Stage


def opened(window: MainWindow) -> Inspector:
    """F4."""
    press(window, Key.Key_F4)
    panel = window.storage.panel
    assert panel is not None
    assert panel.inspector.isVisible()
    return panel.inspector


async def test_one_value_within_json_is_edited_and_every_other_character_stays(
    stage: Stage, window: MainWindow
) -> None:
    text = '{ "big":12345678901234567890, "price" : 1.10,\n "huge":1e400,"qty":1, "name":"\\u00e9"}'
    page, table = await open_page(stage, window, {"cart": text})
    go_to(table, "cart")
    inspector = opened(window)
    press(window, Key.Key_1, ALT)
    inspector.edit()
    press(window, Key.Key_A, CTRL)
    type_text(text.replace('"qty":1', '"qty":2').replace("\n", " "))
    press(window, Key.Key_S, CTRL)
    wanted = text.replace('"qty":1', '"qty":2').replace("\n", " ")
    await until_cell(table, "cart", Column.STATE, "saved")
    assert await page.evaluate("localStorage.cart") == wanted


async def test_a_draft_outlives_what_the_page_writes_and_is_decided_by_the_operator(
    stage: Stage, window: MainWindow
) -> None:
    page, table = await open_page(stage, window, {"flag": "off", "other": "1"})
    go_to(table, "flag")
    inspector = opened(window)
    press(window, Key.Key_1, ALT)
    inspector.edit()
    press(window, Key.Key_A, CTRL)
    type_text("mine")
    await page.evaluate("localStorage.flag = 'theirs'")
    await until_cell(table, "flag", Column.STATE, "draft, conflict")
    go_to(table, "other")
    go_to(table, "flag")
    assert inspector.text_view.text.toPlainText() == "mine"
    panel = window.storage.panel
    assert panel is not None
    panel.keep_mine()
    panel.save_draft()
    await page.wait_for("localStorage.flag === 'mine'")


async def test_an_earlier_version_is_restored(stage: Stage, window: MainWindow) -> None:
    page, table = await open_page(stage, window, {"cart": "three lamps"})
    await page.evaluate("localStorage.cart = 'nothing'")
    await until_cell(table, "cart", Column.VALUE, "nothing")
    go_to(table, "cart")
    inspector = opened(window)
    press(window, Key.Key_5, ALT)
    assert inspector.view_name == "History"
    inspector.view.setFocus()
    press(window, Key.Key_Down)
    await until(table.storage.flushed, lambda: True)
    assert inspector.can_restore
    window.storage.panel.restore()  # type: ignore[union-attr] # it is shown
    await until_cell(table, "cart", Column.STATE, "saved")
    assert await page.evaluate("localStorage.cart") == "three lamps"
    press(window, Key.Key_Z, CTRL)
    await page.wait_for("localStorage.cart === 'nothing'")
    press(window, Key.Key_Z, CTRL | SHIFT)
    await page.wait_for("localStorage.cart === 'three lamps'")
