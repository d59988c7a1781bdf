"""Undo and redo by keys and menu: what the browser has applied is taken back, and nothing else is touched."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMenu

from monitor.core.messages import RemoveItem, RenameItem, Result, SetItem
from monitor.core.registry import Registry
from monitor.ui.inspector.json_view import JsonView
from monitor.ui.main_window import MainWindow
from monitor.ui.storage.columns import Column
from monitor.ui.undo.session_steps import STEPS
from tests.ui.operator import CTRL, SHIFT, Key, Operator
from tests.ui.simulated_page import Clock, SimulatedPage

ALT = Qt.KeyboardModifier.AltModifier
Act = Callable[[Operator, SimulatedPage], None]


@pytest.fixture
def page(operator: Operator, registry: Registry, clock: Clock) -> SimulatedPage:
    """A page whose storage the window shows."""
    items: dict[str, str | int] = {"alpha": "1", "beta": "2", "gamma": "3", "password": 12}
    page = SimulatedPage(registry, clock, items, user="Ada")
    operator.look()
    operator.table.setFocus()
    return page


def undo(operator: Operator) -> None:
    operator.press(Key.Key_Z, CTRL)


def redo(operator: Operator) -> None:
    operator.press(Key.Key_Z, CTRL | SHIFT)


def write(operator: Operator, page: SimulatedPage, key: str, value: str) -> None:
    """Edit a value in its cell, and let the page answer."""
    operator.edit(key)
    operator.type(value)
    operator.press(Key.Key_Return)
    page.answer()
    operator.look()


def menu_texts(window: MainWindow) -> tuple[str, str]:
    """What the menu offers to undo and to redo; in parentheses, if it cannot be chosen."""
    edit = next(menu for menu in window.menuBar().findChildren(QMenu) if menu.title() == "&Edit")
    texts = []
    for action in edit.actions()[:2]:
        text = action.text().replace("&", "")
        texts.append(text if action.isEnabled() else f"({text})")
    return texts[0], texts[1]


def asked(page: SimulatedPage) -> list[object]:
    """The operations of the one edit that the page was asked for."""
    assert len(page.asked) == 1
    return list(page.asked[0].operations)


# --- each operation, there and back ----------------------------------------------------------------------------------


def test_a_value_goes_back_and_forth_by_keyboard(operator: Operator, page: SimulatedPage) -> None:
    assert menu_texts(operator.window) == ("(Undo)", "(Redo)")
    write(operator, page, "beta", "new")
    assert menu_texts(operator.window) == ("Undo set “beta”", "(Redo)")
    undo(operator)
    assert asked(page) == [SetItem("beta", "2", "new")]
    page.answer()
    operator.look()
    assert page.items["beta"] == "2"
    assert operator.cell("beta", Column.VALUE) == "2"
    assert menu_texts(operator.window) == ("(Undo)", "Redo set “beta”")
    assert operator.window.status.currentMessage() == "Undone: set “beta”."
    operator.press(Key.Key_Y, CTRL)
    assert asked(page) == [SetItem("beta", "new", "2")]
    page.answer()
    operator.look()
    assert page.items["beta"] == "new"
    assert menu_texts(operator.window) == ("Undo set “beta”", "(Redo)")
    assert operator.window.status.currentMessage() == "Redone: set “beta”."


def test_the_menu_does_it_too(operator: Operator, page: SimulatedPage) -> None:
    write(operator, page, "beta", "new")
    operator.window.commands.undo.trigger()
    page.answer()
    operator.look()
    assert page.items["beta"] == "2"
    operator.window.commands.redo.trigger()
    page.answer()
    assert page.items["beta"] == "new"


def add(operator: Operator, page: SimulatedPage) -> None:
    operator.press(Key.Key_N, CTRL)
    operator.type("new")
    operator.press(Key.Key_Tab)
    operator.type("x")
    operator.press(Key.Key_Return)
    page.answer()
    operator.press(Key.Key_Escape)


def rename(operator: Operator, page: SimulatedPage) -> None:
    operator.go_to("beta")
    operator.press(Key.Key_F2, SHIFT)
    operator.type("delta")
    operator.press(Key.Key_Return)
    page.answer()


def delete(operator: Operator, page: SimulatedPage) -> None:
    operator.go_to("alpha")
    operator.press(Key.Key_Down, SHIFT)
    operator.press(Key.Key_Delete)
    page.answer()


def overwrite(operator: Operator, page: SimulatedPage) -> None:
    operator.edit("beta")
    operator.type("mine")
    page.set("beta", "2b")
    operator.press(Key.Key_Return)
    page.answer()
    operator.look()
    operator.push(operator.panel.refusals.overwrite)
    page.answer()


def paste(operator: Operator, page: SimulatedPage) -> None:
    operations = [SetItem("alpha", "a", "1"), SetItem("new", "b", None), SetItem("beta", "c", "2")]
    page.session.edit(operations, 0.0)
    page.answer()


@pytest.mark.parametrize(
    ("act", "name"),
    [
        (add, "add “new”"),
        (rename, "rename “beta”"),
        (delete, "delete 2 items"),
        (overwrite, "set “beta”"),
        (paste, "set 3 items"),
    ],
)
def test_every_operation_is_undone_and_redone(operator: Operator, page: SimulatedPage, act: Act, name: str) -> None:
    before = dict(page.items)
    act(operator, page)
    operator.look()
    if act is overwrite:
        before["beta"] = "2b"
    after = dict(page.items)
    assert after != before
    operator.table.setFocus()
    for _ in range(2):
        assert menu_texts(operator.window) == (f"Undo {name}", "(Redo)")
        undo(operator)
        page.answer()
        operator.look()
        assert page.items == before
        assert menu_texts(operator.window) == ("(Undo)", f"Redo {name}")
        redo(operator)
        page.answer()
        operator.look()
        assert page.items == after
    assert page.session.area().items.keys() == after.keys()


def test_clear_says_that_it_can_be_undone_and_what_cannot(operator: Operator, page: SimulatedPage) -> None:
    operator.press(Key.Key_Delete, CTRL | SHIFT)
    question = operator.question()
    assert "Undo puts them back, but not the 1 redacted one" in question.informativeText()
    operator.answer("Delete")
    page.answer()
    operator.look()
    assert page.items == {}
    operator.table.setFocus()
    assert menu_texts(operator.window)[0] == "Undo clear 3 items"
    undo(operator)
    page.answer()
    operator.look()
    assert page.items == {"alpha": "1", "beta": "2", "gamma": "3"}
    page.set("later", "4")
    redo(operator)
    page.answer()
    assert page.items == {"later": "4"}, "what came since is not cleared"


def test_clear_without_redacted_items_promises_everything(operator: Operator, page: SimulatedPage) -> None:
    page.remove("password")
    operator.look()
    operator.press(Key.Key_Delete, CTRL | SHIFT)
    assert operator.question().informativeText().endswith("Undo puts them back.")
    operator.answer("Cancel")


def test_an_edit_on_its_way_is_a_part_of_what_clear_takes_away(operator: Operator, page: SimulatedPage) -> None:
    operator.edit("beta")
    operator.type("new")
    operator.press(Key.Key_Return)
    operator.panel.model.editing.clear(operator.panel.model.area.revision)
    page.answer()
    # The browser lets it through: nothing but the operator's own edit came between.
    clear = page.asked.pop()
    page.items.clear()
    page.say(Result(clear.id, "applied", "local", 2, []))
    operator.look()
    undo(operator)
    page.answer()
    assert page.items["beta"] == "new"


def test_steps_are_undone_last_first_and_a_new_one_ends_redoing(operator: Operator, page: SimulatedPage) -> None:
    for value in "abc":
        write(operator, page, "beta", value)
    for value in "ba":
        undo(operator)
        page.answer()
        operator.look()
        assert page.items["beta"] == value
    write(operator, page, "gamma", "x")
    assert menu_texts(operator.window) == ("Undo set “gamma”", "(Redo)")
    undo(operator)
    page.answer()
    operator.look()
    assert menu_texts(operator.window) == ("Undo set “beta”", "Redo set “gamma”")


# --- what the browser says about it ----------------------------------------------------------------------------------


def test_what_the_page_has_changed_is_not_overwritten_and_the_bar_says_so(
    operator: Operator, page: SimulatedPage
) -> None:
    write(operator, page, "alpha", "a")
    write(operator, page, "beta", "new")
    page.items["beta"] = "theirs"  # not reported yet
    undo(operator)
    page.answer()
    operator.look()
    assert page.items["beta"] == "theirs"
    bar = operator.panel.refusals
    assert bar.isVisible()
    assert bar.label.text() == (
        "“beta” was not put back: the browser holds something else by now. The browser holds “theirs”."
        " Before your edit it held “2”."
    )
    assert menu_texts(operator.window) == ("Undo set “beta”", "(Redo)")
    redo(operator)
    assert not page.asked, "it was not undone, so there is nothing to redo"
    page.set("beta", "new")
    undo(operator)
    assert asked(page) == [SetItem("beta", "2", "new")], "the same step is tried again"
    page.answer()
    operator.look()
    assert not bar.isVisible()
    undo(operator)
    page.answer()
    assert page.items["alpha"] == "1"


@pytest.mark.parametrize("how", ["discard", "overwrite"])
def test_a_refused_undo_that_is_dealt_with_is_in_nobodys_way(operator: Operator, page: SimulatedPage, how: str) -> None:
    write(operator, page, "alpha", "a")
    write(operator, page, "beta", "new")
    page.set("beta", "theirs")
    undo(operator)
    page.answer()
    operator.look()
    operator.push(getattr(operator.panel.refusals, how))
    if how == "overwrite":
        assert asked(page) == [SetItem("beta", "2", "theirs")]
        page.answer()
        operator.look()
        undo(operator)
        page.answer()
        operator.look()
        assert page.items["beta"] == "theirs", "to write over the page's value is a step of its own"
    assert menu_texts(operator.window)[0] == "Undo set “alpha”"
    operator.table.setFocus()
    undo(operator)
    page.answer()
    assert page.items["alpha"] == "1"


def test_a_refused_redo_is_told_and_stays_undone(operator: Operator, page: SimulatedPage) -> None:
    write(operator, page, "beta", "new")
    undo(operator)
    page.answer()
    page.set("beta", "theirs")
    redo(operator)
    page.answer()
    operator.look()
    assert operator.panel.refusals.label.text().startswith("“beta” was not saved again: ")
    assert page.items["beta"] == "theirs"
    assert menu_texts(operator.window) == ("(Undo)", "Redo set “beta”")


@pytest.mark.parametrize(
    ("act", "text"),
    [
        (add, "“new” was not removed again: "),
        (rename, "“delta” was not renamed back to “beta”: "),
        (delete, "“alpha”, “beta” were not put back: "),
    ],
)
def test_each_refusal_has_its_words(operator: Operator, page: SimulatedPage, act: Act, text: str) -> None:
    act(operator, page)
    page.set({"add": "new", "rename": "delta", "delete": "alpha"}[act.__name__], "theirs")
    operator.look()
    operator.table.setFocus()
    undo(operator)
    page.answer()
    operator.look()
    assert operator.panel.refusals.label.text().startswith(text)


def test_what_was_refused_or_done_by_others_is_not_the_operators_to_undo(
    operator: Operator, page: SimulatedPage
) -> None:
    operator.edit("beta")
    operator.type("new")
    operator.press(Key.Key_Return)
    page.refuse("quota")
    page.set("beta", "the page's")
    page.session.edit([SetItem("gamma", "a program's", "3")], 0.0, author="program")
    page.answer()
    operator.look()
    assert menu_texts(operator.window) == ("(Undo)", "(Redo)")
    undo(operator)
    assert not page.asked


def test_an_edit_that_changed_nothing_is_no_step(operator: Operator, page: SimulatedPage) -> None:
    operator.panel.model.editing.set_value("beta", "2", "2")
    page.answer()
    operator.look()
    assert menu_texts(operator.window)[0] == "(Undo)"


# --- while something is under way ------------------------------------------------------------------------------------


def test_keys_pressed_faster_than_the_page_answers_are_obeyed_in_order(operator: Operator, page: SimulatedPage) -> None:
    for value in "abc":
        write(operator, page, "beta", value)
    for _ in range(3):
        undo(operator)
    redo(operator)
    while page.asked:
        assert len(page.asked) == 1
        page.answer()
    assert page.items["beta"] == "a"


def test_after_a_refusal_nothing_more_is_undone(operator: Operator, page: SimulatedPage) -> None:
    for value in "abc":
        write(operator, page, "beta", value)
    page.set("beta", "theirs")
    for _ in range(3):
        undo(operator)
    page.answer()
    operator.look()
    assert not page.asked
    assert menu_texts(operator.window) == ("Undo set “beta”", "(Redo)")


def test_undo_right_after_an_edit_waits_for_that_edit(operator: Operator, page: SimulatedPage) -> None:
    write(operator, page, "alpha", "a")
    operator.edit("beta")
    operator.type("new")
    operator.press(Key.Key_Return)
    undo(operator)
    assert asked(page) == [SetItem("beta", "new", "2")]
    page.answer()
    assert asked(page) == [SetItem("beta", "2", "new")]
    page.answer()
    assert page.items == {"alpha": "a", "beta": "2", "gamma": "3", "password": 12}


def test_the_only_edit_can_be_undone_before_the_page_has_answered(operator: Operator, page: SimulatedPage) -> None:
    operator.edit("beta")
    operator.type("new")
    operator.press(Key.Key_Return)
    assert menu_texts(operator.window) == ("Undo set “beta”", "(Redo)")
    undo(operator)
    assert menu_texts(operator.window) == ("(Undo)", "Redo set “beta”")
    redo(operator)
    undo(operator)
    page.answer_all()
    operator.look()
    assert page.items["beta"] == "2"
    assert menu_texts(operator.window) == ("(Undo)", "Redo set “beta”")


def test_the_menu_names_what_is_undone_though_others_are_under_way(operator: Operator, page: SimulatedPage) -> None:
    write(operator, page, "alpha", "a")
    for key in ("beta", "gamma"):
        operator.panel.model.editing.set_value(key, "new", page.items[key])  # type: ignore[arg-type]  # it is a text
    operator.look()
    named = []
    for _ in range(3):
        named.append(menu_texts(operator.window)[0])
        undo(operator)
    assert named == ["Undo set “gamma”", "Undo set “beta”", "Undo set “alpha”"]
    assert menu_texts(operator.window) == ("(Undo)", "Redo set “alpha”")
    page.answer_all()
    assert page.items == {"alpha": "1", "beta": "2", "gamma": "3", "password": 12}


def test_an_edit_that_is_refused_is_no_longer_offered(operator: Operator, page: SimulatedPage) -> None:
    operator.edit("beta")
    operator.type("new")
    operator.press(Key.Key_Return)
    undo(operator)
    page.items["beta"] = "theirs"
    page.answer()
    operator.look()
    assert not page.asked
    assert page.items["beta"] == "theirs"
    assert menu_texts(operator.window) == ("(Undo)", "(Redo)")


def test_an_edit_of_a_session_that_is_away_is_a_step_when_it_is_applied(
    operator: Operator, page: SimulatedPage
) -> None:
    write(operator, page, "alpha", "a")
    page.leave()
    operator.edit("beta")
    operator.type("new")
    operator.press(Key.Key_Return)
    assert menu_texts(operator.window)[0] == "Undo set “beta”"
    page.connect()
    page.answer_all()
    operator.look()
    assert page.items["beta"] == "new"
    assert page.items["alpha"] == "a"
    assert menu_texts(operator.window)[0] == "Undo set “beta”"


def test_undo_takes_back_an_edit_that_has_not_gone_out(operator: Operator, page: SimulatedPage) -> None:
    write(operator, page, "alpha", "a")
    page.leave()
    operator.edit("beta")
    operator.type("new")
    operator.press(Key.Key_Return)
    undo(operator)
    operator.look()
    assert operator.cell("beta", Column.STATE) == ""
    assert operator.window.status.currentMessage() == "Taken back before it went out: set “beta”."
    assert menu_texts(operator.window) == ("Undo set “alpha”", "(Redo)")
    undo(operator)
    assert operator.cell("alpha", Column.STATE) == "waiting"
    redo(operator)
    operator.look()
    assert menu_texts(operator.window) == ("Undo set “alpha”", "(Redo)")
    page.connect()
    page.answer_all()
    assert page.items == {"alpha": "a", "beta": "2", "gamma": "3", "password": 12}


def test_what_may_have_gone_out_is_not_taken_back_but_waited_for(operator: Operator, page: SimulatedPage) -> None:
    write(operator, page, "alpha", "a")
    operator.edit("beta")
    operator.type("new")
    operator.press(Key.Key_Return)
    page.leave()
    undo(operator)
    assert "waits for a page of this session" in operator.window.status.currentMessage()
    assert operator.cell("beta", Column.STATE) == "waiting"


def test_an_undo_waits_for_a_session_that_is_away_and_can_be_taken_back(
    operator: Operator, page: SimulatedPage
) -> None:
    write(operator, page, "beta", "new")
    page.leave()
    undo(operator)
    assert operator.cell("beta", Column.STATE) == "waiting"
    (edit,) = page.session.unsettled()
    operator.panel.model.editing.withdraw(edit)
    operator.look()
    assert menu_texts(operator.window) == ("Undo set “beta”", "(Redo)")
    undo(operator)
    page.connect()
    page.answer_all()
    operator.look()
    assert page.items["beta"] == "2"
    assert menu_texts(operator.window) == ("(Undo)", "Redo set “beta”")


def test_an_undo_whose_answer_was_lost_is_known_after_the_return(operator: Operator, page: SimulatedPage) -> None:
    write(operator, page, "beta", "new")
    undo(operator)
    request = page.asked[0]
    page.items["beta"] = "2"
    page.leave()
    page.connect()
    page.asked.clear()
    page.say(Result(request.id, "applied", "local", 1, [("beta", "2")]))
    operator.look()
    assert menu_texts(operator.window) == ("(Undo)", "Redo set “beta”")


def test_a_clear_whose_answer_was_lost_is_undone_by_what_the_operator_saw(
    operator: Operator, page: SimulatedPage
) -> None:
    operator.panel.model.editing.clear(operator.panel.model.area.revision)
    request = page.asked[0]
    page.items.clear()
    page.leave()
    page.connect()
    page.asked.clear()
    page.say(Result(request.id, "applied", "local", 0))
    operator.look()
    assert menu_texts(operator.window)[0] == "Undo clear 3 items"
    undo(operator)
    page.answer()
    assert page.items == {"alpha": "1", "beta": "2", "gamma": "3"}


def test_a_page_that_leaves_while_an_undo_is_under_way_disturbs_nothing(
    operator: Operator, page: SimulatedPage, registry: Registry, clock: Clock
) -> None:
    other = SimulatedPage(registry, clock, {}, session_items={"own": "1"}, page_id="page-2")
    other.session.edit([SetItem("own", "2", "1")], 0.0, page=other.page)
    other.answer()
    write(operator, page, "alpha", "a")
    undo(operator)
    other.leave_for_good()
    page.answer()
    operator.look()
    assert page.items["alpha"] == "1"
    assert menu_texts(operator.window) == ("(Undo)", "Redo set “alpha”")


# --- sessions, pages, bounds -----------------------------------------------------------------------------------------


def test_each_session_has_its_own_steps(
    operator: Operator, page: SimulatedPage, registry: Registry, clock: Clock
) -> None:
    write(operator, page, "beta", "new")
    other = SimulatedPage(registry, clock, {"x": "1"}, session_id="session-2", page_id="page-2", user="Bob")
    operator.look()
    operator.window.sessions.choose(other.session)
    operator.look()
    assert menu_texts(operator.window) == ("(Undo)", "(Redo)")
    undo(operator)
    assert not page.asked
    operator.window.sessions.choose(page.session)
    operator.look()
    assert menu_texts(operator.window)[0] == "Undo set “beta”"
    page.leave_for_good()
    registry.forget(page.session)
    operator.look()
    assert menu_texts(operator.window) == ("(Undo)", "(Redo)")


def test_both_storages_share_the_steps_and_undo_shows_the_item(operator: Operator, page: SimulatedPage) -> None:
    page.set("own", "1", "session")
    page.session.edit([SetItem("own", "2", "1")], 0.0, page=page.page)
    page.answer()
    write(operator, page, "beta", "new")
    operator.go_to("gamma")
    undo(operator)
    page.answer()
    operator.look()
    assert operator.table.current_key() == "beta"
    undo(operator)
    assert asked(page) == [SetItem("own", "1", "2")]
    assert page.asked[0].area == "session"
    operator.look()
    assert operator.panel.model.area is page.page.session_storage.area
    assert operator.table.current_key() == "own"


def test_what_was_done_in_a_page_that_is_gone_is_no_step_any_more(operator: Operator, page: SimulatedPage) -> None:
    write(operator, page, "beta", "new")
    page.set("own", "1", "session")
    page.session.edit([SetItem("own", "2", "1")], 0.0, page=page.page)
    page.answer()
    operator.look()
    assert menu_texts(operator.window)[0] == "Undo set “own”"
    page.leave_for_good()
    operator.look()
    assert menu_texts(operator.window) == ("Undo set “beta”", "(Redo)")


def test_only_so_many_steps_are_kept(operator: Operator, page: SimulatedPage) -> None:
    for number in range(STEPS + 2):
        operator.panel.model.editing.set_value("beta", f"value {number}", str(page.items["beta"]))
        page.answer()
    for _ in range(STEPS):
        undo(operator)
        page.answer()
    assert page.items["beta"] == "value 1"
    operator.look()
    assert menu_texts(operator.window)[0] == "(Undo)"


def test_only_so_much_text_is_kept_but_always_the_last_step(operator: Operator, page: SimulatedPage) -> None:
    value = "2"
    for new in ("x" * 5_242_000, "y" * 5_242_000, "z" * 5_242_000, "x" * 5_242_000, "y" * 5_242_000):
        operator.panel.model.editing.set_value("beta", new, value)
        page.answer()
        value = new
    operator.look()
    undone = 0
    operator.table.setFocus()
    while operator.window.commands.undo.isEnabled():
        undo(operator)
        page.answer()
        operator.look()
        undone += 1
    assert undone == 3
    assert page.items["beta"] == "y" * 5_242_000


# --- keys that belong to a text --------------------------------------------------------------------------------------


def test_in_an_open_editor_the_keys_belong_to_the_text(operator: Operator, page: SimulatedPage) -> None:
    write(operator, page, "alpha", "a")
    editor = operator.edit("beta")
    operator.type("xy")
    undo(operator)
    assert editor.line.text() == "2"
    operator.press(Key.Key_Y, CTRL)
    redo(operator)
    undo(operator)
    undo(operator)
    undo(operator)
    assert operator.editor is editor
    assert editor.line.text() == "2"
    assert not page.asked


def test_in_the_filter_the_keys_belong_to_the_text(operator: Operator, page: SimulatedPage) -> None:
    write(operator, page, "alpha", "a")
    operator.press(Key.Key_F, CTRL)
    operator.type("b")
    undo(operator)
    undo(operator)
    assert operator.window.storage.filter_field.text() == ""
    assert not page.asked


def test_awkward_keys_stand_in_the_menu_as_text(operator: Operator, page: SimulatedPage) -> None:
    for key in ("a&b", "<b>x</b>", "line\nbreak", "lone \ud800", "", "&"):
        operator.panel.model.editing.set_value(key, "1", None)
        page.answer()
        operator.look()
        action = operator.window.commands.undo
        assert action.text().startswith("&Undo add “")
        if "&" in key:
            assert key.replace("&", "&&") in action.text()
        assert "<b>" not in action.toolTip()
    undo(operator)
    assert asked(page) == [RemoveItem("&", "1")]
    QApplication.processEvents()


def test_a_rename_is_undone_as_a_rename(operator: Operator, page: SimulatedPage) -> None:
    rename(operator, page)
    operator.look()
    undo(operator)
    assert asked(page) == [RenameItem("delta", "beta", "2")]


def test_the_page_may_report_in_between(operator: Operator, page: SimulatedPage) -> None:
    write(operator, page, "beta", "new")
    page.set("other", "1")
    undo(operator)
    page.answer()
    assert page.items["beta"] == "2"


# --- an undo that waited, and what the operator types meanwhile -------------------------------------------------------


def two_undos(operator: Operator, page: SimulatedPage) -> None:
    """The second waits for the answer to the first."""
    write(operator, page, "alpha", "A")
    write(operator, page, "beta", "B")
    undo(operator)
    undo(operator)
    assert asked(page) == [SetItem("beta", "2", "B")]


def test_an_undo_that_waited_leaves_who_types_in_the_inspector_where_they_are(
    operator: Operator, page: SimulatedPage
) -> None:
    two_undos(operator, page)
    operator.edit("gamma")
    operator.press(Key.Key_Return, SHIFT)
    operator.press(Key.Key_End, CTRL)
    operator.type("one ")
    page.answer()
    operator.look()
    assert asked(page) == [SetItem("alpha", "1", "A")]
    operator.type("two")
    drafts = operator.panel.model.drafts
    assert "alpha" not in drafts
    draft = drafts.of("gamma")
    assert draft is not None
    assert draft.written.text == "3one two"


@pytest.mark.parametrize("typed", ["", "mine"])
def test_an_undo_that_waited_leaves_an_open_cell_current(operator: Operator, page: SimulatedPage, typed: str) -> None:
    two_undos(operator, page)
    operator.edit("gamma")
    operator.type(typed)
    page.answer()
    operator.look()
    assert asked(page) == [SetItem("alpha", "1", "A")]
    assert operator.table.current_key() == "gamma"
    operator.type("!")
    assert operator.editor.key == "gamma"
    assert operator.editor.line.text() == typed + "!"


def test_an_undo_that_waited_does_not_change_the_area_under_who_types(operator: Operator, page: SimulatedPage) -> None:
    two_undos(operator, page)
    operator.press(Key.Key_2, CTRL)
    operator.press(Key.Key_N, CTRL)
    operator.type("new")
    page.answer()
    operator.look()
    assert operator.window.storage.areas.kind == "session"
    assert operator.panel.form.key.text() == "new"


def test_an_undo_that_waited_shows_its_item_to_who_looks_at_the_table(operator: Operator, page: SimulatedPage) -> None:
    two_undos(operator, page)
    operator.go_to("gamma")
    page.answer()
    operator.look()
    assert operator.table.current_key() == "alpha"


def test_a_row_that_comes_late_is_not_made_current_under_who_types(operator: Operator, page: SimulatedPage) -> None:
    operator.press(Key.Key_F4)
    operator.go_to("gamma")
    operator.table.show_key("late")
    operator.inspector.text_view.text.setFocus()
    page.set("late", "1")
    operator.look()
    assert operator.table.current_key() == "gamma"


def test_an_undo_that_waited_leaves_who_works_in_the_json_tree_where_they_are(
    operator: Operator, page: SimulatedPage
) -> None:
    page.set("gamma", '{"a": 1}')
    two_undos(operator, page)
    operator.go_to("gamma")
    operator.press(Key.Key_2, ALT)
    view = operator.inspector.view
    assert isinstance(view, JsonView)
    view.tree.setFocus()
    page.answer()
    operator.look()
    assert operator.table.current_key() == "gamma"
