"""Values of keys that look like secrets are masked everywhere until the operator reveals them, and stay exact."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMenu

from monitor.core.events import ItemsChanged
from monitor.core.messages import RemoveItem, RenameItem, SetItem
from monitor.core.registry import Registry
from monitor.core.values import NotRecorded, Redacted, Value
from monitor.ui.inspector.choices import ViewName
from monitor.ui.masking.masking import REVEALED_FOR
from monitor.ui.storage.columns import Column
from tests.ui.operator import CTRL, SHIFT, Key, Operator
from tests.ui.shown_texts import everything
from tests.ui.simulated_page import Clock, SimulatedPage

ALT = Qt.KeyboardModifier.AltModifier
TOKEN = "tok-5f2a-very-secret\x00-end"
SECRET = "5f2a-very-secret"
MASKED = "•••••• 25 units"


@pytest.fixture
def page(operator: Operator, registry: Registry, clock: Clock) -> SimulatedPage:
    items: dict[str, str | int] = {"auth.token": TOKEN, "password": '{"a":"hunter2"}', "theme": "dark", "zeta": "1"}
    page = SimulatedPage(registry, clock, items, user="Ada")
    operator.look()
    return page


def said(operator: Operator, secret: str = SECRET) -> set[str]:
    """Where the secret stands in the window, seen or not."""
    operator.look()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # as an event loop does
    return {each.place for each in everything(operator.window) if secret in each.text}


def told(operator: Operator) -> str:
    return operator.window.status.currentMessage()


def reveal(operator: Operator, key: str) -> None:
    operator.go_to(key)
    operator.press(Key.Key_R, CTRL)


def wait_until_masked(operator: Operator, key: str) -> None:
    operator.bot.waitUntil(lambda: operator.cell(key, Column.VALUE).startswith("••••••"))


# --- masked, and revealed --------------------------------------------------------------------------------------------


def test_a_secret_is_masked_and_only_its_length_told(operator: Operator, page: SimulatedPage) -> None:
    assert operator.cell("auth.token", Column.VALUE) == MASKED
    assert operator.cell("auth.token", Column.KIND) == "masked"
    assert operator.cell("auth.token", Column.SIZE) == "25"
    spoken = operator.panel.model.index(0, Column.VALUE).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Value: masked, 25 units"
    assert operator.cell("theme", Column.VALUE) == "dark"
    page.set("password", "true")
    assert operator.cell("password", Column.VALUE) == "•••••• 4 units", "as many dots for each"
    assert operator.cell("password", Column.KIND) == "masked", "else it would tell"
    assert not said(operator)


def test_what_is_selected_can_be_revealed_for_a_minute(operator: Operator, page: SimulatedPage, clock: Clock) -> None:
    reveal(operator, "auth.token")
    assert "very-secret" in operator.cell("auth.token", Column.VALUE)
    assert operator.cell("password", Column.VALUE) == "•••••• 15 units"
    assert told(operator) == "Revealed 1 value for a minute."
    clock.pass_by(REVEALED_FOR - 1)
    page.set("auth.token", TOKEN + "!")
    assert "very-secret" in operator.cell("auth.token", Column.VALUE)
    clock.pass_by(2)
    wait_until_masked(operator, "auth.token")
    assert not said(operator)


def test_all_that_is_revealed_can_be_masked_at_once(operator: Operator, page: SimulatedPage) -> None:
    operator.go_to("theme")
    assert not operator.window.commands.reveal.isEnabled()
    assert not operator.window.commands.mask.isEnabled()
    operator.press(Key.Key_A, CTRL)
    operator.press(Key.Key_R, CTRL)
    assert told(operator) == "Revealed 2 values for a minute."
    assert said(operator)
    assert said(operator, "hunter2")
    operator.press(Key.Key_M, CTRL)
    assert not said(operator)
    assert not said(operator, "hunter2")
    assert not operator.window.commands.mask.isEnabled()


def test_the_menu_of_an_item_offers_both(operator: Operator, page: SimulatedPage) -> None:
    for name, value in (("Reveal values", '{"a":"hunter2"}'), ("Mask again", "•••••• 15 units")):
        operator.go_to("password")
        operator.table.customContextMenuRequested.emit(QPoint(5, 5))
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        (action,) = (each for each in menu.actions() if each.text().replace("&", "") == name)
        assert action.isEnabled()
        action.trigger()
        menu.close()
        assert operator.cell("password", Column.VALUE) == value


def test_a_session_that_is_left_is_masked_when_the_operator_comes_back(
    operator: Operator, page: SimulatedPage, registry: Registry, clock: Clock
) -> None:
    other = SimulatedPage(registry, clock, {"a": "1"}, session_id="session-2", page_id="page-2")
    operator.look()
    operator.window.sessions.choose(page.session)
    reveal(operator, "auth.token")
    operator.press(Key.Key_P, CTRL)  # a paused table is kept while others are shown
    operator.window.sessions.choose(other.session)
    operator.look()
    operator.window.sessions.choose(page.session)
    assert operator.cell("auth.token", Column.VALUE) == MASKED


# --- editing ---------------------------------------------------------------------------------------------------------


def test_f2_reveals_the_one_value_and_edits_it_exactly(operator: Operator, page: SimulatedPage) -> None:
    editor = operator.edit("auth.token")
    assert editor.line.text() == "tok-5f2a-very-secret\\0-end"
    assert told(operator) == "Revealed “auth.token”, to be edited. It is masked again a minute from now."
    assert operator.cell("password", Column.VALUE) == "•••••• 15 units"
    operator.press(Key.Key_End)
    operator.type("+")
    operator.press(Key.Key_Return)
    (request,) = page.asked
    assert request.operations == [SetItem("auth.token", TOKEN + "+", TOKEN)]


def test_what_is_typed_in_stays_revealed_until_that_ends(operator: Operator, page: SimulatedPage, clock: Clock) -> None:
    operator.edit("auth.token")
    operator.press(Key.Key_End)
    operator.type("+")
    clock.pass_by(REVEALED_FOR + 1)
    operator.panel.model.masking.expire()
    operator.press(Key.Key_M, CTRL)
    assert told(operator) == "What is being typed in is masked when that ends."
    operator.type("+")
    assert operator.editor.line.text().endswith("-end++")
    operator.press(Key.Key_Escape)
    operator.answer("Discard")
    wait_until_masked(operator, "auth.token")
    assert not said(operator)


def test_what_was_typed_for_a_masked_value_is_masked_as_well(
    operator: Operator, page: SimulatedPage, clock: Clock
) -> None:
    operator.window.storage.choices.shown = True
    reveal(operator, "password")
    operator.inspector.edit()
    operator.press(Key.Key_A, CTRL)
    operator.type("swordfish")
    clock.pass_by(REVEALED_FOR + 1)
    operator.panel.model.masking.expire()
    assert operator.inspector.text_view.text.toPlainText() == "swordfish", "the operator is at it"
    page.set("password", "the page's")
    operator.go_to("theme")
    operator.panel.model.masking.expire()
    operator.go_to("password")
    assert not said(operator, "swordfish")
    assert not said(operator, "the page's")
    assert operator.inspector.nothing.text().startswith("This value is masked: •••••• 10 units. So is what you typed")
    operator.press(Key.Key_R, CTRL)
    assert operator.inspector.text_view.text.toPlainText() == "swordfish"
    assert "the page's" in operator.inspector.conflict.label.text()


def test_a_masked_item_is_deleted_renamed_and_put_back_exactly(operator: Operator, page: SimulatedPage) -> None:
    operator.go_to("auth.token")
    operator.press(Key.Key_F2, SHIFT)
    operator.type("auth.tokens")
    operator.press(Key.Key_Return)
    assert page.asked[0].operations == [RenameItem("auth.token", "auth.tokens", TOKEN)]
    page.answer()
    operator.go_to("auth.tokens")
    operator.press(Key.Key_Delete)
    assert page.asked[0].operations == [RemoveItem("auth.tokens", TOKEN)]
    page.answer()
    operator.look()
    operator.press(Key.Key_Z, CTRL)
    page.answer()
    assert page.items["auth.tokens"] == TOKEN
    assert not said(operator), "in no title of an undo, and nowhere else"


# --- in the inspector ------------------------------------------------------------------------------------------------


def test_no_view_of_the_inspector_shows_what_is_masked(operator: Operator, page: SimulatedPage, clock: Clock) -> None:
    page.set("password", '{"a":"hunter2","b":1}')
    operator.go_to("password")
    operator.press(Key.Key_F4)
    for number, name in enumerate(ViewName):
        operator.press(Key(Key.Key_1 + number), ALT)
        assert operator.inspector.view_name is name
        assert "masked" in operator.inspector.nothing.text()
        assert operator.inspector.nothing.isVisible()
    assert operator.inspector.head.meaning.text() == "masked, 21 units"
    assert not said(operator, "hunter2")
    operator.press(Key.Key_R, CTRL)
    for number in range(len(ViewName)):
        operator.press(Key(Key.Key_1 + number), ALT)
        assert not operator.inspector.nothing.isVisible()
    assert said(operator, "hunter2")
    operator.press(Key.Key_M, CTRL)
    assert not said(operator, "hunter2"), "not even in a view that is not in front"


def test_nothing_of_a_secret_is_left_in_the_views_of_another_item(operator: Operator, page: SimulatedPage) -> None:
    operator.window.storage.choices.shown = True
    reveal(operator, "password")
    for number in range(len(ViewName)):
        operator.press(Key(Key.Key_1 + number), ALT)
    operator.go_to("theme")
    operator.press(Key.Key_M, CTRL)
    assert not said(operator, "hunter2")
    operator.press(Key.Key_1, ALT)
    assert operator.inspector.text_view.text.toPlainText() == "dark"


def test_the_view_that_the_operator_likes_comes_when_it_is_revealed(operator: Operator, page: SimulatedPage) -> None:
    page.set("cart", '{"a":1}')
    operator.go_to("cart")
    operator.press(Key.Key_F4)
    operator.press(Key.Key_2, ALT)
    operator.go_to("password")
    operator.press(Key.Key_5, ALT)  # what is looked at while nothing is to be seen is no choice
    operator.press(Key.Key_R, CTRL)
    assert operator.inspector.view_name is ViewName.JSON


# --- in what is said -------------------------------------------------------------------------------------------------


def test_the_refusal_bar_masks_what_the_browser_holds_and_what_was_written(
    operator: Operator, page: SimulatedPage
) -> None:
    operator.panel.model.editing.set_value("password", "swordfish", "something else")
    page.answer()
    operator.look()
    bar = operator.panel.refusals.label
    assert "The browser holds •••••• 15 units. You wrote •••••• 9 units." in bar.text()
    assert not said(operator, "hunter2") | said(operator, "swordfish")
    reveal(operator, "password")
    assert "You wrote “swordfish”." in bar.text()
    assert "hunter2" in bar.text()
    operator.press(Key.Key_M, CTRL)
    assert not said(operator, "hunter2") | said(operator, "swordfish")


def test_the_preview_of_a_paste_masks_what_is_there_and_what_comes(operator: Operator, page: SimulatedPage) -> None:
    QGuiApplication.clipboard().setText(
        json.dumps({"password": "swordfish", "theme": "light", "api_key": "tuna-salad"})
    )
    operator.go_to("theme")
    operator.press(Key.Key_V, CTRL)
    dialog = operator.panel.paste_dialog
    assert dialog is not None
    shown = {
        dialog.items.index(row, 0).data(): [dialog.items.index(row, column).data() for column in (1, 2)]
        for row in range(dialog.items.rowCount())
    }
    assert shown == {
        "password": ["•••••• 15 units", "•••••• 9 units"],
        "theme": ["dark", "light"],
        "api_key": ["", "•••••• 10 units"],
    }
    assert not said(operator, "hunter2") | said(operator, "swordfish") | said(operator, "tuna-salad")
    dialog.accept()
    assert SetItem("password", "swordfish", '{"a":"hunter2"}') in page.asked[0].operations


# --- copies ----------------------------------------------------------------------------------------------------------


def test_a_masked_value_is_not_copied_and_it_is_said_why(operator: Operator, page: SimulatedPage) -> None:
    QGuiApplication.clipboard().setText("before")
    operator.go_to("password")
    operator.press(Key.Key_C, CTRL)
    assert QGuiApplication.clipboard().text() == "before"
    why = "Nothing was copied: the value of “password” is masked. Reveal first (Ctrl+R), then copy."
    assert told(operator) == why
    operator.press(Key.Key_R, CTRL)
    operator.press(Key.Key_C, CTRL)
    assert QGuiApplication.clipboard().text() == '{"a":"hunter2"}'


@pytest.mark.parametrize("key", [Key.Key_J, Key.Key_T, Key.Key_S])
def test_copies_for_other_programs_leave_out_what_is_masked(operator: Operator, page: SimulatedPage, key: Key) -> None:
    operator.go_to("theme")
    operator.press(Key.Key_A, CTRL)
    operator.press(key, CTRL | SHIFT)
    text = QGuiApplication.clipboard().text()
    assert "dark" in text
    assert "password" not in text, "nothing stands in its place that could be pasted"
    assert "hunter2" not in text
    assert told(operator).endswith(" 2 masked items left out. Reveal first (Ctrl+R), then copy.")
    operator.press(Key.Key_R, CTRL)
    operator.press(key, CTRL | SHIFT)
    assert "hunter2" in QGuiApplication.clipboard().text()


def test_where_all_is_masked_nothing_is_copied(operator: Operator, page: SimulatedPage) -> None:
    QGuiApplication.clipboard().setText("before")
    operator.go_to("password")
    operator.press(Key.Key_J, CTRL | SHIFT)
    assert QGuiApplication.clipboard().text() == "before"
    assert told(operator) == "Nothing was copied: 1 masked item left out. Reveal first (Ctrl+R), then copy."


# --- no oracle -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("many", [0, 300])
@pytest.mark.parametrize("expression", [False, True])
def test_the_filter_knows_nothing_of_what_is_masked(
    operator: Operator, page: SimulatedPage, expression: bool, many: int
) -> None:
    page.update({f"item {number}": "nothing" for number in range(many)})
    operator.look()
    if expression:
        operator.press(Key.Key_F, CTRL)
        operator.press(Key.Key_R, ALT)
    operator.window.storage.filter_field.setText("hunter2")
    assert operator.keys() == []
    page.set("password", '{"b":"hunter2"}')
    assert operator.keys() == [], "nor when it changes"
    operator.window.storage.filter_field.setText("passw")
    assert operator.keys() == ["password"]
    reveal(operator, "password")
    operator.window.storage.filter_field.setText("hunter2")
    assert operator.keys() == ["password"]
    operator.window.commands.mask.trigger()
    assert operator.keys() == []


@pytest.mark.parametrize("column", [Column.VALUE, Column.KIND])
def test_the_order_tells_nothing_of_a_secret_and_stays_when_it_is_revealed(
    operator: Operator, page: SimulatedPage, column: Column
) -> None:
    operator.panel.model.sort(column)
    before = operator.keys()
    assert before[:2] == ["auth.token", "password"]
    for value in ("zzz", "", "1", "true"):
        page.set("auth.token", value)
        assert operator.keys() == before
    reveal(operator, "auth.token")
    assert operator.keys() == before


# --- what was masked in the journal ----------------------------------------------------------------------------------


def test_what_the_journal_did_not_keep_is_not_said_to_be_the_pages(
    operator: Operator, page: SimulatedPage, registry: Registry, clock: Clock
) -> None:
    page.leave_for_good()
    session, area = page.session, page.session.area()
    held: dict[str, Value] = {"auth.token": NotRecorded(25), "password": Redacted(7), "theme": "dark"}
    session.announce(ItemsChanged(session, area, area.replace(held, clock()), "page"))
    clock.pass_by(2)  # it is news no more
    assert operator.cell("auth.token", Column.VALUE) == "not kept in the journal, 25 units"
    assert operator.cell("auth.token", Column.STATE) == "not kept"
    assert operator.cell("password", Column.VALUE) == "redacted, 7 units"
    assert operator.cell("password", Column.STATE) == "redacted"
    operator.go_to("auth.token")
    operator.press(Key.Key_F2)
    why = "The journal does not keep such a value. It is known again when the session comes back."
    assert told(operator) == f"{why} It cannot be edited from here."
    operator.press(Key.Key_F4)
    assert operator.inspector.nothing.text().startswith(why)
    assert operator.inspector.head.meaning.text() == "masked, 25 units"
    operator.press(Key.Key_5, ALT)
    page.connect()
    assert operator.cell("auth.token", Column.VALUE) == MASKED
