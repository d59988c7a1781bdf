"""StorageModel agrees with the core after every step, whatever page and operator do, and tells its views granularly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt

from monitor.core.edits import Edit, EditState, Replace
from monitor.core.messages import Clear, RenameItem
from monitor.core.registry import Registry
from monitor.core.values import Redacted, Value, kind, one_line, units
from monitor.ui import rows
from monitor.ui.frame import Frame
from monitor.ui.storage import listing
from monitor.ui.storage.columns import Column, ItemState
from monitor.ui.storage.editing import Editing
from monitor.ui.storage.model import StorageModel
from monitor.ui.storage.outcomes import Outcomes
from monitor.ui.words import WallClock
from tests.ui.model_watch import ModelWatch
from tests.ui.random_text import AWKWARD, texts
from tests.ui.simulated_page import Clock, SimulatedPage

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

KEYS = st.sampled_from(["a", "B", "c", "", "__proto__", "\ud800", "secret"])
RANDOM = settings(
    max_examples=25,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


class ModelAgainstCore(RuleBasedStateMachine):
    """A page, an operator and a view that sorts and filters, in any order."""

    @initialize(items=st.dictionaries(KEYS, texts | st.integers(0, 9), max_size=5))
    def start(self, items: dict[str, str | int]) -> None:
        self.clock = Clock()
        self.registry = Registry("test")
        self.page = SimulatedPage(self.registry, self.clock, items)
        self.outcomes = Outcomes(self.registry)
        self.frame = Frame()
        self.editing = Editing(self.page.session, None, self.outcomes, self.clock)
        self.model = StorageModel(self.registry, self.editing, self.frame, WallClock(self.clock))
        self.watch = ModelWatch(self.model)
        self.needle = ""
        self.order = (Column.KEY, False)
        self.pinned: list[str] = []
        self.away = False
        self.seen: dict[str, Value] | None = None

    def teardown(self) -> None:
        if hasattr(self, "watch"):
            self.watch.end()
            self.model.end()

    # --- the page ----------------------------------------------------------------------------------------------------

    @precondition(lambda self: not self.away)
    @rule(key=KEYS, value=texts | st.integers(0, 9))
    def page_sets(self, key: str, value: str | int) -> None:
        self.page.set(key, value)

    @precondition(lambda self: not self.away)
    @rule(key=KEYS)
    def page_removes(self, key: str) -> None:
        self.page.remove(key)

    @precondition(lambda self: not self.away)
    @rule()
    def page_clears(self) -> None:
        self.page.clear()

    @precondition(lambda self: not self.away)
    @rule(seed=st.integers(0, 16))
    def page_sets_many(self, seed: int) -> None:
        self.page.update({f"{(place * 7 + seed) % 17}": str(seed) for place in range(seed)})

    @precondition(lambda self: not self.away)
    @rule(item=st.integers(0, 1))
    def page_removes_every_other(self, item: int) -> None:
        for key in list(self.page.items)[item::2]:
            self.page.remove(key)

    @precondition(lambda self: self.page.asked and not self.away)
    @rule(refused=st.sampled_from([None, None, "quota", "timed-out"]))
    def page_answers(self, refused: str | None) -> None:
        if refused is None:
            edit = self.page.session.unsettled()[0]
            self.page.answer()
            if self.seen is not None and edit.state is EditState.APPLIED:
                self._see(edit)
        else:
            self.page.refuse(refused)

    @precondition(lambda self: not self.away)
    @rule()
    def page_leaves(self) -> None:
        self.page.leave()
        self.away = True

    @precondition(lambda self: self.away)
    @rule(changed=st.dictionaries(KEYS, texts, max_size=2))
    def page_returns(self, changed: dict[str, str]) -> None:
        self.page.items.update(changed)
        self.page.connect()
        self.away = False

    # --- the operator ------------------------------------------------------------------------------------------------

    @rule(key=KEYS, value=texts)
    def operator_sets(self, key: str, value: str) -> None:
        seen = self.model.shown_value(key)
        self.editing.set_value(key, value, seen if isinstance(seen, str) else None)

    @rule(key=KEYS, new_key=KEYS)
    def operator_renames(self, key: str, new_key: str) -> None:
        seen = self.model.shown_value(key)
        if isinstance(seen, str):
            self.editing.rename(key, new_key, seen)

    @rule(keys=st.sets(KEYS, min_size=1))
    def operator_removes(self, keys: set[str]) -> None:
        seen = {key: value for key in keys if isinstance(value := self.model.shown_value(key), str)}
        if seen:
            self.editing.remove(seen)

    @rule()
    def operator_clears(self) -> None:
        self.editing.clear(self.model.area.revision)

    @rule()
    def operator_pauses_or_resumes(self) -> None:
        if self.seen is None:
            self.seen = dict(self.page.session.area().items)
            self.model.pause()
        else:
            self.seen = None
            self.model.resume()

    def _see(self, edit: Edit) -> None:
        """What became of an operator's edit is seen even while the view is paused."""
        assert self.seen is not None
        held = self.page.session.area().items
        for key in edit.named_keys or [*self.seen]:
            if key in held:
                self.seen[key] = held[key]
            else:
                self.seen.pop(key, None)

    @rule(again=st.booleans())
    def operator_deals_with_refusals(self, again: bool) -> None:
        for edit in list(self.outcomes.of(self.page.session, self.model.area).refused.values()):
            if again:
                self.editing.retry(edit)
            else:
                self.editing.discard(edit)

    @rule()
    def operator_takes_back(self) -> None:
        for edit in self.page.session.unsettled():
            self.editing.withdraw(edit)

    @rule(key=KEYS)
    def operator_begins_a_draft(self, key: str) -> None:
        self.frame.flush()
        if self.model.row_of(key) is not None:
            self.model.pin(key)
            self.pinned.append(key)

    @precondition(lambda self: self.pinned)
    @rule()
    def operator_ends_a_draft(self) -> None:
        self.model.unpin(self.pinned.pop())

    @rule(needle=st.sampled_from(["", "a", "B", "\ud800", "line", "1"]))
    def operator_filters(self, needle: str) -> None:
        self.needle = needle
        self.model.filter(needle)

    @rule(column=st.sampled_from(Column), descending=st.booleans())
    def operator_sorts(self, column: Column, descending: bool) -> None:
        self.order = (column, descending)
        self.model.sort(column, Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder)

    @rule(keys=st.sets(KEYS, min_size=1))
    def operator_reveals(self, keys: set[str]) -> None:
        self.model.masking.reveal(keys)

    @rule()
    def operator_masks_again(self) -> None:
        self.model.masking.mask()

    @rule(seconds=st.sampled_from([0.01, 1.0, 5.0, 61.0]))
    def time_passes(self, seconds: float) -> None:
        self.clock.pass_by(seconds)
        self.model.masking.expire()

    # --- what must be so ---------------------------------------------------------------------------------------------

    @invariant()
    def model_agrees_with_core(self) -> None:
        if not hasattr(self, "model"):
            return
        self.frame.flush()
        self.watch.check()
        keys = self.model.keys()
        assert len(keys) == self.model.rowCount() == len(set(keys))
        certain, possible = self._wanted()
        assert certain <= set(keys) <= certain | possible
        for place, key in enumerate(keys):
            self._check_row(place, key)
        movable = [key for key in keys if key not in self.pinned]
        assert movable == sorted(movable, key=self._sort_key, reverse=self.order[1])

    def _wanted(self) -> tuple[set[str], set[str]]:
        """The keys that must be shown; and the new keys of pending renames, shown if there was anything to rename."""
        session, area = self.page.session, self.page.session.area()
        refused = self.outcomes.of(session, area).refused.values()
        needle = self.needle.casefold()
        certain = {
            key
            for key, value in (area.items if self.seen is None else self.seen).items()
            if needle in key.casefold()
            or (isinstance(value, str) and needle in value.casefold() and not self.model.masking.hides(key))
        }
        certain |= {key for edit in refused for key in edit.named_keys}
        pending: set[str] = set()
        new: set[str] = set()
        for edit in session.unsettled():
            assert not isinstance(edit.operations, Replace)
            for operation in edit.operations:
                if isinstance(operation, Clear):
                    pending, new = set(), set()
                    continue
                pending.add(operation.key)
                if isinstance(operation, RenameItem):
                    new.add(operation.new_key)
        return certain | pending | set(self.pinned), new

    def _shown(self, key: str) -> Value | None:
        return self.model.shown_value(key)

    def _check_row(self, row: int, key: str) -> None:
        model = self.model
        assert model.row_of(key) == row
        value = self._shown(key)
        text = {column: model.index(row, column).data() for column in Column}
        pending = model.states.pending.of(key)
        if pending is None or pending.value is None:
            assert value == (self.page.session.area().items if self.seen is None else self.seen).get(key)
        assert text[Column.KEY] == (one_line(key, 200) or "(empty key)")
        state = model.states.state(key)
        assert (text[Column.STATE] == "") == (state is ItemState.NONE)
        if value is None:
            assert text[Column.VALUE] == ""
            assert key in {*model.states.refused, *self.pinned, *model.states.pending.items}
        elif isinstance(value, Redacted):
            assert text[Column.VALUE] == f"redacted, {int(value)} unit{'' if value == 1 else 's'}"
            assert not model.flags(model.index(row, Column.VALUE)) & Qt.ItemFlag.ItemIsEditable
        elif model.masking.hides(key):
            assert text[Column.VALUE] == f"•••••• {units(value)} unit{'' if units(value) == 1 else 's'}"
            assert text[Column.KIND] == "masked"
        else:
            assert text[Column.VALUE] == one_line(value, 400)
            assert text[Column.KIND] == kind(value)
            assert text[Column.SIZE] == str(units(value))

    def _sort_key(self, key: str) -> tuple[object, ...]:
        value, column, name = self._shown(key), self.order[0], (key.casefold(), key)
        if key == "secret" and column in (Column.VALUE, Column.KIND):
            # Revealed or not: its place tells nothing, and it does not move.
            return ("redacted" if isinstance(value, Redacted) and column is Column.KIND else "", name)
        if column is Column.VALUE:
            return (value if isinstance(value, str) else "", name)
        if column is Column.KIND:
            return ("" if value is None else kind(value), name)
        if column is Column.SIZE:
            return (-1 if value is None else units(value), name)
        if column is Column.CHANGED:
            return (self.model.shown.changed_at.get(key, float("-inf")), name)
        if column is Column.STATE:
            return (self.model.states.lasting_state(key), name)
        return name


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("most_runs", [2, 1_000])
def test_the_model_agrees_with_the_core_after_every_step(most_runs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    # Few rows keep Qt's tester quick; what is done for many scattered ones is then done for few.
    monkeypatch.setattr(rows, "MOST_RUNS", most_runs)
    monkeypatch.setattr(listing, "FEW", most_runs)
    run_state_machine_as_test(ModelAgainstCore, settings=RANDOM)


class Shown:
    """A model over one page."""

    def __init__(self, items: dict[str, str | int]) -> None:
        self.clock = Clock()
        self.registry = Registry("test")
        self.page = SimulatedPage(self.registry, self.clock, items)
        self.outcomes = Outcomes(self.registry)
        self.frame = Frame()
        self.editing = Editing(self.page.session, None, self.outcomes, self.clock)
        self.model = StorageModel(self.registry, self.editing, self.frame, WallClock(self.clock))

    def cell(self, key: str, column: Column) -> str:
        self.frame.flush()
        row = self.model.row_of(key)
        assert row is not None
        text = self.model.index(row, column).data()
        assert isinstance(text, str)
        return text


@pytest.mark.usefixtures("qapp")
def test_a_change_is_shown_without_anybody_asking(qtbot: QtBot) -> None:
    shown = Shown({"theme": "dark"})
    with qtbot.waitSignal(shown.model.dataChanged):
        shown.page.set("theme", "light")
    assert shown.cell("theme", Column.VALUE) == "light"
    assert shown.cell("theme", Column.STATE) == "changed"


@pytest.mark.usefixtures("qapp")
def test_changes_of_one_frame_come_as_runs_of_adjacent_rows(qtbot: QtBot) -> None:
    shown = Shown({**dict.fromkeys("abcdefgh", "1")})
    told: list[tuple[int, int]] = []
    shown.model.dataChanged.connect(lambda first, last: told.append((first.row(), last.row())))
    shown.frame.flush()
    told.clear()
    for name in "gbac":
        shown.page.set(name, "2")
    with qtbot.waitSignal(shown.model.flushed):
        pass
    assert told == [(0, 2), (6, 6)]


@pytest.mark.usefixtures("qapp")
def test_an_item_that_is_pinned_while_rows_go_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "FEW", 0)
    shown = Shown(dict.fromkeys("abcd", "1"))
    shown.frame.flush()
    pinned: list[str] = []

    def pin_first() -> None:
        if not pinned:
            pinned.append("a")
            shown.model.pin("a")

    shown.model.rowsRemoved.connect(pin_first)
    shown.page.remove("a")
    shown.page.remove("c")
    shown.frame.flush()
    assert [shown.model.index(row, Column.KEY).data() for row in range(shown.model.rowCount())] == ["a", "b", "d"]


@pytest.mark.usefixtures("qapp")
def test_live_updates_never_reset_the_model() -> None:
    shown = Shown({})
    resets: list[None] = []
    shown.model.modelReset.connect(lambda: resets.append(None))
    for step in range(5):
        shown.page.update({f"{place * 7919 % 500}": str(step) for place in range(400)})
        shown.model.sort(Column.VALUE)
        shown.frame.flush()
        shown.page.clear()
        shown.frame.flush()
    assert not resets


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("needle", ["", "7"])
@pytest.mark.parametrize("changed", [3, 60, 230, 600])
def test_among_many_items_some_come_go_and_move(changed: int, needle: str, descending: bool) -> None:
    items: dict[str, str | int] = {f"{place}": f"{place * 7919 % 5003}" for place in range(5_000)}
    shown = Shown(items)
    order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
    shown.model.sort(Column.VALUE, order)
    shown.model.filter(needle)
    followed = [(QPersistentModelIndex(shown.model.index(row, 0)), shown.model.key(row)) for row in range(0, 1_000, 90)]
    for step in range(3):
        for place in range(changed):
            key = f"{(place * 31 + step * 1_009) % 5_000}"
            match place % 3:
                case 0:
                    shown.page.remove(key)
                case 1:
                    shown.page.set(key, f"{place * 17 % 977}")
                case 2:
                    shown.page.set(f"new {step} {place}", f"{place}")
        shown.frame.flush()
        wanted = {key: value for key, value in shown.page.items.items() if needle in key or needle in str(value)}
        ordered = sorted(wanted, key=lambda key: (wanted[key], key), reverse=descending)
        assert shown.model.keys() == ordered
        assert [shown.model.row_of(key) for key in ordered] == list(range(len(ordered)))
        for index, key in followed:
            assert not index.isValid() or index.row() == shown.model.row_of(key)


@pytest.mark.usefixtures("qapp")
def test_the_filter_governs_rows_that_arrive_later() -> None:
    shown = Shown({"theme": "dark", "locale": "de"})
    shown.model.filter("THEME")
    assert shown.model.keys() == ["theme"]
    shown.page.update({"themes": "2", "other": "1", "third": "my theme"})
    shown.frame.flush()
    assert shown.model.keys() == ["theme", "themes", "third"]
    shown.page.set("third", "nothing")
    shown.frame.flush()
    assert shown.model.keys() == ["theme", "themes"]


@pytest.mark.usefixtures("qapp")
def test_an_edit_is_pending_then_saved_then_quiet() -> None:
    shown = Shown({"theme": "dark"})
    shown.editing.set_value("theme", "light", "dark")
    assert shown.cell("theme", Column.VALUE) == "light"
    assert shown.cell("theme", Column.STATE) == "saving…"
    shown.page.answer()
    assert shown.cell("theme", Column.STATE) == "saved"
    shown.clock.pass_by(10)
    assert shown.cell("theme", Column.STATE) == ""


@pytest.mark.usefixtures("qapp")
def test_a_refused_edit_says_why_and_shows_what_the_browser_holds_until_it_is_dealt_with() -> None:
    shown = Shown({"theme": "dark"})
    edit = shown.editing.set_value("theme", "light", "dim")
    shown.page.answer()
    assert edit.state is EditState.REFUSED
    assert shown.cell("theme", Column.VALUE) == "dark"
    assert shown.cell("theme", Column.STATE) == "not saved: conflict"
    shown.clock.pass_by(1_000)
    assert shown.cell("theme", Column.STATE) == "not saved: conflict"
    shown.editing.overwrite(edit)
    shown.page.answer()
    assert shown.cell("theme", Column.VALUE) == "light"
    assert shown.cell("theme", Column.STATE) == "saved"


@pytest.mark.usefixtures("qapp")
def test_an_edit_of_a_session_without_a_page_waits_and_can_be_taken_back() -> None:
    shown = Shown({"theme": "dark"})
    shown.page.leave_for_good()
    edit = shown.editing.set_value("theme", "light", "dark")
    assert shown.cell("theme", Column.STATE) == "waiting"
    assert shown.editing.withdraw(edit)
    assert shown.cell("theme", Column.VALUE) == "dark"
    assert shown.cell("theme", Column.STATE) == ""


@pytest.mark.usefixtures("qapp")
def test_a_rename_is_shown_at_both_keys_while_it_is_pending() -> None:
    shown = Shown({"old": "1"})
    shown.editing.rename("old", "new", "1")
    assert shown.cell("old", Column.STATE) == "renaming to “new”…"
    assert shown.cell("new", Column.VALUE) == "1"
    shown.page.answer()
    shown.frame.flush()
    assert shown.model.keys() == ["new"]


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("text", AWKWARD)
def test_showing_a_value_never_alters_it(text: str) -> None:
    shown = Shown({text: text})
    shown.frame.flush()
    index = shown.model.index(0, Column.VALUE)
    for role in Qt.ItemDataRole:
        shown.model.data(index, role)
    assert shown.model.key(0) == text
    assert shown.model.shown_value(text) == text
    assert not shown.page.asked


@pytest.mark.usefixtures("qapp")
def test_browser_text_is_no_markup_in_tooltips() -> None:
    shown = Shown({"k": "<img src=x><b>bold</b>"})
    shown.frame.flush()
    tooltip = shown.model.data(shown.model.index(0, Column.VALUE), Qt.ItemDataRole.ToolTipRole)
    assert "<img" not in tooltip
    assert "&lt;img" in tooltip


@pytest.mark.usefixtures("qapp")
def test_found_items_do_not_count_as_changed() -> None:
    shown = Shown({"theme": "dark"})
    assert shown.cell("theme", Column.CHANGED) == ""
    assert shown.cell("theme", Column.STATE) == ""


@pytest.mark.usefixtures("qapp")
def test_a_model_that_has_ended_hears_nothing_more() -> None:
    shown = Shown({"theme": "dark"})
    shown.model.end()
    shown.page.set("other", "1")
    shown.frame.flush()
    assert shown.model.keys() == ["theme"]


@pytest.mark.usefixtures("qapp")
def test_there_are_no_rows_below_rows() -> None:
    shown = Shown({"theme": "dark"})
    index = shown.model.index(0, 0, QModelIndex())
    assert shown.model.rowCount(index) == 0
    assert shown.model.columnCount(index) == 0
