"""The window: what it shows when, its menus, how it is closed and what it remembers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, QSettings, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QPushButton

from monitor.core.registry import Registry
from monitor.ui.main_window import MainWindow
from monitor.ui.sessions.rows import OriginRow, SessionRow
from monitor.ui.sessions.view import ARROW, INDENT
from monitor.ui.storage.columns import Column
from tests.ui.operator import CTRL, SHIFT, Key, Operator
from tests.ui.simulated_page import FIREFOX, Clock, SimulatedPage

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

SNIPPET = '<script src="http://127.0.0.1:8765/bridge.js" async></script>'


def open_session(registry: Registry, clock: Clock, name: str, **more: str) -> SimulatedPage:
    return SimulatedPage(registry, clock, {"of": name}, session_id=name, user=name, **more)  # type: ignore[arg-type]  # texts all


# --- what is shown ---------------------------------------------------------------------------------------------------


def test_without_sessions_it_says_how_to_connect_a_page(operator: Operator, qtbot: QtBot) -> None:
    window = operator.window
    window.show_address("http://127.0.0.1:8765", SNIPPET, "http://127.0.0.1:8765/")
    panel = window.connect_panel
    assert panel.isVisible()
    assert panel.snippet.text() == SNIPPET
    assert "http://127.0.0.1:8765" in window.status.address.text()
    operator.push(panel.copy)
    assert QGuiApplication.clipboard().text() == SNIPPET
    assert panel.copy.text() == "✓ Copied"
    with qtbot.waitSignal(window.page_asked) as asked:
        operator.push(panel.open_page)
    assert asked.args == ["http://127.0.0.1:8765/"]


def test_nothing_can_be_copied_or_opened_before_the_hub_listens(operator: Operator) -> None:
    panel = operator.window.connect_panel
    assert not panel.copy.isEnabled()
    assert not panel.open_page.isEnabled()


def test_a_hub_that_cannot_listen_is_told_wherever_its_address_would_be(
    operator: Operator, registry: Registry, clock: Clock
) -> None:
    window = operator.window
    why = "No page can connect: port 8765 is not free."
    window.show_not_listening(why)
    assert window.connect_panel.explanation.text() == why
    assert window.status.address.text() == "Not listening"
    assert why in window.status.notice.text()
    assert "Not listening yet" not in [label.text() for label in window.findChildren(QLabel) if label.isVisible()]
    assert "One moment…" not in [label.text() for label in window.findChildren(QLabel) if label.isVisible()]
    assert not window.connect_panel.copy.isVisible()
    open_session(registry, clock, "Ada")
    operator.look()
    operator.press(Key.Key_O, CTRL)
    assert window.connect_dialog is not None
    assert window.connect_dialog.panel.explanation.text() == why
    window.connect_dialog.close()
    window.show_address("http://127.0.0.1:8765", SNIPPET, "http://127.0.0.1:8765/")
    window.show_connect()
    assert window.connect_dialog.panel.snippet.isVisible()
    assert window.connect_dialog.panel.copy.isVisible()
    window.connect_dialog.close()


def test_the_first_session_is_chosen_and_later_ones_are_not(
    operator: Operator, registry: Registry, clock: Clock
) -> None:
    open_session(registry, clock, "Ada")
    open_session(registry, clock, "Grace")
    operator.look()
    assert operator.window.storage.header.title.text() == "Ada"
    assert operator.cell("of", Column.VALUE) == "Ada"


def test_moving_in_the_list_shows_the_session_there(operator: Operator, registry: Registry, clock: Clock) -> None:
    open_session(registry, clock, "Ada")
    open_session(registry, clock, "Grace")
    operator.look()
    operator.window.sessions.view.setFocus()
    operator.press(Key.Key_Down)
    assert operator.cell("of", Column.VALUE) == "Grace"


def test_the_shown_session_stays_whatever_happens_to_its_row(
    operator: Operator, registry: Registry, clock: Clock
) -> None:
    open_session(registry, clock, "Ada", origin="https://m.example")
    operator.look()
    for number in range(4):
        open_session(registry, clock, f"other-{number}", origin=f"https://{'am'[number % 2]}.example")
    operator.look()
    title = operator.window.storage.header.title
    operator.window.sessions.search_field.setText("other")
    operator.look()
    assert title.text() == "Ada"
    assert not operator.window.sessions.view.currentIndex().isValid() or _current(operator) != "Ada"
    operator.window.sessions.search_field.clear()
    operator.look()
    assert title.text() == "Ada"
    assert _current(operator) == "Ada"
    operator.press(Key.Key_W, CTRL | SHIFT)
    assert title.text() == "Ada"
    assert _current(operator) == "https://m.example"
    operator.press(Key.Key_E, CTRL | SHIFT)
    assert _current(operator) == "Ada"


def _current(operator: Operator) -> str:
    operator.look()
    text = operator.window.sessions.view.currentIndex().data()
    assert isinstance(text, str)
    return text


def test_an_origin_that_is_chosen_asks_for_a_session(operator: Operator, registry: Registry, clock: Clock) -> None:
    open_session(registry, clock, "Ada")
    operator.look()
    operator.window.sessions.view.setFocus()
    operator.press(Key.Key_Left)
    assert isinstance(operator.window.sessions.row, OriginRow)
    assert operator.window.placeholder.isVisible()
    assert "1 session at https://shop.example" in operator.window.placeholder.text()


def test_a_session_that_left_keeps_what_it_held_and_can_be_forgotten(
    operator: Operator, registry: Registry, clock: Clock
) -> None:
    page = open_session(registry, clock, "Ada", user_agent=FIREFOX)
    operator.look()
    page.leave_for_good()
    operator.look()
    assert operator.window.storage.header.state.text().startswith("left at ")
    assert "Firefox 153 on Windows" in operator.window.storage.header.subtitle.text()
    assert operator.cell("of", Column.VALUE) == "Ada"
    operator.window.sessions.view.setFocus()
    operator.press(Key.Key_Delete)
    assert not registry.sessions
    assert operator.window.connect_panel.isVisible()


def test_a_live_session_cannot_be_forgotten(operator: Operator, registry: Registry, clock: Clock) -> None:
    open_session(registry, clock, "Ada")
    operator.look()
    operator.window.sessions.view.setFocus()
    operator.press(Key.Key_Delete)
    assert len(registry.sessions) == 1
    assert operator.window.status.currentMessage() == "A session can be forgotten when it has left."


def test_all_that_left_are_forgotten_after_a_question(operator: Operator, registry: Registry, clock: Clock) -> None:
    pages = [open_session(registry, clock, f"s{number}") for number in range(5)]
    for page in pages[1:]:
        page.leave_for_good()
    operator.look()
    operator.window.sessions.forget_all()
    assert "Forget 4 sessions" in operator.question().text()
    operator.answer("Forget")
    assert list(registry.sessions) == ["s0"]


def test_the_search_says_how_many_match(operator: Operator, registry: Registry, clock: Clock) -> None:
    for name in ("Ada", "Adele", "Grace"):
        open_session(registry, clock, name)
    operator.look()
    operator.press(Key.Key_F, CTRL | SHIFT)
    operator.type("ad")
    assert operator.window.sessions.count.text() == "2 of 3 sessions"


def test_enter_goes_on_to_what_was_found_and_escape_starts_over(
    operator: Operator, registry: Registry, clock: Clock
) -> None:
    for name in ("Ada", "Grace"):
        open_session(registry, clock, name)
    operator.look()
    operator.press(Key.Key_F, CTRL | SHIFT)
    operator.type("grace")
    operator.press(Key.Key_Return)
    assert operator.window.sessions.view.hasFocus()
    operator.press(Key.Key_Down)
    assert operator.window.storage.header.title.text() == "Grace"
    operator.press(Key.Key_F, CTRL | SHIFT)
    operator.press(Key.Key_Escape)
    assert operator.window.sessions.search_field.text() == ""
    assert operator.window.sessions_model.tree.matching == 2


def test_f6_goes_from_the_sessions_to_the_items_and_back(operator: Operator, registry: Registry, clock: Clock) -> None:
    open_session(registry, clock, "Ada")
    operator.look()
    operator.window.sessions.view.setFocus()
    operator.press(Key.Key_F6)
    assert operator.table.hasFocus()
    assert operator.table.selected_keys() == ["of"]
    operator.press(Key.Key_F6)
    assert operator.window.sessions.view.hasFocus()


def test_the_tree_is_worked_by_the_keyboard(operator: Operator, registry: Registry, clock: Clock) -> None:
    page = open_session(registry, clock, "Ada", title="Checkout")
    SimulatedPage(registry, clock, session_id="Ada", page_id="page-2", title="Cart", user="Ada")
    operator.look()
    assert page.session.user == "Ada"
    operator.window.sessions.view.setFocus()
    operator.press(Key.Key_Right)
    operator.press(Key.Key_Right)
    assert _current(operator) == "Checkout"
    assert operator.window.storage.header.title.text() == "Ada"
    operator.press(Key.Key_End)
    assert _current(operator) == "Cart"
    operator.press(Key.Key_Left)
    assert _current(operator) == "Ada"
    operator.press(Key.Key_Left)
    operator.press(Key.Key_Left)
    assert _current(operator) == "https://shop.example"
    operator.press(Key.Key_Space)
    assert operator.window.sessions_model.rowCount() == 1


def test_a_click_on_a_triangle_opens_and_closes(operator: Operator, registry: Registry, clock: Clock) -> None:
    open_session(registry, clock, "Ada")
    operator.look()
    view, model = operator.window.sessions.view, operator.window.sessions_model
    triangle = view.visualRect(model.index(1)).topLeft() + QPoint(4 + INDENT + ARROW // 2, 18)
    for rows in (3, 2):
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=triangle)
        operator.look()
        assert model.rowCount() == rows


def test_the_filter_says_how_many_match(operator: Operator, registry: Registry, clock: Clock) -> None:
    SimulatedPage(registry, clock, {"theme": "dark", "locale": "de", "mode": "themed"})
    operator.look()
    operator.press(Key.Key_F, CTRL)
    operator.type("theme")
    assert operator.keys() == ["mode", "theme"]
    assert operator.window.storage.count.text() == "2 of 3 shown"
    operator.window.storage.filter_field.setText("nothing like it")
    operator.look()
    assert operator.panel.note.isVisible()
    assert operator.panel.note.text() == "None of 3 items matches the filter."


def test_an_empty_storage_says_so(operator: Operator, registry: Registry, clock: Clock) -> None:
    SimulatedPage(registry, clock, {})
    operator.look()
    assert operator.panel.note.isVisible()
    assert "There is nothing in this storage." in operator.panel.note.text()


def test_a_page_without_storage_says_what_the_browser_says(
    operator: Operator, registry: Registry, clock: Clock
) -> None:
    SimulatedPage(registry, clock, storage_error="SecurityError: The operation is insecure.")
    operator.look()
    assert "SecurityError: The operation is insecure." in operator.panel.note.text()
    assert not operator.window.commands.add.isEnabled()


def test_the_status_line_counts(operator: Operator, registry: Registry, clock: Clock) -> None:
    page = open_session(registry, clock, "Ada")
    open_session(registry, clock, "Grace").leave_for_good()
    operator.look()
    status = operator.window.status
    assert status.sessions.text() == "1 session live, 1 left"
    status.show_rate()
    for number in range(50):
        page.set("n", str(number))
    status.show_rate()
    assert status.rate.text() != "0 messages/s"
    operator.window.show_notice("Port 8765 is taken.")
    assert "Port 8765 is taken." in status.notice.text()


def test_a_long_notice_does_not_make_the_window_wider(operator: Operator) -> None:
    window = operator.window
    narrowest = window.minimumSizeHint().width()
    sentence = "Other machines can reach this hub, and nothing protects it yet: " + "ws://192.0.2.7:8765, " * 20
    window.show_notice(sentence)
    assert window.minimumSizeHint().width() <= narrowest
    assert sentence in window.status.notice.toolTip(), "what does not fit is there to read"


def test_browser_text_is_plain_text_everywhere(operator: Operator, registry: Registry, clock: Clock) -> None:
    name = "<b>Eve</b><img src=x>"
    page = SimulatedPage(registry, clock, {name: name}, user=name, title=name)
    operator.look()
    header = operator.window.storage.header
    assert header.title.text() == name
    assert header.title.textFormat() == Qt.TextFormat.PlainText
    assert "<img" not in header.title.toolTip()
    row = operator.window.sessions_model.row_of(page.session)
    assert row is not None
    assert "<img" not in operator.window.sessions_model.index_of(row).data(Qt.ItemDataRole.ToolTipRole)


# --- menus -----------------------------------------------------------------------------------------------------------


def test_every_button_and_field_has_a_name_for_those_who_cannot_see_it(
    operator: Operator, registry: Registry, clock: Clock
) -> None:
    open_session(registry, clock, "Ada")
    operator.look()
    for button in operator.window.findChildren(QAbstractButton):
        if button.isVisible() and type(button).__module__.startswith(("monitor", "PySide6")):
            assert button.text() or button.accessibleName() or button.toolTip() or button.parent(), button
    for field in operator.window.findChildren(QLineEdit):
        assert field.accessibleName() or field.placeholderText(), field


def test_f5_asks_the_browser_for_everything(operator: Operator, registry: Registry, clock: Clock) -> None:
    page = open_session(registry, clock, "Ada")
    operator.look()
    page.items["of"] = "unnoticed"
    operator.press(Key.Key_F5)
    page.send_snapshot()
    assert operator.cell("of", Column.VALUE) == "unnoticed"


def test_connecting_a_page_is_explained_while_there_are_sessions(
    operator: Operator, registry: Registry, clock: Clock
) -> None:
    open_session(registry, clock, "Ada")
    operator.window.show_address("http://127.0.0.1:8765", SNIPPET, "http://127.0.0.1:8765/")
    operator.look()
    operator.press(Key.Key_O, CTRL)
    dialog = operator.window.connect_dialog
    assert dialog is not None
    assert dialog.isVisible()
    assert dialog.panel.snippet.text() == SNIPPET
    dialog.close()


def test_about_names_the_version(operator: Operator) -> None:
    operator.press(Key.Key_F1, SHIFT)
    assert "0.1.0" in operator.question().text()
    operator.question().close()


# --- closing and remembering -----------------------------------------------------------------------------------------


def test_closing_says_so_once(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.closed):
        window.close()
    assert not window.isVisible()


def test_ctrl_q_closes(operator: Operator, qtbot: QtBot) -> None:
    with qtbot.waitSignal(operator.window.closed):
        operator.press(Key.Key_Q, CTRL)


def test_closing_with_a_draft_asks(operator: Operator, registry: Registry, clock: Clock, qtbot: QtBot) -> None:
    open_session(registry, clock, "Ada")
    operator.edit("of")
    operator.type("draft")
    operator.window.close()
    assert operator.window.isVisible()
    assert operator.question().informativeText() == "1 value that is being edited."
    operator.answer("Cancel")
    assert operator.editor.line.text() == "draft"
    operator.window.close()
    with qtbot.waitSignal(operator.window.closed):
        button = next(each for each in operator.question().buttons() if each.text().startswith("Quit"))
        assert isinstance(button, QPushButton)
        button.click()


def test_closing_with_edits_that_no_browser_has_taken_asks(
    operator: Operator, registry: Registry, clock: Clock
) -> None:
    page = open_session(registry, clock, "Ada")
    operator.look()
    editing = operator.panel.model.editing
    editing.set_value("of", "1", "something else")
    page.answer()
    page.leave_for_good()
    editing.set_value("new", "1", None)
    operator.look()
    operator.window.close()
    assert operator.question().informativeText() == "1 edit that waits for its page, 1 refused edit."
    operator.answer("Cancel")
    operator.window.sessions.view.setFocus()
    operator.press(Key.Key_Delete)
    assert "1 edit that waits for its page, 1 refused edit" in operator.question().informativeText()
    operator.answer("Forget")
    assert not registry.sessions


def test_the_tree_says_of_a_session_what_is_not_saved_there(
    operator: Operator, registry: Registry, clock: Clock
) -> None:
    def said() -> list[str]:
        operator.look()
        model = operator.window.sessions_model
        row = model.row(1)
        assert isinstance(row, SessionRow)
        words = [badge.text for badge in model.badges(row)]
        index = model.index(1)
        for role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            assert all(text in index.data(role) for text in words)
        return words

    page = open_session(registry, clock, "Ada")
    assert said() == []
    operator.edit("of")
    operator.type("draft")
    assert said() == ["draft"]
    operator.panel.model.editing.set_value("new", "1", "something else")
    page.answer()
    assert said() == ["1 not saved"], "that needs the operator more"


def others_leave(registry: Registry, clock: Clock) -> None:
    """More sessions come and leave than are remembered."""
    registry.remembered = 1
    for name in ("Grace", "Joan", "Mary"):
        open_session(registry, clock, name).leave_for_good()


def test_a_draft_holds_its_session_back_when_too_many_have_left(
    operator: Operator, registry: Registry, clock: Clock
) -> None:
    page = open_session(registry, clock, "Ada")
    operator.edit("of")
    operator.type("draft")
    alan = open_session(registry, clock, "Alan")
    operator.window.sessions.choose(alan.session)
    operator.look()
    page.leave_for_good()
    others_leave(registry, clock)
    operator.look()
    assert not page.session.forgotten
    operator.window.sessions.choose(page.session)
    operator.look()
    draft = operator.panel.model.drafts.of("of")
    assert draft is not None
    assert draft.written.text == "draft"
    operator.panel.model.drafts.drop("of")
    operator.window.sessions.choose(alan.session)
    others_leave(registry, clock)
    operator.look()
    assert page.session.forgotten, "nothing of the operator's is left there"


@pytest.mark.parametrize("kind", ["local", "session"])
def test_a_refused_edit_holds_its_session_back_when_too_many_have_left(
    operator: Operator, registry: Registry, clock: Clock, kind: str
) -> None:
    """An edit that waited for the SessionStorage of a page is refused when the page has left for good."""
    page = open_session(registry, clock, "Ada")
    operator.look()
    operator.press(Key.Key_1 if kind == "local" else Key.Key_2, CTRL)
    editing = operator.panel.model.editing
    if kind == "local":
        editing.set_value("of", "mine", "something else")
        page.answer()
    else:
        page.leave()
        editing.set_value("step", "mine", None)
    page.leave_for_good()
    alan = open_session(registry, clock, "Alan")
    operator.window.sessions.choose(alan.session)
    others_leave(registry, clock)
    operator.look()
    assert not page.session.forgotten
    assert operator.window.outcomes.refusals(page.session) == 1
    operator.window.sessions.choose(page.session)
    operator.look()
    assert "mine" in operator.panel.refusals.label.text()
    operator.push(operator.panel.refusals.discard)
    operator.window.sessions.choose(alan.session)
    others_leave(registry, clock)
    assert page.session.forgotten


def test_the_session_that_is_shown_is_not_forgotten_before_it_is_left(
    operator: Operator, registry: Registry, clock: Clock
) -> None:
    page = open_session(registry, clock, "Ada")
    other = open_session(registry, clock, "Alan")
    operator.window.sessions.choose(page.session)
    operator.look()
    page.leave_for_good()
    others_leave(registry, clock)
    operator.look()
    assert not page.session.forgotten
    assert operator.keys() == ["of"]
    operator.window.sessions.choose(other.session)
    operator.look()
    others_leave(registry, clock)
    assert page.session.forgotten, "nobody looks at it any more"


def test_a_window_that_is_closed_holds_nothing_back(
    operator: Operator, registry: Registry, clock: Clock, qtbot: QtBot
) -> None:
    page = open_session(registry, clock, "Ada")
    operator.look()
    operator.panel.model.editing.set_value("of", "mine", "something else")
    page.answer()
    operator.window.close()
    with qtbot.waitSignal(operator.window.closed):
        next(each for each in operator.question().buttons() if each.text().startswith("Quit")).click()
    page.leave_for_good()
    others_leave(registry, clock)
    assert page.session.forgotten


def test_closing_once_more_asks_no_second_question_and_closes_when_confirmed(
    operator: Operator, registry: Registry, clock: Clock, qtbot: QtBot
) -> None:
    page = open_session(registry, clock, "Ada")
    operator.look()
    page.leave()
    operator.panel.model.editing.set_value("of", "waits", "Ada")
    operator.window.close()
    operator.window.close()
    quit_button = next(each for each in operator.question().buttons() if each.text().startswith("Quit"))
    with qtbot.waitSignal(operator.window.closed):
        quit_button.click()
    operator.window.close()
    assert not operator.window.isVisible()


def test_size_splitter_and_columns_are_remembered(
    registry: Registry, clock: Clock, qtbot: QtBot, tmp_path: Path
) -> None:
    def opened() -> Operator:
        settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
        window = MainWindow(registry, clock, settings)
        qtbot.addWidget(window)
        window.show()
        operator = Operator(window, qtbot)
        operator.look()
        return operator

    open_session(registry, clock, "Ada")
    first = opened()
    first.window.sessions.choose(next(iter(registry)))
    first.window.resize(777, 555)
    first.look()
    first.window.splitter.setSizes([250, 526])
    first.table.horizontalHeader().resizeSection(Column.KEY, 199)
    first.table.sortByColumn(Column.SIZE, Qt.SortOrder.DescendingOrder)
    first.window.close()

    second = opened()
    second.window.sessions.choose(next(iter(registry)))
    second.look()
    assert second.window.size() == first.window.size()
    assert second.window.splitter.sizes() == first.window.splitter.sizes()
    header = second.table.horizontalHeader()
    assert header.sectionSize(Column.KEY) == 199
    assert header.sortIndicatorSection() == Column.SIZE


def test_columns_stay_as_they_are_when_another_session_is_shown(
    operator: Operator, registry: Registry, clock: Clock
) -> None:
    open_session(registry, clock, "Ada")
    other = SimulatedPage(registry, clock, {"a": "22", "b": "1", "c": "333"}, session_id="Grace")
    operator.look()
    operator.table.sortByColumn(Column.SIZE, Qt.SortOrder.DescendingOrder)
    operator.table.horizontalHeader().resizeSection(Column.KEY, 199)
    operator.window.sessions.choose(other.session)
    operator.look()
    assert operator.table.horizontalHeader().sectionSize(Column.KEY) == 199
    assert operator.keys() == ["c", "a", "b"]


@pytest.mark.parametrize("size", [(900, 600), (1280, 800)])
def test_no_column_is_out_of_sight(operator: Operator, registry: Registry, clock: Clock, size: tuple[int, int]) -> None:
    SimulatedPage(registry, clock, {f"key-{number}": "value " * 40 for number in range(60)})
    operator.window.resize(*size)
    operator.look()
    assert operator.table.horizontalScrollBar().maximum() == 0
