"""The inspector shows one value whole, in every view; to look is no edit."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QPlainTextEdit

from monitor.core.messages import SetItem
from monitor.core.registry import Registry
from monitor.core.values import canonical
from monitor.ui.appearance import DARK, LIGHT
from monitor.ui.inspector.choices import Place, ViewName
from monitor.ui.inspector.history_view import HistoryView
from monitor.ui.main_window import MainWindow
from tests.ui.operator import CTRL, SHIFT, Key, Operator
from tests.ui.random_text import AWKWARD, texts
from tests.ui.simulated_page import Clock, SimulatedPage

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

ALT = Qt.KeyboardModifier.AltModifier
VIEW_KEYS = dict(zip(ViewName, (Key.Key_1, Key.Key_2, Key.Key_3, Key.Key_4, Key.Key_5), strict=True))


@pytest.fixture
def page(operator: Operator, registry: Registry, clock: Clock) -> SimulatedPage:
    items: dict[str, str | int] = {"alpha": "1", "cart": '{"lines":3,"price":1.10}', "password": 12}
    page = SimulatedPage(registry, clock, items, user="Ada")
    operator.look()
    return page


def show(operator: Operator, key: str, name: ViewName) -> str:
    """Show the value in this view, and return the text of the view, if it is one of text."""
    operator.go_to(key)
    if operator.inspector.view_name is not name or not operator.inspector.isVisible():
        operator.press(VIEW_KEYS[name], ALT)
    assert operator.inspector.view_name is name
    texts = [text for text in operator.inspector.view.findChildren(QPlainTextEdit) if text.isVisible()]
    return texts[0].toPlainText() if texts else ""


# --- where it stands -------------------------------------------------------------------------------------------------


def test_f4_shows_and_hides_it(operator: Operator, page: SimulatedPage) -> None:
    operator.go_to("cart")
    assert not operator.inspector.isVisible()
    operator.press(Key.Key_F4)
    assert operator.inspector.isVisible()
    assert operator.inspector.head.title.text() == "cart"
    assert operator.inspector.head.meaning.text() == "object, 24 units"
    operator.inspector.text_view.text.setFocus()
    operator.press(Key.Key_F4)
    assert not operator.inspector.isVisible()
    assert operator.table.hasFocus()


def test_the_cursor_stays_in_a_text_and_begins_anew_in_another(operator: Operator, page: SimulatedPage) -> None:
    show(operator, "cart", ViewName.TEXT)
    text = operator.inspector.text_view.text
    text.setFocus()
    operator.press(Key.Key_End)
    page.set("cart", '{"lines":4,"price":1.20}')
    operator.look()
    assert text.textCursor().position() == len(text.toPlainText()) == 24
    operator.go_to("alpha")
    operator.go_to("cart")
    assert text.textCursor().position() == 0


def test_it_follows_the_current_row_and_the_browser(operator: Operator, page: SimulatedPage) -> None:
    assert show(operator, "alpha", ViewName.TEXT) == "1"
    operator.press(Key.Key_Down)
    assert operator.inspector.text_view.text.toPlainText() == '{"lines":3,"price":1.10}'
    page.set("cart", "[]")
    operator.look()
    assert operator.inspector.text_view.text.toPlainText() == "[]"
    page.remove("cart")
    operator.look()
    assert operator.inspector.key != "cart" or "no such item" in operator.inspector.nothing.text()


def test_shift_f4_puts_it_beside_or_below_and_it_stays_there(
    operator: Operator, page: SimulatedPage, registry: Registry, clock: Clock
) -> None:
    operator.press(Key.Key_F4)
    assert not operator.panel.splitter.is_beside, "the window is too narrow for both side by side"
    operator.press(Key.Key_F4, SHIFT)
    assert operator.panel.splitter.orientation() == Qt.Orientation.Horizontal
    other = SimulatedPage(registry, clock, {"a": "b"}, session_id="session-2", user="Grace")
    operator.window.sessions.choose(other.session)
    operator.look()
    assert operator.inspector.isVisible()
    assert operator.panel.splitter.orientation() == Qt.Orientation.Horizontal


def test_it_is_remembered_as_it_was(tmp_path: Path, qtbot: QtBot, registry: Registry, clock: Clock) -> None:
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    for first in (True, False):
        window = MainWindow(registry, clock, settings)
        qtbot.addWidget(window)
        window.show()
        operator = Operator(window, qtbot)
        choices = window.choices
        if first:
            choices.shown = True
            choices.place = Place.BESIDE
            choices.choose_view("object", ViewName.JSON)
        else:
            assert choices.shown
            assert choices.place is Place.BESIDE
            assert choices.view("object") is ViewName.JSON
            assert choices.view("text") is ViewName.TEXT
        operator.look()
        window.close()


def test_each_kind_of_value_is_shown_as_it_was_chosen(operator: Operator, page: SimulatedPage) -> None:
    def shown_for(key: str) -> ViewName:
        operator.go_to(key)
        return operator.inspector.view_name

    show(operator, "cart", ViewName.JSON)
    assert shown_for("alpha") is ViewName.TEXT
    operator.press(Key.Key_3, ALT)
    assert shown_for("cart") is ViewName.JSON
    assert shown_for("alpha") is ViewName.DECODED


# --- what it shows ---------------------------------------------------------------------------------------------------


def test_what_the_page_keeps_to_itself_is_said_to_be_so(operator: Operator, page: SimulatedPage) -> None:
    operator.press(Key.Key_F4)
    operator.go_to("password")
    for key in VIEW_KEYS.values():
        operator.press(key, ALT)
        if operator.inspector.view_name is not ViewName.HISTORY:
            assert "keeps this value to itself" in operator.inspector.nothing.text()
            assert "12 units" in operator.inspector.nothing.text()


def test_text_that_would_not_show_is_escaped_and_it_is_said(operator: Operator, page: SimulatedPage) -> None:
    page.set("alpha", "a\0b\ud800")
    assert show(operator, "alpha", ViewName.TEXT) == "a\\0b\\ud800"
    assert operator.inspector.note.text().startswith("Escaped")
    operator.inspector.text_view.text.setFocus()
    operator.press(Key.Key_End, CTRL)
    operator.type("c")
    operator.press(Key.Key_S, CTRL)
    (request,) = page.asked
    assert request.operations == [SetItem("alpha", "a\0b\ud800c", "a\0b\ud800")]


def test_a_token_is_decoded_with_a_word_on_its_signature(operator: Operator, page: SimulatedPage) -> None:
    def part(content: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")

    page.set("ticket", f"{part({'alg': 'HS256'})}.{part({'name': '<b>Ada</b>', 'exp': 1_000_000_000})}.c2lnbmF0dXJl")
    shown = show(operator, "ticket", ViewName.DECODED)
    assert "The signature is not checked" in shown
    assert '"name": "<b>Ada</b>"' in shown
    assert "2001-09-09" in shown
    assert "expired" in shown


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("aGVsbG8gd29ybGQsIHRoaXMgaXMgYmFzZTY0", "hello world, this is base64"),
        ("https://shop.example/a%20b?q=caf%C3%A9#top", "café"),
        ("1737633600", "2025-01-23"),
        ("%7B%22a%22%3A1%7D", '"a": 1'),
        ("just words", ""),
    ],
)
def test_encoded_values_are_decoded(operator: Operator, page: SimulatedPage, value: str, told: str) -> None:
    page.set("alpha", value)
    shown = show(operator, "alpha", ViewName.DECODED)
    assert told in shown
    assert bool(shown) is bool(told)


def test_the_syntax_of_json_is_coloured_in_both_schemes(operator: Operator, page: SimulatedPage) -> None:
    show(operator, "cart", ViewName.TEXT)
    document = operator.inspector.text_view.text.document()
    for scheme in (LIGHT, DARK):
        operator.window.appearance.show(scheme)
        operator.look()
        colors = {each.format.foreground().color().name() for each in document.firstBlock().layout().formats()}
        assert colors == {scheme.accent, scheme.warning}
    operator.window.appearance.show(LIGHT)


def test_colours_are_no_edit(operator: Operator, page: SimulatedPage) -> None:
    show(operator, "cart", ViewName.TEXT)
    operator.window.appearance.show(DARK)
    operator.look()
    operator.window.appearance.show(LIGHT)
    operator.look()
    assert not operator.panel.has_draft


# --- versions --------------------------------------------------------------------------------------------------------


def test_the_newest_change_is_told_from_the_one_before(operator: Operator, page: SimulatedPage) -> None:
    assert show(operator, "cart", ViewName.DIFF) == ""
    assert "no other version" in operator.inspector.note.text()
    page.set("cart", '{"lines":3,"price":2.10}')
    operator.look()
    lines = show(operator, "cart", ViewName.DIFF).split("\n")
    assert '-   "price": 1.10' in lines
    assert '+   "price": 2.10' in lines
    assert '    "lines": 3,' in lines


def history(operator: Operator) -> HistoryView:
    view = operator.inspector.view
    assert isinstance(view, HistoryView)
    return view


def test_every_version_is_listed_with_who_made_it_and_can_be_restored(operator: Operator, page: SimulatedPage) -> None:
    page.set("alpha", "from the page")
    operator.panel.model.editing.set_value("alpha", "from the operator", "from the page")
    page.answer()
    show(operator, "alpha", ViewName.HISTORY)
    view = history(operator)
    rows = range(view.model.rowCount())
    assert [view.model.index(row, 3).data() for row in rows] == ["from the operator", "from the page", "1"]
    assert [view.model.index(row, 1).data() for row in rows] == ["you", "the page", "first seen"]
    assert not view.restore_button.isEnabled(), "this is what is there"
    view.table.setFocus()
    operator.press(Key.Key_Down)
    operator.press(Key.Key_Down)
    operator.press(Key.Key_R, CTRL | SHIFT)
    (request,) = page.asked
    assert request.operations == [SetItem("alpha", "1", "from the operator")]
    page.items["alpha"] = "changed meanwhile"
    page.answer()
    assert page.items["alpha"] == "changed meanwhile"


def test_a_version_is_compared_with_the_one_before_or_with_what_is_there(
    operator: Operator, page: SimulatedPage
) -> None:
    for value in ("two", "three"):
        page.set("alpha", value)
    show(operator, "alpha", ViewName.HISTORY)
    view = history(operator)
    view.table.setFocus()
    operator.press(Key.Key_Down)
    assert view.diff.toPlainText() == "- 1\n+ two"
    view.against_now.click()
    assert view.diff.toPlainText() == "- three\n+ two"


# --- looking is no edit ----------------------------------------------------------------------------------------------

HARMLESS = [
    (Key.Key_Down, Qt.KeyboardModifier.NoModifier), (Key.Key_Up, Qt.KeyboardModifier.NoModifier),
    (Key.Key_Right, Qt.KeyboardModifier.NoModifier), (Key.Key_Left, Qt.KeyboardModifier.NoModifier),
    (Key.Key_Home, CTRL), (Key.Key_End, CTRL), (Key.Key_PageDown, Qt.KeyboardModifier.NoModifier),
    (Key.Key_A, CTRL), (Key.Key_C, CTRL), (Key.Key_S, CTRL), (Key.Key_Return, CTRL), (Key.Key_Z, CTRL),
    (Key.Key_Z, CTRL | SHIFT),
    *((key, ALT) for key in VIEW_KEYS.values()),
    (Key.Key_F4, SHIFT), (Key.Key_F5, Qt.KeyboardModifier.NoModifier),
]  # fmt: skip
"""Keys that change nothing, wherever in the inspector."""

JSON_TEXTS = st.recursive(
    st.none() | st.booleans() | st.sampled_from([1, 1.1, 10**20]) | st.sampled_from(AWKWARD),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(AWKWARD), inner, max_size=3),
    max_leaves=8,
).map(lambda made: json.dumps(made, ensure_ascii=False))


@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    text=texts | JSON_TEXTS | st.sampled_from(["x" * 6_000, "\0" * 6_000, "a,\r\n" * 3_000]),
    keys=st.lists(st.sampled_from(HARMLESS), max_size=14),
    first=st.sampled_from(list(ViewName)),
)
def test_looking_never_makes_an_edit(
    operator: Operator,
    page: SimulatedPage,
    text: str,
    keys: list[tuple[Key, Qt.KeyboardModifier]],
    first: ViewName,
) -> None:
    operator.panel.model.drafts.drop("cart")  # what an example before this one may have left
    text = canonical(text)
    page.set("cart", text)
    show(operator, "cart", first)
    operator.inspector.view.setFocus()
    for key, modifiers in keys:
        operator.press(key, modifiers)
        assert not operator.panel.has_draft, (key, modifiers)
    operator.go_to("alpha")
    assert not operator.panel.has_draft
    assert not page.asked
    assert page.items["cart"] == text


@pytest.mark.parametrize("key", [Key.Key_Delete, Key.Key_F2])
@pytest.mark.parametrize("name", [ViewName.DECODED, ViewName.DIFF, ViewName.HISTORY])
def test_keys_of_the_table_do_nothing_to_its_rows_from_the_inspector(
    operator: Operator, page: SimulatedPage, name: ViewName, key: Key
) -> None:
    show(operator, "cart", name)
    operator.inspector.view.setFocus()
    operator.press(key)
    assert not page.asked
    assert operator.table.editor is None
