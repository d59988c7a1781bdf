"""Keys are grouped by what they begin with, the groups follow the browser, and choosing one shows its items alone."""

from __future__ import annotations

import re
from time import perf_counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from monitor.core.registry import Registry
from monitor.ui import rows
from monitor.ui.appearance import Appearance
from monitor.ui.frame import Frame
from monitor.ui.storage.editing import Editing
from monitor.ui.storage.groups.key_tree import DELIMITERS, KeyTree
from monitor.ui.storage.groups.model import GroupColumn, KeyTreeModel
from monitor.ui.storage.groups.panel import KeyTreePanel
from monitor.ui.storage.groups.view import KeyTreeView, left_of
from monitor.ui.storage.model import StorageModel
from monitor.ui.storage.outcomes import Outcomes
from monitor.ui.words import WallClock
from tests.ui.model_watch import ModelWatch
from tests.ui.operator import CTRL, Key, Operator
from tests.ui.simulated_page import Clock, SimulatedPage

KEYS = [
    "a",
    "a.b",
    "a.b.c",
    "a.b.d",
    "a.c",
    "a:b",
    "a:",
    ".",
    "..",
    "B.x",
    "b.x",
    "b.y",
    "\ud800.1",
    "\ud800.2",
    "x/y/z",
]
keys = st.sampled_from(KEYS) | st.text("ab.:/", max_size=6)


def expected_count(names: set[str], prefix: str) -> int:
    return sum(name.startswith(prefix) for name in names)


@settings(deadline=None)
@given(
    first=st.sets(keys),
    steps=st.lists(st.tuples(st.sets(keys, max_size=5), st.booleans(), st.booleans()), max_size=6),
    delimiters=st.sampled_from([DELIMITERS, ".", ":"]),
)
def test_every_group_counts_the_keys_that_begin_so(
    first: set[str], steps: list[tuple[set[str], bool, bool]], delimiters: str
) -> None:
    held = set(first)
    tree = KeyTree(held, delimiters)
    for some, removed, opens in steps:
        for group in tree.shown():
            tree.open(group, opens)
        held = held - some if removed else held | some
        before = {group: group.count for group in tree.shown()}
        changed, relisted = tree.update(some, held)
        assert relisted or tree.shown() == list(before)
        for group in tree.shown():
            assert group.count == expected_count(held, group.prefix)
            assert group in changed or group.count == before.get(group, group.count)
            assert group.above is None or group.count >= 2
        prefixes = {key[: found.end()] for key in held for found in re.finditer(f"[{re.escape(delimiters)}]", key)}
        first_level = {prefix for prefix in prefixes if not re.search(f"[{re.escape(delimiters)}].", prefix, re.DOTALL)}
        assert {group.prefix for group in tree.shown() if group.depth == 1} == {
            prefix for prefix in first_level if expected_count(held, prefix) >= 2
        }


class GroupsAgainstCore(RuleBasedStateMachine):
    """A page, an operator who opens, closes and chooses, and a view that follows, in any order."""

    @initialize(items=st.dictionaries(keys, st.just("1"), max_size=8))
    def start(self, items: dict[str, str]) -> None:
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        self.clock = Clock()
        self.registry = Registry("test")
        self.page = SimulatedPage(self.registry, self.clock, dict(items))
        self.frame = Frame()
        editing = Editing(self.page.session, None, Outcomes(self.registry), self.clock)
        self.storage = StorageModel(self.registry, editing, self.frame, WallClock(self.clock))
        self.groups = KeyTreeModel(self.storage, self.storage)
        self.view = KeyTreeView(self.groups, Appearance.of(application), None)  # type: ignore[arg-type]  # a window
        self.view.show()
        self.watch = ModelWatch(self.groups)
        self.chosen = ""

    def teardown(self) -> None:
        if hasattr(self, "watch"):
            self.watch.end()
            self.view.close()
            self.view.deleteLater()
            self.storage.end()

    @rule(key=keys)
    def page_sets(self, key: str) -> None:
        self.page.set(key, "2")

    @rule(key=keys)
    def page_removes(self, key: str) -> None:
        self.page.remove(key)

    @rule(item=st.integers(0, 1))
    def page_removes_every_other(self, item: int) -> None:
        for key in list(self.page.items)[item::2]:
            self.page.remove(key)

    @rule()
    def page_clears(self) -> None:
        self.page.clear()

    @rule(some=st.sets(keys, min_size=5, max_size=20))
    def page_sets_many(self, some: set[str]) -> None:
        self.page.update(dict.fromkeys(some, "3"))

    @rule(place=st.integers(0, 20), is_open=st.booleans())
    def operator_opens_or_closes(self, place: int, is_open: bool) -> None:
        self.frame.flush()
        row = place % self.groups.rowCount()
        self.view.setCurrentIndex(self.groups.index(row, 0))
        self.chosen = self.groups.group(row).prefix
        QTest.keyClick(self.view, Key.Key_Right if is_open else Key.Key_Left)
        self.chosen = self.groups.tree.chosen.prefix

    @rule(place=st.integers(0, 20))
    def operator_chooses(self, place: int) -> None:
        self.frame.flush()
        row = place % self.groups.rowCount()
        self.view.setCurrentIndex(self.groups.index(row, 0))
        self.chosen = self.groups.group(row).prefix

    @rule(delimiters=st.sampled_from([DELIMITERS, ".", ":"]))
    def operator_parts_elsewhere(self, delimiters: str) -> None:
        self.groups.part_at(delimiters)
        self.chosen = ""

    @rule(pause=st.booleans())
    def operator_pauses(self, pause: bool) -> None:
        if pause:
            self.storage.pause()
        else:
            self.storage.resume()

    @invariant()
    def groups_agree_with_what_is_shown(self) -> None:
        if not hasattr(self, "groups"):
            return
        self.frame.flush()
        self.watch.check()
        held = set(self.storage.shown.items)
        for row in range(self.groups.rowCount()):
            group = self.groups.group(row)
            assert self.groups.index(row, GroupColumn.COUNT).data() == str(expected_count(held, group.prefix))
        assert self.groups.group(0).prefix == ""
        assert self.groups.tree.chosen.prefix == self.storage.group == self.chosen
        assert self.view.currentIndex().row() == self.groups.index_of(self.groups.tree.chosen).row()
        assert set(self.storage.keys()) == {key for key in held if key.startswith(self.chosen)}


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("most_runs", [1, 1_000])
def test_the_groups_agree_with_the_items_after_every_step(most_runs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "MOST_RUNS", most_runs)
    random = settings(
        max_examples=25,
        stateful_step_count=30,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(GroupsAgainstCore, settings=random)


# --- in the window ---------------------------------------------------------------------------------------------------


@pytest.fixture
def page(operator: Operator, registry: Registry, clock: Clock) -> SimulatedPage:
    items: dict[str, str | int] = dict.fromkeys(
        ["cart:1:count", "cart:1:name", "cart:2:count", "user.name", "user.mail", "theme", "one-only"], "1"
    )
    page = SimulatedPage(registry, clock, items, user="Ada")
    operator.go_to("theme")
    return page


def groups(operator: Operator) -> KeyTreePanel:
    panel = operator.panel.grouped.panel
    assert panel is not None
    return panel


def listed(operator: Operator) -> list[tuple[str, str]]:
    operator.look()
    model = groups(operator).groups
    return [(model.index(row, 0).data(), model.index(row, 1).data()) for row in range(model.rowCount())]


def test_groups_are_shown_when_asked_for(operator: Operator, page: SimulatedPage) -> None:
    assert operator.panel.grouped.panel is None
    operator.press(Key.Key_G, CTRL)
    assert listed(operator) == [("All", "7"), ("cart:", "3"), ("user.", "2")]
    operator.press(Key.Key_G, CTRL)
    assert operator.panel.grouped.panel is None


def test_a_group_is_chosen_by_keyboard_together_with_the_filter(operator: Operator, page: SimulatedPage) -> None:
    operator.press(Key.Key_G, CTRL)
    groups(operator).view.setFocus()
    operator.press(Key.Key_Down)
    assert operator.keys() == ["cart:1:count", "cart:1:name", "cart:2:count"]
    assert operator.window.storage.count.text() == "3 of 7 shown"
    operator.window.storage.filter_field.setText("name")
    assert operator.keys() == ["cart:1:name"]
    operator.window.storage.filter_field.setText("user")
    assert operator.panel.note.text() == "None of 7 items is in the group “cart:” and matches the filter."
    operator.window.storage.filter_field.clear()
    operator.press(Key.Key_Right)
    assert listed(operator) == [("All", "7"), ("cart:", "3"), ("1:", "2"), ("user.", "2")]
    operator.press(Key.Key_Right)
    assert operator.keys() == ["cart:1:count", "cart:1:name"]
    operator.press(Key.Key_Left)
    operator.press(Key.Key_Left)
    assert ("1:", "2") not in listed(operator)
    operator.press(Key.Key_Home)
    assert len(operator.keys()) == 7


def test_a_triangle_opens_and_closes_by_mouse(operator: Operator, page: SimulatedPage) -> None:
    operator.press(Key.Key_G, CTRL)
    view = groups(operator).view

    def click_triangle() -> None:
        index = groups(operator).groups.index(1, 0)
        place = QPoint(left_of(groups(operator).groups.group(1)) + 8, view.visualRect(index).center().y())
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)

    click_triangle()
    assert ("1:", "2") in listed(operator)
    assert len(operator.keys()) == 7
    QTest.mouseClick(
        view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(groups(operator).groups.index(2, 0)).center()
    )
    assert operator.keys() == ["cart:1:count", "cart:1:name"]
    click_triangle()
    assert ("1:", "2") not in listed(operator)
    assert len(operator.keys()) == 3


def test_groups_follow_the_browser_and_the_chosen_one_stays(operator: Operator, page: SimulatedPage) -> None:
    operator.press(Key.Key_G, CTRL)
    groups(operator).view.setFocus()
    operator.press(Key.Key_Down)
    page.update({"cart:9:name": "new", "user.age": "9", "one-more": "1"})
    assert listed(operator) == [("All", "10"), ("cart:", "4"), ("one-", "2"), ("user.", "3")]
    assert "cart:9:name" in operator.keys()  # noqa: SIM118 - no dict
    page.clear()
    assert listed(operator) == [("All", "0"), ("cart:", "0")]
    page.set("cart:1", "back")
    page.set("other", "1")
    assert listed(operator) == [("All", "2"), ("cart:", "1")]
    assert operator.keys() == ["cart:1"]


def test_keys_are_parted_where_the_operator_wants_also_in_other_sessions(
    operator: Operator, registry: Registry, clock: Clock, page: SimulatedPage
) -> None:
    operator.press(Key.Key_G, CTRL)
    box = groups(operator).delimiters
    box.setFocus()
    QTest.keyClicks(box, ".")
    assert listed(operator) == [("All", "7"), ("user.", "2")]
    other = SimulatedPage(registry, clock, {"a.b": "", "a.c": "", "a:d": "", "a:e": ""}, session_id="s2", page_id="p2")
    operator.look()
    operator.window.sessions.choose(other.session)
    assert listed(operator) == [("All", "4"), ("a.", "2")]


def test_hiding_the_groups_shows_all_items_and_keeps_the_focus_in_the_pane(
    operator: Operator, page: SimulatedPage
) -> None:
    operator.press(Key.Key_G, CTRL)
    groups(operator).view.setFocus()
    operator.press(Key.Key_Down)
    assert len(operator.keys()) == 3
    operator.press(Key.Key_G, CTRL)
    assert len(operator.keys()) == 7
    focused = QApplication.focusWidget()
    assert focused is not None
    assert operator.window.storage.isAncestorOf(focused)


def test_a_screen_reader_hears_what_a_group_is(operator: Operator, page: SimulatedPage) -> None:
    operator.press(Key.Key_G, CTRL)
    model = groups(operator).groups
    heard = [model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(3)]
    assert heard == ["All, 7 items, level 1", "cart:, 3 items, level 1, closed", "user., 2 items, level 1"]
    assert groups(operator).view.accessibleName() == "Groups of keys"
    assert groups(operator).delimiters.accessibleName() == "Group keys by"


def test_a_hundred_thousand_keys_are_grouped_without_a_wait(
    operator: Operator, registry: Registry, clock: Clock
) -> None:
    SimulatedPage(registry, clock, {f"app.{place % 300}.{place}.value": "1" for place in range(100_000)}, user="Ada")
    operator.look()
    began = perf_counter()
    operator.press(Key.Key_G, CTRL)
    groups(operator).view.setFocus()
    operator.press(Key.Key_Down)
    operator.press(Key.Key_Right)
    assert len(listed(operator)) == 302
    assert perf_counter() - began < 30


def test_a_group_that_nobody_has_looked_into_is_right_when_it_is_opened() -> None:
    held = {"a.1", "a.b.1", "a.b.2", "a.c.1", "a.c.2"}
    tree = KeyTree(held, DELIMITERS)
    some = {"a.b.3", "a.c.1", "a.c.2"}
    held = held ^ some
    tree.update(some, held)
    group = tree.shown()[1]
    tree.open(group, True)
    assert [(each.prefix, each.count) for each in tree.shown()] == [("", 4), ("a.", 4), ("a.b.", 3)]
