"""Editing in the table: what the operator typed is sent as it is, once; what the operator did not type never is."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from monitor.core.edits import Edit, EditState, Reason, Replace
from monitor.core.messages import Clear, Operation, RemoveItem, RenameItem, SetItem
from monitor.core.registry import Registry
from monitor.core.secret_keys import looks_secret
from monitor.ui.storage.columns import Column
from monitor.ui.storage.refusal_bar import in_words
from tests.ui.operator import CTRL, SHIFT, Key, Operator
from tests.ui.random_text import AWKWARD
from tests.ui.simulated_page import Clock, SimulatedPage

ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def page(operator: Operator, registry: Registry, clock: Clock) -> SimulatedPage:
    """A page whose storage the window shows."""
    items: dict[str, str | int] = {"alpha": "1", "beta": "2", "gamma": "3", "password": 12}
    page = SimulatedPage(registry, clock, items, user="Ada")
    operator.look()
    return page


def asked(page: SimulatedPage) -> list[object]:
    """The operations of the one edit that the page was asked for."""
    assert len(page.asked) == 1
    return list(page.asked[0].operations)


# --- values ----------------------------------------------------------------------------------------------------------


def test_f2_types_over_the_value_and_enter_sends_it(operator: Operator, page: SimulatedPage) -> None:
    operator.edit("beta")
    operator.type("new")
    operator.press(Key.Key_Return)
    assert asked(page) == [SetItem("beta", "new", "2")]
    assert operator.cell("beta", Column.VALUE) == "new"
    assert operator.cell("beta", Column.STATE) == "saving…"
    page.answer()
    assert page.items["beta"] == "new"
    assert operator.cell("beta", Column.STATE) == "saved"


def test_escape_asks_before_it_discards(operator: Operator, page: SimulatedPage) -> None:
    operator.edit("beta")
    operator.type("new")
    operator.press(Key.Key_Escape)
    assert "Save what you typed for “beta”?" in operator.question().text()
    operator.answer("Discard")
    assert not page.asked
    assert operator.table.editor is None


def test_double_click_edits_the_cell(operator: Operator, page: SimulatedPage) -> None:
    operator.double_click("alpha", Column.VALUE)
    operator.type("9")
    operator.press(Key.Key_Return)
    assert asked(page) == [SetItem("alpha", "9", "1")]


@pytest.mark.parametrize("end", ["enter", "escape", "click elsewhere", "focus elsewhere"])
def test_a_value_that_is_only_looked_at_is_never_sent(operator: Operator, page: SimulatedPage, end: str) -> None:
    for text in AWKWARD:
        page.set("beta", text)
        operator.edit("beta")
        match end:
            case "enter":
                operator.press(Key.Key_Return)
            case "escape":
                operator.press(Key.Key_Escape)
            case "click elsewhere":
                operator.click("alpha")
            case "focus elsewhere":
                operator.press(Key.Key_F, CTRL)
        operator.look()
        assert operator.table.editor is None, text
        assert not page.asked, text
        assert page.items["beta"] == text


def test_a_typed_character_is_all_that_changes(operator: Operator, page: SimulatedPage) -> None:
    for text in AWKWARD:
        page.set("beta", text)
        operator.edit("beta")
        operator.press(Key.Key_End)
        operator.type("x")
        operator.press(Key.Key_Return)
        if text.startswith("{"):
            operator.answer("Save anyway")  # It was JSON, and is none with an x behind it.
        assert asked(page) == [SetItem("beta", text + "x", text)]
        page.answer()


def test_text_that_is_typed_and_taken_back_is_not_sent(operator: Operator, page: SimulatedPage) -> None:
    operator.edit("beta")
    operator.press(Key.Key_End)
    operator.type("x")
    operator.press(Key.Key_Backspace)
    operator.press(Key.Key_Return)
    assert not page.asked


def test_what_cannot_be_seen_is_edited_escaped_with_a_hint(operator: Operator, page: SimulatedPage) -> None:
    page.set("beta", "a\nb\0\ud800")
    editor = operator.edit("beta")
    assert editor.line.text() == "a\\nb\\0\\ud800"
    assert "escaped" in editor.note.text()
    editor.line.setText("a\\n\\udfffb\\\\")
    operator.press(Key.Key_Return)
    assert asked(page) == [SetItem("beta", "a\n\udfffb\\", "a\nb\0\ud800")]


def test_a_wrong_escape_is_told_and_nothing_is_lost(operator: Operator, page: SimulatedPage) -> None:
    page.set("beta", "a\nb")
    editor = operator.edit("beta")
    editor.line.setText("a\\nb\\q")
    operator.press(Key.Key_Return)
    assert operator.editor is editor
    assert "“\\q” at character 5 is not an escape" in editor.note.text()
    assert editor.line.text() == "a\\nb\\q"
    assert not page.asked
    operator.press(Key.Key_Backspace)
    editor.line.setText("a\\nb")
    operator.press(Key.Key_Return)
    assert not page.asked
    assert operator.table.editor is None


def test_redacted_values_cannot_be_edited_and_it_is_said(operator: Operator, page: SimulatedPage) -> None:
    assert operator.cell("password", Column.VALUE) == "redacted, 12 units"
    operator.go_to("password")
    operator.press(Key.Key_F2)
    assert operator.table.editor is None
    assert "cannot be edited" in operator.window.status.currentMessage()


def test_the_value_of_a_pending_edit_is_what_the_next_one_expects(operator: Operator, page: SimulatedPage) -> None:
    for text in ("one", "two"):
        operator.edit("beta")
        operator.type(text)
        operator.press(Key.Key_Return)
    assert [list(request.operations) for request in page.asked] == [
        [SetItem("beta", "one", "2")],
        [SetItem("beta", "two", "one")],
    ]
    page.answer_all()
    assert page.items["beta"] == "two"


# --- drafts ----------------------------------------------------------------------------------------------------------


def change_its_value(operator: Operator, page: SimulatedPage) -> None:
    page.set("beta", "from the page")


def remove_it(operator: Operator, page: SimulatedPage) -> None:
    page.remove("beta")


def clear_all(operator: Operator, page: SimulatedPage) -> None:
    page.clear()


def add_around(operator: Operator, page: SimulatedPage) -> None:
    page.update({f"{letter}{number}": "x" for letter in "az" for number in range(30)})


def remove_around(operator: Operator, page: SimulatedPage) -> None:
    page.remove("alpha")
    page.remove("gamma")


def sort(operator: Operator, page: SimulatedPage) -> None:
    for column in Column:
        operator.table.sortByColumn(column, Qt.SortOrder.DescendingOrder)
        page.update({f"n{number}": str(column) for number in range(0, 60, column + 1)})
        operator.look()


def hide_by_filter(operator: Operator, page: SimulatedPage) -> None:
    operator.window.storage.filter_field.setText("no such text")


def click_elsewhere(operator: Operator, page: SimulatedPage) -> None:
    operator.click("alpha", Column.VALUE)


def focus_elsewhere(operator: Operator, page: SimulatedPage) -> None:
    operator.press(Key.Key_F, CTRL | SHIFT)


def refresh(operator: Operator, page: SimulatedPage) -> None:
    operator.press(Key.Key_F5)
    page.send_snapshot()


def switch_colours(operator: Operator, page: SimulatedPage) -> None:
    from monitor.ui.appearance import DARK, LIGHT

    operator.window.appearance.show(DARK)
    operator.look()
    operator.window.appearance.show(LIGHT)


def lose_the_page(operator: Operator, page: SimulatedPage) -> None:
    page.leave_for_good()


@pytest.mark.parametrize(
    "happens",
    [
        change_its_value, remove_it, clear_all, add_around, remove_around, sort, hide_by_filter, click_elsewhere,
        focus_elsewhere, refresh, switch_colours, lose_the_page,
    ],
)  # fmt: skip
def test_a_draft_outlives_whatever_happens_and_is_sent_with_what_was_seen(
    happens: object, operator: Operator, page: SimulatedPage
) -> None:
    editor = operator.edit("beta")
    operator.type("my draft")
    assert callable(happens)
    happens(operator, page)
    operator.look()
    assert operator.editor is editor
    assert editor.line.text() == "my draft"
    row = operator.panel.model.row_of("beta")
    assert row is not None
    assert operator.table.indexWidget(operator.panel.model.index(row, Column.VALUE)) is editor
    assert not page.asked
    editor.line.setFocus()
    operator.press(Key.Key_Return)
    assert operator.table.editor is None
    (edit,) = page.session.unsettled()
    assert edit.operations == (SetItem("beta", "my draft", "2"),)


def test_a_draft_is_told_that_the_page_changed_the_value(operator: Operator, page: SimulatedPage) -> None:
    editor = operator.edit("beta")
    operator.type("mine")
    page.set("beta", "theirs")
    operator.look()
    assert editor.conflict is not None
    assert "changed it to “theirs”" in editor.conflict.label.text()
    operator.press(Key.Key_Return)
    page.answer()
    assert operator.cell("beta", Column.STATE) == "not saved: conflict"
    assert operator.cell("beta", Column.VALUE) == "theirs"
    assert page.items["beta"] == "theirs"


def test_an_editor_in_which_nothing_was_typed_follows_the_value(operator: Operator, page: SimulatedPage) -> None:
    editor = operator.edit("beta")
    page.set("beta", "newer")
    operator.look()
    assert editor.line.text() == "newer"
    operator.press(Key.Key_End)
    operator.type("!")
    operator.press(Key.Key_Return)
    assert asked(page) == [SetItem("beta", "newer!", "newer")]


def test_only_one_draft_at_a_time_and_the_first_is_kept(operator: Operator, page: SimulatedPage) -> None:
    editor = operator.edit("beta")
    operator.type("draft")
    operator.go_to("alpha")
    operator.press(Key.Key_F2)
    assert operator.editor is editor
    assert QGuiApplication.focusObject() is editor.line


def test_a_draft_is_kept_while_another_session_is_shown(
    operator: Operator, page: SimulatedPage, registry: Registry, clock: Clock
) -> None:
    other = SimulatedPage(registry, clock, {"beta": "other"}, session_id="session-2", user="Grace")
    operator.edit("beta")
    operator.type("draft for Ada")
    operator.window.sessions.choose(other.session)
    operator.look()
    assert operator.table.editor is None
    assert operator.cell("beta", Column.VALUE) == "other"
    operator.window.sessions.choose(page.session)
    operator.look()
    operator.editor.line.setFocus()
    operator.press(Key.Key_Return)
    assert asked(page) == [SetItem("beta", "draft for Ada", "2")]
    assert not other.asked


def test_keys_that_mean_nothing_in_an_editor_do_not_move_the_table(operator: Operator, page: SimulatedPage) -> None:
    editor = operator.edit("beta")
    operator.type("draft")
    for key in (Key.Key_Up, Key.Key_Down, Key.Key_PageDown, Key.Key_Delete, Key.Key_Space):
        operator.press(key)
    assert operator.editor is editor
    assert operator.table.current_key() == "beta"
    assert not page.asked


# --- refusals --------------------------------------------------------------------------------------------------------


def refuse_beta(operator: Operator, page: SimulatedPage) -> None:
    operator.edit("beta")
    operator.type("mine")
    operator.press(Key.Key_Return)
    page.items["beta"] = "theirs"
    page.answer()
    operator.look()


def test_a_refusal_says_what_the_browser_holds_and_keeps_what_was_written(
    operator: Operator, page: SimulatedPage
) -> None:
    refuse_beta(operator, page)
    text = operator.panel.refusals.label.text()
    assert operator.panel.refusals.isVisible()
    assert "“beta” was not saved" in text
    assert "The browser holds “theirs”." in text
    assert "You wrote “mine”." in text


def test_overwrite_writes_over_what_the_browser_holds_now(operator: Operator, page: SimulatedPage) -> None:
    refuse_beta(operator, page)
    assert not operator.panel.refusals.retry.isEnabled()
    operator.push(operator.panel.refusals.overwrite)
    assert asked(page) == [SetItem("beta", "mine", "theirs")]
    assert not operator.panel.refusals.isVisible()
    page.answer()
    assert operator.cell("beta", Column.VALUE) == "mine"


def test_discard_leaves_the_browser_as_it_is(operator: Operator, page: SimulatedPage) -> None:
    refuse_beta(operator, page)
    operator.push(operator.panel.refusals.discard)
    assert not page.asked
    assert not operator.panel.refusals.isVisible()
    assert operator.cell("beta", Column.VALUE) == "theirs"
    assert operator.cell("beta", Column.STATE) in ("", "changed")


def test_f2_goes_on_with_what_was_refused_over_what_the_browser_holds_now(
    operator: Operator, page: SimulatedPage
) -> None:
    refuse_beta(operator, page)
    index = operator.panel.model.index(operator.panel.model.row_of("beta") or 0, Column.STATE)
    assert "F2 goes on with what you wrote" in index.data(Qt.ItemDataRole.ToolTipRole)
    operator.press(Key.Key_F2)
    assert operator.editor.line.text() == "mine"
    assert "not saved" in operator.editor.note.text()
    operator.press(Key.Key_End)
    operator.type("!")
    operator.press(Key.Key_Return)
    assert asked(page) == [SetItem("beta", "mine!", "theirs")]
    page.answer()
    assert operator.cell("beta", Column.VALUE) == "mine!"
    assert not operator.panel.refusals.isVisible()
    assert operator.table.drafts == 0


def test_what_was_refused_is_saved_as_it_is_by_enter(operator: Operator, page: SimulatedPage) -> None:
    refuse_beta(operator, page)
    operator.press(Key.Key_F2)
    operator.press(Key.Key_Return)
    assert asked(page) == [SetItem("beta", "mine", "theirs")]
    page.refuse("quota")
    operator.look()
    operator.press(Key.Key_F2)
    assert operator.editor.line.text() == "mine"


def test_escape_leaves_what_was_refused_with_its_edit_and_asks_only_for_what_was_typed_since(
    operator: Operator, page: SimulatedPage
) -> None:
    refuse_beta(operator, page)
    operator.press(Key.Key_F2)
    operator.press(Key.Key_Escape)
    assert operator.table.editor is None
    assert operator.cell("beta", Column.VALUE) == "theirs"
    assert operator.table.drafts == 0
    operator.press(Key.Key_F2)
    operator.type("corrected")
    operator.press(Key.Key_Escape)
    operator.answer("Discard")
    assert operator.table.editor is None
    assert operator.cell("beta", Column.VALUE) == "theirs"
    operator.press(Key.Key_F2)
    assert operator.editor.line.text() == "mine"
    assert not page.asked


def test_discard_lets_go_of_what_was_refused_but_not_of_what_was_typed_since(
    operator: Operator, page: SimulatedPage
) -> None:
    refuse_beta(operator, page)
    operator.press(Key.Key_F2)
    operator.press(Key.Key_D, ALT)
    assert operator.table.editor is None
    operator.press(Key.Key_F2)
    assert operator.editor.line.text() == "theirs"
    operator.type("mine")
    operator.press(Key.Key_Return)
    page.refuse("quota")
    operator.look()
    operator.press(Key.Key_F2)
    operator.type("shorter")
    operator.press(Key.Key_D, ALT)
    assert not operator.panel.refusals.isVisible()
    assert operator.editor.line.text() == "shorter"
    operator.press(Key.Key_Return)
    assert asked(page) == [SetItem("beta", "shorter", "theirs")]


def test_what_was_refused_outlives_a_change_by_the_page_and_another_row(
    operator: Operator, page: SimulatedPage
) -> None:
    refuse_beta(operator, page)
    operator.press(Key.Key_F2)
    page.set("beta", "theirs again")
    operator.look()
    assert operator.editor.line.text() == "mine"
    assert operator.editor.conflict is not None
    assert operator.editor.conflict.isVisible()
    operator.go_to("alpha")
    assert operator.table.editor is None
    operator.press(Key.Key_F2)
    assert operator.editor.line.text() == "1"
    operator.press(Key.Key_Escape)
    operator.go_to("beta")
    operator.press(Key.Key_F2)
    assert operator.editor.line.text() == "mine"
    operator.press(Key.Key_Return)
    assert asked(page) == [SetItem("beta", "mine", "theirs again")]


def test_what_was_refused_stays_in_the_inspector_where_it_was_written(operator: Operator, page: SimulatedPage) -> None:
    operator.go_to("beta")
    operator.panel.inspect("beta")
    operator.look()
    operator.inspector.text_view.text.selectAll()
    operator.type("written with room")
    operator.press(Key.Key_S, CTRL)
    page.items["beta"] = "theirs"
    page.answer()
    operator.look()
    assert operator.panel.refusals.isVisible()
    assert operator.inspector.text_view.text.toPlainText() == "written with room"
    operator.press(Key.Key_S, CTRL)
    assert asked(page) == [SetItem("beta", "written with room", "theirs")]


def test_a_long_text_that_was_refused_is_corrected_in_the_inspector(operator: Operator, page: SimulatedPage) -> None:
    text = "first line\n" * 3_000
    operator.panel.model.editing.set_value("beta", text, "2")
    page.refuse("quota")
    operator.go_to("beta")
    operator.press(Key.Key_F2)
    assert operator.inspector.text_view.text.toPlainText() == text
    operator.press(Key.Key_S, CTRL)
    assert asked(page) == [SetItem("beta", text, "2")]


@pytest.mark.parametrize("way", ["button", "key", "menu"])
def test_what_was_refused_can_be_copied_whole_where_it_can_be_edited_no_more(
    operator: Operator, page: SimulatedPage, way: str
) -> None:
    text = " ".join(f"word{place}" for place in range(40))
    editor = operator.edit("alpha")
    editor.line.setText(text)
    operator.press(Key.Key_Return)
    page.set("alpha", 5)
    page.refuse("redacted")
    operator.look()
    QGuiApplication.clipboard().clear()
    if way == "button":
        operator.push(operator.panel.refusals.copy)
    elif way == "key":
        operator.press(Key.Key_X, ALT)
    else:
        operator.window.commands.inspector.copy_text.trigger()
    assert QGuiApplication.clipboard().text() == text
    assert operator.window.status.currentMessage() == "Copied what was not saved as “alpha”."
    assert operator.panel.refusals.isVisible(), "it is there until the operator is done with it"


def test_several_refused_texts_are_copied_as_items_that_can_be_pasted(operator: Operator, page: SimulatedPage) -> None:
    operator.panel.model.editing.set_values([SetItem("alpha", "a\0b", "1"), SetItem("new", "2", None)])
    page.refuse("denied")
    operator.look()
    operator.push(operator.panel.refusals.copy)
    assert json.loads(QGuiApplication.clipboard().text()) == {"alpha": "a\0b", "new": "2"}


def test_the_new_key_of_a_refused_rename_can_be_copied_and_of_a_removal_there_is_nothing(
    operator: Operator, page: SimulatedPage
) -> None:
    operator.panel.model.editing.rename("alpha", "zeta", "1")
    page.refuse("denied")
    operator.look()
    operator.push(operator.panel.refusals.copy)
    assert QGuiApplication.clipboard().text() == "zeta"
    operator.panel.model.editing.remove({"beta": "2"})
    page.refuse("denied")
    operator.look()
    assert not operator.panel.refusals.copy.isVisible()
    assert not operator.window.commands.inspector.copy_text.isEnabled()


def test_a_refusal_elsewhere_is_seen_in_the_list_of_sessions(
    operator: Operator, page: SimulatedPage, registry: Registry, clock: Clock
) -> None:
    other = SimulatedPage(registry, clock, {}, session_id="session-2", user="Grace")
    operator.edit("beta")
    operator.type("mine")
    operator.press(Key.Key_Return)
    operator.window.sessions.choose(other.session)
    page.refuse("quota", "no room")
    operator.look()
    assert operator.window.outcomes.refusals(page.session) == 1
    operator.window.sessions.choose(page.session)
    operator.look()
    assert operator.panel.refusals.isVisible()
    assert "storage is full" in operator.panel.refusals.label.text()
    assert "no room" in operator.panel.refusals.label.text()


# --- keys ------------------------------------------------------------------------------------------------------------


def test_rename_moves_the_value_and_the_selection(operator: Operator, page: SimulatedPage) -> None:
    operator.go_to("beta")
    operator.press(Key.Key_F2, SHIFT)
    operator.type("zeta")
    operator.press(Key.Key_Return)
    assert asked(page) == [RenameItem("beta", "zeta", "2")]
    page.answer()
    operator.look()
    assert operator.keys() == ["alpha", "gamma", "password", "zeta"]
    assert operator.table.current_key() == "zeta"


def test_a_key_that_is_taken_is_told_before_anything_is_sent(operator: Operator, page: SimulatedPage) -> None:
    operator.go_to("beta")
    operator.press(Key.Key_F2, SHIFT)
    operator.type("alpha")
    assert "There is an item with this key already." in operator.editor.note.text()
    operator.press(Key.Key_Return)
    assert operator.editor.line.text() == "alpha"
    assert not page.asked


@pytest.mark.parametrize(
    ("operations", "said"),
    [
        ([SetItem("alpha", "mine", "1")], "whether “alpha” was saved: "),
        ([RemoveItem("alpha", "1")], "whether “alpha” was deleted: "),
        ([RenameItem("alpha", "omega", "1")], "whether “alpha” was renamed to “omega”: "),
        ([SetItem("alpha", "mine", "1"), SetItem("beta", "mine", "2")], "whether “alpha”, “beta” were saved: "),
        ([Clear()], "whether the items were cleared: "),
        (Replace({"alpha": "mine"}), "whether the items were replaced: "),
    ],
)
def test_of_an_edit_that_nobody_answered_it_is_not_said_that_it_was_not_saved(
    operations: list[Operation] | Replace, said: str, page: SimulatedPage
) -> None:
    edit = Edit("1", "local", operations, "operator", 0.0, EditState.REFUSED, Reason.UNKNOWN)
    told = in_words(edit, page.session.local_storage.area, looks_secret)
    assert told.startswith(f"It is not known {said}the app ended before the browser answered.")
    assert " not saved" not in told


def test_of_an_edit_that_nobody_answered_it_is_said_that_the_browser_holds_it(page: SimulatedPage) -> None:
    edit = Edit("1", "local", [SetItem("alpha", "mine", "1")], "operator", 0.0, EditState.REFUSED, Reason.UNKNOWN)
    area = page.session.local_storage.area
    assert in_words(edit, area, looks_secret).endswith("The browser holds “1”. You wrote “mine”.")
    page.set("alpha", "mine")
    assert in_words(edit, area, looks_secret).endswith("answered. The browser holds it.")


def test_a_key_that_is_taken_meanwhile_is_refused_in_words(operator: Operator, page: SimulatedPage) -> None:
    operator.go_to("beta")
    operator.press(Key.Key_F2, SHIFT)
    operator.type("zeta")
    operator.press(Key.Key_Return)
    page.items["zeta"] = "theirs"
    page.answer()
    operator.look()
    assert "“beta” was not renamed to “zeta”: the key “zeta” is taken." in operator.panel.refusals.label.text()
    assert page.items["beta"] == "2"


def test_a_key_that_is_only_looked_at_is_never_sent(operator: Operator, page: SimulatedPage) -> None:
    for key in AWKWARD:
        page.set(key, "value")
        operator.go_to(key, Column.KEY)
        operator.press(Key.Key_Return)
        assert operator.editor.edits_key
        operator.press(Key.Key_Return)
        assert operator.table.editor is None
        assert not page.asked, key


def test_items_of_any_key_are_renamed_exactly(operator: Operator, page: SimulatedPage) -> None:
    for key in AWKWARD:
        page.set(key, "value")
        operator.go_to(key)
        operator.press(Key.Key_F2, SHIFT)
        operator.press(Key.Key_End)
        operator.type("x")
        operator.press(Key.Key_Return)
        assert asked(page) == [RenameItem(key, key + "x", "value")]
        page.answer()
        operator.look()


# --- the cell that an edit is about ----------------------------------------------------------------------------------


def marked(operator: Operator, key: str) -> list[str]:
    """What is said of the key and of the value besides what they are."""
    operator.look()
    row = operator.panel.model.row_of(key)
    assert row is not None
    said = []
    for column in (Column.KEY, Column.VALUE):
        index = operator.panel.model.index(row, column)
        spoken = index.data(Qt.ItemDataRole.AccessibleTextRole)
        mark = spoken.removeprefix(f"{column.name.title()}: {index.data()}").removeprefix(", ")
        assert ("\n" in index.data(Qt.ItemDataRole.ToolTipRole)) == bool(mark)
        said.append(mark)
    return said


def test_a_value_says_what_became_of_its_edit(operator: Operator, page: SimulatedPage) -> None:
    operator.panel.model.editing.set_value("beta", "mine", "2")
    assert marked(operator, "beta") == ["", "saving…"]
    assert marked(operator, "alpha") == ["", ""]
    page.answer()
    assert marked(operator, "beta") == ["", "saved"]
    operator.panel.model.editing.set_value("alpha", "mine", "1")
    page.refuse("quota")
    assert marked(operator, "alpha") == ["", "not saved: storage full"]


def test_a_key_says_what_became_of_its_rename(operator: Operator, page: SimulatedPage) -> None:
    operator.panel.model.editing.rename("beta", "zeta", "2")
    assert marked(operator, "beta") == ["renaming to “zeta”…", ""]
    assert marked(operator, "zeta") == ["saving…", ""]
    page.answer()
    assert marked(operator, "zeta") == ["saved", ""]
    operator.panel.model.editing.rename("alpha", "omega", "1")
    page.refuse("denied")
    assert marked(operator, "alpha") == ["not saved: not allowed", ""]


def test_an_edit_that_was_sent_waits_when_its_page_is_gone(operator: Operator, page: SimulatedPage) -> None:
    operator.panel.model.editing.set_value("beta", "mine", "2")
    assert marked(operator, "beta") == ["", "saving…"]
    page.leave_for_good()
    assert marked(operator, "beta") == ["", "waiting"]
    row = operator.panel.model.row_of("beta")
    assert row is not None
    told = operator.panel.model.index(row, Column.STATE).data(Qt.ItemDataRole.ToolTipRole)
    assert "the page left before it answered" in told
    page.connect()
    page.answer()
    assert marked(operator, "beta") == ["", "saved"]


def test_an_item_that_is_deleted_says_so_in_both_cells(operator: Operator, page: SimulatedPage) -> None:
    operator.panel.model.editing.remove({"beta": "2"})
    assert marked(operator, "beta") == ["deleting…", "deleting…"]
    page.leave()
    operator.panel.model.editing.set_value("alpha", "later", "1")
    assert marked(operator, "alpha") == ["", "waiting"]


# --- adding and deleting ---------------------------------------------------------------------------------------------


def test_ctrl_n_adds_an_item(operator: Operator, page: SimulatedPage) -> None:
    operator.go_to("alpha")
    operator.press(Key.Key_N, CTRL)
    operator.type("delta")
    operator.press(Key.Key_Tab)
    operator.type("4")
    operator.press(Key.Key_Return)
    assert asked(page) == [SetItem("delta", "4", None)]
    assert operator.cell("delta", Column.STATE) == "saving…"
    assert not operator.panel.form.is_open
    assert operator.table.current_key() == "delta"


def test_the_blank_row_below_the_last_one_is_reached_by_going_down(operator: Operator, page: SimulatedPage) -> None:
    operator.go_to("password")
    operator.press(Key.Key_Down)
    form = operator.panel.form
    assert form.key.hasFocus()
    assert form.add.isVisible()
    operator.press(Key.Key_Up)
    assert operator.table.hasFocus()
    assert operator.table.current_key() == "password"
    assert not form.add.isVisible()
    QTest.mouseClick(form.key, Qt.MouseButton.LeftButton)
    operator.type("zeta")
    operator.press(Key.Key_Return)
    assert asked(page) == [SetItem("zeta", "", None)]


def test_a_key_that_is_taken_cannot_be_added(operator: Operator, page: SimulatedPage) -> None:
    operator.press(Key.Key_N, CTRL)
    operator.type("alpha")
    assert "There is an item with this key already." in operator.panel.form.note.text()
    operator.press(Key.Key_Return)
    assert operator.panel.form.is_open
    assert not page.asked


def test_escapes_can_be_added(operator: Operator, page: SimulatedPage) -> None:
    operator.press(Key.Key_N, CTRL)
    form = operator.panel.form
    form.escapes.setChecked(True)
    operator.type("a\\0b")
    form.value.setFocus()
    operator.type("\\q")
    operator.press(Key.Key_Return)
    assert "is not an escape" in form.note.text()
    assert not page.asked
    form.value.setText("\\ud800\\n")
    operator.press(Key.Key_Return)
    assert asked(page) == [SetItem("a\0b", "\ud800\n", None)]


def test_the_empty_key_and_the_empty_value_can_be_added(operator: Operator, page: SimulatedPage) -> None:
    operator.press(Key.Key_N, CTRL)
    operator.press(Key.Key_Return)
    assert not page.asked
    assert "Nothing is typed yet." in operator.panel.form.note.text()
    operator.push(operator.panel.form.add)
    assert asked(page) == [SetItem("", "", None)]
    assert operator.cell("", Column.KEY) == "(empty key)"


def test_what_is_typed_into_the_form_is_let_go_of_only_when_asked(operator: Operator, page: SimulatedPage) -> None:
    form = operator.panel.form
    operator.press(Key.Key_N, CTRL)
    operator.type("delta")
    operator.press(Key.Key_Escape)
    operator.answer("Cancel")
    assert form.key.text() == "delta"
    operator.push(form.cancel)
    operator.answer("Save")
    assert asked(page) == [SetItem("delta", "", None)]
    form.key.setFocus()
    operator.type("other")
    operator.press(Key.Key_Escape)
    operator.answer("Discard")
    assert not form.has_draft
    assert len(page.asked) == 1


def test_what_is_typed_into_the_form_is_kept_for_its_session(
    operator: Operator, page: SimulatedPage, registry: Registry, clock: Clock
) -> None:
    other = SimulatedPage(registry, clock, {}, session_id="session-2", user="Grace")
    operator.press(Key.Key_N, CTRL)
    operator.type("delta")
    operator.window.sessions.choose(other.session)
    operator.look()
    assert not operator.panel.form.has_draft
    operator.window.sessions.choose(page.session)
    operator.look()
    assert operator.panel.form.key.text() == "delta"


def test_del_deletes_the_selected_items_as_one_edit(operator: Operator, page: SimulatedPage) -> None:
    operator.go_to("alpha")
    operator.press(Key.Key_Down, SHIFT)
    operator.press(Key.Key_Delete)
    assert asked(page) == [RemoveItem("alpha", "1"), RemoveItem("beta", "2")]
    assert operator.cell("alpha", Column.STATE) == "deleting…"
    page.answer()
    assert operator.keys() == ["gamma", "password"]


def test_del_spares_redacted_items_and_says_so(operator: Operator, page: SimulatedPage) -> None:
    operator.go_to("gamma")
    operator.press(Key.Key_Down, SHIFT)
    operator.press(Key.Key_Delete)
    assert asked(page) == [RemoveItem("gamma", "3")]
    assert "1 redacted item cannot be deleted" in operator.window.status.currentMessage()


def test_clear_asks_with_the_count(operator: Operator, page: SimulatedPage) -> None:
    operator.go_to("alpha")
    operator.press(Key.Key_Delete, CTRL | SHIFT)
    assert "all 4 items" in operator.question().text()
    operator.answer("Cancel")
    assert not page.asked
    operator.press(Key.Key_Delete, CTRL | SHIFT)
    operator.answer("Delete 4 items")
    (operation,) = asked(page)
    assert isinstance(operation, Clear)
    page.answer()
    operator.look()
    assert operator.keys() == []


def test_clear_is_refused_if_the_page_changed_while_the_question_stood(operator: Operator, page: SimulatedPage) -> None:
    operator.go_to("alpha")
    operator.press(Key.Key_Delete, CTRL | SHIFT)
    page.set("delta", "4")
    operator.answer("Delete 4 items")
    assert "delta" in page.items
    assert operator.panel.refusals.isVisible()
    assert "were not cleared" in operator.panel.refusals.label.text()


def test_overwriting_a_refused_clear_asks_again_with_the_present_count(operator: Operator, page: SimulatedPage) -> None:
    operator.go_to("alpha")
    operator.press(Key.Key_Delete, CTRL | SHIFT)
    page.set("delta", "4")
    operator.answer("Delete 4 items")
    operator.push(operator.panel.refusals.overwrite)
    assert "all 5 items" in operator.question().text()
    operator.answer("Cancel")
    assert operator.panel.refusals.isVisible()
    assert not page.asked
    operator.press(Key.Key_O, ALT)
    operator.answer("Delete 5 items")
    assert not operator.panel.refusals.isVisible()
    page.answer()
    operator.look()
    assert not page.items


def test_a_refused_clear_of_what_is_empty_by_now_can_only_be_discarded(operator: Operator, page: SimulatedPage) -> None:
    operator.go_to("alpha")
    operator.press(Key.Key_Delete, CTRL | SHIFT)
    page.set("delta", "4")
    operator.answer("Delete 4 items")
    page.clear()
    operator.look()
    assert not operator.panel.refusals.overwrite.isEnabled()
    assert not operator.panel.refusals.retry.isEnabled()
    operator.push(operator.panel.refusals.discard)
    assert not operator.panel.refusals.isVisible()


# --- copying ---------------------------------------------------------------------------------------------------------


def test_ctrl_c_copies_the_exact_value(operator: Operator, page: SimulatedPage) -> None:
    page.set("beta", "zwei\nZeilen\tläuft")
    operator.go_to("beta")
    operator.press(Key.Key_C, CTRL)
    assert QGuiApplication.clipboard().text() == "zwei\nZeilen\tläuft"


def test_what_the_clipboard_cannot_carry_is_copied_escaped_and_it_is_said(
    operator: Operator, page: SimulatedPage
) -> None:
    page.set("beta", "a\ud800b\0")
    operator.go_to("beta")
    operator.press(Key.Key_C, CTRL)
    assert QGuiApplication.clipboard().text() == "a\\ud800b\\0"
    assert "escaped" in operator.window.status.currentMessage()


def test_keys_of_all_selected_rows_are_copied(operator: Operator, page: SimulatedPage) -> None:
    operator.go_to("alpha")
    operator.press(Key.Key_Down, SHIFT)
    operator.press(Key.Key_C, CTRL | SHIFT)
    assert QGuiApplication.clipboard().text() == "alpha\nbeta"


def test_the_blank_row_stands_below_the_columns(operator: Operator, page: SimulatedPage) -> None:
    form, table = operator.panel.form, operator.table

    def stands_below() -> bool:
        operator.look()
        column = table.viewport().mapToGlobal(QPoint(table.horizontalHeader().sectionViewportPosition(Column.VALUE), 0))
        return form.value.mapToGlobal(QPoint(0, 0)).x() == column.x()

    assert stands_below()
    table.horizontalHeader().resizeSection(Column.KEY, 210)
    assert stands_below()
    operator.window.resize(operator.window.width() + 150, operator.window.height())
    assert stands_below()


def test_the_blank_row_leaves_room_for_a_value(operator: Operator, page: SimulatedPage) -> None:
    operator.press(Key.Key_G, CTRL)
    operator.press(Key.Key_N, CTRL)
    for width in (1100, 900, 760, 700):
        operator.window.resize(width, 700)
        operator.look()
        assert operator.window.width() < width + 20
        assert operator.panel.form.value.width() >= 100
