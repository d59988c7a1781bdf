"""Browsers, hub, network and operator against each other at random, in simulated time.

What is asserted after each step stands in `simulation.hub.Listener`, what about edits in `simulation.ledger.Ledger`;
what must be so when all is quiet, in `Everything.teardown`. What cannot be promised is told in `simulation`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
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
AREAS: st.SearchStrategy[AreaKind] = st.sampled_from(["local", "local", "local", "session"])
WHICH = st.integers(0, 5)
# Seconds that pass before something happens: often none or about as many as a message takes, now and then as many as
# it takes to time out.
PAUSE = st.sampled_from([0.0, 0.0, 0.0, 0.0006, 0.001, 0.011, 0.02, 0.1, 0.3, 0.6, 1.0, 2.6, 5.0, 9.0, 11.5, 45.0])

Wish: TypeAlias = tuple[str, str, str, bool]
WISHES: st.SearchStrategy[list[Wish]] = st.lists(
    st.tuples(st.sampled_from(["set", "set", "set", "remove", "rename", "clear"]), KEYS, KEYS | TEXTS, st.booleans()),
    min_size=1,
    max_size=3,
)


class Everything(RuleBasedStateMachine):
    """Two profiles at one origin and one at another. Most happens in the first, which starts with two tabs."""

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
        for profile in (*self.profiles, self.profiles[0]):
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

    # --- pages and network -------------------------------------------------------------------------------------------

    @property
    def tabs(self) -> list[Tab]:
        return [tab for profile in self.profiles for tab in profile.tabs]

    def _profile(self, which: int) -> Profile:
        return self.profiles[max(0, which - 3)]

    def _tab(self, which: int) -> Tab:
        tabs = self._profile(which).tabs or self.tabs or [Tab(self._profile(which))]
        return tabs[which % len(tabs)]

    @rule(pause=PAUSE, which=WHICH, what=st.sampled_from("ssssrrc"), area=AREAS, key=KEYS, value=TEXTS)
    def a_script_writes(self, pause: float, which: int, what: str, area: AreaKind, key: str, value: str) -> None:
        self.world.advance(pause)
        tab = self._tab(which)
        if tab.frozen:
            tab.thaw()
        if what == "s":
            tab.set_item(area, key, value)
        elif what == "r":
            tab.remove_item(area, key)
        else:
            tab.clear(area)

    @rule(
        pause=PAUSE,
        which=WHICH,
        what=st.sampled_from(
            [
                "reload",
                "close",
                "kill",
                "enter_cache",
                "leave_cache",
                "freeze",
                "freeze",
                "thaw",
                "open",
                "open",
                "copy",
            ]
        ),
    )
    def a_tab_changes_its_life(self, pause: float, which: int, what: str) -> None:
        self.world.advance(pause)
        tab = self._tab(which)
        if what not in ("open", "copy"):
            getattr(tab, what)()
        elif len(self.tabs) < 8:
            Tab(tab.profile, tab if what == "copy" and not tab.frozen else None)

    @rule(pause=PAUSE, which=WHICH, hub_notices=st.booleans())
    def a_connection_breaks(self, pause: float, which: int, hub_notices: bool) -> None:
        self.world.advance(pause)
        connection = self._tab(which).bridge.connection
        if connection is not None:
            connection.cut(hub_notices=hub_notices)

    @rule(pause=PAUSE, which=WHICH, what=st.sampled_from(["break", "kill", "freeze"]))
    def an_accident_follows_the_next_write(self, pause: float, which: int, what: str) -> None:
        self.world.advance(pause)
        tab = self._tab(which)
        bridge = tab.bridge

        def accident() -> None:
            if what == "break":
                assert bridge.connection is not None
                bridge.connection.cut(hub_notices=True)
            else:
                getattr(tab, what)()

        bridge.after_next_write = accident

    # --- operator ----------------------------------------------------------------------------------------------------

    def _place(self, which: int, area: AreaKind = "local") -> tuple[Session, Page | None] | None:
        session = self.hub.registry.sessions.get(self._profile(which).session_id) if self.hub else None
        if session is None or (area == "session" and not session.pages):
            return None
        pages = list(session.pages.values())
        return session, pages[which % len(pages)] if area == "session" else None

    @rule(pause=PAUSE, which=WHICH, area=AREAS, wishes=WISHES, then=st.sampled_from(["", "", "", "break", "freeze"]))
    def the_operator_edits(self, pause: float, which: int, area: AreaKind, wishes: list[Wish], then: str) -> None:
        self.world.advance(pause)
        place = self._place(which, area)
        if place is None:
            return
        session, page = place
        seen = session.area(page)
        self._ask(session, page, operations(wishes, dict(seen.items), seen.revision))
        asked = page or session.leader
        for tab in self._profile(which).tabs if then and asked else []:
            assert asked is not None
            if tab.bridge.document_id == asked.document_id:
                # The edit is on its way, and may or may not get there.
                if then == "freeze":
                    tab.freeze()
                elif tab.bridge.connection is not None:
                    tab.bridge.connection.cut(hub_notices=True)

    @rule(pause=PAUSE, which=WHICH, area=AREAS, items=st.dictionaries(KEYS, TEXTS, max_size=3))
    def a_script_of_the_operator_replaces(
        self, pause: float, which: int, area: AreaKind, items: dict[str, str]
    ) -> None:
        self.world.advance(pause)
        place = self._place(which, area)
        if place is not None:
            session, page = place
            self._ask(session, page, Replace(items))

    def _ask(self, session: Session, page: Page | None, wanted: Sequence[Operation] | Replace) -> None:
        edit = session.edit(wanted, self.world.now, page=page)
        self.ledger.note_asked(edit, session.session_id, session.area(page).items)

    @rule(
        pause=PAUSE,
        which=WHICH,
        what=st.sampled_from(["refresh", "refresh", "refresh", "withdraw", "withdraw", "forget", "the hub dies"]),
    )
    def something_rarer_happens(self, pause: float, which: int, what: str) -> None:
        self.world.advance(pause)
        place = self._place(which)
        if what == "the hub dies" and self.hub is not None:
            self.hub.stop()
            self.hub = None
            self.world.later(self.world.random.choice((0.0, 0.5, 5.0)), self._start_hub)
        elif place is not None:
            session, _ = place
            if what == "refresh":
                session.refresh(self.world.now)
            elif what == "withdraw":
                self.withdrawn += [edit for edit in session.unsettled() if session.withdraw(edit)]
            elif self.hub is not None and not session.live:
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
