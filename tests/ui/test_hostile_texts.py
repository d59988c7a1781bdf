"""Whatever a browser says is plain text everywhere in the window: no markup, no mnemonic, nothing that does anything,
and nothing that cannot be seen.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication, QTextDocument
from PySide6.QtGui import Qt as GuiQt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QDialog, QLabel, QMenu, QTextBrowser, QWidget

import monitor
from monitor.core.messages import WireValue
from monitor.core.origins import Asking
from monitor.core.registry import Registry
from monitor.ui.inspector.choices import ViewName
from monitor.ui.storage.columns import Column
from tests.ui.operator import CTRL, SHIFT, Key, Operator
from tests.ui.shelf import Shelf, entry
from tests.ui.shown_texts import Said, everything
from tests.ui.simulated_page import Clock, SimulatedPage

ALT = Qt.KeyboardModifier.AltModifier
EVIL = "<img src=x>&amp;<b>b</b>\u202e\u2066\u200e\u061c\x00\x85\n\r\t\x1b]0;evil\x07=end"
UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Characters that do something, or cannot be seen. Line breaks are looked at apart: some are the window's own."""
EDITORS = ("TextLines", "JsonForm", "DiffText", "QPlainTextEdit")
"""Where lines stand as lines; what else does not show is escaped there as well."""
MNEMONICS = ("QMenu", "QTabBar", "QPushButton", "QCheckBox")


@pytest.fixture
def page(operator: Operator, registry: Registry, clock: Clock) -> SimulatedPage:
    """All that a page can say of itself is hostile, and so is what it keeps."""
    evil: dict[str, WireValue] = {
        EVIL: EVIL,
        f"group.{EVIL}": json.dumps({EVIL: EVIL}),
        f"group.{EVIL}2": "2",
        "plain": "1",
    }
    evil |= {f"\u202e\x85\n<img src=x>&amp;.{number}": "1" for number in range(2)}  # a group of that name
    page = SimulatedPage(
        registry,
        clock,
        evil,
        session_items={EVIL: EVIL},
        origin=f"https://{EVIL}",
        title=EVIL,
        path=f"/{EVIL}",
        user=EVIL,
        label=EVIL,
        user_agent=EVIL,
    )
    SimulatedPage(registry, clock, session_id=EVIL, page_id="other", origin=EVIL, storage_error=EVIL, user_agent=EVIL)
    operator.look()
    return page


def wrong_with(said: Said) -> str:
    """What a browser's text does there that it must not do."""
    unseen = UNSEEN.search(said.text)
    if unseen is not None:
        return f"{unseen.group()!r} is not made visible"
    if not said.place.endswith(EDITORS) and "\u0085\n" in said.text.replace("�", "\u0085"):
        return "a line break is not made visible"
    shown = said.text
    if said.may_be_rich and GuiQt.mightBeRichText(said.text):
        document = QTextDocument()
        document.setHtml(said.text)
        shown = document.toPlainText()
    elif said.may_be_rich and "<" in said.text:
        return "it is for Qt to guess whether it is markup"
    if "src=x" in said.text and "<img src=x>" not in shown:
        return "it is taken for markup"
    amp = "&&amp;" if said.place == "action" or said.place.startswith(MNEMONICS) else "&amp;"
    if "amp;" in shown and amp not in shown:
        return "a sign is taken for markup, or for a mnemonic"
    return ""


def look_through(operator: Operator) -> int:
    """Returns how many texts of a browser's there were."""
    operator.look()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    tops = [top for top in QApplication.topLevelWidgets() if top is operator.window or top.parent() is None]
    texts = [each for top in tops for each in everything(top)]
    assert {(each.place, each.text): why for each in texts if (why := wrong_with(each))} == {}
    for label in operator.window.findChildren(QLabel):
        # Those of Qt's own questions open links, if they are given any markup.
        assert not label.openExternalLinks() or label.textFormat() is Qt.TextFormat.PlainText
    assert not operator.window.findChildren(QTextBrowser)
    return sum("src=x" in each.text for each in texts)


def open_all(operator: Operator) -> None:
    operator.window.sessions_model.set_all_open(True)
    operator.look()


def test_in_the_tree_the_header_and_the_table(operator: Operator, page: SimulatedPage) -> None:
    open_all(operator)
    assert look_through(operator) > 20
    operator.press(Key.Key_G, CTRL)
    assert look_through(operator) > 25
    operator.press(Key.Key_2, CTRL)
    assert look_through(operator) > 20
    page.leave_for_good()
    assert look_through(operator) > 20


def test_in_a_session_that_has_no_storage(operator: Operator, page: SimulatedPage, registry: Registry) -> None:
    operator.window.sessions.choose(registry.sessions[EVIL])
    operator.look()
    assert "The browser says" in operator.panel.note.text()
    assert look_through(operator) > 10


@pytest.mark.parametrize("key", [EVIL, f"group.{EVIL}"])
def test_in_every_view_of_the_inspector(operator: Operator, page: SimulatedPage, key: str) -> None:
    operator.go_to(key)
    operator.press(Key.Key_F4)
    page.set(key, page.items[key].replace("end", "END"))  # type: ignore[union-attr] # all are texts
    for number in range(len(ViewName)):
        operator.press(Key(Key.Key_1 + number), ALT)
        assert look_through(operator) > 20


def test_in_what_is_said_of_edits(operator: Operator, page: SimulatedPage) -> None:
    editing = operator.panel.model.editing
    editing.set_value(EVIL, f"mine {EVIL}", EVIL)
    assert look_through(operator) > 20
    page.refuse("denied", EVIL)
    operator.look()
    assert operator.panel.refusals.isVisible()
    assert look_through(operator) > 20
    editing.rename("plain", f"renamed {EVIL}", "1")
    assert look_through(operator) > 20
    page.answer()
    operator.look()
    assert "rename" in operator.window.commands.undo.text()
    editing.set_value(EVIL, "other", EVIL)
    page.answer()
    operator.look()
    assert "amp" in operator.window.commands.undo.text()
    assert look_through(operator) > 20
    operator.press(Key.Key_F1)
    assert look_through(operator) > 20


def test_in_an_editor_a_conflict_and_a_question(operator: Operator, page: SimulatedPage) -> None:
    operator.edit("plain")
    operator.type("mine")
    page.set("plain", f"theirs {EVIL}")
    assert look_through(operator) > 20
    operator.press(Key.Key_Escape)
    assert operator.question()
    assert look_through(operator) > 20
    operator.answer("Discard")
    operator.edit(EVIL)
    operator.type("x")
    operator.press(Key.Key_Escape)
    assert "src=x" in operator.question().text()
    assert look_through(operator) > 20
    operator.answer("Discard")


def test_in_menus(operator: Operator, page: SimulatedPage) -> None:
    open_all(operator)
    operator.panel.model.editing.set_value(EVIL, "mine", "something else")
    page.answer()
    operator.go_to(EVIL)
    operator.table.customContextMenuRequested.emit(QPoint(5, 5))
    assert look_through(operator) > 20
    close_menu()
    for row in range(operator.window.sessions_model.rowCount()):
        operator.window.sessions.view.make_current(operator.window.sessions_model.index(row))
        operator.window.sessions.view.customContextMenuRequested.emit(QPoint(5, 5))
        assert look_through(operator) > 20
        close_menu()


def close_menu() -> None:
    menu = QApplication.activePopupWidget()
    if isinstance(menu, QMenu):
        menu.close()


def test_in_dialogs(operator: Operator, page: SimulatedPage) -> None:
    QGuiApplication.clipboard().setText(json.dumps({EVIL: "new", f"another {EVIL}": EVIL}))
    operator.go_to("plain")
    operator.press(Key.Key_V, CTRL)
    assert operator.panel.paste_dialog is not None
    assert look_through(operator) > 20
    page.set(EVIL, f"meanwhile {EVIL}")
    assert look_through(operator) > 20
    close_dialogs(operator)
    QGuiApplication.clipboard().setText('{"a": ' + EVIL.replace("\0", "") + "}")
    operator.press(Key.Key_V, CTRL)
    assert look_through(operator) > 20
    close_dialogs(operator)
    shelf = Shelf(
        [entry(1, key=EVIL, old=EVIL, new=EVIL, origin=EVIL, user=EVIL, session=EVIL, reason=EVIL, message=EVIL)]
    )
    operator.window.show_journal_in(shelf)
    operator.press(Key.Key_J, CTRL)
    shelf.answer()
    assert look_through(operator) > 30
    close_dialogs(operator)
    operator.go_to(EVIL)
    operator.press(Key.Key_Delete, CTRL | SHIFT)
    assert look_through(operator) > 20
    close_dialogs(operator)


def close_dialogs(operator: Operator) -> None:
    for dialog in operator.window.findChildren(QDialog):
        if dialog.isVisible():
            dialog.reject()
    operator.window.activateWindow()
    operator.bot.waitUntil(operator.window.isActiveWindow)
    operator.look()


def test_in_what_is_told_in_the_status_bar(operator: Operator, page: SimulatedPage) -> None:
    operator.go_to(EVIL)
    for keys in (Key.Key_C, Key.Key_J):
        operator.press(keys, CTRL if keys is Key.Key_C else CTRL | SHIFT)
        look_through(operator)
    operator.window.commands.copy_id.trigger()
    look_through(operator)
    for action in operator.window.commands.read_only.actions():
        action.trigger()
        look_through(operator)
        action.trigger()
        look_through(operator)
    operator.press(Key.Key_Delete)
    page.answer()
    operator.press(Key.Key_Z, CTRL)
    page.answer()
    operator.look()
    assert "Undone" in operator.window.status.currentMessage()
    look_through(operator)


def test_of_an_origin_that_asks_to_connect(operator: Operator, registry: Registry) -> None:
    registry.origins.ask(Asking(f"https://{EVIL}", EVIL, f"https://{EVIL}/{EVIL}", EVIL, "127.0.0.1", 0.0))
    assert look_through(operator) > 3
    view = operator.window.sessions.view
    view.setFocus()
    view.setCurrentIndex(view.model().index(0, 0))
    view.customContextMenuRequested.emit(QPoint(5, 5))
    assert look_through(operator) > 5
    close_menu()
    operator.press(Key.Key_Return)
    assert operator.question()
    assert look_through(operator) > 5
    close_dialogs(operator)
    registry.origins.block(f"https://{EVIL}")
    look_through(operator)
    operator.press(Key.Key_O, CTRL | SHIFT)
    assert look_through(operator) > 2


# --- links -----------------------------------------------------------------------------------------------------------


class Opener(QObject):
    """Stands where the operator's browser would: takes the addresses that Qt is asked to open."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[QUrl] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.opened.append(url)


@pytest.fixture
def opener() -> Iterator[Opener]:
    opener = Opener()
    for scheme in ("http", "https"):
        QDesktopServices.setUrlHandler(scheme, opener, "open")  # type: ignore[arg-type]  # it takes no bytes
    yield opener
    for scheme in ("http", "https"):
        QDesktopServices.unsetUrlHandler(scheme)


def test_no_address_of_a_browsers_is_opened(
    operator: Operator, registry: Registry, clock: Clock, opener: Opener
) -> None:
    link = "https://evil.example/?<a href='https://evil.example'>here</a>"
    page = SimulatedPage(registry, clock, {link: link}, title=link, path=f"/{link}", user=link, label=link)
    operator.look()
    QDesktopServices.openUrl(QUrl("https://it.works"))
    assert len(opener.opened) == 1, "the opener hears of it"
    operator.panel.model.editing.set_value(link, f"{link}!", "something else")
    page.answer()
    open_all(operator)
    operator.click(link, Column.VALUE)
    operator.press(Key.Key_F4)
    for number in range(len(ViewName)):
        operator.press(Key(Key.Key_1 + number), ALT)
        for widget in operator.window.findChildren(QWidget):
            if widget.isVisible() and isinstance(widget, QLabel | QAbstractScrollArea):
                target = widget.viewport() if isinstance(widget, QAbstractScrollArea) else widget
                for modifiers in (Qt.KeyboardModifier.NoModifier, CTRL):
                    QTest.mouseClick(target, Qt.MouseButton.LeftButton, modifiers, QPoint(40, target.height() // 2))
        operator.look()
    assert len(opener.opened) == 1


def test_only_the_sample_page_is_ever_opened_and_nothing_is_written_as_markup() -> None:
    found = {
        (path.name, name)
        for path in Path(monitor.__file__).parent.rglob("*.py")
        for name in ("openUrl", "OpenExternalLinks", "OpenLinks", "QTextBrowser", "etHtml", "nsertHtml", "RichText")
        if name in path.read_text(encoding="utf-8")
    }
    assert found == {("app.py", "openUrl")}
