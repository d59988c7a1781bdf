"""Values of any length are edited whole in the inspector, keys in a dialog, and come back exactly."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QDialogButtonBox, QLineEdit, QMessageBox, QWidget

from monitor.core.messages import RenameItem, SetItem
from monitor.core.registry import Registry
from monitor.core.values import QUOTA, canonical
from monitor.ui.storage.columns import Column
from monitor.ui.text.form import LONGEST_LINE, fill_line, fits_line, read_line
from monitor.ui.text.lines import TextLines
from tests.ui.operator import CTRL, SHIFT, Key, Operator
from tests.ui.random_text import AWKWARD, texts
from tests.ui.simulated_page import Clock, SimulatedPage

LARGEST = QUOTA - 3
LONG = {
    "one line": "x" * 100_000,
    "lines": "first line\nsecond\tline\n" * 2_000,
    "a backslash in each line": "C:\\new\\table\n" * 1_000,
    "json": '{"text": "a\\nb", "list": [1, 2, 3]}' * 400,
    "lone surrogates": "\ud800" * 6_000,
    "breaks of all kinds": "a\r\nb\rc\u2028d\u2029e\n" * 800,
    "no-break spaces": "a\u00a0b\n" * 2_000,
    "two units each": "👩" * 20_000,
    "what Qt uses inside": "\ufdd0\ufdd1\ufffc" * 3_000,
}


@pytest.fixture
def page(operator: Operator, registry: Registry, clock: Clock) -> SimulatedPage:
    page = SimulatedPage(registry, clock, {"short": "1"}, user="Ada")
    operator.look()
    return page


def open_value(operator: Operator, page: SimulatedPage, text: str) -> TextLines:
    """Press F2 on a value, and return the lines in which it can be typed over."""
    page.set("big", text)
    operator.go_to("big")
    operator.press(Key.Key_F2)
    return lines(operator)


def lines(operator: Operator) -> TextLines:
    assert operator.table.editor is None
    assert operator.inspector.isVisible()
    text = operator.inspector.text_view.text
    assert text.hasFocus()
    operator.bot.waitUntil(lambda: not text.is_filling)
    return text


def save(operator: Operator) -> None:
    operator.press(Key.Key_S, CTRL)


def append(text: TextLines, more: str) -> None:
    cursor = text.textCursor()
    cursor.movePosition(QTextCursor.MoveOperation.End)
    cursor.insertText(more)


@pytest.mark.parametrize("name", LONG)
def test_a_long_value_that_is_only_looked_at_is_not_sent(operator: Operator, page: SimulatedPage, name: str) -> None:
    open_value(operator, page, LONG[name])
    save(operator)
    assert not operator.panel.has_draft
    operator.press(Key.Key_Escape)
    assert operator.table.hasFocus()
    assert not page.asked


@pytest.mark.parametrize("name", LONG)
def test_what_is_typed_into_a_long_value_is_all_that_changes(
    operator: Operator, page: SimulatedPage, name: str
) -> None:
    append(open_value(operator, page, LONG[name]), "x")
    save(operator)
    (request,) = page.asked
    assert request.operations == [SetItem("big", LONG[name] + "x", LONG[name])]


def test_the_largest_value_is_shown_and_edited_whole(operator: Operator, page: SimulatedPage) -> None:
    text = "é" * LARGEST
    opened = open_value(operator, page, text)
    assert operator.cell("big", Column.SIZE) == "5.0 M"
    append(opened, "!")
    save(operator)
    operator.bot.waitUntil(lambda: bool(page.asked))
    (request,) = page.asked
    assert request.operations == [SetItem("big", text + "!", text)]


@pytest.mark.parametrize(
    "text", ["\0" * 400_000, "a\r\n\ud800" * 200_000, "plain " * 200_000], ids=["NUL", "mixed", "plain"]
)
def test_what_is_typed_while_a_long_text_is_read_to_be_saved_is_saved_too(
    operator: Operator, page: SimulatedPage, text: str
) -> None:
    opened = open_value(operator, page, text)
    append(opened, "1")
    operator.panel.save_draft()
    assert not page.asked
    append(opened, "2")
    operator.bot.waitUntil(lambda: bool(page.asked))
    (request,) = page.asked
    assert request.operations == [SetItem("big", text + "12", text)]
    assert not operator.panel.has_draft


@pytest.mark.parametrize("text", ["\0" * 400_000, "plain " * 200_000], ids=["NUL", "plain"])
def test_who_goes_on_while_a_long_text_is_saved_has_saved_that_text(
    operator: Operator, page: SimulatedPage, text: str
) -> None:
    append(open_value(operator, page, text), "1")
    operator.press(Key.Key_S, CTRL)
    operator.go_to("short")
    operator.bot.waitUntil(lambda: bool(page.asked))
    (request,) = page.asked
    assert request.operations == [SetItem("big", text + "1", text)]
    assert not operator.panel.has_draft


def test_a_wrong_escape_in_a_long_text_is_told_when_it_was_read(operator: Operator, page: SimulatedPage) -> None:
    opened = open_value(operator, page, "\0" * 400_000)
    append(opened, "\\q")
    operator.press(Key.Key_S, CTRL)
    operator.bot.waitUntil(lambda: "“\\q” at character 800,001 is not an escape" in operator.inspector.note.text())
    assert not page.asked
    assert operator.panel.has_draft


def test_what_is_pasted_is_sent_as_it_is(operator: Operator, page: SimulatedPage) -> None:
    append(open_value(operator, page, "line\n" * 2_000), "no\u00a0break 漢字 👩")
    save(operator)
    (request,) = page.asked
    assert request.operations == [SetItem("big", "line\n" * 2_000 + "no\u00a0break 漢字 👩", "line\n" * 2_000)]


def test_a_wrong_escape_is_told_and_nothing_is_lost(operator: Operator, page: SimulatedPage) -> None:
    opened = open_value(operator, page, "\0" * 6_000)
    append(opened, "\\q")
    save(operator)
    assert "“\\q” at character 12,001 is not an escape" in operator.inspector.note.text()
    assert not page.asked
    assert opened.textCursor().atBlockEnd() is False
    assert operator.panel.has_draft


def test_shift_enter_takes_a_draft_to_more_room(operator: Operator, page: SimulatedPage) -> None:
    operator.edit("short")
    operator.type("draft")
    operator.press(Key.Key_Return, SHIFT)
    append(lines(operator), "\nline")
    save(operator)
    (request,) = page.asked
    assert request.operations == [SetItem("short", "draft\nline", "1")]


def test_the_form_can_be_changed_without_changing_the_text(operator: Operator, page: SimulatedPage) -> None:
    page.set("short", "a\\b\nc")
    operator.edit("short")
    operator.press(Key.Key_Return, SHIFT)
    text, escapes = lines(operator), operator.inspector.text_view.escapes
    assert text.toPlainText() == "a\\b\nc"
    escapes.setChecked(True)
    assert text.toPlainText() == "a\\\\b\\n\nc"
    assert not operator.panel.has_draft
    append(text, "\\u0041")
    escapes.setChecked(False)
    assert text.toPlainText() == "a\\b\ncA"
    save(operator)
    (request,) = page.asked
    assert request.operations == [SetItem("short", "a\\b\ncA", "a\\b\nc")]


def test_a_long_key_is_renamed_in_a_dialog(operator: Operator, page: SimulatedPage) -> None:
    key = "k" * 100_000
    page.set(key, "1")
    operator.go_to(key)
    operator.press(Key.Key_F2, SHIFT)
    append(operator.dialog.text, "!")
    operator.push(operator.dialog.buttons.button(QDialogButtonBox.StandardButton.Save))
    (request,) = page.asked
    assert request.operations == [RenameItem(key, key + "!", "1")]


def test_a_long_key_that_is_not_saved_is_not_let_go_of_at_the_first_try(
    operator: Operator, page: SimulatedPage
) -> None:
    key = "k" * 100_000
    page.set(key, "1")
    operator.go_to(key)
    operator.press(Key.Key_F2, SHIFT)
    dialog = operator.dialog
    append(dialog.text, "!")
    dialog.reject()
    assert operator.table.dialog is dialog
    assert "Cancel again" in dialog.note.text()
    dialog.reject()
    assert operator.table.dialog is None
    assert not page.asked


def test_another_form_of_a_long_key_lets_go_of_nothing_that_was_typed(operator: Operator, page: SimulatedPage) -> None:
    key = "k" * 4_000
    page.set(key + "\n" * 2_000, "1")
    operator.go_to(key + "\n" * 2_000)
    operator.press(Key.Key_F2, SHIFT)
    dialog = operator.dialog
    dialog.escapes.setChecked(False)
    append(dialog.text, "!")
    dialog.escapes.setChecked(True)
    dialog.reject()
    assert operator.table.dialog is dialog
    assert "Cancel again" in dialog.note.text()
    append(dialog.text, "\\u0000")
    dialog.escapes.setChecked(False)
    assert dialog.escapes.isChecked()
    assert "can only be edited escaped" in dialog.note.text()
    append(dialog.text, "\\")
    dialog.escapes.setChecked(False)
    assert dialog.escapes.isChecked()
    assert "is not an escape" in dialog.note.text()
    for _ in range(2):
        dialog.reject()
    assert not page.asked


def test_a_long_key_that_is_taken_is_told(operator: Operator, page: SimulatedPage) -> None:
    key = "k" * 100_000
    page.set(key, "1")
    page.set(key + "!", "2")
    operator.go_to(key)
    operator.press(Key.Key_F2, SHIFT)
    append(operator.dialog.text, "!")
    operator.push(operator.dialog.buttons.button(QDialogButtonBox.StandardButton.Save))
    assert "There is an item with this key already." in operator.dialog.note.text()
    assert not page.asked


@pytest.mark.usefixtures("qapp")
@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(text=texts | st.lists(st.sampled_from([*AWKWARD, "x" * 1_500]), max_size=9).map("".join), escaped=st.booleans())
def test_editors_give_back_what_they_were_given(text: str, escaped: bool) -> None:
    # As the core does with all that comes from a browser.
    text = canonical(text)
    parent = QWidget()
    lines = TextLines(parent)
    lines.fill(text, escaped=escaped)
    assert lines.read() == text
    assert all(len(line) <= LONGEST_LINE for line in lines.toPlainText().split("\n"))
    if fits_line(text):
        line = QLineEdit()
        line.setMaxLength(2**31 - 1)
        assert read_line(line, fill_line(line, text)) == text


# --- what is on its way ----------------------------------------------------------------------------------------------

ON_ITS_WAY = 2_000_000
"""Characters that take some twenty turns to look at, on a fast machine; what is done meanwhile takes four."""


def after_a_short_edit(operator: Operator, page: SimulatedPage) -> TextLines:
    """A long value that is open, when another was edited before."""
    operator.edit("short")
    operator.type("2")
    operator.press(Key.Key_Return)
    page.answer()
    return open_value(operator, page, "\0" * ON_ITS_WAY)


def test_undo_takes_back_a_long_save_that_is_still_on_its_way(operator: Operator, page: SimulatedPage) -> None:
    text = after_a_short_edit(operator, page)
    append(text, "1")
    save(operator)
    assert not page.asked, "it takes some turns"
    operator.go_to("short")
    operator.press(Key.Key_Z, CTRL)
    operator.bot.waitUntil(lambda: bool(page.asked))
    page.answer_all()
    operator.look()
    page.answer_all()
    assert page.items == {"short": "2", "big": "\0" * ON_ITS_WAY}


def test_escape_right_after_a_long_save_asks_nothing(operator: Operator, page: SimulatedPage) -> None:
    text = open_value(operator, page, "\0" * ON_ITS_WAY)
    append(text, "1")
    save(operator)
    operator.press(Key.Key_Escape)
    assert operator.table.hasFocus()
    operator.bot.waitUntil(lambda: bool(page.asked))
    assert not operator.window.findChildren(QMessageBox)
    page.answer_all()
    assert page.items["big"] == "\0" * ON_ITS_WAY + "1"


def test_undo_right_after_a_long_save_with_a_mistake_takes_nothing_back(
    operator: Operator, page: SimulatedPage
) -> None:
    text = after_a_short_edit(operator, page)
    append(text, "\\q")
    save(operator)
    operator.go_to("short")
    operator.press(Key.Key_Z, CTRL)
    operator.bot.waitUntil(lambda: "is not an escape" in operator.inspector.note.text())
    assert not page.asked
    assert page.items["short"] == "2"
