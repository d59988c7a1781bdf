"""The sessions, who may join them, who listens, and that time costs only what is due."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from monitor.core import messages
from monitor.core.edits import EditState, Reason
from monitor.core.events import (
    AreaLoaded,
    EditUpdated,
    Event,
    ItemsChanged,
    PageOpened,
    PageUpdated,
    SessionForgotten,
    SessionLeft,
    SessionOpened,
    SessionReturned,
)
from monitor.core.messages import Clear, EditRequest, Hello, Lead, Limits, Pong, SetItem, Welcome
from monitor.core.page import Line
from monitor.core.registry import LOOKED_AT, Registry
from tests.core.conversation import Closed, Hub, Talker, applied, ask, changes, hello, snapshot
from tests.counting import lines_run

if TYPE_CHECKING:
    from collections.abc import Callable

# --- who may join ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"no JSON",
        b"[" * 50_000,
        {"type": "weather"},
        {"type": "\ud800"},
        Pong(),
        snapshot({}),
        {"type": "hello"},
        {**msgspec.to_builtins(hello), "visible": 1},
    ],
    ids=lambda said: ascii(said)[:40],
)
def test_the_first_message_is_a_hello(hub: Hub, said: Any) -> None:
    page = hub.page()
    page >> said << Closed(1008)
    assert page.known is None
    assert not hub.registry.sessions
    hub.hears_nothing_more()


@pytest.mark.parametrize("version", [0, 2, -1, 10**30])
def test_another_version_is_told_which_one_is_spoken(hub: Hub, version: int) -> None:
    page = hub.page(version=version)
    page >> page.hello << Closed(1008, f"this hub speaks version 1 of the protocol, not {version}")


@pytest.mark.parametrize("empty", [{"session_id": ""}, {"page_id": ""}])
def test_ids_are_not_empty(hub: Hub, empty: dict[str, str]) -> None:
    page = hub.page(**empty)
    page >> page.hello << Closed(1008, "session id and page id")


@pytest.mark.parametrize("differing", [{"secret": "guessed"}, {"secret": ""}, {"origin": "https://evil.test"}])
def test_a_session_id_alone_lets_nobody_in(hub: Hub, differing: dict[str, str]) -> None:
    page = hub.leading_page({"a": "1"})
    stranger = hub.page("stranger", document_id="another", **differing)
    stranger >> stranger.hello << Welcome << Lead
    assert stranger.session is not page.session
    assert stranger.session.session_id.startswith("session~")
    stranger >> snapshot({"mine": "1"})
    assert list(page.session.pages) == ["page"]
    assert page.items == {"a": "1"}
    edit = ask(page, SetItem("a", "2"))
    page << EditRequest
    page >> applied(edit, 1, {"a": "2"})
    assert (page.items, stranger.items) == ({"a": "2"}, {"mine": "1"})
    page.hang_up()
    stranger.hang_up()
    hub.wait(10)
    again = stranger.again()
    again >> again.hello << Welcome << Lead
    assert again.session is stranger.session, "its own, each time it comes"


@pytest.mark.parametrize(
    "command",
    [
        messages.encode(EditRequest("e", "local", [SetItem("a", "2")], 1e9, 0.0)),
        messages.encode(EditRequest("e", "local", [Clear()], 1e9, 0.0)),
        messages.encode(messages.Resync("local")),
        messages.encode(messages.Lead()),
        messages.encode(messages.Follow()),
        messages.encode(messages.Greet()),
        messages.encode(messages.Ping(0.0)),
        b'{"localstorage": {"a": "2"}}',
        b'{"localstorage": {"a": "2"}, "id": "e", "session_id": "session"}',
        b'{"sessionstorage": {}}',
        b'{"type": "edit", "session_id": "session", "area": "local", "operations": [{"op": "clear"}]}',
        b'{"type": "forget", "session_id": "session"}',
        b'{"type": "allow", "origin": "https://evil.test"}',
    ],
)
def test_no_page_speaks_as_the_operator(hub: Hub, command: bytes) -> None:
    victim = hub.leading_page({"a": "1"})
    page = hub.leading_page({"mine": "1"}, page_id="other page", session_id="other", origin="https://evil.test")
    page >> command
    assert page.told, "it is told that this is not for it"
    page.told.clear()
    assert not victim.told
    assert (victim.items, page.items) == ({"a": "1"}, {"mine": "1"})
    assert victim.session.unsettled() == []
    assert list(hub.registry.sessions) == ["session", "other"]
    assert hub.registry.origins.answers == {}


def test_a_page_answers_only_for_its_own_session(hub: Hub) -> None:
    victim = hub.leading_page({"a": "1"})
    page = hub.leading_page({"a": "1"}, page_id="other page", session_id="other", secret="another")
    edit = ask(victim, SetItem("a", "2"))
    victim << EditRequest
    page >> applied(edit, 1, {"a": "2"})
    page.told.clear()
    assert victim.session.unsettled() == [edit]
    assert victim.items == {"a": "1"}
    victim >> applied(edit, 1, {"a": "2"})
    assert victim.session.unsettled() == []


def test_who_comes_first_with_a_stolen_id_locks_nobody_out(hub: Hub) -> None:
    thief = hub.page("thief", secret="guessed")
    thief >> thief.hello << Welcome << Lead
    owner = hub.page()
    owner >> owner.hello << Welcome << Lead
    assert owner.session is not thief.session
    owner.hang_up()
    owner = owner.again()
    owner >> owner.hello << Welcome << Lead
    assert owner.session is not thief.session


def test_what_an_id_is_replaced_by_cannot_be_taken_over_either(hub: Hub) -> None:
    hub.leading_page()
    second = hub.page("second", secret="another")
    second >> second.hello << Welcome << Lead
    third = hub.page("third", session_id=second.session.session_id, secret="guessed")
    third >> third.hello << Welcome << Lead
    assert len({session.session_id for session in hub.registry}) == 3


@pytest.mark.parametrize("field", ["session_id", "secret", "page_id", "document_id"])
def test_ids_have_an_end(hub: Hub, field: str) -> None:
    page = hub.page(**{field: "x" * 4097})
    page >> page.hello << Closed(1008, "ids and secrets have at most 4096 characters")


def test_the_browser_knows_better_than_the_page_where_it_is_from(hub: Hub) -> None:
    told: list[Any] = []
    line = Line(told.append, lambda code, reason: told.append(Closed(code, reason)))
    text = messages.encode(hello)
    assert hub.registry.greet(text, line, hub.now, origin="https://evil.test") is None
    assert told == [Closed(1008, "the page says that it is https://shop.test, the browser says https://evil.test")]
    assert hub.registry.greet(text, line, hub.now, origin="https://shop.test") is not None


@pytest.mark.parametrize("text", ["\ud800", "😀", "漢字" * 1000, "a\0b"])
def test_every_text_of_a_hello_may_be_any_text(hub: Hub, text: str) -> None:
    fields = {name: text for name in Hello.__struct_fields__ if isinstance(getattr(hello, name), str)}
    fields |= {"top_site": text, "token": text, "label": text, "user": text, "page_id": text}
    page = hub.page(**fields)
    page >> page.hello << Welcome << Lead
    assert page.last == Lead()
    assert (page.session.session_id, page.page.page_id, page.session.user) == (text, text, text)
    stranger = hub.page(**{**fields, "secret": text + "?"})
    stranger >> stranger.hello << Welcome << Lead
    assert stranger.session is not page.session
    mistaken = hub.page(**fields, version=2)
    mistaken >> mistaken.hello << Closed(1008)
    assert len(mistaken.last.reason.encode()) <= 123
    assert repr(page.page)
    assert repr(page.session)


def test_sessions_do_not_mix(hub: Hub) -> None:
    """Two profiles at one origin, and one that has the same ids at all but the session."""
    one = hub.leading_page({"a": "1"})
    other = hub.leading_page({"a": "2"}, session_id="other", secret="other secret")
    assert len(list(hub.registry)) == 2
    edit = ask(one, SetItem("a", "3"))
    one << EditRequest
    other >> applied(edit, 1, {"a": "3"}) >> changes(1, ["set", "b", "2"])
    assert one.items == {"a": "1"}
    assert other.items == {"a": "2", "b": "2"}
    one >> applied(edit, 1, {"a": "3"})
    assert one.items == {"a": "3"}


def test_limits_are_told(hub: Hub) -> None:
    registry = Registry(limits=Limits(1000))
    told: list[Any] = []
    registry.greet(messages.encode(hello), Line(told.append, lambda code, reason: None), 5.0)
    assert told[0] == Welcome("page", Limits(1000), 5000.0)


def test_messages_are_counted(hub: Hub) -> None:
    page = hub.leading_page()
    before = hub.registry.received
    page >> Pong() >> changes(1, ["clear"])
    assert hub.registry.received == before + 2


def test_two_hubs_name_their_edits_differently() -> None:
    """Browsers remember edits by their ids, longer than a hub lives."""
    told: list[Any] = []
    for registry in (Registry(), Registry()):
        page = registry.greet(messages.encode(hello), Line(told.append, lambda code, reason: None), 0.0)
        assert page is not None
        told.append(page.session.edit([Clear()], 0.0).id)
    ids = [one for one in told if isinstance(one, str)]
    assert len(set(ids)) == 2


# --- listening -------------------------------------------------------------------------------------------------------


def test_every_listener_hears_everything_in_order(hub: Hub) -> None:
    other: list[Event] = []
    hub.registry.subscribe(other.append)
    page = hub.page()
    page >> page.hello << Welcome << Lead >> snapshot({"a": "1"})
    assert other == list(hub.heard)
    kinds = [type(event) for event in other]
    assert kinds == [SessionOpened, PageOpened, PageUpdated, ItemsChanged, AreaLoaded]


def test_a_listener_that_fails_is_logged_and_the_others_go_on(hub: Hub, caplog: pytest.LogCaptureFixture) -> None:
    def fail(event: Event) -> None:
        raise RuntimeError("broken listener")

    unsubscribe = hub.registry.subscribe(fail)
    after: list[Event] = []
    hub.registry.subscribe(after.append)
    page = hub.page()
    page >> page.hello << Welcome << Lead >> snapshot({"a": "1"})
    assert page.items == {"a": "1"}
    assert after == list(hub.heard)
    assert {record.levelno for record in caplog.records} == {logging.ERROR}
    assert "SessionOpened" in caplog.text
    assert "broken listener" in caplog.text
    unsubscribe()
    caplog.clear()
    page >> changes(1, ["clear"])
    assert not caplog.records


def test_who_ended_the_subscription_hears_nothing_more(hub: Hub) -> None:
    heard: list[Event] = []
    unsubscribe = hub.registry.subscribe(heard.append)
    unsubscribe()
    unsubscribe()
    hub.leading_page()
    assert heard == []


def test_a_listener_hears_the_kinds_it_asked_for_and_no_others(hub: Hub) -> None:
    some: list[Event] = []
    end = hub.registry.subscribe(some.append, SessionOpened, PageOpened)
    page = hub.leading_page()
    assert [type(event) for event in some] == [SessionOpened, PageOpened]
    page >> changes(1, ["clear"])
    end()
    hub.leading_page(session_id="another", page_id="another")
    assert len(some) == 2


def test_each_kind_may_have_a_listener_of_its_own_and_all_end_together(hub: Hub) -> None:
    opened: list[SessionOpened] = []
    loaded: list[AreaLoaded] = []
    end = hub.registry.subscribe_each({SessionOpened: opened.append, AreaLoaded: loaded.append})
    page = hub.leading_page()
    assert [event.session for event in opened] == [page.session]
    assert page.session.area() in [event.area for event in loaded]
    before = len(opened), len(loaded)
    end()
    hub.leading_page(session_id="another", page_id="another")
    assert (len(opened), len(loaded)) == before


def test_one_listener_may_be_subscribed_while_another_leaves(hub: Hub) -> None:
    heard: list[str] = []
    ends: list[Callable[[], None]] = []

    def once(event: Event) -> None:
        heard.append(f"once {type(event).__name__}")
        ends[0]()
        hub.registry.subscribe(lambda later: heard.append(f"later {type(later).__name__}"))

    def always(event: Event) -> None:
        heard.append(f"always {type(event).__name__}")

    ends.append(hub.registry.subscribe(once))
    hub.registry.subscribe(always)
    page = hub.page()
    page >> page.hello << Welcome << Lead
    assert heard[:4] == ["once SessionOpened", "always SessionOpened", "always PageOpened", "later PageOpened"]
    assert not [line for line in heard[4:] if line.startswith("once")]


def test_who_subscribes_while_something_is_told_hears_the_next(hub: Hub) -> None:
    page = hub.leading_page()
    heard: list[Event] = []

    def subscribe_another(event: Event) -> None:
        hub.registry.subscribe(heard.append)

    end = hub.registry.subscribe(subscribe_another)
    page >> changes(1, ["set", "a", "1"])
    assert heard == []
    end()
    page >> changes(2, ["set", "a", "2"])
    assert len(heard) == 1


# --- forgetting ------------------------------------------------------------------------------------------------------


def test_a_session_that_left_can_be_forgotten(hub: Hub) -> None:
    page = hub.leading_page({"a": "1"})
    session = page.session
    page.hang_up()
    with pytest.raises(ValueError, match="is live"):
        hub.registry.forget(session)
    hub.wait(3)
    hub.heard.clear()
    hub.registry.forget(session)
    hub << SessionForgotten(session)
    hub.hears_nothing_more()
    assert not hub.registry.sessions
    again = page.again()
    again >> again.hello << Welcome << Lead
    assert again.session is not session
    assert again.items == {}
    hub << SessionOpened(again.session)


def test_edits_that_wait_for_a_forgotten_session_are_refused(hub: Hub) -> None:
    page = hub.leading_page()
    sent = ask(page, SetItem("a", "1"))
    page << EditRequest
    page.hang_up()
    hub.wait(3)
    waiting = ask(page, SetItem("b", "1"))
    hub.wait(60)
    hub.heard.clear()
    hub.registry.forget(page.session)
    hub << EditUpdated << EditUpdated << SessionForgotten
    for edit in (sent, waiting):
        assert (edit.state, edit.reason, edit.settled_at) == (EditState.REFUSED, Reason.GONE, hub.now)
    assert "may have been applied" in sent.message
    too_late = ask(page, SetItem("c", "1"))
    assert (too_late.state, too_late.reason) == (EditState.REFUSED, Reason.GONE)


def test_a_forgotten_session_does_not_come_due(hub: Hub) -> None:
    page = hub.leading_page()
    page.hang_up()
    hub.wait(3)
    hub.registry.forget(page.session)
    hub.heard.clear()
    hub.wait(100)
    hub.hears_nothing_more()


def gone(hub: Hub, session_id: str) -> Talker:
    """A page of a session that has left by now."""
    page = hub.leading_page(session_id=session_id)
    page.hang_up()
    hub.wait(3)
    return page


def test_only_so_many_sessions_that_left_are_remembered(hub: Hub) -> None:
    hub.registry.remembered = 2
    here = hub.leading_page(session_id="here")
    first, second, third = gone(hub, "first"), gone(hub, "second"), gone(hub, "third")
    assert list(hub.registry) == [here.session, second.session, third.session]
    assert first.session.forgotten
    assert [event for event in hub.heard if isinstance(event, SessionForgotten)] == [SessionForgotten(first.session)]
    back = second.again()
    back >> back.hello << Welcome << Lead
    fourth = gone(hub, "fourth")
    assert list(hub.registry) == [here.session, second.session, third.session, fourth.session], "who is back counts not"
    back.hang_up()
    hub.wait(3)
    assert list(hub.registry) == [here.session, second.session, fourth.session], "gone longest since it left last"
    here.told.clear()


def test_a_session_that_edits_wait_for_is_not_forgotten_for_others(hub: Hub) -> None:
    hub.registry.remembered = 2
    first = gone(hub, "first")
    edit = ask(first, SetItem("a", "1"))
    second, third = gone(hub, "second"), gone(hub, "third")
    assert list(hub.registry) == [first.session, third.session]
    assert second.session.forgotten
    assert edit.state is EditState.PENDING
    assert first.session.withdraw(edit)
    fourth, fifth = gone(hub, "fourth"), gone(hub, "fifth")
    assert list(hub.registry) == [fourth.session, fifth.session], "its turn came again"


def test_a_session_that_somebody_holds_is_not_forgotten_for_others(hub: Hub) -> None:
    hub.registry.remembered = 2
    held = {"first"}
    end = hub.registry.keep(lambda session: session.session_id in held)
    first, second, third = gone(hub, "first"), gone(hub, "second"), gone(hub, "third")
    assert list(hub.registry) == [first.session, third.session]
    assert second.session.forgotten
    held.clear()
    fourth, fifth = gone(hub, "fourth"), gone(hub, "fifth")
    assert list(hub.registry) == [fourth.session, fifth.session], "its turn came again"
    held.add("fourth")
    end()
    end()
    sixth, seventh = gone(hub, "sixth"), gone(hub, "seventh")
    assert list(hub.registry) == [sixth.session, seventh.session], "nobody holds it any more"
    hub.registry.keep(lambda session: True)
    hub.registry.forget(sixth.session)
    assert list(hub.registry) == [seventh.session], "it was asked for"


def test_one_of_several_holds_is_enough(hub: Hub) -> None:
    hub.registry.remembered = 0
    hub.registry.keep(lambda session: session.session_id == "first")
    hub.registry.keep(lambda session: session.session_id == "second")
    for name in ("first", "third", "second"):
        gone(hub, name)
    assert [session.session_id for session in hub.registry] == ["first", "second"]


def test_a_hold_that_fails_holds_and_is_logged(hub: Hub, caplog: pytest.LogCaptureFixture) -> None:
    hub.registry.remembered = 0

    def fail(session: object) -> bool:
        raise RuntimeError("broken hold")

    end = hub.registry.keep(fail)
    first = gone(hub, "first")
    assert list(hub.registry) == [first.session]
    assert "broken hold" in caplog.text
    end()
    gone(hub, "second")
    assert not list(hub.registry)


def test_a_page_that_leaves_takes_no_edit_along_in_silence(hub: Hub) -> None:
    """What waits for an area of a page has its outcome before the session is gone, and can so be held."""
    hub.registry.remembered = 0
    page = hub.leading_page()
    page >> snapshot({}, area="session")
    page.hang_up()
    edit = page.session.edit([SetItem("a", "1")], hub.now, page=page.page)
    refused: set[object] = set()

    def hear(event: Event) -> None:
        if isinstance(event, EditUpdated) and event.edit.state is EditState.REFUSED:
            refused.add(event.session)

    hub.registry.subscribe(hear)
    hub.registry.keep(refused.__contains__)
    hub.wait(3)
    assert (edit.state, edit.reason) == (EditState.REFUSED, Reason.GONE)
    assert list(hub.registry) == [page.session]


def test_however_many_sessions_are_held_few_are_looked_at(hub: Hub) -> None:
    hub.registry.remembered = 0
    asked: list[object] = []

    def hold(session: object) -> bool:
        asked.append(session)
        return True

    hub.registry.keep(hold)
    for number in range(50):
        gone(hub, f"session {number}")
    asked.clear()
    gone(hub, "another")
    assert len(asked) == LOOKED_AT
    assert len(list(hub.registry)) == 51


def test_however_many_edits_wait_a_session_that_leaves_costs_the_same(hub: Hub) -> None:
    hub.registry.remembered = 0
    costs = []
    for number in range(100):
        page = hub.leading_page(session_id=f"session {number}")
        ask(page, SetItem("a", "1"))
        page << EditRequest
        page.hang_up()
        costs.append(lines_run(partial(hub.wait, 3)))
    assert len(list(hub.registry)) == 100
    assert costs[99] == costs[30]


# --- time ------------------------------------------------------------------------------------------------------------


def test_time_costs_only_what_is_due(hub: Hub) -> None:
    """Two thousand sessions that rest are not looked at."""
    looked: list[str] = []
    hub.registry.remembered = 2_000
    for number in range(2_000):
        page = hub.registry.greet(
            messages.encode(msgspec.structs.replace(hello, session_id=f"session {number}")),
            Line(lambda message: None, lambda code, reason: None),
            hub.now + number * 0.001,
        )
        assert page is not None
        assert page.session.session_id == f"session {number}"
        page.session.announce = lambda event: looked.append(type(event).__name__)
    for _ in range(900):
        hub.wait(0.02)
    assert looked == []
    assert len(hub.registry._due) == 2_000
    # All silent: pinged at 20 seconds, dropped at 30, let go at 32.
    hub.wait(11)
    hub.wait(10.1)
    hub.wait(2.1)
    assert looked.count("SessionLeft") == 2_000
    hub.wait(0)
    assert hub.registry._due == []


def test_reminders_do_not_pile_up(hub: Hub) -> None:
    page = hub.leading_page()
    for count in range(1, 1000):
        edit = ask(page, SetItem("a", str(count)))
        page << EditRequest >> applied(edit, count, {"a": str(count)})
        hub.wait(0.01)
    assert len(hub.registry._due) < 10
    for count in range(1000, 1050):
        hub.wait(7 if count % 2 else 4.5)
        edit = ask(page, SetItem("a", str(count)))
        page << EditRequest >> applied(edit, count, {"a": str(count)})
    assert len(hub.registry._due) < 10
    page.hang_up()
    hub.wait(60)
    assert hub.registry._due == []
    assert not page.session.live


def test_sessions_come_and_go_in_their_own_time(hub: Hub) -> None:
    first = hub.leading_page()
    hub.wait(1)
    second = hub.leading_page(session_id="second")
    first.hang_up()
    hub.wait(1.5)
    second.hang_up()
    hub.heard.clear()
    hub.wait(0.6)
    assert (first.session.live, second.session.live) == (False, True)
    hub.wait(1.5)
    assert not second.session.live
    left = [event for event in hub.heard if isinstance(event, SessionLeft)]
    assert left == [SessionLeft(first.session), SessionLeft(second.session)]
    again = first.again()
    again >> again.hello << Welcome << Lead
    assert SessionReturned(first.session) in hub.heard


def test_what_is_due_can_be_done_a_few_sessions_at_a_time(hub: Hub) -> None:
    pages = [
        hub.leading_page(page_id=f"page {n}", session_id=f"session {n}", origin=f"https://{n}.test") for n in range(5)
    ]
    hub.now += hub.registry.timing.ping_after + 1
    assert hub.registry.expire(hub.now, 2)
    assert hub.registry.expire(hub.now, 2)
    assert not hub.registry.expire(hub.now, 2)
    for page in pages:
        page << messages.Ping
    assert not hub.registry.expire(hub.now, 2)
