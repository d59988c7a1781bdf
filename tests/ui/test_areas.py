"""The second tab: the SessionStorage of each page, with all that can be done to a LocalStorage."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from monitor.core.registry import Registry
from monitor.ui.storage.columns import Column
from tests.ui.operator import CTRL, Key, Operator
from tests.ui.simulated_page import Clock, SimulatedPage


@pytest.fixture
def page(registry: Registry, clock: Clock) -> SimulatedPage:
    """The shop, with a tab of its own memory."""
    return SimulatedPage(registry, clock, {"cart": "lamp"}, session_items={"step": "2"}, user="Ada")


@pytest.fixture
def checkout(page: SimulatedPage, registry: Registry, clock: Clock) -> SimulatedPage:
    """A second page of the same session."""
    return SimulatedPage(
        registry, clock, session_items={"step": "3"}, page_id="page-2", title="Checkout", path="/checkout"
    )


def test_each_tab_shows_its_area(operator: Operator, page: SimulatedPage) -> None:
    assert operator.keys() == ["cart"]
    operator.press(Key.Key_2, CTRL)
    assert operator.keys() == ["step"]
    assert operator.window.storage.header.items.text() == "1 item"
    page.set("step", "3", "session")
    assert operator.cell("step", Column.VALUE) == "3"
    operator.press(Key.Key_1, CTRL)
    assert operator.keys() == ["cart"]


def test_an_edit_goes_to_the_area_that_is_shown(operator: Operator, page: SimulatedPage) -> None:
    page.set("step", "local", "local")
    operator.look()
    operator.press(Key.Key_2, CTRL)
    operator.edit("step")
    operator.type("4")
    operator.press(Key.Key_Return)
    page.answer()
    assert page.areas == {"local": {"cart": "lamp", "step": "local"}, "session": {"step": "4"}}
    assert operator.cell("step", Column.STATE) == "saved"


def test_the_pages_are_offered_and_the_chosen_one_is_shown(
    operator: Operator, page: SimulatedPage, checkout: SimulatedPage
) -> None:
    operator.look()
    operator.press(Key.Key_2, CTRL)
    pages = operator.window.storage.areas.pages
    assert [pages.itemText(place) for place in range(pages.count())] == [
        "Shop · leader, /",
        "Checkout · /checkout",
    ]
    assert operator.cell("step", Column.VALUE) == "2"
    pages.setFocus()
    QTest.keyClick(pages, Qt.Key.Key_Down)
    assert operator.cell("step", Column.VALUE) == "3"
    operator.edit("step")
    operator.type("9")
    operator.press(Key.Key_Return)
    checkout.answer()
    assert (page.areas["session"], checkout.areas["session"]) == ({"step": "2"}, {"step": "9"})


def test_a_page_that_is_chosen_in_the_tree_is_the_one_that_is_shown(
    operator: Operator, page: SimulatedPage, checkout: SimulatedPage
) -> None:
    operator.look()
    operator.press(Key.Key_2, CTRL)
    view = operator.window.sessions.view
    view.setFocus()
    operator.press(Key.Key_Right)
    operator.press(Key.Key_Down)
    operator.press(Key.Key_Down)
    row = operator.window.sessions.row
    assert row is not None
    assert operator.panel.model.editing.page is checkout.page
    assert operator.cell("step", Column.VALUE) == "3"
    assert page.session is checkout.session


def test_a_draft_in_one_area_waits_while_the_other_is_shown(operator: Operator, page: SimulatedPage) -> None:
    operator.edit("cart")
    operator.type("mine")
    operator.press(Key.Key_2, CTRL)
    assert operator.keys() == ["step"]
    assert operator.window.storage.drafts(page.session)
    operator.press(Key.Key_1, CTRL)
    assert operator.editor.line.text() == "mine"


def test_what_a_page_held_stays_to_be_seen_when_it_has_left(operator: Operator, page: SimulatedPage) -> None:
    operator.look()
    operator.press(Key.Key_2, CTRL)
    page.leave_for_good()
    assert operator.keys() == ["step"]
    operator.press(Key.Key_1, CTRL)
    operator.press(Key.Key_2, CTRL)
    assert operator.cell("step", Column.VALUE) == "2"
    operator.edit("step")
    operator.type("4")
    operator.press(Key.Key_Return)
    assert operator.cell("step", Column.STATE) == "not saved: page left"


def test_what_was_refused_because_its_page_left_can_still_be_looked_at(
    operator: Operator, page: SimulatedPage, checkout: SimulatedPage
) -> None:
    operator.look()
    operator.press(Key.Key_2, CTRL)
    areas = operator.window.storage.areas
    areas.pages.setCurrentIndex(1)
    areas.pages.activated.emit(1)
    operator.edit("step")
    operator.type("9")
    operator.press(Key.Key_Return)
    checkout.leave_for_good()
    areas.pages.setCurrentIndex(0)
    areas.pages.activated.emit(0)
    assert operator.cell("step", Column.VALUE) == "2"
    assert areas.pages.count() == 2
    areas.pages.setCurrentIndex(1)
    areas.pages.activated.emit(1)
    assert operator.cell("step", Column.STATE) == "not saved: page left"
    operator.push(operator.panel.refusals.discard)
    areas.pages.setCurrentIndex(0)
    areas.pages.activated.emit(0)
    operator.look()
    assert areas.pages.count() == 1
    assert page.session.live


def test_clearing_names_the_area(operator: Operator, page: SimulatedPage) -> None:
    operator.look()
    operator.press(Key.Key_2, CTRL)
    operator.go_to("step")
    operator.press(Key.Key_Delete, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert operator.question().text() == "Delete all 1 item of this SessionStorage?"
    operator.answer("Delete")
    page.answer()
    assert page.areas == {"local": {"cart": "lamp"}, "session": {}}
