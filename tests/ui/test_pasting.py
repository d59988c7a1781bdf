"""Whatever is pasted, wherever: the window goes on, and the exact text is what is saved."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtWidgets import QDialogButtonBox

from monitor.core.messages import RenameItem, SetItem
from monitor.core.registry import Registry
from monitor.ui.storage.long_text import LongTextDialog
from monitor.ui.text.form import LONGEST_LINE
from monitor.ui.text.lines import TextLines
from tests.ui.operator import CTRL, SHIFT, Key, Operator
from tests.ui.simulated_page import Clock, SimulatedPage

MILLION = 1_000_000
LARGEST = 5 * 2**20
PASTED = {
    "a million": "x" * MILLION,
    "the largest": "y" * LARGEST,
    "backslashes": "\\n\\q" * 200_000,
    "two units each": "👩" * 200_000,
    "very many lines": "\n" * 300_000,
    "one long line of many": "short\n" + "long" * 100_000 + "\nshort\n",
    "what Qt does not hold": "a\ufeff\0b\u2028c\r\nd\u00a0" * 2_000,
}


@pytest.fixture
def page(operator: Operator, registry: Registry, clock: Clock) -> SimulatedPage:
    page = SimulatedPage(registry, clock, {"short": "1", "escaped": "a\0b", "lines": "first\nsecond\n"}, user="Ada")
    operator.look()
    return page


def paste(operator: Operator, text: str) -> None:
    QGuiApplication.clipboard().setText(text)
    operator.press(Key.Key_V, CTRL)


def save(operator: Operator, dialog: LongTextDialog) -> None:
    operator.push(dialog.buttons.button(QDialogButtonBox.StandardButton.Save))
    # The offscreen platform does not give the focus back by itself.
    operator.window.activateWindow()
    operator.bot.waitUntil(operator.window.isActiveWindow)


def asked(page: SimulatedPage) -> list[object]:
    (request,) = page.asked
    return list(request.operations)


def save_value(operator: Operator) -> None:
    """A long one is looked at in parts before it goes out."""
    operator.press(Key.Key_S, CTRL)
    operator.bot.waitUntil(lambda: operator.panel.draft is None)


def lines(operator: Operator) -> TextLines:
    """Where a value is typed over with more room."""
    assert operator.table.editor is None
    text = operator.inspector.text_view.text
    assert text.hasFocus()
    operator.bot.waitUntil(lambda: not text.is_filling)
    return text


def laid_out(text: TextLines) -> int:
    """Characters of the longest line, which is what Qt's time grows with."""
    return max(map(len, text.toPlainText().split("\n")))


@pytest.mark.parametrize("name", PASTED)
def test_what_is_pasted_into_a_cell_goes_on_in_the_inspector(
    operator: Operator, page: SimulatedPage, name: str
) -> None:
    text = PASTED[name]
    operator.edit("short")
    operator.press(Key.Key_End)
    paste(operator, text)
    assert laid_out(lines(operator)) <= LONGEST_LINE
    assert operator.panel.has_draft
    save_value(operator)
    assert asked(page) == [SetItem("short", "1" + text, "1")]


@pytest.mark.parametrize("name", PASTED)
def test_what_is_pasted_into_many_lines_is_shown_escaped_where_it_must(
    operator: Operator, page: SimulatedPage, name: str
) -> None:
    text = PASTED[name]
    operator.edit("lines")
    operator.press(Key.Key_Return, SHIFT)
    operator.inspector.text_view.escapes.setChecked(False)
    lines(operator).selectAll()
    paste(operator, text)
    assert laid_out(lines(operator)) <= LONGEST_LINE
    assert operator.inspector.text_view.escapes.isChecked()
    assert "Escaped" in operator.inspector.note.text()
    save_value(operator)
    assert asked(page) == [SetItem("lines", text, "first\nsecond\n")]


@pytest.mark.parametrize("name", PASTED)
def test_what_is_pasted_into_the_escaped_form_stands_for_itself(
    operator: Operator, page: SimulatedPage, name: str
) -> None:
    text = PASTED[name]
    operator.edit("escaped")
    operator.press(Key.Key_Return, SHIFT)
    assert lines(operator).escaped
    for _ in range(2):
        operator.press(Key.Key_End, CTRL)
        paste(operator, text)
    assert laid_out(lines(operator)) <= LONGEST_LINE
    save_value(operator)
    assert asked(page) == [SetItem("escaped", "a\0b" + text + text, "a\0b")]


@pytest.mark.parametrize("name", PASTED)
def test_what_is_pasted_into_an_escaped_cell_stands_for_itself(
    operator: Operator, page: SimulatedPage, name: str
) -> None:
    text = PASTED[name]
    operator.edit("escaped")
    operator.press(Key.Key_End)
    paste(operator, text)
    save_value(operator)
    assert asked(page) == [SetItem("escaped", "a\0b" + text, "a\0b")]


@pytest.mark.parametrize("escapes", [False, True])
@pytest.mark.parametrize("name", PASTED)
def test_what_is_pasted_into_the_form_is_added_whole(
    operator: Operator, page: SimulatedPage, name: str, escapes: bool
) -> None:
    text = PASTED[name]
    operator.press(Key.Key_N, CTRL)
    form = operator.panel.form
    form.escapes.setChecked(escapes)
    operator.type("big")
    operator.press(Key.Key_Tab)
    paste(operator, text)
    assert form.dialog is not None
    assert laid_out(form.dialog.text) <= LONGEST_LINE
    assert operator.panel.has_draft
    save(operator, form.dialog)
    assert form.dialog is None
    assert form.is_open
    assert len(form.value.text()) < LONGEST_LINE
    operator.push(form.add)
    assert asked(page) == [SetItem("big", text, None)]
    assert not operator.panel.has_draft


def test_a_long_key_can_be_pasted_and_changed_before_it_is_added(operator: Operator, page: SimulatedPage) -> None:
    operator.press(Key.Key_N, CTRL)
    form = operator.panel.form
    paste(operator, "k" * MILLION)
    assert form.dialog is not None
    save(operator, form.dialog)
    form.key.setFocus()
    operator.press(Key.Key_F2)
    assert form.dialog is not None
    paste(operator, "start ")
    save(operator, form.dialog)
    operator.push(form.add)
    assert asked(page) == [SetItem("start " + "k" * MILLION, "", None)]


def test_a_long_text_in_the_form_can_be_made_short_again(operator: Operator, page: SimulatedPage) -> None:
    operator.press(Key.Key_N, CTRL)
    form = operator.panel.form
    operator.type("key")
    operator.press(Key.Key_Tab)
    paste(operator, "v" * MILLION)
    assert form.dialog is not None
    save(operator, form.dialog)
    form.value.setFocus()
    operator.type("x")
    assert form.dialog is not None
    operator.press(Key.Key_A, CTRL)
    paste(operator, "short")
    save(operator, form.dialog)
    assert form.value.text() == "short"
    form.value.setFocus()
    operator.press(Key.Key_End)
    operator.type("er")
    operator.press(Key.Key_Return)
    assert asked(page) == [SetItem("key", "shorter", None)]


def test_a_long_paste_that_is_given_up_leaves_the_form_as_it_was(operator: Operator, page: SimulatedPage) -> None:
    operator.press(Key.Key_N, CTRL)
    form = operator.panel.form
    operator.type("key")
    operator.press(Key.Key_Tab)
    operator.type("typed")
    paste(operator, "v" * MILLION)
    assert form.dialog is not None
    form.dialog.reject()
    assert form.dialog is not None, "a draft is not discarded at the first try"
    form.dialog.reject()
    assert form.dialog is None
    assert form.value.text() == "typed"


def test_a_long_key_that_is_pasted_over_a_key_renames_it(operator: Operator, page: SimulatedPage) -> None:
    operator.go_to("short")
    operator.press(Key.Key_F2, SHIFT)
    paste(operator, "k" * MILLION)
    assert operator.table.editor is None
    save(operator, operator.dialog)
    assert asked(page) == [RenameItem("short", "k" * MILLION, "1")]


def test_text_that_is_dropped_is_taken_in_as_well(operator: Operator, page: SimulatedPage) -> None:
    editor = operator.edit("short")
    dropped = QMimeData()
    dropped.setText("d" * MILLION)
    place = QPointF(editor.line.rect().center())
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    # Qt sends one only in the course of a drag.
    editor.line.dropEvent(QDropEvent(place, Qt.DropAction.CopyAction, dropped, buttons, keys))
    save_value(operator)
    ((operation,),) = (request.operations for request in page.asked)
    assert isinstance(operation, SetItem)
    assert operation.value in ("1" + "d" * MILLION, "d" * MILLION + "1")


def test_what_fits_is_pasted_where_the_cursor_is(operator: Operator, page: SimulatedPage) -> None:
    editor = operator.edit("short")
    paste(operator, "👩")
    paste(operator, "two")
    assert operator.editor is editor
    assert editor.line.text() == "👩two"


def test_many_pastes_that_each_fit_do_not_make_too_long_a_line(operator: Operator, page: SimulatedPage) -> None:
    operator.edit("short")
    paste(operator, "a" * LONGEST_LINE)
    paste(operator, "b" * LONGEST_LINE)
    for letter in "cde":
        operator.press(Key.Key_End, CTRL)
        paste(operator, letter * LONGEST_LINE)
    assert laid_out(lines(operator)) <= LONGEST_LINE
    save_value(operator)
    assert asked(page) == [SetItem("short", "".join(letter * LONGEST_LINE for letter in "abcde"), "1")]


def test_what_was_cut_out_of_the_escaped_form_comes_back_as_it_was(operator: Operator, page: SimulatedPage) -> None:
    operator.edit("escaped")
    operator.press(Key.Key_Return, SHIFT)
    lines(operator).selectAll()
    operator.press(Key.Key_X, CTRL)
    operator.press(Key.Key_V, CTRL)
    operator.press(Key.Key_V, CTRL)
    save_value(operator)
    assert asked(page) == [SetItem("escaped", "a\0ba\0b", "a\0b")]
