"""Who may connect: an origin that asks has a row, is answered by mouse and keys, and answers can be changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QMessageBox

from monitor.core.origins import Answer, Asking
from monitor.core.registry import Registry
from monitor.ui.access.dialog import AnswersDialog
from monitor.ui.access.model import AnswersColumn, AnswersModel
from monitor.ui.sessions.rows import AskingRow
from tests.ui.model_watch import ModelWatch
from tests.ui.operator import CTRL, SHIFT, Key, Operator
from tests.ui.simulated_page import FIREFOX, Clock, SimulatedPage

if TYPE_CHECKING:
    from PySide6.QtGui import QAction

ALT = Qt.KeyboardModifier.AltModifier
SHOP = "https://intranet.example"


def ask(operator: Operator, registry: Registry, origin: str = SHOP, title: str = "Orders") -> Asking:
    """Pages of this origin wait."""
    asking = Asking(origin, title, f"{origin}/orders", FIREFOX, "127.0.0.1", 0.0)
    registry.origins.ask(asking)
    operator.look()
    return asking


def choose(operator: Operator, place: int = 0) -> None:
    """Make this row of the tree the current one."""
    view = operator.window.sessions.view
    view.setFocus()
    view.setCurrentIndex(view.model().index(place, 0))
    operator.look()


def titles(operator: Operator) -> list[str]:
    """The rows of the tree."""
    operator.look()
    model = operator.window.sessions_model
    return [model.index(row).data() for row in range(model.rowCount())]


def dialog(operator: Operator) -> AnswersDialog:
    """The one that is open."""
    (found,) = [each for each in operator.window.findChildren(AnswersDialog) if each.isVisible()]
    return found


def menu_of_the_tree(operator: Operator) -> QMenu:
    operator.window.sessions.view.customContextMenuRequested.emit(QPoint(5, 5))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def named(menu: QMenu, name: str) -> QAction:
    (action,) = [action for action in menu.actions() if action.text().replace("&", "") == name]
    return action


# --- the row ---------------------------------------------------------------------------------------------------------


def test_an_origin_that_asks_stands_before_the_sessions_and_the_status_bar_says_so(
    operator: Operator, registry: Registry, clock: Clock
) -> None:
    SimulatedPage(registry, clock, user="Ada")
    ask(operator, registry)
    assert titles(operator) == [SHOP, "https://shop.example", "Ada"]
    assert operator.window.status.currentMessage().startswith(f"{SHOP} asks to connect")
    model = operator.window.sessions_model
    assert model.index(0).data(Qt.ItemDataRole.AccessibleTextRole) == (
        f"{SHOP} asks to connect, “Orders”, Firefox 153 on Windows, from 127.0.0.1, {SHOP}/orders"
    )
    registry.origins.withdraw(SHOP)
    assert titles(operator) == ["https://shop.example", "Ada"]


def test_what_is_shown_stays_shown_when_an_origin_asks(operator: Operator, registry: Registry, clock: Clock) -> None:
    page = SimulatedPage(registry, clock, {"a": "1"}, user="Ada")
    operator.look()
    ask(operator, registry)
    assert operator.window.sessions.session is page.session
    row = operator.window.sessions.view.current_row()
    assert row is operator.window.sessions_model.row_of(page.session)


def test_pages_without_an_origin_ask_in_words(operator: Operator, registry: Registry) -> None:
    ask(operator, registry, "null")
    assert titles(operator) == ["Pages without an origin"]
    model = operator.window.sessions_model
    assert model.index(0).data(Qt.ItemDataRole.ToolTipRole).startswith("<span>Pages without an origin ask to connect")


def test_an_origin_that_asks_stands_there_whatever_is_searched_for(operator: Operator, registry: Registry) -> None:
    ask(operator, registry)
    operator.window.sessions.search_field.setText("nothing like it")
    assert titles(operator) == [SHOP]


def test_it_can_be_chosen_where_there_is_nothing_else(operator: Operator, registry: Registry) -> None:
    ask(operator, registry)
    choose(operator)
    assert isinstance(operator.window.sessions.row, AskingRow)
    placeholder = operator.window.placeholder
    assert placeholder.isVisible()
    assert "asks to connect" in placeholder.text()
    for key in (Key.Key_Left, Key.Key_Right):
        operator.press(key)
        assert titles(operator) == [SHOP]
    registry.origins.withdraw(SHOP)
    operator.look()
    assert operator.window.connect_panel.isVisible()


def test_pages_without_an_origin_are_answered_in_words(operator: Operator, registry: Registry) -> None:
    ask(operator, registry, "null")
    choose(operator)
    operator.press(Key.Key_A, CTRL | SHIFT)
    assert operator.window.status.currentMessage() == "Pages without an origin may connect from now on."


def test_those_that_ask_are_answered_one_after_the_other_by_keys(operator: Operator, registry: Registry) -> None:
    origins = [f"https://shop-{number}.example" for number in range(3)]
    for origin in origins:
        ask(operator, registry, origin)
    choose(operator)
    for modifiers, key in ((CTRL | SHIFT, Key.Key_B), (CTRL | SHIFT, Key.Key_A), (CTRL | SHIFT, Key.Key_B)):
        row = operator.window.sessions.row
        assert isinstance(row, AskingRow)
        assert operator.window.sessions.view.current_row() is row
        assert row.asking.origin in operator.window.placeholder.text()
        operator.press(key, modifiers)
        operator.look()
    answers = [registry.origins.answers[origin] for origin in origins]
    assert answers == [Answer.BLOCKED, Answer.ALLOWED, Answer.BLOCKED]
    assert operator.window.sessions.row is None


def test_where_the_chosen_one_is_gone_no_session_is_chosen_in_its_place(
    operator: Operator, registry: Registry, clock: Clock
) -> None:
    page = SimulatedPage(registry, clock, user="Ada")
    ask(operator, registry)
    choose(operator)
    registry.origins.withdraw(SHOP)
    operator.look()
    sessions = operator.window.sessions
    assert (sessions.row, sessions.view.current_row()) == (None, None)
    choose(operator, 1)
    assert sessions.session is page.session


# --- answering -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [Key.Key_Return, Key.Key_Space, Key.Key_Enter])
@pytest.mark.parametrize("answer", ["Allow", "Block"])
def test_enter_asks_and_the_answer_holds(operator: Operator, registry: Registry, key: Key, answer: str) -> None:
    ask(operator, registry)
    choose(operator)
    operator.press(key)
    asked = operator.question()
    assert SHOP in asked.text().replace("\u200b", "")
    assert asked.textFormat() is Qt.TextFormat.PlainText
    operator.answer(answer)
    assert registry.origins.answers == {SHOP: Answer.ALLOWED if answer == "Allow" else Answer.BLOCKED}
    assert titles(operator) == []
    assert SHOP in operator.window.status.currentMessage()


@pytest.mark.parametrize("key", [Key.Key_Return, Key.Key_Escape, Key.Key_Space])
def test_no_key_that_was_meant_for_something_else_answers(operator: Operator, registry: Registry, key: Key) -> None:
    ask(operator, registry)
    choose(operator)
    operator.press(Key.Key_Return)
    QTest.keyClick(operator.question(), key)
    operator.look()
    assert registry.origins.answers == {}
    assert SHOP in registry.origins.asking


def click(operator: Operator, place: QPoint, *, double: bool = False) -> None:
    viewport = operator.window.sessions.view.viewport()
    (QTest.mouseDClick if double else QTest.mouseClick)(viewport, Qt.MouseButton.LeftButton, pos=place)
    operator.look()


def questions(operator: Operator) -> list[QMessageBox]:
    return [box for box in operator.window.findChildren(QMessageBox) if box.isVisible()]


def test_a_click_on_its_badge_asks_and_one_beside_it_only_chooses(operator: Operator, registry: Registry) -> None:
    ask(operator, registry)
    rect = operator.window.sessions.view.visualRect(operator.window.sessions_model.index(0))
    click(operator, QPoint(rect.left() + 60, rect.center().y()))
    assert isinstance(operator.window.sessions.row, AskingRow)
    assert questions(operator) == []
    click(operator, QPoint(rect.right() - 20, rect.center().y()))
    operator.answer("Block")
    assert registry.origins.answers == {SHOP: Answer.BLOCKED}


def test_a_double_click_asks_once(operator: Operator, registry: Registry) -> None:
    ask(operator, registry)
    rect = operator.window.sessions.view.visualRect(operator.window.sessions_model.index(0))
    click(operator, QPoint(rect.left() + 60, rect.center().y()), double=True)
    operator.answer("Allow")
    assert registry.origins.answers == {SHOP: Answer.ALLOWED}


def test_one_question_at_a_time(operator: Operator, registry: Registry) -> None:
    asking = ask(operator, registry)
    for _ in range(2):
        operator.window.sessions.view.answering.emit(asking)
    assert len(questions(operator)) == 1
    operator.answer("Cancel")


def test_the_question_is_about_the_origin_that_it_names_whatever_else_asks(
    operator: Operator, registry: Registry
) -> None:
    ask(operator, registry)
    choose(operator)
    operator.press(Key.Key_Return)
    registry.origins.withdraw(SHOP)
    ask(operator, registry, "https://evil.example")
    operator.answer("Allow")
    assert registry.origins.answers == {SHOP: Answer.ALLOWED}


@pytest.mark.parametrize(("key", "answer"), [(Key.Key_A, Answer.ALLOWED), (Key.Key_B, Answer.BLOCKED)])
def test_shortcuts_answer_for_the_chosen_row(operator: Operator, registry: Registry, key: Key, answer: Answer) -> None:
    ask(operator, registry)
    choose(operator)
    operator.press(key, CTRL | SHIFT)
    assert registry.origins.answers == {SHOP: answer}


@pytest.mark.parametrize(("name", "answer"), [("Allow origin", Answer.ALLOWED), ("Block origin", Answer.BLOCKED)])
def test_so_does_the_menu_of_the_row(operator: Operator, registry: Registry, name: str, answer: Answer) -> None:
    ask(operator, registry)
    choose(operator)
    menu = menu_of_the_tree(operator)
    named(menu, name).trigger()
    menu.close()
    assert registry.origins.answers == {SHOP: answer}


def test_an_origin_that_is_here_can_be_blocked_and_allowed_again(
    operator: Operator, registry: Registry, clock: Clock
) -> None:
    SimulatedPage(registry, clock, user="Ada")
    operator.look()
    permits = operator.window.commands.permits
    assert (permits.allow.isEnabled(), permits.block.isEnabled()) == (False, True)
    permits.block.trigger()
    operator.look()
    assert registry.origins.answers == {"https://shop.example": Answer.BLOCKED}
    choose(operator, 0)
    assert (permits.allow.isEnabled(), permits.block.isEnabled()) == (True, False)
    permits.allow.trigger()
    assert registry.origins.answers == {"https://shop.example": Answer.ALLOWED}


def test_where_nothing_is_chosen_there_is_nothing_to_answer(operator: Operator) -> None:
    operator.look()
    permits = operator.window.commands.permits
    assert not permits.allow.isEnabled()
    assert not permits.block.isEnabled()


# --- what a stranger says --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["<b>bold</b>", "a\nb", "\u202eevil", "\x00\x1b[31m", "x" * 5_000, "\ud800"])
def test_what_a_stranger_says_is_plain_text(operator: Operator, registry: Registry, text: str) -> None:
    ask(operator, registry, f"https://{text}", text)
    choose(operator)
    operator.press(Key.Key_Return)
    shown = [operator.question().text(), operator.question().informativeText(), *titles(operator)]
    shown.append(operator.window.placeholder.text())
    for each in shown:
        for character in "\u202e\x00\x1b":
            assert character not in each
        assert len(each) < 2_000
    assert operator.question().textFormat() is Qt.TextFormat.PlainText
    operator.answer("Cancel")
    operator.press(Key.Key_O, CTRL | SHIFT)
    cell = dialog(operator).model.index(0, AnswersColumn.ORIGIN).data()
    assert "\n" not in cell
    assert "\u202e" not in cell


# --- what was answered -----------------------------------------------------------------------------------------------


def test_the_dialog_shows_and_changes_what_was_answered(operator: Operator, registry: Registry) -> None:
    registry.origins.allow("https://b.example")
    registry.origins.block("null")
    ask(operator, registry)
    operator.press(Key.Key_O, CTRL | SHIFT)
    shown = dialog(operator)

    def rows() -> list[tuple[str, str]]:
        model = shown.model
        return [
            (model.index(row, AnswersColumn.ORIGIN).data(), model.index(row, AnswersColumn.ANSWER).data())
            for row in range(model.rowCount())
        ]

    assert rows() == [
        ("https://b.example", "may connect"),
        (SHOP, "asks to connect"),
        ("Pages without an origin", "blocked"),
    ]
    enabled = [button.isEnabled() for button in (shown.allow, shown.block, shown.forget)]
    assert enabled == [False, True, True]
    operator.push(shown.forget)
    assert registry.origins.answers == {"null": Answer.BLOCKED}
    shown.table.selectRow(0)
    assert not shown.forget.isEnabled()
    operator.push(shown.allow)
    assert rows() == [(SHOP, "may connect"), ("Pages without an origin", "blocked")]
    operator.push(shown.block)
    assert registry.origins.answers == {"null": Answer.BLOCKED, SHOP: Answer.BLOCKED}
    registry.origins.allow("https://a.example")
    assert rows()[0] == ("https://a.example", "may connect")
    shown.close()
    registry.origins.forget("https://a.example")
    operator.look()


def test_with_no_answers_the_dialog_says_so_and_offers_nothing(operator: Operator) -> None:
    operator.press(Key.Key_O, CTRL | SHIFT)
    shown = dialog(operator)
    assert shown.none.isVisible()
    assert not any(button.isEnabled() for button in (shown.allow, shown.block, shown.forget))
    assert all(label.textFormat() is not Qt.TextFormat.RichText for label in shown.findChildren(QLabel))


@pytest.mark.usefixtures("qapp")
def test_the_model_of_the_answers_keeps_qt_s_rules(registry: Registry) -> None:
    model = AnswersModel(registry.origins)
    watch = ModelWatch(model)
    for origin in ("b", "a", "c"):
        registry.origins.allow(f"https://{origin}.example")
        model.follow()
        watch.check()
    registry.origins.forget("https://b.example")
    model.follow()
    watch.check()
    watch.end()
    assert [model.origin(row) for row in range(model.rowCount())] == ["https://a.example", "https://c.example"]


# --- the token -------------------------------------------------------------------------------------------------------


def test_the_token_is_rotated_after_a_question_where_there_is_one(operator: Operator) -> None:
    permits = operator.window.commands.permits
    assert not permits.rotate.isEnabled()
    rotated: list[str] = []

    def rotate() -> str:
        rotated.append("once")
        return "The token is another now."

    operator.window.let_rotate(rotate)
    operator.press(Key.Key_R, CTRL | ALT)
    operator.answer("Cancel")
    assert rotated == []
    operator.press(Key.Key_R, CTRL | ALT)
    operator.answer("Rotate")
    assert rotated == ["once"]
    assert operator.window.status.currentMessage() == "The token is another now."
