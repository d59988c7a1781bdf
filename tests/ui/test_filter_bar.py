"""The operator filters by a text or an expression, with or without case, and is told what is wrong with it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QToolButton

from monitor.core.registry import Registry
from monitor.ui.storage.columns import Column
from monitor.ui.storage.filter.bar import FilterBar
from tests.ui.operator import CTRL, Key, Operator
from tests.ui.simulated_page import Clock, SimulatedPage

ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def page(operator: Operator, registry: Registry, clock: Clock) -> SimulatedPage:
    items: dict[str, str | int] = {"theme": "dark", "Theme": "Light", "cart.1": "apple", "cart.2": "pear", "a+b": "1"}
    page = SimulatedPage(registry, clock, items, user="Ada")
    operator.look()
    operator.press(Key.Key_F, CTRL)
    return page


@pytest.fixture
def bar(operator: Operator, page: SimulatedPage) -> FilterBar:
    return operator.window.storage.filter_bar


def test_an_expression_is_asked_for_by_keyboard(operator: Operator, bar: FilterBar) -> None:
    operator.type(r"^cart\.\d$")
    assert operator.keys() == []
    operator.press(Key.Key_R, ALT)
    assert bar.expression.isChecked()
    assert operator.keys() == ["cart.1", "cart.2"]
    operator.press(Key.Key_R, ALT)
    assert operator.keys() == []


def test_case_matters_when_asked_to(operator: Operator, bar: FilterBar) -> None:
    operator.type("Theme")
    assert operator.keys() == ["Theme", "theme"]
    operator.press(Key.Key_C, ALT)
    assert bar.match_case.isChecked()
    assert operator.keys() == ["Theme"]
    operator.press(Key.Key_R, ALT)
    assert operator.keys() == ["Theme"]
    operator.press(Key.Key_C, ALT)
    assert operator.keys() == ["Theme", "theme"]


def test_the_shortcuts_of_the_field_come_before_those_of_buttons(operator: Operator, bar: FilterBar) -> None:
    operator.press(Key.Key_N, CTRL)
    operator.type("draft")
    assert operator.panel.form.cancel.isVisible()
    operator.press(Key.Key_F, CTRL)
    operator.press(Key.Key_C, ALT)
    assert bar.match_case.isChecked()
    assert operator.panel.form.has_draft


def test_a_mistake_is_told_in_place_and_the_rows_stay(operator: Operator, bar: FilterBar) -> None:
    operator.press(Key.Key_R, ALT)
    operator.type("cart")
    assert not bar.note.isVisible()
    operator.type("(")
    assert bar.note.isVisible()
    assert bar.note.text() == "Missing ) at character 6. What is shown is as it was."
    assert bar.field.accessibleDescription() == bar.note.text()
    assert operator.keys() == ["cart.1", "cart.2"]
    operator.type(".1)")
    assert not bar.note.isVisible()
    assert bar.field.accessibleDescription() == ""
    assert operator.keys() == ["cart.1"]


def test_a_mistake_is_none_where_it_is_no_expression(operator: Operator, bar: FilterBar) -> None:
    operator.press(Key.Key_R, ALT)
    operator.type("a+b(")
    assert bar.note.isVisible()
    operator.press(Key.Key_R, ALT)
    assert not bar.note.isVisible()
    assert operator.keys() == []
    operator.press(Key.Key_Backspace)
    assert operator.keys() == ["a+b"]


def test_rows_that_arrive_later_are_governed_too(operator: Operator, page: SimulatedPage, bar: FilterBar) -> None:
    operator.press(Key.Key_R, ALT)
    operator.type(r"^cart\.\d+$")
    page.update({"cart.33": "plum", "scart.4": "no", "other": "cart.5"})
    assert operator.keys() == ["cart.1", "cart.2", "cart.33", "other"]
    page.set("other", "nothing")
    page.remove("cart.1")
    assert operator.keys() == ["cart.2", "cart.33"]


def test_an_expression_without_end_never_freezes_the_window(
    operator: Operator, page: SimulatedPage, bar: FilterBar
) -> None:
    operator.press(Key.Key_R, ALT)
    operator.type("^(a+)+$")
    assert operator.keys() == []
    page.update({f"key{place}": "a" * 5_000 + "b" for place in range(50)})
    assert len(operator.keys()) == 55
    assert bar.note.isVisible()
    assert "takes too long" in bar.note.text()
    page.set("later", "1")
    assert operator.cell("later", Column.VALUE) == "1"
    operator.press(Key.Key_A, CTRL)
    operator.type("later")
    assert not bar.note.isVisible()
    assert operator.keys() == ["later"]


def test_the_filter_goes_with_the_operator_to_another_session(
    operator: Operator, registry: Registry, clock: Clock, bar: FilterBar
) -> None:
    operator.press(Key.Key_R, ALT)
    operator.type("^x")
    other = SimulatedPage(registry, clock, {"x1": "", "y": ""}, session_id="s2", page_id="p2")
    operator.look()
    operator.window.sessions.choose(other.session)
    assert operator.keys() == ["x1"]


def test_the_options_can_be_clicked_are_in_the_menu_and_have_names(operator: Operator, bar: FilterBar) -> None:
    buttons = {button.accessibleName(): button for button in bar.findChildren(QToolButton)}
    assert {"Regular expression", "Match case"} <= set(buttons)
    buttons["Regular expression"].click()
    assert bar.expression.isChecked()
    menus = operator.window.menuBar().findChildren(QMenu)
    assert set(bar.options()) <= {action for menu in menus for action in menu.actions()}
