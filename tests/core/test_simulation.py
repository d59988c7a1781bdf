"""Browsers, hub, network and operator against each other at random, in simulated time.

What is asserted after each step stands in `simulation.hub.Listener`, what about edits in `simulation.ledger.Ledger`;
what must be so when all is quiet, in `Everything.teardown`. What cannot be promised is told in `simulation`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from msgspec import UNSET

from monitor.core.edits import Edit, EditState, Replace
from monitor.core.messages import AreaKind, Clear, Operation, RemoveItem, RenameItem, SetItem
from monitor.core.values import Redacted, Value
from tests.core.simulation.browser import Profile, Tab
from tests.core.simulation.hub import Hub
from tests.core.simulation.ledger import Ledger
from tests.core.simulation.network import Connection
from tests.core.simulation.storage import shown
from tests.core.simulation.world import World

if TYPE_CHECKING:
    from collections.abc import Sequence

    from msgspec import UnsetType

    from monitor.core.page import Page
    from monitor.core.session import Session

# Few, so that everybody meddles with everybody; "token" is redacted, the rest is awkward somewhere.
KEYS = st.sampled_from(["a", "b", "", "__proto__", "token"])
TEXTS = st.sampled_from(["", "1", "2", "\ud800", "many units"])
KINDS: st.SearchStrategy[AreaKind] = st.sampled_from(["local", "local", "local", "session"])
WHICH = st.integers(0, 11)

Wish: TypeAlias = tuple[str, str, str, bool]
WISHES: st.SearchStrategy[list[Wish]] = st.lists(
    st.tuples(st.sampled_from(["set", "set", "set", "remove", "rename", "clear"]), KEYS, KEYS | TEXTS, st.booleans()),
    min_size=1,
    max_size=3,
)


class Everything(RuleBasedStateMachine):
    """Two profiles at one origin and one at another; each starts with a tab."""

    def __init__(self) -> None:
        super().__init__()
        self.ledger = Ledger()
        self.hub: Hub | None = None
        self.withdrawn: list[Edit] = []

    @initialize(seed=st.integers(0, 2**32))
    def start(self, seed: int) -> None:
        self.world = World(seed)
        self.lives = 0
        self._start_hub()
        self.profiles = [
            Profile(self.world, self.ledger, name, origin, self._connect)
            for name, origin in (("ada", "https://x.test"), ("bob", "https://x.test"), ("cy", "https://y.test"))
        ]
        for profile in self.profiles:
            profile.local.items |= {"a": "1", "b": "2", "token": "secret"}
            Tab(profile).session.items["a"] = "1"
        self.world.advance(1)

    def _connect(self) -> Connection | None:
        if self.hub is None:
            return None
        connection = Connection(self.world)
        self.hub.accept(connection)
        return connection

    def _start_hub(self) -> None:
        self.lives += 1
        self.hub = Hub(self.world, self.ledger, f"hub{self.lives}")

    # --- time --------------------------------------------------------------------------------------------------------

    @rule(seconds=st.sampled_from([0.001, 0.01, 0.05]))
    def a_moment_passes(self, seconds: float) -> None:
        self.world.advance(seconds)

    @rule(seconds=st.sampled_from([0.3, 1.0, 2.6]))
    def seconds_pass(self, seconds: float) -> None:
        self.world.advance(seconds)

    @rule(seconds=st.sampled_from([9.0, 11.5, 45.0]))
    def a_while_passes(self, seconds: float) -> None:
        self.world.advance(seconds)

    # --- pages -------------------------------------------------------------------------------------------------------

    @property
    def tabs(self) -> list[Tab]:
        return [tab for profile in self.profiles for tab in profile.tabs]

    def _tab(self, which: int) -> Tab:
        return self.tabs[which % len(self.tabs)]

    @rule(which=WHICH, kind=KINDS, key=KEYS, value=TEXTS)
    def a_script_sets(self, which: int, kind: AreaKind, key: str, value: str) -> None:
        if self.tabs and not self._tab(which).frozen:
            self._tab(which).set_item(kind, key, value)

    @rule(which=WHICH, kind=KINDS, key=KEYS)
    def a_script_removes(self, which: int, kind: AreaKind, key: str) -> None:
        if self.tabs and not self._tab(which).frozen:
            self._tab(which).remove_item(kind, key)

    @rule(which=WHICH, kind=KINDS)
    def a_script_clears(self, which: int, kind: AreaKind) -> None:
        if self.tabs and not self._tab(which).frozen:
            self._tab(which).clear(kind)

    @rule(which=WHICH, copy=st.booleans())
    def a_tab_opens(self, which: int, copy: bool) -> None:
        if len(self.tabs) < 8:
            profile = self.profiles[which % 3]
            originals = [tab for tab in profile.tabs if not tab.frozen]
            Tab(profile, originals[0] if copy and originals else None)

    @precondition(lambda self: self.tabs)
    @rule(
        which=WHICH, what=st.sampled_from(["reload", "close", "kill", "enter_cache", "freeze", "thaw", "leave_cache"])
    )
    def a_tab_changes_its_life(self, which: int, what: str) -> None:
        getattr(self._tab(which), what)()

    # --- network -----------------------------------------------------------------------------------------------------

    @precondition(lambda self: self.tabs)
    @rule(which=WHICH, hub_notices=st.booleans())
    def a_connection_breaks(self, which: int, hub_notices: bool) -> None:
        connection = self._tab(which).bridge.connection
        if connection is not None:
            connection.cut(hub_notices=hub_notices)

    @precondition(lambda self: self.tabs)
    @rule(which=WHICH, what=st.sampled_from(["break", "kill", "freeze"]))
    def an_accident_follows_the_next_write(self, which: int, what: str) -> None:
        tab = self._tab(which)
        bridge = tab.bridge

        def accident() -> None:
            if what == "break":
                assert bridge.connection is not None
                bridge.connection.cut(hub_notices=True)
            else:
                getattr(tab, what)()

        bridge.after_next_write = accident

    @precondition(lambda self: self.hub)
    @rule(back_after=st.sampled_from([0.0, 0.5, 5.0]))
    def the_hub_dies(self, back_after: float) -> None:
        assert self.hub is not None
        self.hub.stop()
        self.hub = None
        self.world.later(back_after, self._start_hub)

    # --- operator ----------------------------------------------------------------------------------------------------

    def _session(self, which: int) -> Session | None:
        sessions = sorted(self.hub.registry, key=lambda session: session.session_id) if self.hub else []
        return sessions[which % len(sessions)] if sessions else None

    def _place(self, which: int, kind: AreaKind) -> tuple[Session, Page | None] | None:
        session = self._session(which)
        if session is None or (kind == "session" and not session.pages):
            return None
        pages = list(session.pages.values())
        return session, pages[which % len(pages)] if kind == "session" else None

    @rule(which=WHICH, kind=KINDS, wishes=WISHES)
    def the_operator_edits(self, which: int, kind: AreaKind, wishes: list[Wish]) -> None:
        place = self._place(which, kind)
        if place is not None:
            session, page = place
            area = session.area(page)
            self._ask(session, page, operations(wishes, dict(area.items), area.revision))

    @rule(which=WHICH, kind=KINDS, items=st.dictionaries(KEYS, TEXTS, max_size=3))
    def a_script_of_the_operator_replaces(self, which: int, kind: AreaKind, items: dict[str, str]) -> None:
        place = self._place(which, kind)
        if place is not None:
            session, page = place
            self._ask(session, page, Replace(items))

    def _ask(self, session: Session, page: Page | None, wanted: Sequence[Operation] | Replace) -> None:
        edit = session.edit(wanted, self.world.now, page=page)
        self.ledger.note_asked(edit, session.session_id, session.area(page).items)

    @rule(which=WHICH)
    def the_operator_refreshes(self, which: int) -> None:
        session = self._session(which)
        if session is not None:
            session.refresh(self.world.now)

    @rule(which=WHICH)
    def the_operator_withdraws(self, which: int) -> None:
        session = self._session(which)
        for edit in session.unsettled() if session else []:
            assert session is not None
            if session.withdraw(edit):
                self.withdrawn.append(edit)

    @rule(which=WHICH)
    def the_operator_forgets(self, which: int) -> None:
        session = self._session(which)
        if session is not None and not session.live:
            assert self.hub is not None
            self.hub.registry.forget(session)

    # --- what must be so ---------------------------------------------------------------------------------------------

    @invariant()
    def what_was_announced_is_there(self) -> None:
        if self.hub is not None:
            self.hub.listener.check(self.hub.registry)

    def teardown(self) -> None:
        """Let everybody come back and everything arrive; then all must agree."""
        if not hasattr(self, "profiles"):
            return
        for tab in self.tabs:
            tab.bridge.after_next_write = None
            tab.leave_cache()
        for profile in self.profiles:
            if not profile.tabs:
                Tab(profile)
        self.world.advance(120)
        self.what_was_announced_is_there()
        assert self.hub is not None
        registry = self.hub.registry
        for profile in self.profiles:
            session = registry.sessions[profile.session_id]
            assert len(session.pages) == len(profile.tabs)
            assert session.area().items == as_shown(profile.local.items)
            leaders = [tab for tab in profile.tabs if tab.bridge.leads]
            assert [tab.kept_page_id for tab in leaders] == [session.leader.page_id if session.leader else None]
            assert leaders[0].bridge.mirrors["local"].items == profile.local.items
            assert not session.unsettled()
            for tab in profile.tabs:
                page = session.pages[tab.kept_page_id]
                assert session.area(page).items == as_shown(tab.session.items)
                assert tab.bridge.mirrors["session"].items == tab.session.items
                assert not session.unsettled(page)
        self.ledger.check_all()
        for edit in self.withdrawn:
            assert edit.state is EditState.PENDING
            assert not self.ledger.writes[edit.id]


def as_shown(items: dict[str, str]) -> dict[str, Value]:
    """What the hub may know of these items."""
    values = {key: shown(key, value) for key, value in items.items()}
    return {key: Redacted(value) if isinstance(value, int) else value for key, value in values.items()}


def operations(wishes: list[Wish], items: dict[str, Value], revision: int) -> list[Operation]:
    """Operations as a window would make them from what it shows: each expects what the ones before it leave."""
    made: list[Operation] = []
    for what, key, text, guarded in wishes:
        shown_value = items.get(key)
        expected: str | UnsetType | None = UNSET
        if guarded and not isinstance(shown_value, Redacted):
            expected = shown_value
        match what:
            case "set":
                made.append(SetItem(key, text, expected))
                items[key] = text
            case "remove":
                made.append(RemoveItem(key, expected))
                items.pop(key, None)
            case "rename":
                made.append(RenameItem(key, text, expected if isinstance(expected, str) else UNSET))
                if shown_value is not None:
                    items[text] = items.pop(key)
            case "clear":
                made.append(Clear(revision if guarded else UNSET))
                items.clear()
    return made


TestEverything = Everything.TestCase
TestEverything.settings = settings(max_examples=2 * settings().max_examples)
