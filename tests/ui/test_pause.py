"""Pause: the table stands still while the operator reads, and says how much it holds back."""

from __future__ import annotations

import pytest

from monitor.core.messages import RenameItem
from monitor.core.registry import Registry
from monitor.ui.storage.columns import Column
from tests.ui.operator import CTRL, SHIFT, Key, Operator
from tests.ui.simulated_page import Clock, SimulatedPage


@pytest.fixture
def page(registry: Registry, clock: Clock) -> SimulatedPage:
    """A page that writes all the time."""
    return SimulatedPage(registry, clock, {"beat": "1", "cart": "lamp", "theme": "dark"}, user="Ada")


def pause(operator: Operator) -> None:
    operator.look()
    operator.press(Key.Key_P, CTRL)


def test_what_the_page_changes_is_held_back_and_counted(operator: Operator, page: SimulatedPage) -> None:
    pause(operator)
    bar = operator.panel.pause_bar
    assert bar.isVisible()
    for beat in "234":
        page.set("beat", beat)
    page.remove("cart")
    page.set("new", "x")
    assert operator.keys() == ["beat", "cart", "theme"]
    assert operator.cell("beat", Column.VALUE) == "1"
    assert operator.cell("beat", Column.STATE) == ""
    assert bar.label.text() == "Paused. 3 items changed in the browser meanwhile."
    operator.push(bar.resume)
    assert operator.keys() == ["beat", "new", "theme"]
    assert operator.cell("beat", Column.VALUE) == "4"
    assert not bar.isVisible()
    page.set("beat", "5")
    assert operator.cell("beat", Column.VALUE) == "5"


def test_the_operators_own_edits_are_shown_meanwhile(operator: Operator, page: SimulatedPage) -> None:
    pause(operator)
    operator.edit("theme")
    operator.type("light")
    operator.press(Key.Key_Return)
    assert operator.cell("theme", Column.STATE) == "saving…"
    page.answer()
    assert operator.cell("theme", Column.VALUE) == "light"
    assert operator.cell("theme", Column.STATE) == "saved"


def test_an_edit_of_what_is_held_back_is_refused_instead_of_writing_over_it(
    operator: Operator, page: SimulatedPage
) -> None:
    pause(operator)
    page.set("theme", "auto")
    operator.edit("theme")
    operator.type("light")
    operator.press(Key.Key_Return)
    page.answer()
    assert page.items["theme"] == "auto"
    assert operator.cell("theme", Column.STATE) == "not saved: conflict"


def test_a_key_that_is_held_back_is_taken(operator: Operator, page: SimulatedPage) -> None:
    pause(operator)
    page.set("new", "x")
    operator.go_to("theme")
    operator.press(Key.Key_F2, SHIFT)
    operator.type("new")
    assert "There is an item with this key already." in operator.editor.note.text()
    operator.press(Key.Key_Return)
    assert not page.asked
    operator.type("er")
    operator.press(Key.Key_Return)
    assert page.asked[0].operations == [RenameItem("theme", "newer", "dark")]


def test_the_form_says_at_once_that_a_key_is_taken_by_what_is_held_back(
    operator: Operator, page: SimulatedPage
) -> None:
    pause(operator)
    operator.press(Key.Key_N, CTRL)
    operator.type("new")
    form = operator.panel.form
    assert form.add.isEnabled()
    page.set("new", "x")
    operator.look()
    assert form.note.text() == "There is an item with this key already."
    operator.press(Key.Key_Return)
    assert not page.asked


def test_clearing_asks_with_what_the_browser_holds_and_says_that_not_all_of_it_is_seen(
    operator: Operator, page: SimulatedPage
) -> None:
    pause(operator)
    page.set("new", "x")
    operator.go_to("theme")
    operator.press(Key.Key_Delete, CTRL | SHIFT)
    assert operator.question().text() == "Delete all 4 items of this LocalStorage?"
    assert "1 item changed in the browser meanwhile" in operator.question().informativeText()
    operator.answer("Delete 4 items")
    page.answer_all()
    assert not page.items


def test_clearing_spares_what_came_while_the_question_stood(operator: Operator, page: SimulatedPage) -> None:
    pause(operator)
    operator.go_to("theme")
    operator.press(Key.Key_Delete, CTRL | SHIFT)
    page.set("new", "x")
    operator.answer("Delete 3 items")
    page.answer_all()
    assert page.items["new"] == "x"
    assert "not cleared" in operator.panel.refusals.label.text()


def test_what_is_held_back_can_be_cleared_where_nothing_is_shown(
    operator: Operator, registry: Registry, clock: Clock
) -> None:
    page = SimulatedPage(registry, clock, {}, user="Ada")
    pause(operator)
    page.set("new", "x")
    operator.look()
    operator.window.commands.clear.trigger()
    operator.answer("Delete 1 item")
    page.answer_all()
    assert not page.items


def test_a_paused_table_waits_while_another_session_is_shown(
    operator: Operator, page: SimulatedPage, registry: Registry, clock: Clock
) -> None:
    pause(operator)
    SimulatedPage(registry, clock, {"other": "1"}, session_id="session-2", page_id="page-2", user="Grace")
    operator.look()
    view = operator.window.sessions.view
    view.setFocus()
    operator.press(Key.Key_Down)
    assert operator.keys() == ["other"]
    assert not operator.window.commands.pause.isChecked()
    page.set("beat", "2")
    operator.press(Key.Key_Up)
    assert operator.cell("beat", Column.VALUE) == "1"
    assert operator.window.commands.pause.isChecked()
