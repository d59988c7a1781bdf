"""Shortcuts and mnemonics: no key means two things at one place, and everything that can be done has a key and a name.

Qt does neither of two things that one key is for: it only says "ambiguous" on the terminal.
"""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QTabBar,
    QToolButton,
    QWidget,
)

from monitor.core.registry import Registry
from monitor.ui.help_dialogs import ShortcutsDialog
from monitor.ui.inspector.choices import ViewName
from monitor.ui.inspector.json_view import JsonView
from monitor.ui.main_window import MainWindow
from tests.ui.operator import CTRL, SHIFT, Key, Operator
from tests.ui.shelf import Shelf, entry
from tests.ui.simulated_page import Clock, SimulatedPage

ALT = Qt.KeyboardModifier.AltModifier
LONG = "k" * 100_000
NATIVE = QKeySequence.SequenceFormat.NativeText


class Meaning(NamedTuple):
    """What a key means where the focus is in ``place``, or only there if ``alone``."""

    key: str
    name: str
    place: QWidget
    alone: bool = False

    def collides(self, other: Meaning) -> bool:
        if self.key != other.key:
            return False
        if self.alone or other.alone:
            inner, outer = (self, other) if self.alone else (other, self)
            return inner.place is outer.place or (not outer.alone and outer.place.isAncestorOf(inner.place))
        return self.place is other.place or self.place.isAncestorOf(other.place) or other.place.isAncestorOf(self.place)


@pytest.fixture
def page(operator: Operator, registry: Registry, clock: Clock) -> SimulatedPage:
    """A page in the window, of which all is shown that can be: a conflict, a refused edit, groups, every view."""
    page = SimulatedPage(registry, clock, {"json": '{"a": 1}', "of": "1", LONG: ""}, user="Ada")
    operator.look()
    operator.panel.model.editing.set_value("of", "mine", "something else")
    page.answer()
    operator.press(Key.Key_G, CTRL)
    operator.go_to("json")
    operator.press(Key.Key_F4)
    for number in range(len(ViewName)):
        operator.press(Key(Key.Key_1 + number), ALT)
    operator.edit("json")
    operator.type("mine")
    page.set("json", "theirs")
    operator.look()
    return page


def own_actions(window: MainWindow) -> list[QAction]:
    """Those that we made and put somewhere, not the ones that Qt's line edits bring along."""
    return [
        action
        for action in window.findChildren(QAction)
        if action.associatedObjects()
        and not (action.isSeparator() or action.menu() or isinstance(action.parent(), QLineEdit | QToolButton))
    ]


def menus(window: MainWindow) -> list[QMenu]:
    """Every menu of the menu bar, and those in them."""
    found: list[QMenu] = []
    waiting = [window.menuBar().actions()]
    while waiting:
        for action in waiting.pop():
            menu = action.menu()
            if isinstance(menu, QMenu):
                found.append(menu)
                waiting.append(menu.actions())
    return found


def in_menus(window: MainWindow) -> list[QAction]:
    return [
        action for menu in menus(window) for action in menu.actions() if not (action.isSeparator() or action.menu())
    ]


def letter(text: str) -> str:
    """The mnemonic of a text."""
    return QKeySequence.mnemonic(text).toString()


def mnemonics(top: QWidget, *, hidden: bool) -> list[Meaning]:
    """Those of the widgets of a window or a dialog, ``hidden`` ones too or not."""
    texts: list[tuple[str, QWidget]] = []
    for widget in top.findChildren(QWidget):
        if widget.window() is not top or not (hidden or widget.isVisible()):
            continue
        if isinstance(widget, QAbstractButton) or (isinstance(widget, QLabel) and widget.buddy() is not None):
            action = widget.defaultAction() if isinstance(widget, QToolButton) else None
            # Of an action's button, Qt takes the words without the mnemonic.
            texts.append((widget.text() if action is None else "", widget))
        elif isinstance(widget, QTabBar):
            texts += [(widget.tabText(place), widget) for place in range(widget.count())]
    return [Meaning(letter(text), repr(text), top) for text, _ in texts if letter(text)]


def meanings(window: MainWindow, *, enabled: bool) -> list[Meaning]:
    """What every key means in the window, ``enabled`` or not."""
    found = mnemonics(window, hidden=True)
    for action in window.menuBar().actions():
        found.append(Meaning(letter(action.text()), action.text(), window))
    for action in own_actions(window):
        context = action.shortcutContext()
        places = [place for place in action.associatedObjects() if isinstance(place, QWidget)]
        if context is Qt.ShortcutContext.WindowShortcut:
            places = [window] if places else []
        for place in places:
            # In a menu or on a button, an action of a place has no meaning of its own.
            if isinstance(place, QMenu | QToolButton) or (enabled and not action.isEnabled()):
                continue
            alone = context is Qt.ShortcutContext.WidgetShortcut
            found += [Meaning(key.toString(), action.text(), place, alone) for key in action.shortcuts()]
    for shortcut in window.findChildren(QShortcut):
        owner = shortcut.parent()
        # They stand in for actions that are disabled.
        if shortcut.isEnabled() and isinstance(owner, QWidget):
            found.append(Meaning(shortcut.key().toString(), "stands in", owner))
    return found


def collisions(found: list[Meaning]) -> list[str]:
    return [
        f"{one.key}: {one.name} and {other.name}"
        for place, one in enumerate(found)
        for other in found[place + 1 :]
        if one.collides(other)
    ]


def repeated(entries: list[str]) -> list[str]:
    return [entry for entry, count in Counter(entries).items() if entry and count > 1]


# --- no key means two things -----------------------------------------------------------------------------------------


def test_no_key_means_two_things_in_the_window(operator: Operator, page: SimulatedPage) -> None:
    found = meanings(operator.window, enabled=False)
    assert {"Ctrl+Z", "Del", "Alt+T", "Alt+F", "Alt+G", "Alt+C"} <= {meaning.key for meaning in found}
    assert collisions(found) == []


def test_no_key_means_two_things_where_nothing_may_be_written(operator: Operator, page: SimulatedPage) -> None:
    operator.window.commands.read_only.everything.trigger()
    operator.look()
    found = meanings(operator.window, enabled=True)
    assert any(meaning.name == "stands in" for meaning in found)
    assert collisions(found) == []


def test_no_letter_stands_for_two_entries_of_a_menu(window: MainWindow) -> None:
    for menu in menus(window):
        assert repeated([letter(action.text()) for action in menu.actions()]) == [], menu.title()
    assert repeated([letter(action.text()) for action in window.menuBar().actions()]) == []


@pytest.mark.parametrize("place", ["sessions", "refused item", "item that waits", "member of JSON"])
def test_no_letter_stands_for_two_entries_of_a_context_menu(
    operator: Operator, page: SimulatedPage, place: str
) -> None:
    if place == "sessions":
        page.leave_for_good()
        operator.look()
        operator.window.sessions.view.customContextMenuRequested.emit(QPoint(5, 5))
    elif place == "member of JSON":
        operator.press(Key.Key_2, ALT)
        operator.inspector.findChildren(JsonView)[0].tree.customContextMenuRequested.emit(QPoint(5, 5))
    else:
        operator.go_to("of")
        if place == "item that waits":
            page.leave()
            operator.panel.model.editing.set_value("of", "again", "1")
            operator.look()
        operator.table.customContextMenuRequested.emit(QPoint(5, 5))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    entries = [action.text() for action in menu.actions()]
    menu.close()
    assert len(entries) > 3
    assert repeated([letter(text) for text in entries]) == []


def open_long_text(operator: Operator) -> None:
    operator.panel.model.drafts.drop("json")
    operator.go_to(LONG)
    operator.press(Key.Key_F2, SHIFT)


def open_paste(operator: Operator) -> None:
    QGuiApplication.clipboard().setText('{"a": "1"}')
    operator.go_to("of")
    operator.press(Key.Key_V, CTRL)


def open_journal(operator: Operator) -> None:
    operator.window.show_journal_in(Shelf([entry(1)]))
    operator.press(Key.Key_J, CTRL)


def open_question(operator: Operator) -> None:
    operator.go_to("of")
    operator.press(Key.Key_Delete, CTRL | SHIFT)


@pytest.mark.parametrize(
    "opens",
    [
        lambda operator: operator.press(Key.Key_O, CTRL),
        lambda operator: operator.press(Key.Key_F1),
        lambda operator: operator.press(Key.Key_F1, SHIFT),
        lambda operator: operator.press(Key.Key_D, CTRL | SHIFT),
        lambda operator: operator.window.close(),
        open_long_text,
        open_paste,
        open_question,
        open_journal,
        lambda operator: operator.press(Key.Key_M, CTRL | ALT),
    ],
    ids=["connect", "shortcuts", "about", "discard", "quit", "long text", "paste", "clear", "journal", "masking"],
)
def test_no_letter_stands_for_two_things_in_a_dialog(operator: Operator, page: SimulatedPage, opens: object) -> None:
    assert callable(opens)
    opens(operator)
    operator.look()
    dialogs = [dialog for dialog in operator.window.findChildren(QDialog) if dialog.isVisible()]
    assert len(dialogs) == 1
    # What is hidden may be shown there later, but for the buttons that a box of Qt's keeps to itself.
    assert collisions(mnemonics(dialogs[0], hidden=True)) == []
    dialogs[0].reject()


# --- everything has a key and a name ---------------------------------------------------------------------------------


def test_every_action_has_a_name_and_a_tooltip_that_says_its_key(operator: Operator, page: SimulatedPage) -> None:
    actions = own_actions(operator.window)
    assert len(actions) > 50
    for action in actions:
        assert action.text().replace("&", ""), action
        # Those under the rows of the tree are never buttons, and show no tooltip.
        if action.parent() is not operator.window.sessions.view:
            assert action.shortcut().toString(NATIVE) in action.toolTip(), action.text()


def test_every_action_stands_in_a_menu(operator: Operator, page: SimulatedPage) -> None:
    window = operator.window
    shown = in_menus(window)
    names = {action.text().replace("&", "") for action in shown}
    # Under the rows of the tree the same stands once more, with the one key that means it only there.
    again = set(window.sessions.view.actions())
    for action in own_actions(window):
        if action in again:
            assert action.text().replace("&", "").replace("Copy address", "Copy page address") in names
        else:
            assert action in shown, action.text()


def test_every_entry_of_the_menus_has_a_shortcut_of_its_own(window: MainWindow) -> None:
    keys = [[key.toString() for key in action.shortcuts()] for action in in_menus(window)]
    assert all(keys)
    assert repeated([key for each in keys for key in each]) == []


def test_the_help_menu_lists_every_shortcut(operator: Operator) -> None:
    operator.press(Key.Key_F1)
    dialog = operator.window.findChild(ShortcutsDialog)
    assert dialog is not None
    shown = {keys for label in dialog.labels() for keys in label.text().split(", ")}
    for action in in_menus(operator.window):
        assert {key.toString(NATIVE) for key in action.shortcuts()} <= shown
    dialog.reject()
