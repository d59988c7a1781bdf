"""SessionsModel agrees with the registry after every step, and the tree follows what is announced."""

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
from PySide6.QtCore import Qt

from monitor.core.origins import Asking
from monitor.core.registry import Registry
from monitor.ui import rows
from monitor.ui.frame import Frame
from monitor.ui.sessions import model as sessions_model
from monitor.ui.sessions import shown_rows
from monitor.ui.sessions.model import Role, SessionsModel
from monitor.ui.sessions.rows import AskingRow, OriginRow, PageRow, Row, SessionRow
from monitor.ui.sessions.sentences import row_subtitle
from monitor.ui.words import WallClock
from tests.ui.model_watch import ModelWatch
from tests.ui.simulated_page import FIREFOX, Clock, SimulatedPage

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

ORIGINS = ["https://a.example", "https://b.example", "null"]
NAMES = st.sampled_from(["Ada", "Grace", "\ud800", "<b>Eve</b>"])
WHICH = st.integers(0, 30)
RANDOM = settings(
    max_examples=25,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


class ModelAgainstRegistry(RuleBasedStateMachine):
    """Browsers come and go, an operator opens, closes and searches."""

    @initialize(count=st.integers(0, 4))
    def start(self, count: int) -> None:
        self.clock = Clock()
        self.registry = Registry("test")
        self.pages: list[SimulatedPage] = []
        for place in range(count):
            self.session_opens(place, place)
        self.frame = Frame()
        self.model = SessionsModel(self.registry, self.frame, WallClock(self.clock))
        self.watch = ModelWatch(self.model)
        self.needle = ""

    def teardown(self) -> None:
        if hasattr(self, "watch"):
            self.watch.end()
            self.model.end()

    # --- browsers ----------------------------------------------------------------------------------------------------

    @rule(origin=st.integers(0, 2), name=WHICH)
    def session_opens(self, origin: int, name: int) -> None:
        number = len(self.pages)
        origin_text = ORIGINS[origin % len(ORIGINS)]
        self.pages.append(
            SimulatedPage(
                self.registry,
                self.clock,
                session_id=f"session-{number}",
                page_id=f"page-{number}",
                origin=origin_text,
                title=f"Title {name}",
                user="Ada" if name % 3 == 0 else None,
                user_agent=FIREFOX if name % 2 else "",
            )
        )

    @precondition(lambda self: self.pages)
    @rule(which=WHICH)
    def page_opens(self, which: int) -> None:
        other = self.pages[which % len(self.pages)]
        if self.registry.sessions.get(other.session.session_id) is other.session:
            number = len(self.pages)
            self.pages.append(
                SimulatedPage(
                    self.registry,
                    self.clock,
                    session_id=other.session.session_id,
                    page_id=f"page-{number}",
                    origin=other.session.origin,
                    title=f"Title {number}",
                )
            )

    @precondition(lambda self: self.pages)
    @rule(which=WHICH)
    def page_leaves(self, which: int) -> None:
        page = self.pages[which % len(self.pages)]
        if page.page.connected:
            page.leave()

    @precondition(lambda self: self.pages)
    @rule(which=WHICH)
    def page_returns(self, which: int) -> None:
        page = self.pages[which % len(self.pages)]
        if not page.page.connected:
            page.connect()

    @precondition(lambda self: self.pages)
    @rule(which=WHICH, title=NAMES, user=st.none() | NAMES)
    def page_navigates(self, which: int, title: str, user: str | None) -> None:
        page = self.pages[which % len(self.pages)]
        if page.page.connected:
            page.navigate(title, f"/{which}", visible=bool(which % 2), user=user)

    @rule(which=st.integers(0, 4))
    def origin_asks(self, which: int) -> None:
        self.registry.origins.ask(Asking(f"https://{which}.asking", f"Title {which}", "", FIREFOX, "127.0.0.1", 0.0))

    @rule(which=st.integers(0, 4), what=st.sampled_from(["withdraw", "allow", "block", "forget"]))
    def origin_is_answered(self, which: int, what: str) -> None:
        getattr(self.registry.origins, what)(f"https://{which}.asking")

    @rule(seconds=st.sampled_from([0.5, 3.0]))
    def time_passes(self, seconds: float) -> None:
        self.clock.pass_by(seconds)
        self.registry.expire(self.clock())

    # --- the operator ------------------------------------------------------------------------------------------------

    @rule(which=WHICH)
    def operator_forgets(self, which: int) -> None:
        left = [session for session in self.registry if not session.live]
        if left:
            self.registry.forget(left[which % len(left)])

    @rule(needle=st.sampled_from(["", "ada", "title 1", "b.example", "firefox", "session-1", "nobody"]))
    def operator_searches(self, needle: str) -> None:
        self.needle = needle
        self.model.search(needle)

    @precondition(lambda self: self.model.rowCount())
    @rule(which=WHICH, is_open=st.booleans())
    def operator_opens_or_closes(self, which: int, is_open: bool) -> None:
        self.model.set_open(self.model.row(which % self.model.rowCount()), is_open)

    @rule(is_open=st.booleans())
    def operator_opens_or_closes_all(self, is_open: bool) -> None:
        self.model.set_all_open(is_open)

    # --- what must be so ---------------------------------------------------------------------------------------------

    @invariant()
    def model_agrees_with_registry(self) -> None:
        if not hasattr(self, "model"):
            return
        self.frame.flush()
        self.watch.check()
        assert [_name(row) for row in self.model.shown()] == self._wanted()
        assert self.model.tree.total == len(self.registry.sessions)
        assert self.model.tree.live == sum(session.live for session in self.registry)
        for place, row in enumerate(self.model.shown()):
            index = self.model.index_of(row)
            assert index.row() == place
            assert index.data(Role.ROW) is row
            assert index.data()
            assert index.data(Qt.ItemDataRole.AccessibleTextRole)

    def _wanted(self) -> list[tuple[str, str]]:
        wanted = [("asking", origin) for origin in self.registry.origins.asking]
        for origin in sorted({session.origin for session in self.registry}):
            sessions = [session for session in self.registry if session.origin == origin]
            found = [each for each in sessions if self._found(self._row(each.session_id))]
            if not found:
                continue
            wanted.append(("origin", origin))
            origin_row = self._row(found[0].session_id).origin_row
            assert origin_row.matching == len(found)
            assert origin_row.live == sum(session.live for session in sessions)
            if not self.model.tree.is_open(origin_row):
                continue
            for session in found:
                wanted.append(("session", session.session_id))
                row = self._row(session.session_id)
                if self.model.tree.is_open(row):
                    pages = list(session.pages) or list(row.pages)
                    wanted += [("page", page_id) for page_id in pages]
        return wanted

    def _row(self, session_id: str) -> SessionRow:
        row = self.model.row_of(self.registry.sessions[session_id])
        assert row is not None
        return row

    def _found(self, row: SessionRow) -> bool:
        session = row.session
        texts = [session.origin, session.user or "", session.session_id, row.browser]
        texts += [text for page in row.pages.values() for text in (page.page.title, page.page.url)]
        return any(self.needle in text.casefold() for text in texts)


def _name(row: Row) -> tuple[str, str]:
    if isinstance(row, AskingRow):
        return "asking", row.asking.origin
    if isinstance(row, OriginRow):
        return "origin", row.origin
    return ("session", row.session.session_id) if isinstance(row, SessionRow) else ("page", row.page.page_id)


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize(("most_runs", "few"), [(1, 0), (1_000, 0), (1, 8), (1_000, 8)])
def test_the_model_agrees_with_the_registry_after_every_step(
    most_runs: int, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "MOST_RUNS", most_runs)
    monkeypatch.setattr(shown_rows, "FEW", few)
    monkeypatch.setattr(sessions_model, "FEW", few)
    run_state_machine_as_test(ModelAgainstRegistry, settings=RANDOM)


@pytest.fixture
def model(qapp: object, registry: Registry, clock: Clock) -> SessionsModel:
    return SessionsModel(registry, Frame(), WallClock(clock))


def test_a_new_session_is_shown_without_anybody_asking(
    model: SessionsModel, registry: Registry, clock: Clock, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(model.rowsInserted):
        SimulatedPage(registry, clock, user="Ada")
    assert [model.index(row).data() for row in range(model.rowCount())] == ["https://shop.example", "Ada"]


def test_a_session_that_left_is_remembered_with_its_browser_and_last_page(
    model: SessionsModel, registry: Registry, clock: Clock
) -> None:
    page = SimulatedPage(registry, clock, title="Checkout", user_agent=FIREFOX)
    page.leave_for_good()
    model.flush()
    row = model.row_of(page.session)
    assert row is not None
    assert row_subtitle(row, WallClock(clock)).startswith("Firefox 153 on Windows, left at ")
    model.search("checkout")
    assert model.tree.matching == 1


def test_the_remembered_page_goes_when_the_session_returns(
    model: SessionsModel, registry: Registry, clock: Clock
) -> None:
    page = SimulatedPage(registry, clock)
    page.leave_for_good()
    other = SimulatedPage(registry, clock, page_id="page-2", title="Later")
    model.flush()
    row = model.row_of(page.session)
    assert row is not None
    assert other.session is page.session
    assert [each.page for each in row.pages.values()] == [other.page]


def test_many_origins_start_closed(model: SessionsModel, registry: Registry, clock: Clock) -> None:
    for number in range(30):
        SimulatedPage(registry, clock, session_id=f"s{number}", origin=f"https://{number:02}.example")
    model.flush()
    closed = [row for row in model.shown() if isinstance(row, OriginRow) and not model.tree.is_open(row)]
    assert len(closed) == 10


def test_a_search_opens_what_it_finds_and_leaves_the_rest_as_it_was(
    model: SessionsModel, registry: Registry, clock: Clock
) -> None:
    SimulatedPage(registry, clock, user="Ada")
    model.flush()
    model.set_all_open(False)
    model.search("ada")
    assert model.rowCount() == 2
    model.search("")
    assert model.rowCount() == 1


def test_pages_are_found_under_their_session(model: SessionsModel, registry: Registry, clock: Clock) -> None:
    page = SimulatedPage(registry, clock)
    SimulatedPage(registry, clock, page_id="page-2", title="Second")
    model.flush()
    row = model.row_of(page.session)
    assert row is not None
    model.set_open(row, True)
    assert [each.page.title for each in model.shown() if isinstance(each, PageRow)] == ["Shop", "Second"]
