"""The table paints itself: each part of it as it paints the whole, and what is being deleted is struck out."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage

from monitor.core.registry import Registry
from monitor.ui.storage.columns import Column
from tests.ui.operator import Key, Operator
from tests.ui.simulated_page import Clock, SimulatedPage

_TEXTS = ("plain", "<b>no markup</b>", "long " * 40, "עברית and English", "漢字かな", "", '{"a":[1,2]}', "e\u0301" * 60)


@pytest.fixture
def page(operator: Operator, registry: Registry, clock: Clock) -> SimulatedPage:
    page = SimulatedPage(registry, clock, {f"key {number:03}": _TEXTS[number % 8] for number in range(100)}, user="Ada")
    operator.look()
    return page


def picture(operator: Operator, part: QRect | None = None) -> QImage:
    viewport = operator.table.viewport()
    return viewport.grab(viewport.rect() if part is None else part).toImage()


@pytest.mark.parametrize("scrolled", [0, 13, 100_000])
def test_a_part_is_painted_as_it_is_in_the_whole(operator: Operator, page: SimulatedPage, scrolled: int) -> None:
    operator.go_to("key 001")
    page.set("key 003", "changed")
    operator.look()
    operator.table.verticalScrollBar().setValue(scrolled)

    whole = picture(operator)

    for part in (QRect(0, 0, 90, 50), QRect(140, 31, 300, 3), QRect(300, 70, 500, 200), QRect(0, 400, 900, 100)):
        shown = part & whole.rect()
        assert picture(operator, shown) == whole.copy(shown)


def test_below_the_last_row_there_is_nothing(operator: Operator, page: SimulatedPage) -> None:
    page.clear()
    operator.look()

    base = operator.window.appearance.color("base")
    whole = picture(operator)

    empty = QImage(whole.size(), whole.format())
    empty.fill(base)
    assert whole == empty


def test_what_is_being_deleted_is_struck_out(operator: Operator, page: SimulatedPage) -> None:
    operator.go_to("key 008")
    assert _longest_line(operator, "key 008") < 10

    operator.press(Key.Key_Delete)
    operator.go_to("key 002")

    assert page.asked
    width = operator.table.fontMetrics().horizontalAdvance("key 008")
    assert _longest_line(operator, "key 008") >= width // 2


def _longest_line(operator: Operator, key: str) -> int:
    """How many pixels in a row of the key's cell, above its frame, have the accent's colour."""
    table = operator.table
    row = operator.panel.model.row_of(key)
    assert row is not None
    cell = table.visualRect(operator.panel.model.index(row, Column.KEY)).adjusted(2, 2, -2, -2)
    # In the window, for what is drawn there is moved to where the table stands in it.
    cell.moveTopLeft(table.viewport().mapTo(operator.window, cell.topLeft()))
    image = operator.window.grab().toImage().copy(cell)
    accent = QColor(operator.window.appearance.color("accent"))
    longest = 0
    for y in range(image.height()):
        line = "".join("x" if image.pixelColor(x, y) == accent else " " for x in range(image.width()))
        longest = max(longest, *map(len, line.split(" ")))
    return longest
