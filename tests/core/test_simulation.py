"""Browsers, hub, network and operator against each other at random, in simulated time.

What is asserted after each step stands in `simulation.hub.Listener`, what about edits in `simulation.ledger.Ledger`;
what must be so when all is quiet, in `Everything.teardown`. What cannot be promised is told in `simulation`.
"""

from __future__ import annotations

from functools import partial
from random import Random
from typing import TYPE_CHECKING

from hypothesis import note, settings
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
KEYS = ["a", "a", "b", "", "__proto__", "token"]
TEXTS = ["", "1", "2", "\ud800", "many units"]
AREAS: list[AreaKind] = ["local", "local", "local", "session"]
# Seconds that pass before something happens: often none or about as many as a message takes, now and then as many as
# it takes to time out.
PAUSES = [0.0, 0.0, 0.0, 0.0006, 0.001, 0.011, 0.02, 0.1, 0.3, 0.6, 1.0, 2.6, 5.0, 9.0, 11.5, 45.0]
# Every rule throws dice for its details. To draw each of them from hypothesis would take most of the time.
DICE = st.integers(0, 2**20).map(lambda seed: Dice(seed))
LIVES = ["reload", "close", "kill", "enter_cache", "leave_cache", "freeze", "freeze", "thaw", "open", "open", "copy"]


class Dice(Random):
    """Chance that a report of a failure shows, and that comes out the same again."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self._seed = seed

    def __repr__(self) -> str:
        return f"Dice({self._seed})"


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

    def _profile(self, dice: Dice) -> Profile:
        """Time passes, then one of them is concerned."""
        self.world.advance(dice.choice(PAUSES))
        return self.profiles[dice.choice((0, 0, 0, 0, 1, 2))]

    def _tab(self, dice: Dice) -> Tab:
        profile = self._profile(dice)
        return dice.choice(profile.tabs or [Tab(profile)])

    @rule(dice=DICE)
    def a_script_writes(self, dice: Dice) -> None:
        tab, area, key, value = self._tab(dice), dice.choice(AREAS), dice.choice(KEYS), dice.choice(TEXTS)
        tab.thaw()
        match dice.randrange(7):
            case 0:
                tab.clear(area)
            case 1 | 2:
                tab.remove_item(area, key)
            case _:
                tab.set_item(area, key, value)

    @rule(dice=DICE)
    def a_tab_changes_its_life(self, dice: Dice) -> None:
        tab, what = self._tab(dice), dice.choice(LIVES)
        note(f"{tab.kept_page_id}: {what}")
        if what not in ("open", "copy"):
            getattr(tab, what)()
        elif len(self.tabs) < 8:
            Tab(tab.profile, tab if what == "copy" and not tab.frozen else None)

    @rule(dice=DICE)
    def a_connection_breaks(self, dice: Dice) -> None:
        connection = self._tab(dice).bridge.connection
        if connection is not None:
            connection.cut(hub_notices=dice.random() < 0.6)

    @rule(dice=DICE)
    def an_accident_follows_the_next_write(self, dice: Dice) -> None:
        tab = self._tab(dice)
        tab.bridge.after_next_write = partial(befall, tab, dice.choice(("break", "kill", "freeze")))

    # --- operator ----------------------------------------------------------------------------------------------------

    def _place(self, dice: Dice) -> tuple[Session, Page | None] | None:
        """A session in the window, and sometimes one of its pages."""
        profile = self._profile(dice)
        session = self.hub.registry.sessions.get(profile.session_id) if self.hub else None
        if session is None:
            return None
        own = dice.choice(AREAS) == "session" and session.pages
        return session, dice.choice(list(session.pages.values())) if own else None

    @rule(dice=DICE)
    def the_operator_edits(self, dice: Dice) -> None:
        if place := self._place(dice):
            session, page = place
            area = session.area(page)
            self._ask(session, page, operations(dice, dict(area.items), area.revision))

    @rule(dice=DICE, what=st.sampled_from(["break", "freeze", "freeze and break"]))
    def an_accident_follows_the_next_edit(self, dice: Dice, what: str) -> None:
        """The edit is on its way, and may or may not get there."""
        if place := self._place(dice):
            session, page = place
            area = session.area(page)
            self._ask(session, page, operations(dice, dict(area.items), area.revision))
            asked = page or session.leader
            for tab in self.tabs:
                if asked is not None and tab.bridge.document_id == asked.document_id:
                    befall(tab, what)

    @rule(dice=DICE)
    def a_script_of_the_operator_replaces(self, dice: Dice) -> None:
        if place := self._place(dice):
            self._ask(*place, Replace({dice.choice(KEYS): dice.choice(TEXTS) for _ in range(dice.randrange(4))}))

    def _ask(self, session: Session, page: Page | None, wanted: Sequence[Operation] | Replace) -> None:
        edit = session.edit(wanted, self.world.now, page=page)
        self.ledger.note_asked(edit, session.session_id, session.area(page).items)
        note(f"{edit}")

    @rule(dice=DICE)
    def the_operator_refreshes(self, dice: Dice) -> None:
        if place := self._place(dice):
            place[0].refresh(self.world.now)

    @rule(dice=DICE, what=st.sampled_from(["withdraw", "withdraw", "forget", "the hub dies"]))
    def something_rarer_happens(self, dice: Dice, what: str) -> None:
        place = self._place(dice)
        if self.hub is None or place is None:
            return
        session, page = place
        if what == "the hub dies":
            self.hub.stop()
            self.hub = None
            self.world.later(dice.choice((0.0, 0.5, 5.0)), self._start_hub)
        elif what == "withdraw":
            self.withdrawn += [edit for edit in session.unsettled(page) if session.withdraw(edit)]
        elif not session.live:
            self.hub.registry.forget(session)

    @rule(dice=DICE, times=st.integers(1, 12))
    def much_happens(self, dice: Dice, times: int) -> None:
        """Hypothesis takes longer for a step than the simulation: here it takes one step for several."""
        for _ in range(times):
            event = dice.choice(
                (
                    self.a_script_writes,
                    self.a_script_writes,
                    self.the_operator_edits,
                    self.the_operator_edits,
                    self.a_script_of_the_operator_replaces,
                    self.the_operator_refreshes,
                    self.a_tab_changes_its_life,
                    self.a_connection_breaks,
                    self.an_accident_follows_the_next_write,
                )
            )
            event(Dice(dice.getrandbits(20)))
            self.what_was_announced_is_there()

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


def befall(tab: Tab, what: str) -> None:
    """An accident."""
    if "freeze" in what:
        tab.freeze()
    if what == "kill":
        tab.kill()
    if "break" in what and tab.bridge.connection is not None:
        tab.bridge.connection.cut(hub_notices=True)


def operations(dice: Dice, items: dict[str, Value], revision: int) -> list[Operation]:
    """Operations as a window would make them from what it shows: each expects what the ones before it leave."""
    made: list[Operation] = []
    for _ in range(dice.choice((1, 1, 2, 3))):
        key, new_key, guarded = dice.choice(KEYS), dice.choice(KEYS), dice.random() < 0.6
        shown_value = items.get(key)
        expected: str | UnsetType | None = UNSET
        if guarded and not isinstance(shown_value, Redacted):
            expected = shown_value
        match dice.randrange(7):
            case 0:
                made.append(RemoveItem(key, expected))
                items.pop(key, None)
            case 1:
                made.append(RenameItem(key, new_key, expected if isinstance(expected, str) else UNSET))
                if shown_value is not None:
                    items[new_key] = items.pop(key)
            case 2:
                made.append(Clear(revision if guarded else UNSET))
                items.clear()
            case _:
                made.append(SetItem(key, text := dice.choice(TEXTS), expected))
                items[key] = text
    return made


TestEverything = Everything.TestCase
TestEverything.settings = settings(max_examples=5 * settings().max_examples, stateful_step_count=25)
