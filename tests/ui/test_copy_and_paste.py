"""Items are copied as text that other programs read, and pasted after a look at what that would do."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QMenu

from monitor.core.interchange import Form, parse
from monitor.core.messages import SetItem
from monitor.core.registry import Registry
from monitor.core.secret_keys import looks_secret
from monitor.core.values import QUOTA
from monitor.ui.appearance import Appearance
from monitor.ui.storage.paste import dialog as dialog_of_paste
from monitor.ui.storage.paste.dialog import PasteDialog
from monitor.ui.storage.paste.model import PasteColumn, PasteModel
from monitor.ui.storage.paste.plan import Fate, PastePlan
from monitor.ui.storage.paste.reading import LONG
from tests.ui.model_watch import ModelWatch
from tests.ui.operator import CTRL, SHIFT, Key, Operator
from tests.ui.random_text import AWKWARD, texts
from tests.ui.simulated_page import Clock, SimulatedPage

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def page(operator: Operator, registry: Registry, clock: Clock) -> SimulatedPage:
    page = SimulatedPage(registry, clock, {"theme": "dark", "cart": "[1]", "token": 40, "\ud800": "a\0b"}, user="Ada")
    operator.look()
    return page


def clipboard() -> str:
    return QGuiApplication.clipboard().text()


def paste(operator: Operator, text: str) -> PasteDialog:
    """Press Ctrl+V in the table, or beside it where it is empty, with ``text`` in the clipboard."""
    QGuiApplication.clipboard().setText(text)
    (operator.table if operator.table.isVisible() else operator.window.sessions.view).setFocus()
    operator.press(Key.Key_V, CTRL)
    dialogs = [dialog for dialog in operator.window.findChildren(PasteDialog) if dialog.isVisible()]
    assert len(dialogs) == 1
    return dialogs[0]


def rows(dialog: PasteDialog) -> list[tuple[str, str, str, str]]:
    """What the table of the dialog says."""
    model = dialog.items
    return [
        (str(cells[0]), str(cells[1]), str(cells[2]), str(cells[3]))
        for row in range(model.rowCount())
        if (cells := [model.index(row, column).data() for column in PasteColumn])
    ]


def asked(page: SimulatedPage) -> list[object]:
    (request,) = page.asked
    return list(request.operations)


# --- copying ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "form"), [(Key.Key_J, Form.JSON), (Key.Key_T, Form.TABLE), (Key.Key_S, Form.CONSOLE_SCRIPT)]
)
def test_what_is_selected_is_copied_exactly(operator: Operator, page: SimulatedPage, key: Key, form: Form) -> None:
    operator.go_to("\ud800")
    operator.table.selectAll()
    operator.press(key, CTRL | SHIFT)
    parsed = parse(clipboard())
    assert parsed.form is form
    assert dict(parsed.items) == {"theme": "dark", "cart": "[1]", "\ud800": "a\0b"}
    said = operator.window.status.currentMessage()
    assert "3 items" in said
    assert "without 1 redacted one" in said


def test_only_what_is_selected_is_copied_or_else_all_that_is_shown(operator: Operator, page: SimulatedPage) -> None:
    operator.go_to("theme")
    operator.press(Key.Key_J, CTRL | SHIFT)
    assert json.loads(clipboard()) == {"theme": "dark"}
    operator.table.clearSelection()
    operator.window.storage.filter_field.setText("a")
    operator.press(Key.Key_J, CTRL | SHIFT)
    assert json.loads(clipboard()) == {"theme": "dark", "cart": "[1]", "\ud800": "a\0b"}


def test_where_all_is_redacted_nothing_is_copied_and_it_is_told(operator: Operator, page: SimulatedPage) -> None:
    QGuiApplication.clipboard().setText("before")
    operator.go_to("token")
    operator.press(Key.Key_J, CTRL | SHIFT)
    assert clipboard() == "before"
    assert operator.window.status.currentMessage() == "There is no item here that could be copied."


def test_copy_as_and_paste_are_in_the_menus(operator: Operator, page: SimulatedPage) -> None:
    commands = operator.window.commands
    operator.go_to("theme")
    operator.table.customContextMenuRequested.emit(QPoint(5, 5))
    (menu,) = [menu for menu in operator.window.findChildren(QMenu) if menu.isVisible()]
    edit_menu = operator.window.menuBar().findChildren(QMenu)[1]
    for offered in (menu.actions(), edit_menu.actions()):
        assert commands.copy_as.menuAction() in offered
        assert commands.paste in offered
    menu.close()
    assert [action.text().replace("&", "") for action in commands.copy_as.actions()] == [
        "As JSON",
        "As a table",
        "As a console script",
    ]


# --- pasting ---------------------------------------------------------------------------------------------------------

MIXED = json.dumps({"theme": "light", "cart": "[1]", "token": "mine", "new": "1", "": "empty key"})


def test_what_would_happen_is_shown_and_nothing_else_done(operator: Operator, page: SimulatedPage) -> None:
    dialog = paste(operator, MIXED)
    assert dialog.title.text() == "Paste a JSON object into this LocalStorage"
    assert dialog.summary.text() == (
        "5 items: 2 are added, 1 overwrites what is there, 1 is the same already, "
        "1 cannot be set, as what is there is not known here."
    )
    assert rows(dialog) == [
        ("theme", "dark", "light", "is overwritten"),
        ("new", "", "1", "is added"),
        ("(empty key)", "", "empty key", "is added"),
        ("token", "redacted, 40 units", "•••••• 4 units", "cannot be set: redacted"),
        ("cart", "[1]", "[1]", "is the same already"),
    ]
    assert dialog.paste.text().replace("&", "") == "Paste 3 items"
    assert not page.asked
    operator.press(Key.Key_Escape)
    assert not page.asked


def test_one_guarded_edit_sets_them_all(operator: Operator, page: SimulatedPage) -> None:
    dialog = paste(operator, MIXED)
    operator.push(dialog.paste)
    assert asked(page) == [SetItem("theme", "light", "dark"), SetItem("new", "1", None), SetItem("", "empty key", None)]
    assert operator.window.status.currentMessage() == "Sent 3 items to the browser."
    page.answer()
    assert page.items["theme"] == "light"


def test_what_is_not_checked_is_left_out(operator: Operator, page: SimulatedPage) -> None:
    dialog = paste(operator, MIXED)
    dialog.view.selectRow(0)
    operator.press(Key.Key_Space)
    assert dialog.paste.text().replace("&", "") == "Paste 2 items"
    assert dialog.all.checkState() == Qt.CheckState.PartiallyChecked
    operator.press(Key.Key_Return)
    assert asked(page) == [SetItem("new", "1", None), SetItem("", "empty key", None)]


def test_a_box_can_be_clicked_where_there_is_something_to_set(operator: Operator, page: SimulatedPage) -> None:
    dialog = paste(operator, MIXED)
    for row, checked in ((1, False), (3, False), (4, False)):
        place = dialog.view.visualRect(dialog.items.index(row, 0))
        QTest.mouseClick(
            dialog.view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(place.left() + 12, place.center().y())
        )
        assert dialog.items.is_checked(row) is checked
    assert dialog.paste.text().replace("&", "") == "Paste 2 items"


def test_all_or_none_can_be_checked_at_once(operator: Operator, page: SimulatedPage) -> None:
    dialog = paste(operator, MIXED)
    dialog.all.click()
    assert not dialog.paste.isEnabled()
    assert dialog.all.checkState() == Qt.CheckState.Unchecked
    dialog.all.click()
    assert dialog.paste.isEnabled()
    assert dialog.all.checkState() == Qt.CheckState.Checked
    dialog.view.selectAll()
    operator.press(Key.Key_Space)
    assert not dialog.paste.isEnabled()


@pytest.mark.parametrize("key", [Key.Key_J, Key.Key_T, Key.Key_S])
def test_what_was_copied_is_pasted_exactly(
    operator: Operator, registry: Registry, clock: Clock, page: SimulatedPage, key: Key
) -> None:
    page.update(dict(zip(AWKWARD, reversed(AWKWARD), strict=True)))
    operator.go_to("theme")
    operator.table.selectAll()
    operator.press(key, CTRL | SHIFT)
    copied = clipboard()
    empty = SimulatedPage(registry, clock, {}, session_id="s2", page_id="p2")
    operator.look()
    operator.window.sessions.choose(empty.session)
    operator.look()
    dialog = paste(operator, copied)
    assert not dialog.warning.isVisible()
    operator.push(dialog.paste)
    empty.answer()
    assert empty.items == {name: value for name, value in page.items.items() if isinstance(value, str)}


@pytest.mark.parametrize(
    ("text", "said", "shown"),
    [
        ('{"a": "1",\n "b": }', "Line 2: This is not JSON", ' "b": }'),
        ("a\tb\nno columns", "Line 2: There is no tab here", "no columns"),
        ("a\tb\nc\td\te", "Line 2: There are 3 columns", "c⇥d⇥e"),
        ("localStorage.clear()", "Line 1: Only calls", "localStorage.clear()"),
        ("", "Line 1: There is no text.", ""),
    ],
)
def test_what_is_wrong_is_told_with_its_line(
    operator: Operator, page: SimulatedPage, text: str, said: str, shown: str
) -> None:
    dialog = paste(operator, text)
    assert dialog.mistake.isVisible()
    assert dialog.mistake.text().startswith(said)
    assert dialog.source.text() == shown
    assert not dialog.paste.isVisible()
    operator.push(dialog.buttons.button(QDialogButtonBox.StandardButton.Cancel))
    assert not page.asked


def test_a_repeated_key_and_a_script_for_the_other_storage_are_told(operator: Operator, page: SimulatedPage) -> None:
    dialog = paste(
        operator,
        "sessionStorage.setItem('a', '1');\nsessionStorage.setItem('b', '');\nsessionStorage.setItem('a', '2');",
    )
    assert dialog.warning.text().split("\n") == [
        "⚠ The script is for SessionStorage; its items go to this LocalStorage.",
        "⚠ “a” comes 2 times (lines 1, 3); the last one counts.",
    ]
    operator.push(dialog.paste)
    assert asked(page) == [SetItem("a", "2", None), SetItem("b", "", None)]


def test_backslashes_are_read_as_the_operator_says(operator: Operator, page: SimulatedPage) -> None:
    dialog = paste(operator, "path\tC:\\new")
    assert dialog.escapes.isVisible()
    assert dialog.escapes.isChecked()
    assert rows(dialog)[0][2] == "C:↵ew"
    dialog.escapes.click()
    assert rows(dialog)[0][2] == "C:\\new"
    operator.push(dialog.paste)
    assert asked(page) == [SetItem("path", "C:\\new", None)]


def test_backslashes_that_are_no_escapes_can_be_undone(operator: Operator, page: SimulatedPage) -> None:
    dialog = paste(operator, "path\tC:\\windows")
    assert not dialog.escapes.isChecked()
    dialog.escapes.click()
    assert dialog.mistake.text() == "Line 1: “\\w” is not an escape; write \\\\ for a backslash."
    dialog.escapes.click()
    assert not dialog.mistake.isVisible()
    assert dialog.paste.isVisible()
    assert rows(dialog)[0][2] == "C:\\windows"


def test_the_size_after_pasting_is_told(operator: Operator, page: SimulatedPage) -> None:
    before = page.session.area().units
    dialog = paste(operator, json.dumps({"theme": "x" * 104, "k": "y" * 9}))
    assert dialog.size_after.text() == f"{before + 100 + 10} of 5.0 M units after pasting"
    dialog.view.selectRow(0)
    operator.press(Key.Key_Space)
    assert dialog.size_after.text() == f"{before + 10} of 5.0 M units after pasting"


def test_what_would_not_fit_is_told(operator: Operator, page: SimulatedPage, qtbot: QtBot) -> None:
    dialog = paste(operator, json.dumps({"big": "x" * QUOTA}))
    qtbot.waitUntil(dialog.paste.isEnabled)
    assert "over the quota" in dialog.size_after.text()


def test_what_the_browser_changes_meanwhile_is_told_and_shown(operator: Operator, page: SimulatedPage) -> None:
    dialog = paste(operator, MIXED)
    dialog.view.selectRow(1)
    operator.press(Key.Key_Space)
    page.set("unrelated", "1")
    operator.look()
    assert not dialog.warning.isVisible()
    page.set("theme", "auto")
    operator.look()
    assert "“theme” changed in the browser meanwhile" in dialog.warning.text()
    assert rows(dialog)[0] == ("theme", "auto", "light", "is overwritten")
    operator.push(dialog.paste)
    assert asked(page) == [SetItem("theme", "light", "auto"), SetItem("", "empty key", None)]


def test_what_would_happen_follows_the_page_and_what_was_left_out_stays_out(
    operator: Operator, page: SimulatedPage
) -> None:
    dialog = paste(operator, MIXED)
    dialog.view.selectRow(1)
    operator.press(Key.Key_Space)
    page.set("new", "2")
    page.set("cart", "[2]")
    page.set("theme", "light")
    page.set("", 9)
    operator.look()
    assert rows(dialog) == [
        ("theme", "light", "light", "is the same already"),
        ("new", "2", "1", "is overwritten"),
        ("(empty key)", "redacted, 9 units", "empty key", "cannot be set: redacted"),
        ("token", "redacted, 40 units", "•••••• 4 units", "cannot be set: redacted"),
        ("cart", "[2]", "[1]", "is overwritten"),
    ]
    assert dialog.summary.text() == (
        "5 items: 2 overwrite what is there, 1 is the same already, "
        "2 cannot be set, as what is there is not known here."
    )
    assert dialog.paste.text().replace("&", "") == "Paste 1 item"
    before = page.session.local_storage.area.units
    assert dialog.size_after.text().startswith(f"{before:,} of"), "as long as before"
    page.remove("theme")
    operator.look()
    assert rows(dialog)[0] == ("theme", "", "light", "is added")
    operator.push(dialog.paste)
    assert asked(page) == [SetItem("theme", "light", None), SetItem("cart", "[1]", "[2]")]


def test_what_would_happen_follows_the_page_by_parts_where_very_much_changes(
    operator: Operator, page: SimulatedPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dialog_of_paste, "_AT_ONCE", 2)
    items = {f"key {number:02}": "new" for number in range(100)}
    dialog = paste(operator, json.dumps(items))
    assert "100 are added" in dialog.summary.text()
    page.update(dict.fromkeys(items, "page"))
    operator.look()
    qtbot.waitUntil(lambda: "100 overwrite" in dialog.summary.text())
    assert "“key 00”, “key 01”, “key 02” and 97 others changed" in dialog.warning.text()
    assert rows(dialog) == [(key, "page", "new", "is overwritten") for key in items]


def test_nothing_is_pasted_over_changes_that_were_not_shown_yet(
    operator: Operator, page: SimulatedPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dialog_of_paste, "_AT_ONCE", 2)
    items = {f"key {number:02}": "new" for number in range(100)}
    dialog = paste(operator, json.dumps(items))
    pressed = operator.panel.model.looked_at.connect(lambda _keys: dialog.accept())
    page.update(dict.fromkeys(items, "page"))
    operator.look()
    operator.panel.model.looked_at.disconnect(pressed)
    assert not page.asked
    assert "100 overwrite" in dialog.summary.text()
    assert "“key 00”, “key 01”, “key 02” and 97 others changed" in dialog.warning.text()
    operator.push(dialog.paste)
    assert asked(page) == [SetItem(key, "new", "page") for key in items]


def test_what_would_happen_follows_the_page_while_the_table_is_paused(operator: Operator, page: SimulatedPage) -> None:
    operator.press(Key.Key_P, CTRL)
    dialog = paste(operator, MIXED)
    page.set("theme", "auto")
    operator.look()
    assert rows(dialog)[0][1] == "auto"
    operator.push(dialog.paste)
    assert SetItem("theme", "light", "auto") in asked(page)


def test_what_would_happen_follows_an_edit_of_everything(operator: Operator, page: SimulatedPage) -> None:
    operator.panel.model.editing.clear(page.session.local_storage.area.revision)
    dialog = paste(operator, json.dumps({"theme": "light"}))
    assert rows(dialog) == [("theme", "", "light", "is added")]
    page.refuse("denied")
    operator.look()
    assert rows(dialog) == [("theme", "dark", "light", "is overwritten")]


def test_a_refused_paste_names_what_is_in_conflict(operator: Operator, page: SimulatedPage) -> None:
    dialog = paste(operator, MIXED)
    page.items.update({"theme": "unseen", "new": "unseen"})
    operator.push(dialog.paste)
    page.answer()
    operator.look()
    said = operator.panel.refusals.label.text().replace("\u200b", "")
    assert "the browser holds something else by now in “theme”, “new”." in said


def test_a_paste_over_what_changed_unseen_is_refused_whole(operator: Operator, page: SimulatedPage) -> None:
    dialog = paste(operator, MIXED)
    page.items["theme"] = "unseen"
    operator.push(dialog.paste)
    page.answer()
    operator.look()
    assert "new" not in page.items
    assert operator.panel.refusals.isVisible()


def test_a_paste_into_a_session_that_left_waits_however_many_leave_after_it(
    operator: Operator, page: SimulatedPage, registry: Registry, clock: Clock
) -> None:
    registry.remembered = 0
    dialog = paste(operator, MIXED)
    page.leave_for_good()
    SimulatedPage(registry, clock, session_id="other", page_id="other").leave_for_good()
    operator.look()
    assert not page.session.forgotten
    operator.push(dialog.paste)
    said = operator.window.status.currentMessage()
    assert said == "3 items wait for a page of this session to come back."
    page.connect()
    assert len(asked(page)) == 3


def test_a_paste_that_can_go_nowhere_says_so_and_stays(operator: Operator, registry: Registry, clock: Clock) -> None:
    page = SimulatedPage(registry, clock, session_items={"step": "1"}, user="Ada")
    SimulatedPage(registry, clock, page_id="page-2", user="Ada")
    operator.look()
    operator.press(Key.Key_2, CTRL)
    assert operator.keys() == ["step"]
    dialog = paste(operator, MIXED)
    page.leave_for_good()
    operator.look()
    assert dialog.warning.text() == "⚠ Nothing can be pasted: the page left."
    assert not dialog.paste.isEnabled()
    operator.push(dialog.paste)
    dialog.accept()
    assert dialog.isVisible()
    assert len(rows(dialog)) == 5
    assert not operator.panel.refusals.isVisible()


def test_a_paste_waits_in_its_dialog_while_nothing_may_be_written(operator: Operator, page: SimulatedPage) -> None:
    dialog = paste(operator, MIXED)
    protection = operator.window.protection
    protection.apply(protection.read_only.with_everything(True))
    operator.look()
    assert "Nothing can be pasted: everything is read-only." in dialog.warning.text()
    protection.apply(protection.read_only.with_everything(False))
    operator.look()
    assert not dialog.warning.isVisible()
    operator.push(dialog.paste)
    assert len(asked(page)) == 3


def test_a_paste_that_is_refused_at_once_stays_in_its_dialog(operator: Operator, page: SimulatedPage) -> None:
    dialog = paste(operator, MIXED)
    page.set("theme", 40)  # redacted from now on, in a frame that is not shown yet
    operator.push(dialog.paste)
    assert "Nothing was pasted: the page keeps this value to itself." in dialog.warning.text()
    assert dialog.isVisible()
    assert not page.asked


def test_the_largest_paste_there_is_is_read_while_the_window_goes_on(
    operator: Operator, page: SimulatedPage, qtbot: QtBot
) -> None:
    items = {f"item {place:06}": "x" * 38 for place in range(100_000)}
    text = json.dumps(items)
    assert len(text) > LONG
    dialog = paste(operator, text)
    assert dialog.title.text().startswith("Reading")
    assert not dialog.paste.isEnabled()
    qtbot.waitUntil(dialog.paste.isEnabled, timeout=60_000)
    assert dialog.summary.text() == "100,000 items: 100,000 are added."
    assert dialog.view.viewport().grab().width() > 0
    operator.push(dialog.paste)
    assert len(asked(page)) == 100_000


def test_a_dialog_that_is_closed_while_it_reads_leaves_nothing_behind(
    operator: Operator, page: SimulatedPage, qtbot: QtBot
) -> None:
    dialog = paste(operator, json.dumps({"a": "x" * 3_000_000}))
    with qtbot.waitSignal(dialog.destroyed):
        operator.press(Key.Key_Escape)
    operator.window.activateWindow()
    QApplication.processEvents()
    assert not operator.window.findChildren(PasteDialog)


def test_a_line_that_is_edited_takes_its_paste_itself(operator: Operator, page: SimulatedPage) -> None:
    QGuiApplication.clipboard().setText("pasted")
    operator.edit("theme")
    operator.press(Key.Key_V, CTRL)
    assert not operator.window.findChildren(PasteDialog)
    operator.press(Key.Key_Return)
    assert asked(page) == [SetItem("theme", "pasted", "dark")]


def test_nothing_is_pasted_where_nothing_may_be_written(operator: Operator, page: SimulatedPage) -> None:
    protection = operator.window.protection
    protection.apply(protection.read_only.with_everything(True))
    operator.look()
    QGuiApplication.clipboard().setText("a\tb")
    operator.table.setFocus()
    operator.press(Key.Key_V, CTRL)
    assert not operator.window.findChildren(PasteDialog)
    assert operator.window.status.currentMessage().startswith("Nothing was changed")


def test_an_empty_storage_can_be_pasted_into(operator: Operator, registry: Registry, clock: Clock) -> None:
    page = SimulatedPage(registry, clock, {}, user="Ada")
    operator.look()
    QGuiApplication.clipboard().setText("a\tb")
    operator.window.commands.paste.trigger()
    operator.look()
    (dialog,) = operator.window.findChildren(PasteDialog)
    operator.push(dialog.paste)
    assert asked(page) == [SetItem("a", "b", None)]


# --- the model -------------------------------------------------------------------------------------------------------

items = st.dictionaries(st.sampled_from("abcdefg"), texts, max_size=7)


@pytest.mark.usefixtures("qapp")
@settings(deadline=None)
@given(
    there=st.dictionaries(st.sampled_from("abcdefg"), texts, max_size=7),
    news=st.dictionaries(st.sampled_from("abcdefg"), st.none() | texts, max_size=4),
    plans=st.lists(items, min_size=1, max_size=4),
    checks=st.lists(st.tuples(st.sets(st.integers(0, 6)), st.booleans()), max_size=4),
)
def test_the_model_stands_up_to_qts_tester(
    there: dict[str, str],
    news: dict[str, str | None],
    plans: list[dict[str, str]],
    checks: list[tuple[set[int], bool]],
) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    model = PasteModel(Appearance.of(application), looks_secret, application)
    watch = ModelWatch(model)
    try:
        for wanted in plans:
            model.show_plan(PastePlan(wanted.items(), there.get))
            assert [row.key for row in model.plan.rows if row.fate is Fate.SAME] == [
                key for key, value in wanted.items() if there.get(key) == value
            ]
            for chosen, checked in checks:
                model.check([row for row in chosen if row < model.rowCount()], checked)
                watch.check()
            for key in news:
                model.look_at({key}, news.get)
                watch.check()
            now = {**there, **news}
            assert all(row.old == now.get(row.key) for row in model.plan.rows)
            rows_now = model.plan.rows
            assert model.plan.counts == PastePlan(wanted.items(), now.get).counts
            assert model.able == sum(row.can_be_set for row in rows_now)
            assert model.checked == len(model.checked_rows())
            assert model.growth == sum(row.growth for row in model.checked_rows())
            assert {row.key for row in model.checked_rows()} <= {
                row.key for row in rows_now if row.fate in (Fate.ADD, Fate.OVERWRITE)
            }
    finally:
        watch.end()
        model.deleteLater()
