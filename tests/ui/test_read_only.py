"""Read-only: switched on by menu and keys, seen in words and colour, kept, and no way around it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from monitor.core.edits import EditState, Reason
from monitor.core.messages import SetItem
from monitor.core.registry import Registry
from monitor.ui.main_window import MainWindow
from monitor.ui.sessions.rows import PageRow
from monitor.ui.storage.columns import Column
from tests.ui.operator import CTRL, SHIFT, Key, Operator
from tests.ui.simulated_page import Clock, SimulatedPage

ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def page(operator: Operator, registry: Registry, clock: Clock) -> SimulatedPage:
    """A page whose storage the window shows."""
    page = SimulatedPage(registry, clock, {"alpha": "1", "beta": "2"}, user="Ada")
    operator.look()
    operator.go_to("beta")
    return page


def protect(operator: Operator) -> None:
    """Make the chosen session read-only."""
    operator.press(Key.Key_L, CTRL | SHIFT)


def told(operator: Operator) -> str:
    return operator.window.status.currentMessage()


def chip(operator: Operator) -> str:
    """What the chip says in the header; nothing if there is none."""
    operator.look()
    shown = operator.window.storage.header.read_only
    return shown.label.text() if shown.isVisible() else ""


def spoken(operator: Operator, place: int) -> str:
    """What a screen reader says of a row of the tree."""
    operator.look()
    model = operator.window.sessions_model
    said = model.index(place).data(Qt.ItemDataRole.AccessibleTextRole)
    assert isinstance(said, str)
    return said


def badges(operator: Operator, place: int) -> list[str]:
    model = operator.window.sessions_model
    row = model.row(place)
    assert not isinstance(row, PageRow)
    return [f"{badge.picture} {badge.text}".strip() for badge in model.badges(row)]


def painted(operator: Operator, place: int) -> bool:
    """Whether the row of the tree has the ground on which it says read-only."""
    view = operator.window.sessions.view
    rect = view.visualRect(operator.window.sessions_model.index(place))
    picture = view.viewport().grab(rect).toImage()
    ground = operator.window.appearance.color("warning_ground")
    return any(picture.pixelColor(x, y) == ground for x in range(picture.width()) for y in range(picture.height()))


# --- switching -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("modifiers", "what", "words"),
    [
        (CTRL | SHIFT, "this session", "Read-only session"),
        (CTRL | ALT, "this origin", "Read-only origin"),
        (CTRL | ALT | SHIFT, "everything", "Everything read-only"),
    ],
)
def test_each_is_switched_by_keys_and_shown(
    operator: Operator, page: SimulatedPage, modifiers: Qt.KeyboardModifier, what: str, words: str
) -> None:
    assert chip(operator) == ""
    operator.press(Key.Key_L, modifiers)
    assert chip(operator) == words
    assert what in operator.window.storage.header.read_only.toolTip()
    assert "read-only now" in told(operator)
    assert "read-only" in spoken(operator, 1)
    assert "read-only read-only" in badges(operator, 1)
    assert painted(operator, 1)
    assert painted(operator, 0) == (what != "this session")
    assert ("read-only" in spoken(operator, 0)) == (what != "this session")
    operator.press(Key.Key_L, modifiers)
    assert chip(operator) == ""
    assert "read-only" not in spoken(operator, 1)
    assert badges(operator, 1) == []
    assert not painted(operator, 1)
    operator.go_to("beta")
    operator.press(Key.Key_F2)
    assert operator.table.editor is not None


def test_the_menu_says_what_is_on(operator: Operator, page: SimulatedPage) -> None:
    menu = next(menu for menu in operator.window.menuBar().findChildren(QMenu) if menu.title() == "&Session")
    texts = [action.text().replace("&", "") for action in menu.actions()]
    assert texts[:3] == ["This session read-only", "This origin read-only", "Everything read-only"]
    menu.actions()[1].trigger()
    operator.look()
    assert [action.isChecked() for action in menu.actions()[:3]] == [False, True, False]
    menu.actions()[1].trigger()
    operator.look()
    assert not any(action.isChecked() for action in menu.actions())


def test_the_menu_of_the_tree_has_them_too(operator: Operator, page: SimulatedPage) -> None:
    view = operator.window.sessions.view
    view.setCurrentIndex(operator.window.sessions_model.index(0))
    operator.look()
    view.customContextMenuRequested.emit(view.visualRect(view.currentIndex()).center())
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    session, origin, everything = operator.window.commands.read_only.actions()
    assert {session, origin, everything} <= set(menu.actions())
    assert (session.isEnabled(), origin.isEnabled(), everything.isEnabled()) == (False, True, True)
    origin.trigger()
    menu.close()
    operator.look()
    assert page.session.why_read_only == "this origin is read-only"


def test_what_is_switched_off_may_still_be_on_in_another_way(operator: Operator, page: SimulatedPage) -> None:
    protect(operator)
    operator.press(Key.Key_L, CTRL | ALT)
    protect(operator)
    assert told(operator) == "It stays so: this origin is read-only."
    assert chip(operator) == "Read-only origin"


def test_only_that_session_is_concerned(
    operator: Operator, page: SimulatedPage, registry: Registry, clock: Clock
) -> None:
    other = SimulatedPage(registry, clock, {"x": "1"}, session_id="session-2", page_id="page-2", user="Bob")
    protect(operator)
    operator.window.sessions.choose(other.session)
    operator.look()
    assert chip(operator) == ""
    operator.edit("x")
    operator.type("2")
    operator.press(Key.Key_Return)
    assert other.asked[0].operations == [SetItem("x", "2", "1")]


# --- no way around it ------------------------------------------------------------------------------------------------


def press_keys(key: Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> Callable[[Operator], None]:
    return lambda operator: operator.press(key, modifiers)


@pytest.mark.parametrize(
    "attempt",
    [
        press_keys(Key.Key_F2),
        press_keys(Key.Key_F2, SHIFT),
        press_keys(Key.Key_Return),
        press_keys(Key.Key_Delete),
        press_keys(Key.Key_Delete, CTRL | SHIFT),
        press_keys(Key.Key_N, CTRL),
        press_keys(Key.Key_V, CTRL),
        press_keys(Key.Key_Z, CTRL),
        press_keys(Key.Key_Y, CTRL),
        lambda operator: operator.double_click("beta", Column.VALUE),
        lambda operator: operator.double_click("beta", Column.KEY),
    ],
    ids=[
        "F2",
        "Shift+F2",
        "Enter",
        "Del",
        "clear",
        "add",
        "paste",
        "undo",
        "redo",
        "double click",
        "double click on the key",
    ],
)
def test_an_attempt_says_why_and_opens_nothing(
    operator: Operator, page: SimulatedPage, attempt: Callable[[Operator], None]
) -> None:
    operator.edit("alpha")
    operator.type("a")
    operator.press(Key.Key_Return)
    page.answer()
    protect(operator)
    operator.go_to("beta")
    attempt(operator)
    assert told(operator) == "Nothing was changed: this session is read-only."
    assert operator.table.editor is None
    assert not page.asked
    assert page.items == {"alpha": "a", "beta": "2"}


def test_the_actions_are_disabled_and_their_tooltips_say_why(operator: Operator, page: SimulatedPage) -> None:
    commands = operator.window.commands
    writing: list[QAction] = [
        commands.add,
        commands.edit,
        commands.rename,
        commands.delete,
        commands.clear,
        commands.paste,
    ]
    tips = [action.toolTip() for action in writing]
    assert all(action.isEnabled() for action in writing)
    protect(operator)
    for action in writing:
        assert not action.isEnabled()
        assert "this session is read-only" in action.toolTip()
    assert commands.copy_value.isEnabled()
    protect(operator)
    assert all(action.isEnabled() for action in writing)
    assert [action.toolTip() for action in writing] == tips


def test_a_draft_that_was_begun_is_refused_and_keeps_its_text(operator: Operator, page: SimulatedPage) -> None:
    operator.edit("beta")
    operator.type("mine")
    protect(operator)
    assert operator.editor.line.text() == "mine"
    operator.press(Key.Key_Return)
    operator.look()
    assert not page.asked
    bar = operator.panel.refusals
    assert bar.label.text().startswith("“beta” was not saved: this session is read-only.")
    assert "mine" in bar.label.text()
    assert not bar.retry.isEnabled()
    protect(operator)
    operator.look()
    assert bar.retry.isEnabled()
    operator.push(bar.retry)
    assert page.asked[0].operations == [SetItem("beta", "mine", "2")]


def test_an_edit_that_waits_is_refused_and_keeps_its_text(operator: Operator, page: SimulatedPage) -> None:
    page.leave()
    operator.edit("beta")
    operator.type("mine")
    operator.press(Key.Key_Return)
    assert operator.cell("beta", Column.STATE) == "waiting"
    protect(operator)
    assert operator.cell("beta", Column.STATE) == "not saved: read-only"
    assert "mine" in operator.panel.refusals.label.text()
    page.connect()
    assert not page.asked


def test_every_way_to_write_goes_through_the_one_door(operator: Operator, page: SimulatedPage) -> None:
    operator.panel.model.editing.set_value("beta", "new", "2")
    page.answer()
    operator.look()
    refused = operator.panel.model.editing.set_value("alpha", "mine", "1")
    page.refuse("quota")
    operator.look()
    protect(operator)
    editing = operator.panel.model.editing
    made = [
        editing.set_value("alpha", "x", "1"),
        editing.rename("alpha", "y", "1"),
        editing.remove({"alpha": "1"}),
        editing.clear(page.session.area().revision),
        page.session.edit([SetItem("program", "1")], 0.0, author="program"),
    ]
    operator.window.undo.undo()
    again = editing.retry(refused)
    assert again is None or again.reason is Reason.READ_ONLY
    for edit in made:
        assert (edit.state, edit.reason) == (EditState.REFUSED, Reason.READ_ONLY)
    assert not page.asked
    assert not page.session.unsettled()


def test_an_undo_that_was_refused_so_can_be_done_later(operator: Operator, page: SimulatedPage) -> None:
    operator.edit("beta")
    operator.type("new")
    operator.press(Key.Key_Return)
    page.answer()
    operator.look()
    protect(operator)
    operator.window.undo.undo()
    operator.look()
    assert "“beta” was not put back: this session is read-only." in operator.panel.refusals.label.text()
    protect(operator)
    operator.table.setFocus()
    operator.press(Key.Key_Z, CTRL)
    assert page.asked[0].operations == [SetItem("beta", "2", "new")]


# --- keeping ---------------------------------------------------------------------------------------------------------


def a_window(qtbot: QtBot, registry: Registry, clock: Clock, path: Path) -> MainWindow:
    window = MainWindow(registry, clock, QSettings(str(path), QSettings.Format.IniFormat))
    qtbot.addWidget(window)
    window.show()
    return window


def test_it_is_kept_at_once_and_holds_from_the_next_start_on(qtbot: QtBot, clock: Clock, tmp_path: Path) -> None:
    path = tmp_path / "window.ini"
    registry = Registry("one")
    window = a_window(qtbot, registry, clock, path)
    awkward = "session \ud800 “,;"
    page = SimulatedPage(registry, clock, {"a": "1"}, session_id=awkward, user="Ada")
    other = SimulatedPage(registry, clock, {}, session_id="2", page_id="2", origin="https://other.example")
    window.frame.flush()
    window.sessions.choose(page.session)
    window.commands.read_only.session.trigger()
    window.sessions.choose(other.session)
    window.commands.read_only.origin.trigger()
    # The program ends without a word.
    registry = Registry("two")
    second = a_window(qtbot, registry, clock, path)
    assert registry.read_only.sessions == {awkward}
    assert registry.read_only.origins == {"https://other.example"}
    page = SimulatedPage(registry, clock, {"a": "1"}, session_id=awkward, user="Ada")
    assert page.session.why_read_only == "this session is read-only"
    second.close()
    window.close()


def test_a_switch_that_the_next_start_will_not_know_of_is_told_at_once(
    qtbot: QtBot, registry: Registry, clock: Clock, tmp_path: Path
) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where the folder should be")
    window = a_window(qtbot, registry, clock, blocked / "window.ini")
    operator = Operator(window, qtbot)
    SimulatedPage(registry, clock, {"a": "1"}, user="Ada")
    operator.look()
    switches = window.commands.read_only
    for switch, done in (
        (switches.session, "This session is read-only now."),
        (switches.origin, "Every session at “https://shop.example” is read-only now."),
        (switches.everything, "Everything is read-only now."),
        (switches.everything, "No longer is everything read-only."),
    ):
        switch.trigger()
        assert told(operator) == f"{done} The next start will not know of it: the settings cannot be written."
    blocked.unlink()
    switches.session.trigger()
    assert told(operator) == "It stays so: this origin is read-only."
    registry = Registry("two")
    again = a_window(qtbot, registry, clock, blocked / "window.ini")
    assert registry.read_only.origins == {"https://shop.example"}
    assert not registry.read_only.sessions
    again.close()
    window.close()


def test_a_damaged_file_protects_everything_until_the_operator_lifts_it(
    qtbot: QtBot, clock: Clock, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "window.ini"
    path.write_text("[General]\nread-on")
    for number in range(2):  # The first window has made the file whole.
        registry = Registry(f"start {number}")
        window = a_window(qtbot, registry, clock, path)
        assert registry.read_only.everything
        assert ("everything is read-only now" in window.status.notice.text()) == (number == 0)
        window.close()
    window = a_window(qtbot, registry, clock, path)
    window.commands.read_only.everything.trigger()
    window.close()
    registry = Registry("last")
    a_window(qtbot, registry, clock, path).close()
    assert not registry.read_only.everything
    assert "cannot be read" in caplog.text
    caplog.clear()


def test_a_file_that_cannot_be_read_protects_everything_and_says_so(
    qtbot: QtBot, registry: Registry, clock: Clock, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "window.ini"
    path.mkdir()
    window = a_window(qtbot, registry, clock, path)
    assert registry.read_only.everything
    assert "everything is read-only now" in window.status.notice.text()
    window.close()
    caplog.clear()


@pytest.mark.parametrize("text", ["{", '{"everything": 1}', "[]", '{"sessions": [1]}'])
def test_what_cannot_be_read_protects_everything_and_says_so(
    qtbot: QtBot, clock: Clock, tmp_path: Path, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "window.ini"
    settings = QSettings(str(path), QSettings.Format.IniFormat)
    settings.setValue("read-only", text)
    settings.sync()
    registry = Registry("one")
    window = a_window(qtbot, registry, clock, path)
    assert registry.read_only.everything
    assert "everything is read-only now" in window.status.notice.text()
    assert "cannot be read" in caplog.text
    caplog.clear()
    window.close()
