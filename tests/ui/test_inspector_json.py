"""JSON in the inspector: a tree and a text that can be edited, and never rewrite what nobody touched."""

from __future__ import annotations

import gc
import json
import tracemalloc

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QCoreApplication, QEvent, QModelIndex, Qt
from PySide6.QtGui import QTextCursor

from monitor.core.lenses.json_reading import parsed
from monitor.core.lenses.json_text import JsonError, JsonKind, Node
from monitor.core.messages import SetItem
from monitor.core.parts import at_once
from monitor.core.registry import Registry
from monitor.ui.inspector.json_model import PAGE, JsonModel
from monitor.ui.inspector.json_view import JsonView
from tests.ui.model_watch import ModelWatch
from tests.ui.operator import CTRL, SHIFT, Key, Operator
from tests.ui.simulated_page import Clock, SimulatedPage

ALT = Qt.KeyboardModifier.AltModifier
CART = '{"big": 12345678901234567890,\t"price":1.10,"huge":1e400, "list":[1,2,3],"user":{"name":"Ada \\u00e9"}}'
LETTERS = '{"a":1,"b":2,"c":3}'


@pytest.fixture
def page(operator: Operator, registry: Registry, clock: Clock) -> SimulatedPage:
    page = SimulatedPage(registry, clock, {"alpha": "1", "cart": CART}, user="Ada")
    operator.look()
    return page


def asked(page: SimulatedPage) -> list[object]:
    (request,) = page.asked
    return list(request.operations)


def open_json(operator: Operator, key: str = "cart") -> JsonView:
    operator.go_to(key)
    operator.press(Key.Key_2, ALT)
    view = operator.inspector.view
    assert isinstance(view, JsonView)
    view.setFocus()
    return view


def open_form(operator: Operator, key: str = "cart") -> JsonView:
    view = open_json(operator, key)
    if not view.shows_form:
        operator.press(Key.Key_2, ALT)
    assert view.shows_form
    assert view.form.hasFocus()
    return view


def place(model: JsonModel, *path: int) -> QModelIndex:
    index = model.index(0, 0)
    for row in path:
        if model.canFetchMore(index):
            model.fetchMore(index)
        index = model.index(row, 0, index)
    assert index.isValid()
    return index


def rows(model: JsonModel, index: QModelIndex) -> list[tuple[str, str]]:
    return [
        (model.index(row, 0, index).data(), model.index(row, 1, index).data()) for row in range(model.rowCount(index))
    ]


# --- the tree --------------------------------------------------------------------------------------------------------


def test_the_tree_shows_sources_as_they_stand(operator: Operator, page: SimulatedPage) -> None:
    view = open_json(operator)
    assert rows(view.model, place(view.model)) == [
        ("big", "12345678901234567890"),
        ("price", "1.10"),
        ("huge", "1e400"),
        ("list", "[ 3 members ]"),
        ("user", "{ 1 member }"),
    ]


def test_a_value_is_typed_over_and_every_other_character_stays(operator: Operator, page: SimulatedPage) -> None:
    view = open_json(operator)
    view.tree.setCurrentIndex(place(view.model, 3, 1))
    operator.press(Key.Key_F2)
    operator.type('"two"')
    operator.press(Key.Key_Return)
    assert view.tree.hasFocus()
    assert not page.asked
    operator.press(Key.Key_S, CTRL)
    assert asked(page) == [SetItem("cart", CART.replace("[1,2,3]", '[1,"two",3]'), CART)]


def test_a_member_is_renamed_but_not_to_a_name_that_is_taken(operator: Operator, page: SimulatedPage) -> None:
    view = open_json(operator)
    view.tree.setCurrentIndex(place(view.model, 1))
    operator.press(Key.Key_F2, SHIFT)
    operator.type("big")
    operator.press(Key.Key_Return)
    assert view.tree.cell is not None
    assert "There is a member of this name already." in operator.inspector.note.text()
    view.tree.cell.setFocus()
    operator.press(Key.Key_A, CTRL)
    operator.type("cost")
    operator.press(Key.Key_Return)
    operator.press(Key.Key_S, CTRL)
    assert asked(page) == [SetItem("cart", CART.replace('"price"', '"cost"'), CART)]


def test_members_are_added_and_removed(operator: Operator, page: SimulatedPage) -> None:
    view = open_json(operator)
    view.tree.setCurrentIndex(place(view.model, 3, 2))
    operator.press(Key.Key_Delete)
    assert operator.panel.model.row_of("cart") is not None
    assert not page.asked
    view.tree.setCurrentIndex(place(view.model, 3))
    operator.press(Key.Key_Insert)
    operator.type("4")
    operator.press(Key.Key_Return)
    view.tree.setCurrentIndex(place(view.model, 1))
    operator.press(Key.Key_Insert)
    operator.type("note")
    operator.press(Key.Key_Return)
    operator.press(Key.Key_S, CTRL)
    ((operation,),) = (request.operations for request in page.asked)
    assert isinstance(operation, SetItem)
    assert "[1,2,4]" in operation.value
    assert list(json.loads(operation.value)) == ["big", "price", "note", "huge", "list", "user"]
    assert json.loads(operation.value)["note"] is None


def test_steps_in_the_tree_are_undone_and_redone(operator: Operator, page: SimulatedPage) -> None:
    view = open_json(operator)
    view.tree.setCurrentIndex(place(view.model, 0))
    operator.press(Key.Key_Delete)
    assert view.model.rowCount(place(view.model)) == 4
    operator.press(Key.Key_Z, CTRL)
    assert view.model.text == CART
    assert not operator.panel.has_draft
    operator.press(Key.Key_Z, CTRL | SHIFT)
    assert view.model.rowCount(place(view.model)) == 4
    assert operator.panel.has_draft


def test_steps_of_a_long_document_take_no_room_for_what_stays(operator: Operator, page: SimulatedPage) -> None:
    long = json.dumps({"rest": "x" * 4_000_000, "a": 1})
    page.set("cart", long)
    view = open_json(operator)
    view.setFocus()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for number in range(10):
        type_into_cell(operator, view, place(view.model, 1).siblingAtColumn(1), str(number + 2))
        operator.press(Key.Key_Return)
    assert view.model.text == long.replace('"a": 1', '"a": 11')
    # Cells that are closed are there until Qt's loop runs, with the documents that they were of.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert grown < 5 * len(long), "the document is there a few times, not once for each step"
    for _ in range(10):
        operator.press(Key.Key_Z, CTRL)
    assert view.model.text == long
    operator.press(Key.Key_Z, CTRL | SHIFT)
    assert view.model.text == long.replace('"a": 1', '"a": 2')


def test_what_is_no_json_is_told_and_stays_to_be_put_right(operator: Operator, page: SimulatedPage) -> None:
    view = open_json(operator)
    view.tree.setCurrentIndex(place(view.model, 1))
    operator.press(Key.Key_F2)
    operator.type("Ada")
    operator.press(Key.Key_Return)
    assert view.tree.cell is not None
    assert "A value is expected, not Ada" in operator.inspector.note.text()
    operator.go_to("alpha")
    assert operator.panel.has_draft, "nothing typed is lost"
    operator.go_to("cart")
    operator.press(Key.Key_1, ALT)
    assert CART.replace("1.10", "Ada") == operator.inspector.text_view.text.toPlainText()


def test_text_in_an_open_cell_outlives_a_change_by_the_page(operator: Operator, page: SimulatedPage) -> None:
    view = open_json(operator)
    view.tree.setCurrentIndex(place(view.model, 1))
    operator.press(Key.Key_F2)
    operator.type("2.50")
    page.set("cart", "[]")
    operator.look()
    assert view.tree.cell is not None
    assert view.tree.cell.text() == "2.50"
    operator.press(Key.Key_Return)
    operator.press(Key.Key_S, CTRL)
    assert asked(page) == [SetItem("cart", CART.replace("1.10", "2.50"), CART)]


def test_a_cell_that_is_only_looked_into_changes_nothing(operator: Operator, page: SimulatedPage) -> None:
    value = json.dumps({"a\u2028": "x\u2028\ud800 \ufeff"}, ensure_ascii=False)
    page.set("cart", value)
    view = open_json(operator)
    for modifiers in (Qt.KeyboardModifier.NoModifier, SHIFT):
        for end in (Key.Key_Return, Key.Key_Escape):
            view.tree.setCurrentIndex(place(view.model, 0))
            operator.press(Key.Key_F2, modifiers)
            assert view.tree.cell is not None
            operator.press(end)
            assert view.tree.cell is None
            assert not operator.panel.has_draft


def test_what_is_unfolded_stays_so_while_the_page_writes(operator: Operator, page: SimulatedPage) -> None:
    view = open_json(operator)
    view.tree.setCurrentIndex(place(view.model, 4))
    view.tree.expand(place(view.model, 4))
    page.set("cart", CART.replace('"big"', '"first":0,"big"').replace("1.10", "9.99"))
    operator.look()
    user = place(view.model, 5)
    assert user.data() == "user"
    assert view.tree.isExpanded(user)
    assert view.tree.currentIndex().data() == "user"


LONG = [json.dumps(list(range(5_000))), json.dumps({f"member {number}": number for number in range(5_000)})]


@pytest.mark.parametrize("text", LONG)
def test_a_member_is_added_at_the_end_of_a_long_list_without_listing_it(
    operator: Operator, page: SimulatedPage, text: str
) -> None:
    page.set("cart", text)
    view = open_json(operator)
    operator.press(Key.Key_Insert)
    operator.bot.waitUntil(lambda: view.tree.cell is not None)
    cell = view.tree.cell
    assert cell is not None
    assert view.tree.viewport().rect().contains(cell.geometry().center())
    operator.type("new name" if cell.is_name else "7")
    operator.press(Key.Key_Return)
    added = json.loads(view.model.text or "")
    assert added == ([*range(5_000), 7] if isinstance(added, list) else {**json.loads(text), "new name": None})
    root = place(view.model)
    assert view.model.rowCount(root) < 2_000
    assert view.tree.currentIndex().siblingAtColumn(0).data() == ("5000" if isinstance(added, list) else "new name")
    view.tree.setFocus()
    operator.press(Key.Key_Insert)
    assert view.tree.cell is not None
    operator.press(Key.Key_Escape)
    assert len(json.loads(view.model.text or "")) == 5_002, "behind the one before, at the end again"
    for _ in range(2):
        operator.press(Key.Key_Z, CTRL)
        operator.press(Key.Key_Z, CTRL)
    assert view.model.text == text
    assert not operator.panel.has_draft


# --- a cell that is open ---------------------------------------------------------------------------------------------


def type_into_cell(operator: Operator, view: JsonView, index: QModelIndex, text: str) -> None:
    """Leaves the cell open."""
    view.tree.setCurrentIndex(index)
    operator.press(Key.Key_F2, SHIFT if index.column() == 0 else Qt.KeyboardModifier.NoModifier)
    assert view.tree.cell is not None
    operator.type(text)


@pytest.mark.parametrize("answered_first", [True, False])
def test_what_was_saved_from_an_open_cell_is_not_taken_back_by_the_next_edit(
    operator: Operator, page: SimulatedPage, answered_first: bool
) -> None:
    page.set("cart", LETTERS)
    view = open_json(operator)
    type_into_cell(operator, view, place(view.model, 1).siblingAtColumn(1), "22")
    operator.press(Key.Key_S, CTRL)
    saved = LETTERS.replace("2", "22")
    assert asked(page) == [SetItem("cart", saved, LETTERS)]
    if answered_first:
        page.answer_all()
        operator.look()
    operator.press(Key.Key_Escape)
    page.answer_all()
    operator.look()
    assert view.model.text == saved
    view.tree.setFocus()
    type_into_cell(operator, view, place(view.model, 2).siblingAtColumn(1), "33")
    operator.press(Key.Key_Return)
    operator.press(Key.Key_S, CTRL)
    assert asked(page) == [SetItem("cart", saved.replace("3", "33"), saved)]


def test_what_was_put_right_as_text_stays_right_in_the_tree(operator: Operator, page: SimulatedPage) -> None:
    page.set("cart", LETTERS)
    view = open_json(operator)
    type_into_cell(operator, view, place(view.model, 1).siblingAtColumn(1), "2 2")
    operator.press(Key.Key_2, ALT)
    assert view.shows_form
    assert view.form.toPlainText() == LETTERS.replace("2", "2 2")
    assert view.tree.cell is None
    operator.press(Key.Key_A, CTRL)
    right = LETTERS.replace("2", "9")
    operator.type(right)
    view.bar.as_tree.click()
    operator.look()
    assert view.model.text == right
    assert view.tree.cell is None
    operator.press(Key.Key_S, CTRL)
    assert asked(page) == [SetItem("cart", right, LETTERS)]


def test_a_step_of_the_tree_does_not_take_back_what_was_typed_as_text(operator: Operator, page: SimulatedPage) -> None:
    page.set("cart", LETTERS)
    view = open_json(operator)
    view.tree.setCurrentIndex(place(view.model, 0))
    operator.press(Key.Key_Delete)
    operator.press(Key.Key_2, ALT)
    operator.press(Key.Key_A, CTRL)
    operator.type("[1,2]")
    operator.press(Key.Key_2, ALT)
    assert not view.shows_form
    operator.press(Key.Key_Z, CTRL)
    assert view.model.text == "[1,2]"


def test_escape_asks_before_it_lets_go_of_what_was_typed_in_a_cell(operator: Operator, page: SimulatedPage) -> None:
    page.set("cart", LETTERS)
    view = open_json(operator)
    type_into_cell(operator, view, place(view.model, 0).siblingAtColumn(1), "11")
    operator.press(Key.Key_Return)
    type_into_cell(operator, view, place(view.model, 1).siblingAtColumn(1), "22")
    operator.press(Key.Key_Escape)
    operator.answer("Cancel")
    assert view.tree.cell is not None
    assert view.tree.cell.text() == "22"
    view.tree.cell.setFocus()
    operator.press(Key.Key_Escape)
    operator.answer("Discard")
    assert view.tree.cell is None
    assert view.tree.text() == LETTERS.replace("1", "11"), "what was typed before is kept"
    assert operator.panel.has_draft
    type_into_cell(operator, view, place(view.model, 2).siblingAtColumn(1), "33")
    operator.press(Key.Key_Escape)
    operator.answer("Save")
    assert view.tree.cell is None
    assert asked(page) == [SetItem("cart", LETTERS.replace("1", "11").replace("3", "33"), LETTERS)]
    assert not operator.panel.has_draft


def test_a_cell_that_is_discarded_leaves_no_draft(operator: Operator, page: SimulatedPage) -> None:
    view = open_json(operator)
    type_into_cell(operator, view, place(view.model, 1).siblingAtColumn(1), "2")
    page.set("cart", "[]")
    operator.look()
    operator.press(Key.Key_Escape)
    operator.answer("Discard")
    assert not operator.panel.has_draft
    assert view.model.text == "[]", "what the browser holds"


@pytest.mark.parametrize("answer", ["Save", "Discard"])
def test_an_answer_that_comes_late_does_nothing_to_another_item(
    operator: Operator, page: SimulatedPage, answer: str
) -> None:
    page.set("alpha", LETTERS)
    view = open_json(operator, "alpha")
    view.tree.setCurrentIndex(place(view.model, 0))
    operator.press(Key.Key_Delete)
    operator.go_to("cart")
    view.setFocus()
    type_into_cell(operator, view, place(view.model, 1).siblingAtColumn(1), "2")
    operator.press(Key.Key_Escape)
    operator.inspector.show_key("alpha")
    operator.answer(answer)
    assert not page.asked
    assert all(key in operator.panel.model.drafts for key in ("alpha", "cart"))


def test_a_draft_that_is_discarded_takes_the_open_cell_with_it(operator: Operator, page: SimulatedPage) -> None:
    view = open_json(operator)
    type_into_cell(operator, view, place(view.model, 1).siblingAtColumn(1), "2 2")
    operator.push(operator.inspector.discard_button)
    assert not operator.panel.has_draft
    assert view.tree.cell is None
    assert view.tree.text() == CART


def test_a_value_that_is_no_json_is_saved_from_a_cell_only_after_a_question(
    operator: Operator, page: SimulatedPage
) -> None:
    page.set("cart", LETTERS)
    view = open_json(operator)
    type_into_cell(operator, view, place(view.model, 1).siblingAtColumn(1), "2 2")
    operator.press(Key.Key_S, CTRL)
    operator.answer("Cancel")
    assert not page.asked
    assert view.tree.cell is not None
    operator.press(Key.Key_S, CTRL)
    operator.answer("Save anyway")
    saved = LETTERS.replace("2", "2 2")
    assert asked(page) == [SetItem("cart", saved, LETTERS)]
    assert view.tree.cell is None
    assert view.form.toPlainText() == saved


def test_a_name_that_is_taken_is_not_saved(operator: Operator, page: SimulatedPage) -> None:
    page.set("cart", LETTERS)
    view = open_json(operator)
    type_into_cell(operator, view, place(view.model, 0), "b")
    operator.press(Key.Key_S, CTRL)
    assert not page.asked
    assert operator.inspector.note.text() == "There is a member of this name already."
    assert view.tree.cell is not None
    assert view.tree.cell.text() == "b"
    operator.push(operator.inspector.save_button)
    assert not page.asked
    view.tree.cell.setFocus()
    operator.press(Key.Key_A, CTRL)
    operator.type('d"')
    operator.press(Key.Key_S, CTRL)
    assert asked(page) == [SetItem("cart", LETTERS.replace('"a"', '"d\\""'), LETTERS)]


def test_a_name_that_is_taken_is_saved_from_elsewhere_only_after_a_question(
    operator: Operator, page: SimulatedPage
) -> None:
    page.set("cart", LETTERS)
    view = open_json(operator)
    type_into_cell(operator, view, place(view.model, 0), "b")
    operator.go_to("alpha")
    operator.go_to("cart")
    operator.press(Key.Key_S, CTRL)
    assert "Two members of one object are called “b”." in operator.question().text()
    operator.answer("Cancel")
    assert not page.asked
    doubled = LETTERS.replace('"a"', '"b"')
    assert view.model.text == doubled, "nothing typed is lost"
    operator.press(Key.Key_S, CTRL)
    operator.answer("Save anyway")
    assert asked(page) == [SetItem("cart", doubled, LETTERS)]
    page.answer_all()
    view.tree.setFocus()
    type_into_cell(operator, view, place(view.model, 2).siblingAtColumn(1), "33")
    operator.press(Key.Key_Return)
    operator.press(Key.Key_S, CTRL)
    assert asked(page) == [SetItem("cart", doubled.replace("3", "33"), doubled)], "it was so before: nobody is asked"


def test_a_name_that_could_not_be_taken_stays_one_name_elsewhere(operator: Operator, page: SimulatedPage) -> None:
    page.set("cart", '{"a\\"":1,"b":2}')
    view = open_json(operator)
    type_into_cell(operator, view, place(view.model, 1), 'a"')
    operator.press(Key.Key_1, ALT)
    assert operator.inspector.text_view.text.toPlainText() == '{"a\\"":1,"a\\"":2}'


def test_no_step_is_undone_below_an_open_cell(operator: Operator, page: SimulatedPage) -> None:
    page.set("cart", LETTERS)
    view = open_json(operator)
    view.tree.setCurrentIndex(place(view.model, 0))
    operator.press(Key.Key_Delete)
    type_into_cell(operator, view, place(view.model, 1).siblingAtColumn(1), "3 3")
    view.tree.setFocus()
    operator.press(Key.Key_Z, CTRL)
    assert view.tree.text() == '{"b":2,"c":3 3}'


# --- the text --------------------------------------------------------------------------------------------------------


def test_compact_json_is_laid_out_and_saved_compact_with_numbers_as_they_were(
    operator: Operator, page: SimulatedPage
) -> None:
    compact = '{"big":12345678901234567890,"price":1.10,"huge":1e400}'
    page.set("cart", compact)
    view = open_form(operator)
    assert view.form.toPlainText().split("\n")[1] == '  "big": 12345678901234567890,'
    assert "saved compact" in operator.inspector.note.text()
    cursor = view.form.document().find("1e400")
    view.form.setTextCursor(cursor)
    operator.type("1e401")
    operator.press(Key.Key_S, CTRL)
    assert asked(page) == [SetItem("cart", compact.replace("1e400", "1e401"), compact)]


def test_json_with_lines_of_its_own_is_saved_with_them(operator: Operator, page: SimulatedPage) -> None:
    laid_out = '{\n\t"a" : 1.0,\n\n\t"b": [ ]\n}'
    page.set("cart", laid_out)
    view = open_form(operator)
    assert view.form.toPlainText() == laid_out
    view.form.setTextCursor(view.form.document().find("1.0"))
    operator.type("2")
    operator.press(Key.Key_S, CTRL)
    assert asked(page) == [SetItem("cart", laid_out.replace("1.0", "2"), laid_out)]


def test_a_mistake_is_told_with_its_place_and_leads_there(operator: Operator, page: SimulatedPage) -> None:
    page.set("cart", '{\n"👩": 1,\n}')
    view = open_form(operator)
    assert "A comma that nothing follows" in operator.inspector.note.text()
    assert view.bar.place_button.isVisible()
    line, column = view.bar.place_button.text().replace("Line ", "").split(", column ")
    assert line in ("2", "3")
    operator.push(view.bar.place_button)
    cursor = view.form.textCursor()
    assert cursor.blockNumber() + 1 == int(line)
    characters = cursor.block().text()[: int(column) - 1]
    assert cursor.positionInBlock() == len(characters.encode("utf-16-le")) // 2


def test_mistakes_are_told_while_one_types(operator: Operator, page: SimulatedPage) -> None:
    page.set("cart", "[1]")
    view = open_form(operator)
    view.form.moveCursor(QTextCursor.MoveOperation.End)
    operator.type("]")
    operator.bot.waitUntil(lambda: view.bar.place_button.isVisible())
    operator.press(Key.Key_Backspace)
    operator.bot.waitUntil(lambda: not view.bar.place_button.isVisible())


def test_tree_and_text_are_of_one_draft(operator: Operator, page: SimulatedPage) -> None:
    view = open_json(operator)
    view.tree.setCurrentIndex(place(view.model, 1))
    operator.press(Key.Key_F2)
    operator.type("2")
    operator.press(Key.Key_Return)
    operator.press(Key.Key_2, ALT)
    assert '"price": 2,' in view.form.toPlainText()
    operator.press(Key.Key_1, ALT)
    assert operator.inspector.text_view.text.toPlainText() == CART.replace("1.10", "2")
    operator.press(Key.Key_S, CTRL)
    assert asked(page) == [SetItem("cart", CART.replace("1.10", "2"), CART)]


def test_tree_and_text_are_looked_at_in_turn_without_an_edit(operator: Operator, page: SimulatedPage) -> None:
    open_json(operator)
    for _ in range(4):
        operator.press(Key.Key_2, ALT)
        assert not operator.panel.has_draft


# --- the model -------------------------------------------------------------------------------------------------------


def root_of(text: str) -> Node:
    root = at_once(parsed(text))
    assert isinstance(root, Node)
    return root


documents = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["", "a", "\u2028"]),
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.sampled_from("abcdefgh"), inner, max_size=6),
    max_leaves=25,
).map(json.dumps)


def agrees(model: JsonModel, index: QModelIndex, value: object) -> None:
    """All that is listed is what the document holds."""
    held = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    names = list(value) if isinstance(value, dict) else [str(place) for place in range(len(held))]
    listed = model.rowCount(index)
    assert listed <= len(held)
    for row in range(listed):
        child = model.index(row, 0, index)
        assert model.parent(child) == index
        assert child.data() == (names[row] or '""')
        assert json.loads(model.node(child).source) == held[row]
        agrees(model, child, held[row])


@pytest.mark.usefixtures("qapp")
@settings(max_examples=120, deadline=None, derandomize=True, database=None)
@given(shown=st.lists(documents, min_size=1, max_size=5), data=st.data())
def test_the_tree_stays_true_whatever_the_document_becomes(shown: list[str], data: st.DataObject) -> None:
    model = JsonModel()
    watch = ModelWatch(model)
    for text in shown:
        model.show(root_of(text))
        watch.check()
        agrees(model, model.index(0, 0), json.loads(text))
        for _ in range(data.draw(st.integers(0, 4))):
            index = model.index(0, 0)
            while model.rowCount(index) and data.draw(st.booleans()):
                index = model.index(data.draw(st.integers(0, model.rowCount(index) - 1)), 0, index)
            if model.canFetchMore(index):
                model.fetchMore(index)
        watch.check()
        agrees(model, model.index(0, 0), json.loads(text))
    model.show(None)
    assert model.rowCount() == 0
    watch.check()
    watch.end()


@pytest.mark.usefixtures("qapp")
@settings(max_examples=60, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=documents, data=st.data())
def test_each_edit_in_the_tree_does_what_it_says_and_no_more(text: str, data: st.DataObject) -> None:
    model = JsonModel()
    model.editable = True
    made: list[str] = []
    model.edited.connect(lambda text, _container, _more: made.append(text))
    watch = ModelWatch(model)
    model.show(root_of(text))
    for _ in range(4):
        index = model.index(0, 0)
        while True:
            if model.canFetchMore(index):
                model.fetchMore(index)
            if not model.rowCount(index) or not data.draw(st.booleans()):
                break
            index = model.index(data.draw(st.integers(0, model.rowCount(index) - 1)), 0, index)
        before = json.loads(model.text or "")
        made.clear()
        match data.draw(st.sampled_from(["value", "remove", "add"])):
            case "value":
                model.set_value(index, "[true]")
            case "remove":
                model.remove(index)
            case "add":
                model.add(index)
        if made:
            assert json.loads(made[-1]) != before or model.node(index).source == "[true]"
            model.show(root_of(made[-1]))
            watch.check()
            agrees(model, model.index(0, 0), json.loads(made[-1]))
    watch.end()


@pytest.mark.usefixtures("qapp")
def test_a_long_list_is_listed_by_the_page() -> None:
    model = JsonModel()
    model.show(root_of(json.dumps(list(range(100_000)))))
    root = model.index(0, 0)
    assert model.rowCount(root) == 0
    model.fetchMore(root)
    assert model.rowCount(root) == PAGE
    assert model.canFetchMore(root)
    model.fetchMore(root)
    assert model.index(PAGE + 5, 1, root).data() == str(PAGE + 5)


@pytest.mark.usefixtures("qapp")
def test_a_document_that_cannot_be_shown_stops_nobody_from_listing_the_one_that_is() -> None:
    model = JsonModel()
    model.show(root_of(json.dumps(list(range(2 * PAGE)))))
    root = model.index(0, 0)
    model.fetchMore(root)
    with pytest.raises(JsonError):
        model.show(Node("[no]", JsonKind.ARRAY, 0, 4, 1))
    assert model.canFetchMore(root)


@pytest.mark.usefixtures("qapp")
@settings(max_examples=8, deadline=None, derandomize=True, database=None)
@given(st.data())
def test_the_end_of_a_long_list_is_true_while_the_rest_is_not_listed(data: st.DataObject) -> None:
    model = JsonModel()
    model.editable = True
    model.edited.connect(lambda text, _container, _more: model.show(root_of(text)))
    watch = ModelWatch(model)
    model.show(root_of(json.dumps(list(range(PAGE + 20)))))
    root = model.index(0, 0)
    for step in range(8):
        match data.draw(st.sampled_from(["add", "more", "remove last", "change", "remove", "shorten"])):
            case "add":
                model.add(root)
                assert model.node(model.index(model.rowCount(root) - 1, 0, root)).index == model.node(root).count - 1
            case "more":
                model.fetchMore(root)
            case "remove last" if model.rowCount(root):
                model.remove(model.index(model.rowCount(root) - 1, 0, root))
            case "change" if model.rowCount(root):
                model.set_value(model.index(model.rowCount(root) - 1, 1, root), f"{step}000")
            case "remove" if model.rowCount(root):
                model.remove(model.index(0, 0, root))
            case "shorten":
                model.show(root_of(json.dumps(json.loads(model.text or "")[: data.draw(st.integers(0, PAGE + 20))])))
        watch.check()
        held = json.loads(model.text or "")
        listed = [model.node(model.index(row, 0, root)) for row in range(model.rowCount(root))]
        assert [held[node.index] for node in listed] == [json.loads(node.source) for node in listed]
        places = [node.index for node in listed]
        assert places[:-1] == list(range(len(places) - 1))
        assert not places or places[-1] in (len(places) - 1, len(held) - 1)
    while model.canFetchMore(root):
        model.fetchMore(root)
    assert model.rowCount(root) == len(json.loads(model.text or ""))
    agrees(model, root, json.loads(model.text or ""))
    watch.end()


def test_a_very_long_document_is_edited_and_undone_in_the_tree(operator: Operator, page: SimulatedPage) -> None:
    members = {f"member {number}": {"id": number, "tags": ["one", "two"]} for number in range(3_000)}
    text = json.dumps({"data": members, "last": 1})
    page.set("cart", text)
    view = open_json(operator)
    operator.bot.waitUntil(lambda: not view.busy)
    data = place(view.model, 0)
    view.tree.expand(data)
    view.tree.setCurrentIndex(view.model.index(1, 0, data))
    operator.press(Key.Key_Delete)
    operator.press(Key.Key_Insert)
    operator.type("new name")
    operator.press(Key.Key_Return)
    changed = json.loads(view.model.text or "")
    assert list(changed["data"])[:2] == ["member 0", "member 2"]
    assert "new name" in str(changed)
    assert view.model.index(0, 1).data() == "{ 2 members }"
    assert place(view.model, 0).siblingAtColumn(1).data() == "{ 2,999 members }"
    for _ in range(3):
        operator.press(Key.Key_Z, CTRL)
    assert view.model.text == text
    assert place(view.model, 0).siblingAtColumn(1).data() == "{ 3,000 members }"
    assert not operator.panel.has_draft
