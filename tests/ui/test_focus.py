"""Where the keys go: the focus and the current row stay with what the operator is at."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from monitor.core.messages import RemoveItem, SetItem
from monitor.core.registry import Registry
from monitor.ui.inspector.choices import ViewName
from tests.ui.operator import CTRL, SHIFT, Key, Operator
from tests.ui.simulated_page import Clock, SimulatedPage

ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def page(operator: Operator, registry: Registry, clock: Clock) -> SimulatedPage:
    items: dict[str, str | int] = {"alpha": "1", "beta": "2", "gamma": "3"}
    page = SimulatedPage(registry, clock, items, user="Ada", session_items={"one": "1", "two": "2"})
    operator.look()
    return page


def focus() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def asked(page: SimulatedPage) -> list[object]:
    """The operations of the one edit that the page was asked for."""
    (request,) = page.asked
    return list(request.operations)


# --- an open cell follows the value ----------------------------------------------------------------------------------


def test_an_open_cell_stays_selected_whole_when_the_page_writes(operator: Operator, page: SimulatedPage) -> None:
    operator.edit("beta")
    page.set("beta", "new")
    operator.look()
    assert operator.editor.line.selectedText() == "new"
    operator.type("x")
    assert operator.editor.line.text() == "x"


def test_an_open_cell_that_was_empty_is_typed_over_as_well(operator: Operator, page: SimulatedPage) -> None:
    page.set("beta", "")
    operator.edit("beta")
    page.set("beta", "new")
    operator.look()
    operator.type("x")
    assert operator.editor.line.text() == "x"


def test_the_cursor_at_the_end_of_an_open_cell_stays_at_the_end(operator: Operator, page: SimulatedPage) -> None:
    operator.edit("beta")
    operator.press(Key.Key_End)
    page.set("beta", "new")
    operator.look()
    operator.type("x")
    assert operator.editor.line.text() == "newx"


def test_a_part_of_an_open_cell_stays_selected(operator: Operator, page: SimulatedPage) -> None:
    page.set("beta", "abcdef")
    operator.edit("beta")
    line = operator.editor.line
    line.setSelection(4, -2)
    page.set("beta", "ABCDEF")
    operator.look()
    assert (line.selectedText(), line.cursorPosition()) == ("CD", 2)


# --- from one area to the other --------------------------------------------------------------------------------------


def test_the_focus_goes_with_the_items_from_area_to_area(operator: Operator, page: SimulatedPage) -> None:
    operator.go_to("beta")
    operator.press(Key.Key_2, CTRL)
    assert operator.keys() == ["one", "two"]
    assert focus() is operator.table
    operator.press(Key.Key_1, CTRL)
    assert operator.keys() == ["alpha", "beta", "gamma"]
    assert focus() is operator.table


def test_typing_goes_on_in_the_cell_that_was_left_for_the_other_area(operator: Operator, page: SimulatedPage) -> None:
    operator.edit("beta")
    operator.type("mi")
    operator.press(Key.Key_2, CTRL)
    assert focus() is operator.table
    operator.press(Key.Key_1, CTRL)
    operator.type("ne")
    operator.press(Key.Key_Return)
    assert asked(page) == [SetItem("beta", "mine", "2")]


def test_who_types_in_the_filter_stays_there_from_area_to_area(operator: Operator, page: SimulatedPage) -> None:
    operator.press(Key.Key_F, CTRL)
    operator.press(Key.Key_2, CTRL)
    assert focus() is operator.window.storage.filter_field


# --- out of a cell ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", ["Save", "Discard"])
@pytest.mark.parametrize("way", ["escape", "discard draft"])
def test_a_cell_that_is_done_after_a_question_gives_the_focus_to_the_table(
    operator: Operator, page: SimulatedPage, way: str, answer: str
) -> None:
    operator.edit("beta")
    operator.type("x")
    if way == "escape":
        operator.press(Key.Key_Escape)
    else:
        operator.press(Key.Key_D, CTRL | SHIFT)
    operator.answer(answer)
    assert operator.table.editor is None
    assert focus() is operator.table
    assert bool(page.asked) == (answer == "Save")


@pytest.mark.parametrize("typed", ["x", ""])
def test_tab_goes_from_a_cell_to_the_table(operator: Operator, page: SimulatedPage, typed: str) -> None:
    operator.edit("beta")
    operator.type(typed)
    operator.press(Key.Key_Tab)
    assert operator.editor.isAncestorOf(focus())
    operator.press(Key.Key_Tab)
    assert focus() is operator.table
    assert (operator.table.editor is not None) == bool(typed)
    assert operator.panel.has_draft == bool(typed)
    assert not page.asked


def test_backtab_goes_from_a_cell_to_the_table(operator: Operator, page: SimulatedPage) -> None:
    operator.edit("beta")
    operator.type("x")
    operator.press(Key.Key_Backtab, SHIFT)
    assert focus() is operator.table
    operator.press(Key.Key_F2)
    operator.type("y")
    assert operator.editor.line.text() == "xy"


# --- when rows go ----------------------------------------------------------------------------------------------------


def delete_all(operator: Operator, page: SimulatedPage) -> None:
    operator.table.setFocus()
    operator.table.selectAll()
    operator.press(Key.Key_Delete)
    page.answer()
    operator.look()
    assert not operator.keys()


def test_where_the_last_item_is_deleted_the_blank_row_has_the_focus(operator: Operator, page: SimulatedPage) -> None:
    delete_all(operator, page)
    assert focus() is operator.panel.form.key


def test_the_deletion_of_the_last_item_is_undone_by_the_same_key(operator: Operator, page: SimulatedPage) -> None:
    delete_all(operator, page)
    operator.press(Key.Key_Z, CTRL)
    page.answer()
    assert page.items == {"alpha": "1", "beta": "2", "gamma": "3"}


def test_what_was_typed_in_the_blank_row_is_undone_before_an_edit(operator: Operator, page: SimulatedPage) -> None:
    delete_all(operator, page)
    operator.type("new")
    operator.press(Key.Key_Z, CTRL)
    assert operator.panel.form.key.text() == ""
    assert not page.asked


def test_where_nothing_matches_the_filter_has_the_focus(operator: Operator, page: SimulatedPage) -> None:
    operator.go_to("beta")
    operator.window.storage.filter_field.setText("nowhere")
    operator.look()
    assert focus() is operator.window.storage.filter_field


def test_where_nothing_is_left_that_could_be_added_to_the_filter_has_the_focus(
    operator: Operator, page: SimulatedPage
) -> None:
    operator.go_to("beta")
    operator.press(Key.Key_L, CTRL | SHIFT)
    operator.table.setFocus()
    for key in ("alpha", "beta", "gamma"):
        page.remove(key)
    operator.look()
    assert focus() is operator.window.storage.filter_field


def test_after_a_deletion_the_current_row_is_the_one_that_is_marked(operator: Operator, page: SimulatedPage) -> None:
    operator.go_to("beta")
    operator.press(Key.Key_Delete)
    page.answer()
    operator.look()
    key = operator.table.current_key()
    assert key is not None
    assert operator.table.selected_keys() == [key]
    operator.press(Key.Key_Delete)
    value = page.items[key]
    assert isinstance(value, str)
    assert asked(page) == [RemoveItem(key, value)]


def test_what_the_page_removes_marks_no_other_row(operator: Operator, page: SimulatedPage) -> None:
    operator.go_to("beta")
    page.remove("beta")
    operator.look()
    operator.press(Key.Key_Delete)
    assert not page.asked


# --- what the page takes away from under the operator ---------------------------------------------------------------


def test_the_neighbour_of_what_the_page_removed_is_edited_only_when_it_is_chosen(
    operator: Operator, page: SimulatedPage
) -> None:
    operator.click("beta")
    page.remove("beta")
    operator.look()
    for key in (Key.Key_F2, Key.Key_Return):
        operator.press(key)
        assert operator.table.editor is None
    assert operator.table.current_key() is None
    operator.press(Key.Key_Up)
    operator.press(Key.Key_Down)
    operator.press(Key.Key_F2)
    assert operator.table.editor is not None


@pytest.mark.parametrize("view", [Key.Key_1, Key.Key_2], ids=["text", "JSON"])
def test_who_is_in_the_inspector_stays_with_an_item_that_the_page_removes(
    operator: Operator, page: SimulatedPage, view: Key
) -> None:
    page.set("beta", '{"a":1,"b":2}')
    operator.look()
    operator.go_to("beta")
    operator.press(Key.Key_F4)
    operator.press(view, ALT)
    operator.inspector.view.setFocus()
    page.remove("beta")
    operator.look()
    assert operator.inspector.key == "beta"
    assert operator.inspector.isAncestorOf(focus())
    operator.press(Key.Key_Down)
    operator.type("zz")
    operator.press(Key.Key_Delete)
    operator.press(Key.Key_S, CTRL)
    assert not page.asked
    operator.press(Key.Key_F2)
    operator.type("again")
    operator.press(Key.Key_Return)
    assert asked(page) == [SetItem("beta", "again", None)]


def test_the_row_of_what_the_page_removed_goes_when_the_operator_leaves_the_inspector(
    operator: Operator, page: SimulatedPage
) -> None:
    operator.go_to("beta")
    operator.press(Key.Key_F4)
    operator.inspector.view.setFocus()
    page.remove("beta")
    operator.look()
    assert operator.panel.model.row_of("beta") is not None
    operator.click("gamma")
    operator.look()
    assert operator.panel.model.keys() == ["alpha", "gamma"]
    assert operator.inspector.key == "gamma"


def test_who_types_in_the_inspector_stays_with_an_item_that_leaves_the_filter(
    operator: Operator, page: SimulatedPage
) -> None:
    operator.panel.model.filter("2")
    operator.go_to("beta")
    operator.press(Key.Key_F4)
    operator.press(Key.Key_1, ALT)
    operator.inspector.view.setFocus()
    page.set("beta", "closed")
    operator.look()
    operator.press(Key.Key_End)
    operator.type("!")
    operator.press(Key.Key_S, CTRL)
    assert asked(page) == [SetItem("beta", "closed!", "closed")]


def test_a_view_that_was_never_open_may_be_the_next_after_typing_that_was_taken_back(
    operator: Operator, page: SimulatedPage
) -> None:
    operator.go_to("beta")
    operator.press(Key.Key_F4)
    operator.press(Key.Key_1, ALT)
    operator.inspector.view.setFocus()
    operator.type("x")
    operator.press(Key.Key_Backspace)
    operator.press(Key.Key_2, ALT)
    assert operator.inspector.view_name is ViewName.JSON
    assert operator.inspector.stack.currentWidget() is operator.inspector.view


def test_a_draft_goes_on_where_it_ended(operator: Operator, page: SimulatedPage) -> None:
    page.set("beta", "two")
    operator.edit("beta")
    operator.type("three")
    operator.panel.table.setFocus()
    operator.look()
    operator.go_to("alpha")
    operator.edit("beta")
    operator.type("!")
    operator.press(Key.Key_Return)
    assert asked(page) == [SetItem("beta", "three!", "two")]
