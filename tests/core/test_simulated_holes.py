"""The known holes (`simulation`), each gone into on purpose: what is lost there, and what is true even there."""

from __future__ import annotations

import pytest

from monitor.core.edits import Edit, EditState, Reason
from monitor.core.messages import Operation, SetItem
from tests.core.simulation.browser import Profile, Tab
from tests.core.simulation.hub import Hub
from tests.core.simulation.ledger import Ledger
from tests.core.simulation.network import Connection
from tests.core.simulation.world import World


class Scene:
    """One profile with two tabs, the first of which leads, and a hub."""

    def __init__(self) -> None:
        self.world = World(seed=1)
        self.ledger = Ledger()
        self.hub = Hub(self.world, self.ledger, "hub")
        self.profile = Profile(self.world, self.ledger, "ada", "https://x.test", self._connect)
        self.profile.local.items["a"] = "1"
        self.leader = Tab(self.profile)
        self.world.advance(5)
        self.other = Tab(self.profile)
        self.world.advance(5)

    def _connect(self) -> Connection:
        connection = Connection(self.world)
        self.hub.accept(connection)
        return connection

    def edit(self, operation: Operation, tab: Tab | None = None) -> Edit:
        session = self.hub.registry.sessions[self.profile.session_id]
        page = session.pages[tab.kept_page_id] if tab else None
        edit = session.edit([operation], self.world.now, page=page)
        self.ledger.note_asked(edit, session.session_id, session.area(page).items)
        return edit

    def agree(self) -> bool:
        """After all is quiet."""
        self.world.advance(60)
        session = self.hub.registry.sessions[self.profile.session_id]
        self.hub.listener.check(self.hub.registry)
        self.ledger.check_all()
        return session.area().items == self.profile.local.items


def dies_while_writing(scene: Scene, *, record_survives: bool) -> None:
    """The leader is killed after its next write, and its answer is lost; then the other tab leads."""
    scene.profile.record_survives = lambda: record_survives
    scene.leader.bridge.after_next_write = scene.leader.kill


@pytest.mark.parametrize("expected", ["1", None])
def test_no_hole_where_the_record_survives(expected: str | None) -> None:
    scene = Scene()
    dies_while_writing(scene, record_survives=True)
    edit = scene.edit(SetItem("a", "2", expected) if expected else SetItem("a", "2"))
    scene.world.advance(2)
    scene.other.set_item("local", "a", "1")
    assert scene.agree()
    assert edit.state is EditState.APPLIED
    assert scene.ledger.writes[edit.id] == 1
    assert scene.profile.local.items["a"] == "1"


def test_no_hole_where_the_end_state_is_found_in_place() -> None:
    scene = Scene()
    dies_while_writing(scene, record_survives=False)
    edit = scene.edit(SetItem("a", "2", "1"))
    assert scene.agree()
    assert edit.state is EditState.APPLIED
    assert scene.ledger.writes[edit.id] == 1
    assert edit.id in scene.ledger.found


def test_a_guarded_edit_whose_record_is_lost_may_be_reported_as_refused() -> None:
    """The page has gone on from what the edit wrote; what is there is told, and nothing is overwritten."""
    scene = Scene()
    dies_while_writing(scene, record_survives=False)
    edit = scene.edit(SetItem("a", "2", "1"))
    scene.world.advance(2)
    scene.other.set_item("local", "a", "3")
    assert scene.agree()
    assert (edit.state, edit.reason, edit.current) == (EditState.REFUSED, Reason.CONFLICT, {"a": "3"})
    assert scene.ledger.writes[edit.id] == 1
    assert scene.profile.local.items["a"] == "3"


@pytest.mark.parametrize(("expected", "meanwhile"), [(None, "3"), ("1", "1")], ids=["unguarded", "put back"])
def test_an_edit_whose_record_is_lost_may_be_written_twice(expected: str | None, meanwhile: str) -> None:
    """Without a guard, or with one that fits again because the page has put the old value back."""
    scene = Scene()
    dies_while_writing(scene, record_survives=False)
    edit = scene.edit(SetItem("a", "2", expected) if expected else SetItem("a", "2"))
    scene.world.advance(2)
    scene.other.set_item("local", "a", meanwhile)
    assert scene.agree()
    assert edit.state is EditState.APPLIED
    assert scene.ledger.writes[edit.id] == 2
    assert scene.profile.local.items["a"] == "2"


def test_an_edit_of_a_tab_that_is_closed_before_it_answers_ends_in_doubt() -> None:
    scene = Scene()
    scene.leader.bridge.after_next_write = scene.leader.kill
    edit = scene.edit(SetItem("a", "2"), scene.leader)
    assert scene.agree()
    assert (edit.state, edit.reason, edit.sent) == (EditState.REFUSED, Reason.GONE, 1)
    assert "may have been applied" in edit.message
    assert scene.ledger.writes[edit.id] == 1
