"""Every column can be sorted by, and the order holds while rows change."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QSettings, Qt
from PySide6.QtTest import QTest

from monitor.core.registry import Registry
from monitor.ui.main_window import MainWindow
from monitor.ui.storage.columns import Column
from tests.ui.operator import CTRL, Key, Operator
from tests.ui.simulated_page import Clock, SimulatedPage


@pytest.fixture
def page(operator: Operator, registry: Registry, clock: Clock) -> SimulatedPage:
    items: dict[str, str | int] = {"b": "10", "a": "text", "C": "{}", "d": "x" * 50, "e": 7, "f": "10"}
    page = SimulatedPage(registry, clock, items, user="Ada")
    operator.look()
    return page


def click_title(operator: Operator, column: Column) -> None:
    header = operator.table.horizontalHeader()
    place = QPoint(header.sectionViewportPosition(column) + 12, header.height() // 2)
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
    operator.look()


def agitate(page: SimulatedPage, clock: Clock) -> None:
    """What a page does in a second."""
    clock.pass_by(1)
    page.set("a", "y" * 20)
    page.set("g", "null")
    clock.pass_by(1)
    page.update({"b": "9", "h": "true", "C": "[1]"})
    page.remove("f")


ORDERS = {
    Column.KEY: ["a", "b", "C", "d", "e", "g", "h"],
    Column.VALUE: ["e", "b", "C", "g", "h", "d", "a"],
    Column.KIND: ["C", "h", "g", "b", "e", "a", "d"],
    Column.SIZE: ["b", "C", "g", "h", "e", "a", "d"],
    Column.CHANGED: ["d", "e", "a", "g", "b", "C", "h"],
    Column.STATE: ["d", "a", "b", "C", "e", "g", "h"],
}


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("column", Column)
def test_a_click_sorts_and_the_order_holds(
    operator: Operator, page: SimulatedPage, clock: Clock, column: Column, descending: bool
) -> None:
    click_title(operator, Column.SIZE if column is Column.KEY else Column.KEY)
    click_title(operator, column)
    if descending:
        click_title(operator, column)
    operator.go_to("d", Column.KIND)
    agitate(page, clock)
    if column is Column.STATE:
        operator.panel.model.editing.set_value("d", "waits", "x" * 50)
    expected = ORDERS[column]
    assert operator.keys() == (expected[::-1] if descending else expected)
    assert operator.table.selected_keys() == ["d"]
    assert operator.table.current_key() == "d"


def test_many_are_selected_and_stay_so_while_rows_change(operator: Operator, page: SimulatedPage, clock: Clock) -> None:
    operator.go_to("a")
    operator.press(Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    click_title(operator, Column.SIZE)
    agitate(page, clock)
    operator.look()
    assert sorted(operator.table.selected_keys()) == ["a", "b"]
    operator.table.setFocus()
    operator.press(Key.Key_A, CTRL)
    assert len(operator.table.selected_keys()) == 7


def test_how_items_are_filtered_and_grouped_is_remembered(
    operator: Operator, registry: Registry, clock: Clock, tmp_path: object
) -> None:
    settings = QSettings(f"{tmp_path}/settings.ini", QSettings.Format.IniFormat)
    SimulatedPage(registry, clock, {"a.b": "1", "a.c": "2", "a:d": "3"}, user="Ada")
    for start in range(2):
        window = MainWindow(registry, clock, settings)
        operator.bot.addWidget(window)
        window.show()
        window.sessions.choose(next(iter(registry)))
        if not start:
            window.storage.filter_bar.expression.setChecked(True)
            window.storage.filter_bar.match_case.setChecked(True)
            window.storage.filter_field.setText("^a[.]")
            window.commands.group.trigger()
            assert window.storage.panel is not None
            panel = window.storage.panel.grouped.panel
            assert panel is not None
            panel.delimiters.setCurrentIndex(1)
        other = Operator(window, operator.bot)
        assert other.keys() == ["a.b", "a.c"]
        assert other.panel.grouped.panel is not None
        assert other.panel.grouped.panel.groups.delimiters == "."
        assert window.storage.filter_bar.match_case.isChecked()
        window.close()
