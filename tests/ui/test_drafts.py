"""What an operator types stays until the operator saves or discards it, in the cell and in the inspector alike."""

from __future__ import annotations

from collections.abc import Generator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox

from monitor.core.messages import SetItem
from monitor.core.registry import Registry
from monitor.core.values import QUOTA
from monitor.ui.drafts.conflict_bar import ConflictBar
from monitor.ui.drafts.drafts import Drafts, Written
from monitor.ui.inspector.choices import ViewName
from monitor.ui.storage.columns import Column
from tests.ui.operator import CTRL, SHIFT, Key, Operator
from tests.ui.simulated_page import Clock, SimulatedPage

ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def page(operator: Operator, registry: Registry, clock: Clock) -> SimulatedPage:
    items: dict[str, str | int] = {"alpha": "1", "beta": "2", "gamma": "3"}
    page = SimulatedPage(registry, clock, items, user="Ada")
    operator.look()
    return page


def asked(page: SimulatedPage) -> list[object]:
    (request,) = page.asked
    return list(request.operations)


def inspect(operator: Operator, key: str) -> None:
    """Go to the value in the inspector, with the cursor at its end."""
    operator.edit(key)
    operator.press(Key.Key_Return, SHIFT)
    assert operator.table.editor is None
    assert operator.inspector.text_view.text.hasFocus()
    operator.press(Key.Key_End, CTRL)


def typed(operator: Operator) -> str:
    """What stands in the inspector."""
    return operator.inspector.text_view.text.toPlainText()


def bars(operator: Operator) -> list[ConflictBar]:
    operator.look()
    return [bar for bar in operator.window.findChildren(ConflictBar) if bar.isVisible()]


# --- one draft, two editors ------------------------------------------------------------------------------------------


def test_what_is_typed_in_the_cell_stands_in_the_inspector(operator: Operator, page: SimulatedPage) -> None:
    operator.press(Key.Key_F4)
    operator.edit("beta")
    operator.type("both")
    assert typed(operator) == "both"
    operator.press(Key.Key_Backspace)
    assert typed(operator) == "bot"


def test_typing_goes_on_in_the_inspector_and_the_cell_gives_way(operator: Operator, page: SimulatedPage) -> None:
    inspect(operator, "beta")
    operator.edit("beta")
    operator.type("cell")
    text = operator.inspector.text_view.text
    text.setFocus()
    operator.press(Key.Key_End, CTRL)
    operator.type(" and more")
    assert operator.table.editor is None
    operator.press(Key.Key_S, CTRL)
    assert asked(page) == [SetItem("beta", "cell and more", "2")]


def test_a_kept_draft_goes_on_in_the_cell(operator: Operator, page: SimulatedPage) -> None:
    inspect(operator, "beta")
    operator.type("mine")
    operator.go_to("alpha")
    editor = operator.edit("beta")
    assert editor.line.text() == "2mine"
    operator.press(Key.Key_End)
    operator.type("!")
    assert typed(operator) == "2mine!"
    operator.press(Key.Key_Return)
    assert asked(page) == [SetItem("beta", "2mine!", "2")]
    assert not operator.panel.has_draft


def test_text_that_is_typed_and_taken_back_is_no_draft(operator: Operator, page: SimulatedPage) -> None:
    inspect(operator, "beta")
    operator.type("x")
    assert operator.panel.has_draft
    operator.press(Key.Key_Z, CTRL)
    assert not operator.panel.has_draft
    operator.type("y")
    operator.press(Key.Key_Backspace)
    operator.go_to("alpha")
    assert not operator.panel.has_draft
    assert operator.cell("beta", Column.STATE) == ""


# --- drafts are kept -------------------------------------------------------------------------------------------------


def test_choosing_another_row_keeps_the_draft_and_marks_it(operator: Operator, page: SimulatedPage) -> None:
    inspect(operator, "beta")
    operator.type(" mine")
    operator.go_to("alpha")
    assert typed(operator) == "1"
    assert operator.cell("beta", Column.STATE) == "draft"
    assert operator.cell("beta", Column.VALUE) == "2"
    operator.go_to("beta")
    assert typed(operator) == "2 mine"
    assert operator.panel.has_draft
    operator.press(Key.Key_S, CTRL)
    assert asked(page) == [SetItem("beta", "2 mine", "2")]
    page.answer()
    assert operator.cell("beta", Column.STATE) == "saved"


def test_there_may_be_a_draft_in_many_rows(operator: Operator, page: SimulatedPage) -> None:
    for key in ("alpha", "beta", "gamma"):
        inspect(operator, key)
        operator.type("+")
    for key in ("alpha", "beta", "gamma"):
        operator.go_to(key)
        operator.press(Key.Key_S, CTRL)
    assert [list(request.operations) for request in page.asked] == [
        [SetItem("alpha", "1+", "1")],
        [SetItem("beta", "2+", "2")],
        [SetItem("gamma", "3+", "3")],
    ]


def test_a_draft_outlives_its_item_the_filter_and_a_hidden_inspector(operator: Operator, page: SimulatedPage) -> None:
    inspect(operator, "beta")
    operator.type("!")
    operator.press(Key.Key_F4)
    page.remove("beta")
    operator.window.storage.filter_field.setText("no such text")
    operator.look()
    assert operator.keys() == ["beta"]
    operator.go_to("beta")
    operator.press(Key.Key_F4)
    assert typed(operator) == "2!"


def test_a_draft_is_kept_while_another_session_is_shown(
    operator: Operator, page: SimulatedPage, registry: Registry, clock: Clock
) -> None:
    other = SimulatedPage(registry, clock, {"beta": "other"}, session_id="session-2", user="Grace")
    inspect(operator, "beta")
    operator.type(" of Ada")
    operator.window.sessions.choose(other.session)
    operator.look()
    assert not operator.panel.has_draft
    operator.go_to("beta")
    assert typed(operator) == "other"
    operator.window.sessions.choose(page.session)
    operator.look()
    assert typed(operator) == "2 of Ada"
    operator.press(Key.Key_S, CTRL)
    assert asked(page) == [SetItem("beta", "2 of Ada", "2")]
    assert not other.asked


def test_closing_the_window_asks_first(operator: Operator, page: SimulatedPage) -> None:
    inspect(operator, "beta")
    operator.type("!")
    operator.go_to("alpha")
    operator.window.close()
    assert "being edited" in operator.question().informativeText()
    operator.answer("Cancel")
    assert operator.window.isVisible()


# --- escape asks -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["cell", "inspector"])
@pytest.mark.parametrize("answer", ["Save", "Discard", "Cancel"])
def test_escape_asks_what_is_to_become_of_a_draft(
    operator: Operator, page: SimulatedPage, where: str, answer: str
) -> None:
    if where == "cell":
        operator.edit("beta")
        operator.press(Key.Key_End)
    else:
        inspect(operator, "beta")
    operator.type("!")
    operator.press(Key.Key_Escape)
    assert operator.question().textFormat() == Qt.TextFormat.PlainText
    operator.answer(answer)
    assert operator.panel.has_draft is (answer == "Cancel")
    assert [list(request.operations) for request in page.asked] == (
        [[SetItem("beta", "2!", "2")]] if answer == "Save" else []
    )
    if answer == "Cancel":
        text = operator.editor.line.text() if where == "cell" else typed(operator)
        assert text == "2!"


def test_escape_goes_back_to_the_table_where_nothing_was_typed(operator: Operator, page: SimulatedPage) -> None:
    inspect(operator, "beta")
    operator.press(Key.Key_Escape)
    assert operator.table.hasFocus()
    assert operator.table.current_key() == "beta"


@pytest.mark.parametrize("modifiers_and_key", [(CTRL, Key.Key_S), (CTRL, Key.Key_Return), (CTRL, Key.Key_Enter)])
def test_a_draft_is_saved_by_keys(
    operator: Operator, page: SimulatedPage, modifiers_and_key: tuple[Qt.KeyboardModifier, Key]
) -> None:
    inspect(operator, "beta")
    operator.type("!")
    modifiers, key = modifiers_and_key
    operator.press(key, modifiers)
    assert asked(page) == [SetItem("beta", "2!", "2")]
    assert not operator.panel.has_draft
    assert operator.inspector.text_view.text.hasFocus()


# --- conflicts -------------------------------------------------------------------------------------------------------


def draft_of_beta(operator: Operator, where: str) -> None:
    if where == "cell":
        operator.edit("beta")
        operator.type("mine")
    else:
        inspect(operator, "beta")
        operator.press(Key.Key_A, CTRL)
        operator.type("mine")


@pytest.mark.parametrize("where", ["cell", "inspector"])
def test_a_bar_in_place_tells_of_a_conflict(operator: Operator, page: SimulatedPage, where: str) -> None:
    draft_of_beta(operator, where)
    assert not bars(operator)
    page.set("beta", "<b>theirs</b>")
    (bar,) = bars(operator)
    assert "changed it to “<b>theirs</b>”" in bar.label.text()
    assert operator.cell("beta", Column.STATE) == "draft, conflict"
    page.set("beta", "2")
    assert not bars(operator)
    page.remove("beta")
    (bar,) = bars(operator)
    assert "removed it" in bar.label.text()
    for button in (bar.keep, bar.take, bar.compare):
        assert button.text()
        assert button.accessibleDescription()


@pytest.mark.parametrize("where", ["cell", "inspector"])
@pytest.mark.parametrize("way", ["key", "button"])
@pytest.mark.parametrize("theirs", ["theirs", None])
def test_keep_mine_saves_over_what_the_browser_holds_now(
    operator: Operator, page: SimulatedPage, where: str, way: str, theirs: str | None
) -> None:
    draft_of_beta(operator, where)
    page.remove("beta") if theirs is None else page.set("beta", theirs)
    (bar,) = bars(operator)
    if way == "key":
        operator.press(Key.Key_K, ALT)
    else:
        operator.push(bar.keep)
    assert not bars(operator)
    assert not page.asked
    operator.press(Key.Key_S, CTRL)
    assert asked(page) == [SetItem("beta", "mine", theirs)]
    page.answer()
    assert page.items["beta"] == "mine"


@pytest.mark.parametrize("where", ["cell", "inspector"])
def test_take_theirs_lets_go_of_the_draft(operator: Operator, page: SimulatedPage, where: str) -> None:
    draft_of_beta(operator, where)
    page.set("beta", "theirs")
    operator.look()
    operator.press(Key.Key_T, ALT)
    assert not operator.panel.has_draft
    assert operator.table.editor is None
    assert not page.asked
    assert operator.cell("beta", Column.VALUE) == "theirs"
    if where == "inspector":
        assert typed(operator) == "theirs"


@pytest.mark.parametrize("where", ["cell", "inspector"])
def test_compare_shows_both_texts_and_keeps_the_draft(operator: Operator, page: SimulatedPage, where: str) -> None:
    draft_of_beta(operator, where)
    page.set("beta", "theirs")
    operator.look()
    operator.press(Key.Key_M, ALT)
    assert operator.inspector.view_name is ViewName.DIFF
    shown = operator.inspector.view.text.toPlainText().split("\n")  # type: ignore[attr-defined]  # the view of differences
    assert shown == ["- theirs", "+ mine"]
    assert operator.panel.has_draft
    operator.press(Key.Key_K, ALT)
    operator.press(Key.Key_S, CTRL)
    assert asked(page) == [SetItem("beta", "mine", "theirs")]


def test_a_conflict_that_is_not_dealt_with_is_refused_and_not_written_over(
    operator: Operator, page: SimulatedPage
) -> None:
    draft_of_beta(operator, "inspector")
    page.set("beta", "theirs")
    operator.press(Key.Key_S, CTRL)
    page.answer()
    assert page.items["beta"] == "theirs"
    operator.look()
    assert "You wrote “mine”." in operator.panel.refusals.label.text()


def test_a_value_that_the_page_keeps_to_itself_by_now_cannot_be_written_over(
    operator: Operator, page: SimulatedPage
) -> None:
    draft_of_beta(operator, "inspector")
    page.set("beta", 9)
    (bar,) = bars(operator)
    assert not bar.keep.isEnabled()
    operator.press(Key.Key_S, CTRL)
    assert not page.asked
    assert "Your text is kept" in operator.inspector.note.text()
    assert typed(operator) == "mine"


# --- outcomes --------------------------------------------------------------------------------------------------------


def test_a_full_storage_is_told_with_the_numbers_and_retried_as_it_was(operator: Operator, page: SimulatedPage) -> None:
    page.set("ballast", "x" * 1_000)
    operator.look()
    operator.panel.model.editing.set_value("beta", "y" * 501, "2")
    page.refuse("quota", "QuotaExceededError")
    operator.look()
    used = sum(len(key) + len(str(value)) for key, value in page.items.items())
    text = operator.panel.refusals.label.text().replace("\u200b", "")
    assert f"{used:,} of {QUOTA:,} units are used, and this needs 500 more" in text
    assert not operator.panel.refusals.overwrite.isEnabled()
    operator.push(operator.panel.refusals.retry)
    assert asked(page) == [SetItem("beta", "y" * 501, "2")]


def test_a_retry_is_offered_only_while_it_can_help(operator: Operator, page: SimulatedPage) -> None:
    bar = operator.panel.refusals
    operator.panel.model.editing.set_value("beta", "mine", "2")
    page.refuse("timed-out")
    operator.look()
    assert (bar.retry.isEnabled(), bar.overwrite.isEnabled()) == (True, False)
    page.set("beta", "theirs")
    operator.look()
    assert (bar.retry.isEnabled(), bar.overwrite.isEnabled()) == (False, True)
    operator.press(Key.Key_Y, ALT)
    assert not page.asked
    operator.press(Key.Key_O, ALT)
    assert asked(page) == [SetItem("beta", "mine", "theirs")]
    page.refuse("denied")
    operator.look()
    operator.press(Key.Key_D, ALT)
    assert not bar.isVisible()


def test_an_edit_for_a_session_that_is_away_waits_in_sight_and_stays_guarded(
    operator: Operator, page: SimulatedPage
) -> None:
    page.leave_for_good()
    inspect(operator, "beta")
    operator.type("!")
    operator.press(Key.Key_S, CTRL)
    assert operator.cell("beta", Column.STATE) == "waiting"
    page.items["beta"] = "changed while nobody looked"
    page.connect()
    page.answer()
    assert page.items["beta"] == "changed while nobody looked"
    assert operator.cell("beta", Column.STATE) == "not saved: conflict"


# --- JSON ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["cell", "inspector"])
def test_what_is_not_json_is_stored_over_json_only_after_a_question(
    operator: Operator, page: SimulatedPage, where: str
) -> None:
    page.set("beta", '{"a":1}')
    draft_of_beta(operator, where)
    operator.press(Key.Key_S, CTRL)
    assert not page.asked
    assert "not JSON" in operator.question().text()
    assert "line 1, column 1" in operator.question().informativeText()
    operator.answer("Cancel")
    assert operator.panel.has_draft
    operator.press(Key.Key_S, CTRL)
    operator.answer("Save anyway")
    assert asked(page) == [SetItem("beta", "mine", '{"a":1}')]
    assert not [box for box in operator.window.findChildren(QMessageBox) if box.isVisible()]


# --- the drafts themselves -------------------------------------------------------------------------------------------


class Editor:
    """An editor that holds a text."""

    def __init__(self, text: str) -> None:
        self.text = text

    def reading(self) -> Generator[None, None, Written]:
        yield
        return Written(self.text)


@pytest.mark.usefixtures("qapp")
def test_the_newest_text_is_that_of_the_last_writer() -> None:
    drafts = Drafts()
    one, other = Editor("one"), Editor("other")
    drafts.write("key", "seen", one)
    drafts.write("key", "ignored: the draft was begun over something else", other)
    one.text = "not looked at any more"
    draft = drafts.of("key")
    assert draft is not None
    assert draft.written.text == "other"
    assert draft.expected == "seen"
    other.text = "newer"
    drafts.release(other)
    other.text = "about something else by now"
    assert draft.written.text == "newer"


@pytest.mark.usefixtures("qapp")
def test_a_text_with_a_mistake_is_kept_as_it_is() -> None:
    drafts = Drafts()
    drafts.put("key", "seen", Written.of_form("a\\nb\\q"))
    draft = drafts.of("key")
    assert draft is not None
    assert draft.written == Written(None, "a\\nb\\q")
    with pytest.raises(ValueError, match="not an escape"):
        draft.written.read()


def test_double_click_and_escape_leave_no_draft(operator: Operator, page: SimulatedPage) -> None:
    operator.double_click("beta", Column.VALUE)
    QTest.keyClick(operator.editor.line, Key.Key_Escape)
    operator.look()
    assert operator.table.editor is None
    assert not operator.panel.has_draft


def test_an_item_is_renamed_only_when_its_draft_is_saved_or_discarded(operator: Operator, page: SimulatedPage) -> None:
    inspect(operator, "beta")
    operator.type("x")
    operator.go_to("beta", Column.KEY)
    operator.press(Key.Key_F2, SHIFT)
    assert operator.table.editor is None
    assert "before you rename it" in operator.window.status.currentMessage()
    operator.press(Key.Key_S, CTRL)
    assert asked(page) == [SetItem("beta", "2x", "2")]
    page.answer()
    operator.go_to("beta", Column.KEY)
    operator.press(Key.Key_F2, SHIFT)
    assert operator.editor.edits_key


def test_every_draft_counts_when_the_window_is_closed(operator: Operator, page: SimulatedPage) -> None:
    for key in ("alpha", "beta"):
        inspect(operator, key)
        operator.type("x")
    operator.window.close()
    assert operator.question().informativeText() == "2 values that are being edited."
    operator.answer("Cancel")
    assert page.items["alpha"] == "1"


# --- a question is about the draft that it names ---------------------------------------------------------------------


@pytest.mark.parametrize("way", ["escape", "discard draft"])
@pytest.mark.parametrize("answer", ["Save", "Discard"])
def test_the_answer_goes_to_the_draft_that_was_asked_about(
    operator: Operator, page: SimulatedPage, way: str, answer: str
) -> None:
    inspect(operator, "alpha")
    operator.type("kept")
    inspect(operator, "beta")
    operator.type("!")
    if way == "escape":
        operator.press(Key.Key_Escape)
    else:
        operator.press(Key.Key_D, CTRL | SHIFT)
    assert "“beta”" in operator.question().text()
    operator.table.show_key("alpha")
    operator.look()
    operator.answer(answer)
    drafts = operator.panel.model.drafts
    assert "beta" not in drafts
    assert "alpha" in drafts
    if answer == "Save":
        assert asked(page) == [SetItem("beta", "2!", "2")]
    else:
        assert not page.asked


def test_what_was_there_before_is_not_lost_when_it_is_typed_in_a_conflict(
    operator: Operator, page: SimulatedPage
) -> None:
    inspect(operator, "beta")
    operator.type("x")
    page.set("beta", "theirs")
    operator.look()
    operator.press(Key.Key_A, CTRL)
    operator.type("2")
    operator.press(Key.Key_S, CTRL)
    page.answer()
    assert operator.cell("beta", Column.STATE) == "not saved: conflict"
    assert "You wrote “2”" in operator.panel.refusals.label.text()
    assert page.items["beta"] == "theirs"
