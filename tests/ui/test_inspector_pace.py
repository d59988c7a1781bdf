"""Long values in the inspector never hold up the window, and never show under the name of another item."""

from __future__ import annotations

import json
from time import perf_counter

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QGuiApplication, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from monitor.core.messages import SetItem
from monitor.core.parts import at_once
from monitor.core.registry import Registry
from monitor.ui.inspector.choices import ViewName
from monitor.ui.inspector.decoded_view import DecodedView
from monitor.ui.inspector.diff_view import DiffView
from monitor.ui.inspector.history_view import HistoryView
from monitor.ui.inspector.json_view import JsonView
from monitor.ui.inspector.pace import LONG, Pace
from monitor.ui.inspector.text_view import TextView
from tests.ui.operator import CTRL, SHIFT, Key, Operator
from tests.ui.simulated_page import Clock, SimulatedPage

ALT = Qt.KeyboardModifier.AltModifier
READING = "Reading…"
FRAMES = 40
KEYS = ("one", "two", "three")


def document(mark: object) -> str:
    """JSON of some 400,000 characters with ``mark`` here and there."""
    others = {f"member {number}": [mark if number in range(9, 50, 10) else number, "x" * 60] for number in range(4_500)}
    return json.dumps({"mark": mark, **others}, indent=1)


def encoded(mark: object) -> str:
    """A JSON string as long that holds such a document: what can be decoded."""
    return json.dumps(document(mark))


@pytest.fixture
def page(operator: Operator, registry: Registry, clock: Clock) -> SimulatedPage:
    page = SimulatedPage(registry, clock, {"alpha": "1", **{key: document(key) for key in KEYS}}, user="Ada")
    operator.look()
    return page


def show(operator: Operator, page: SimulatedPage, key: str, name: ViewName) -> None:
    """Show the value in this view, whatever its kind, and let it come."""
    for kind in ("object", "string"):
        operator.window.choices.choose_view(kind, name)
    operator.window.choices.shown = True
    operator.go_to(key)
    operator.inspector.choose(name)
    operator.look()
    assert shown(operator) is not None


def shown(operator: Operator) -> str | None:
    """What the view shows; ``None`` while it shows nothing."""
    view = operator.inspector.view
    if operator.inspector.stack.currentWidget() is not view:
        assert operator.inspector.nothing.text() == READING
        return None
    operator.bot.waitUntil(lambda: not view.busy)
    match view:
        case TextView():
            return view.text.toPlainText()
        case JsonView():
            return view.form.toPlainText() if view.shows_form else view.model.text or ""
        case DecodedView():
            return view.text.toPlainText()
        case DiffView():
            return view.text.toPlainText()
        case HistoryView():
            return view.diff.toPlainText()
        case _:
            raise AssertionError(view)


def shows(operator: Operator, mark: str) -> bool:
    """Whether the mark is in the view by now."""
    operator.look()
    return mark in (shown(operator) or "")


class Loads:
    """Counts how often the view takes in another text."""

    def __init__(self, operator: Operator) -> None:
        self.count = 0
        view = operator.inspector.view
        match view:
            case TextView():
                view.text.textChanged.connect(self._count)
            case JsonView():
                view.model.dataChanged.connect(self._count)
            case DecodedView():
                view.text.document().contentsChanged.connect(self._count)
            case DiffView():
                view.text.document().contentsChanged.connect(self._count)
            case HistoryView():
                view.diff.document().contentsChanged.connect(self._count)

    def _count(self, changed: QModelIndex | None = None, _last: QModelIndex | None = None) -> None:
        if changed is None or not changed.parent().isValid():  # The root changes with each document.
            self.count += 1


# --- a page that writes all the time ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ViewName)
def test_a_long_value_that_changes_all_the_time_is_shown_now_and_then_and_at_last(
    operator: Operator, page: SimulatedPage, name: ViewName
) -> None:
    make = encoded if name is ViewName.DECODED else document
    page.set("one", make("before"))
    show(operator, page, "one", name)
    page.set("one", make("once more"))
    operator.bot.waitUntil(lambda: shows(operator, "once more"))
    loads = Loads(operator)
    page.set("one", make("a change"))
    operator.bot.waitUntil(lambda: shows(operator, "a change"))
    by_one_change = loads.count
    assert by_one_change > 0
    loads.count = 0
    for number in range(FRAMES):
        page.set("one", make(f"frame {number}."))
        operator.look()
    assert loads.count < by_one_change * FRAMES * 3 / 4
    last = f"frame {FRAMES - 1}."
    operator.bot.waitUntil(lambda: shows(operator, last))


def test_work_takes_a_quarter_of_the_time_at_most(qapp: QApplication) -> None:
    pace = Pace(qapp)
    began = perf_counter()
    spent = 0.0
    times = 0

    def work() -> None:
        nonlocal spent, times
        start = perf_counter()
        while perf_counter() - start < 0.005:
            pass
        spent += perf_counter() - start
        times += 1

    pace.due.connect(lambda: pace.work(work))
    while times < 10:
        if pace.may_work(LONG + 1, fresh=False):
            pace.work(work)
        qapp.processEvents()
    assert spent < (perf_counter() - began) / 2
    assert pace.may_work(LONG, fresh=True), "what is short waits for nothing"


def test_a_draft_of_a_long_value_outlives_a_page_that_writes_all_the_time(
    operator: Operator, page: SimulatedPage
) -> None:
    show(operator, page, "one", ViewName.TEXT)
    text = operator.inspector.text_view.text
    text.setFocus()
    text.moveCursor(QTextCursor.MoveOperation.Start)
    operator.type("mine")
    for number in range(5):
        page.set("one", document(number))
        operator.look()
        operator.type(str(number))
    assert text.toPlainText() == "mine01234" + document("one")
    assert operator.inspector.conflict.isVisible()


@pytest.mark.parametrize("typed", ["", '"ty'])
def test_an_open_cell_outlives_a_page_that_writes_all_the_time(
    operator: Operator, page: SimulatedPage, typed: str
) -> None:
    show(operator, page, "one", ViewName.JSON)
    view = operator.inspector.view
    assert isinstance(view, JsonView)
    view.tree.setFocus()
    view.tree.setCurrentIndex(view.model.index(0, 1, view.model.index(0, 0)))
    operator.press(Key.Key_F2)
    cell = view.tree.cell
    assert cell is not None
    operator.type(typed)
    for number in range(5):
        page.set("one", document(number))
        operator.look()
        assert view.tree.cell is cell
    if typed:
        operator.type('ped"')
        operator.press(Key.Key_Return)
        assert view.model.text == document("one").replace('"one"', '"typed"', 1)
        assert operator.inspector.conflict.isVisible()
    else:
        operator.press(Key.Key_Escape)
        operator.bot.waitUntil(lambda: not view.busy)
        assert view.model.text == document(4), "what came meanwhile"
        assert not operator.panel.has_draft


# --- another item ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ViewName)
def test_rows_that_are_run_through_are_not_read(operator: Operator, page: SimulatedPage, name: ViewName) -> None:
    for key in KEYS:
        page.set(key, document(f"{key} anew"))
    show(operator, page, "one", name)
    before = shown(operator)
    for _ in range(2):
        for key in KEYS[1:]:
            operator.go_to(key)
            assert operator.inspector.head.title.text() == key
            assert shown(operator) is None, "neither the value of another item, nor time spent on this one"
            assert operator.inspector.nothing.text() == READING
    operator.bot.waitUntil(lambda: shown(operator) is not None)
    if name is ViewName.DECODED:
        assert shown(operator) == before == "", "there is nothing to be decoded"
    else:
        assert '"three' in (shown(operator) or "")


@pytest.mark.parametrize("name", ViewName)
def test_nothing_that_is_done_while_a_value_is_read_is_done_to_another_item(
    operator: Operator, page: SimulatedPage, name: ViewName
) -> None:
    for key in KEYS:
        page.set(key, document(f"{key} anew"))
    show(operator, page, "one", name)
    if name is ViewName.HISTORY:
        view = operator.inspector.view
        assert isinstance(view, HistoryView)
        view.table.selectRow(1)
        assert operator.inspector.can_restore
    operator.inspector.view.setFocus()
    operator.panel.table.setCurrentIndex(operator.panel.model.index(operator.panel.model.row_of("two") or 0, 1))
    assert shown(operator) is None
    assert not operator.inspector.can_restore
    for pressed, modifiers in ((Key.Key_X, SHIFT), (Key.Key_Delete, SHIFT), (Key.Key_S, CTRL)):
        operator.press(pressed, modifiers)
    operator.panel.restore()
    assert not page.asked
    assert not operator.panel.has_draft


def test_a_draft_that_is_left_for_another_item_stays_with_its_own(operator: Operator, page: SimulatedPage) -> None:
    show(operator, page, "one", ViewName.TEXT)
    operator.inspector.text_view.text.setFocus()
    operator.inspector.text_view.text.moveCursor(QTextCursor.MoveOperation.Start)
    operator.type("   ")
    for key in ("two", "one", "three", "one"):
        operator.go_to(key)
        assert shown(operator) is None
        assert "one" in operator.panel.model.drafts
        assert len(operator.panel.model.drafts) == 1
    operator.press(Key.Key_S, CTRL)
    operator.bot.waitUntil(lambda: bool(page.asked))
    (request,) = page.asked
    assert request.operations == [SetItem("one", "   " + document("one"), document("one"))]
    assert shown(operator) == "   " + document("one")


# --- what the operator asks for --------------------------------------------------------------------------------------


def test_what_the_operator_asks_for_is_there_at_once(operator: Operator, page: SimulatedPage) -> None:
    for key in KEYS:
        page.set(key, document(f"{key} anew"))
    show(operator, page, "one", ViewName.JSON)
    operator.go_to("two")
    assert shown(operator) is None
    operator.press(Key.Key_2, ALT)
    assert '"two anew"' in (shown(operator) or "")
    operator.press(Key.Key_4, ALT)
    assert '+  "mark": "two anew",' in (shown(operator) or "")
    operator.go_to("three")
    operator.press(Key.Key_F2)
    assert shown(operator) == document("three anew")
    assert operator.inspector.text_view.text.hasFocus()
    operator.type("x")
    assert operator.panel.has_draft
    operator.push(operator.inspector.discard_button)
    assert shown(operator) == document("three anew")


def test_versions_that_are_run_through_are_not_compared(operator: Operator, page: SimulatedPage) -> None:
    for number in range(4):
        page.set("one", document(number))
    show(operator, page, "one", ViewName.HISTORY)
    view = operator.inspector.view
    assert isinstance(view, HistoryView)
    view.table.setFocus()
    for _ in range(3):
        operator.press(Key.Key_Down)
        assert shown(operator) == ""
        assert operator.inspector.note.text() == READING
        assert operator.inspector.can_restore, "which needs no comparison"
    operator.bot.waitUntil(lambda: shown(operator) != "")
    assert '+  "mark": 0,' in (shown(operator) or "")


# --- a long text comes in parts --------------------------------------------------------------------------------------

LONGER = "first line\n" + "x" * 4_000 + ("\n" + "y" * 900) * 1_000 + "\nlast line"


def open_longer(operator: Operator, page: SimulatedPage) -> TextView:
    """Press F2 on a value that is not all there when that is done."""
    page.set("longer", LONGER)
    operator.look()
    operator.go_to("longer")
    QTest.keyClick(operator.table, Key.Key_F2)
    view = operator.inspector.view
    assert isinstance(view, TextView)
    assert view.busy
    return view


def test_keys_that_come_before_the_text_wait_for_it(operator: Operator, page: SimulatedPage) -> None:
    view = open_longer(operator, page)
    QTest.keyClick(view.text, Key.Key_End, CTRL)
    QTest.keyClicks(view.text, " and more")
    assert view.busy
    operator.bot.waitUntil(lambda: not view.busy)
    assert view.text.read() == LONGER + " and more"
    assert operator.panel.has_draft


def test_what_waits_for_the_text_is_saved_with_it(operator: Operator, page: SimulatedPage) -> None:
    view = open_longer(operator, page)
    QTest.keyClicks(view.text, "typed ")
    operator.press(Key.Key_S, CTRL)
    operator.bot.waitUntil(lambda: bool(page.asked))
    (request,) = page.asked
    assert request.operations == [SetItem("longer", "typed " + LONGER, LONGER)]


def test_what_waits_for_the_text_never_goes_to_another_item(operator: Operator, page: SimulatedPage) -> None:
    view = open_longer(operator, page)
    QTest.keyClicks(view.text, "typed ")
    operator.go_to("two")
    operator.bot.waitUntil(lambda: shown(operator) is not None)
    draft = operator.panel.model.drafts.of("longer")
    assert draft is not None
    assert draft.written.text == "typed " + LONGER
    assert len(operator.panel.model.drafts) == 1


def test_what_is_pasted_stays_when_the_page_writes_before_it_is_all_there(
    operator: Operator, page: SimulatedPage
) -> None:
    pasted = "z" * 1_000_000
    operator.edit("alpha")
    operator.press(Key.Key_Return, SHIFT)
    text = operator.inspector.text_view.text
    text.selectAll()
    QGuiApplication.clipboard().setText(pasted)
    QTest.keyClick(text, Key.Key_V, CTRL)
    assert text.is_filling
    page.set("alpha", "the page's")
    operator.look()
    operator.bot.waitUntil(lambda: not text.is_filling)
    operator.look()
    assert text.read() == pasted
    assert operator.inspector.conflict.isVisible()


def test_more_that_is_typed_while_a_long_text_is_checked_is_saved_too(operator: Operator, page: SimulatedPage) -> None:
    show(operator, page, "one", ViewName.TEXT)
    text = operator.inspector.text_view.text
    operator.bot.waitUntil(lambda: not text.is_filling)
    text.setFocus()
    QTest.keyClicks(text, " ")
    QTest.keyClick(text, Key.Key_S, CTRL)
    QTest.keyClicks(text, " ")
    assert not page.asked
    operator.bot.waitUntil(lambda: bool(page.asked))
    (request,) = page.asked
    assert request.operations == [SetItem("one", "  " + document("one"), document("one"))]
    assert not operator.panel.has_draft


def test_keys_for_a_document_that_is_still_read_wait_for_it(operator: Operator, page: SimulatedPage) -> None:
    show(operator, page, "one", ViewName.JSON)
    view = operator.inspector.view
    assert isinstance(view, JsonView)
    view.tree.setFocus()
    view.tree.setCurrentIndex(view.model.index(0, 1, view.model.index(0, 0)))
    page.set("one", document("anew"))
    operator.window.frame.flush()
    operator.inspector.choose(ViewName.JSON)
    assert view.busy
    QTest.keyClick(view.tree, Key.Key_F2)
    assert view.tree.cell is None
    operator.bot.waitUntil(lambda: view.tree.cell is not None)
    assert view.tree.cell is not None
    assert view.tree.cell.text() == '"anew"'


def test_who_leaves_while_the_text_comes_types_where_the_focus_is(operator: Operator, page: SimulatedPage) -> None:
    view = open_longer(operator, page)
    QTest.keyClick(view.text, Key.Key_Escape)
    QTest.keyClick(view.text, Key.Key_Down)
    operator.bot.waitUntil(lambda: not view.busy)
    operator.look()
    assert operator.table.hasFocus()
    assert not operator.panel.has_draft


def test_what_waits_for_the_text_is_asked_about_when_the_window_is_closed(
    operator: Operator, page: SimulatedPage
) -> None:
    view = open_longer(operator, page)
    QTest.keyClicks(view.text, "typed ")
    assert not operator.window.close()
    assert "1 value that is being edited" in operator.question().informativeText()
    operator.answer("Cancel")
    draft = operator.panel.model.drafts.of("longer")
    assert draft is not None
    assert draft.written.text == "typed " + LONGER


def coming(operator: Operator, page: SimulatedPage, *, form: bool = False, text: str = "") -> JsonView:
    """The JSON view of "one" while another document is on its way into it."""
    show(operator, page, "one", ViewName.JSON)
    view = operator.inspector.view
    assert isinstance(view, JsonView)
    if form:
        view.choose_form(True)
    operator.bot.waitUntil(lambda: not view.busy)
    view.setFocus()
    if not form:
        view.tree.setCurrentIndex(view.model.index(1, 0, view.model.index(0, 0)))
    page.set("one", text or document("anew"))
    operator.window.frame.flush()
    operator.inspector.choose(ViewName.JSON)
    assert view.busy
    return view


def test_formatted_text_is_shown_when_it_is_asked_for(operator: Operator, page: SimulatedPage) -> None:
    show(operator, page, "one", ViewName.JSON)
    view = operator.inspector.view
    assert isinstance(view, JsonView)
    view.bar.as_form.click()
    assert view.busy
    operator.bot.waitUntil(lambda: not view.busy)
    assert view.shows_form
    assert view.bar.as_form.isChecked()
    view.bar.as_tree.click()
    operator.bot.waitUntil(lambda: not view.busy)
    assert not view.shows_form
    assert view.bar.as_tree.isChecked()


def test_keys_for_the_tree_come_to_nothing_where_a_text_comes(operator: Operator, page: SimulatedPage) -> None:
    view = coming(operator, page, text=document("anew")[:-1] + ",")
    QTest.keyClick(view.tree, Key.Key_Delete)
    operator.bot.waitUntil(lambda: not view.busy)
    operator.look()
    assert view.shows_form
    assert view.form.read() == document("anew")[:-1] + ","
    assert not operator.panel.has_draft


def test_keys_after_one_that_opens_a_cell_go_into_the_cell(operator: Operator, page: SimulatedPage) -> None:
    view = coming(operator, page)
    view.tree.setCurrentIndex(view.model.index(0, 1, view.model.index(0, 0)))
    QTest.keyClick(view.tree, Key.Key_F2)
    QTest.keyClicks(view.tree, '"zz"')
    operator.bot.waitUntil(lambda: view.tree.cell is not None)
    assert view.tree.cell is not None
    assert view.tree.cell.text() == '"zz"'


def test_who_types_in_the_formatted_text_keeps_it(operator: Operator, page: SimulatedPage) -> None:
    view = coming(operator, page, form=True)
    before = view.form.read()
    QTest.keyClicks(view.form, "x")
    operator.bot.waitUntil(lambda: not view.busy)
    operator.look()
    assert sorted(view.form.read()) == sorted(before + "x")
    assert operator.inspector.conflict.isVisible()
    draft = operator.panel.model.drafts.of("one")
    assert draft is not None
    assert draft.expected == document("one")


def test_formatted_text_is_not_that_of_another_item(operator: Operator, page: SimulatedPage) -> None:
    show(operator, page, "one", ViewName.JSON)
    view = operator.inspector.view
    assert isinstance(view, JsonView)
    view.choose_form(True)
    operator.bot.waitUntil(lambda: view.form.is_filling)
    QTest.keyClicks(view.form, "typed")
    operator.go_to("alpha")
    operator.inspector.choose(ViewName.JSON)
    operator.bot.waitUntil(lambda: not view.busy)
    assert at_once(view.reading()).text == "1"
    draft = operator.panel.model.drafts.of("one")
    assert draft is not None
    assert draft.written.text is not None
    assert "typed" in draft.written.text
    assert len(operator.panel.model.drafts) == 1
    operator.go_to("two")
    operator.inspector.choose(ViewName.JSON)
    assert view.busy
    assert not view.shows_form, "which still holds the text of another"


def test_a_view_that_the_operator_changes_is_not_put_off_for_long(operator: Operator, page: SimulatedPage) -> None:
    show(operator, page, "alpha", ViewName.JSON)
    view = operator.inspector.view
    assert isinstance(view, JsonView)
    while_ago = perf_counter()
    operator.bot.waitUntil(lambda: perf_counter() > while_ago + 0.3)
    view.choose_form(True)
    operator.look()
    operator.go_to("two")
    began = perf_counter()
    operator.bot.waitUntil(lambda: shown(operator) is not None)
    assert perf_counter() - began < 10
    (pace,) = operator.inspector.findChildren(Pace)
    assert pace.may_work(LONG + 1, fresh=False) or pace.waits


def test_what_waits_for_the_text_is_kept_with_its_session(
    operator: Operator, page: SimulatedPage, registry: Registry, clock: Clock
) -> None:
    other = SimulatedPage(registry, clock, {"alpha": "1"}, session_id="other", user="Bob")
    view = open_longer(operator, page)
    QTest.keyClicks(view.text, "typed ")
    operator.window.sessions.choose(other.session)
    operator.look()
    assert operator.window.unsaved.drafts(page.session) == 1
    operator.window.sessions.choose(page.session)
    operator.look()
    draft = operator.panel.model.drafts.of("longer")
    assert draft is not None
    assert draft.written.text == "typed " + LONGER


def test_what_waits_for_the_text_is_typed_whole_when_another_view_is_chosen(
    operator: Operator, page: SimulatedPage
) -> None:
    show(operator, page, "one", ViewName.JSON)
    view = operator.inspector.view
    assert isinstance(view, JsonView)
    view.choose_form(True)
    operator.bot.waitUntil(lambda: view.form.is_filling)
    QTest.keyClicks(view.form, "typed")
    operator.press(Key.Key_1, ALT)
    draft = operator.panel.model.drafts.of("one")
    assert draft is not None
    operator.bot.waitUntil(lambda: shown(operator) is not None)
    assert "typed" in (shown(operator) or "")
