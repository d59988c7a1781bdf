"""Edits and time: waiting for a browser that is away, lines that break, answers that do not come, edits taken back."""

from __future__ import annotations

from functools import partial

import pytest

from monitor.core.edits import EditState, Reason, Replace
from monitor.core.events import EditUpdated
from monitor.core.messages import Bye, EditRequest, Lead, LocalStorageMap, Ping, Pong, Resync, SetItem, Welcome
from tests.core.conversation import Closed, Hub, Talker, applied, ask, refused, snapshot
from tests.counting import lines_run


def came_back(page: Talker, **differing: str) -> Talker:
    """The page has another line, and leads. Nothing of that is left to expect."""
    again = page.again(**differing)
    again >> again.hello << Welcome << Lead
    return again


def hand_over(hub: Hub) -> tuple[Talker, Talker]:
    """A leader, and a follower that is about to lead."""
    leader = hub.leading_page({"a": "1"})
    return leader, hub.following_page()


# --- away ------------------------------------------------------------------------------------------------------------


def test_edits_wait_for_a_page_that_is_away_and_go_out_in_order(hub: Hub) -> None:
    page = hub.leading_page({"a": "1"})
    page.hang_up()
    hub.wait(100)
    first, second = ask(page, SetItem("a", "2", "1")), page.session.edit(Replace({}), hub.now)
    assert page.session.unsettled() == [first, second]
    assert (first.state, first.sent) == (EditState.PENDING, 0)
    page = came_back(page)
    hub.wait(5)
    page >> snapshot({"a": "1"}) << EditRequest
    assert (page.last.id, page.last.again) == (first.id, False)
    assert page.last.operations == [SetItem("a", "2", "1")], "still guarded by what the operator saw"
    assert page.last.deadline == (hub.now + 10) * 1000, "the time begins when it goes out"
    page << LocalStorageMap
    assert page.last.id == second.id


def test_edits_wait_until_the_items_are_known(hub: Hub) -> None:
    page = hub.page()
    page >> page.hello << Welcome << Lead
    edit = ask(page, SetItem("a", "1"))
    page >> snapshot({}, part=1, parts=2)
    assert edit.sent == 0
    page >> snapshot({}, part=2, parts=2) << EditRequest


def test_an_edit_that_a_listener_makes_of_what_it_hears_goes_out_once_and_last(hub: Hub) -> None:
    page = hub.leading_page()
    page.hang_up()
    waiting = ask(page, SetItem("a", "1"))
    made: list[str] = []

    def react(event: object) -> None:
        if isinstance(event, EditUpdated) or made:
            return
        made.append(ask(page, SetItem("b", "1")).id)

    page = came_back(page)
    hub.registry.subscribe(react)
    page >> snapshot({"c": "1"}) << EditRequest
    assert page.last.id == waiting.id
    page << EditRequest
    assert [page.last.id] == made


def test_a_listener_may_refresh_while_edits_go_out(hub: Hub) -> None:
    page = hub.leading_page()
    page.hang_up()
    first, second = ask(page, SetItem("a", "1")), ask(page, SetItem("b", "1"))
    unsubscribe = hub.registry.subscribe(
        lambda event: page.session.refresh(hub.now) if isinstance(event, EditUpdated) and event.edit.sent else None
    )
    page = came_back(page)
    page >> snapshot({}) << EditRequest << Resync("local") << Resync("session") << Ping
    unsubscribe()
    page >> snapshot({}) << EditRequest
    assert (first.sent, second.sent) == (1, 1)


# --- the line breaks -------------------------------------------------------------------------------------------------


def test_an_edit_without_an_answer_is_asked_again(hub: Hub) -> None:
    page = hub.leading_page({"a": "1"})
    edit = ask(page, SetItem("a", "2", "1"))
    page << EditRequest
    page.hang_up()
    hub.wait(1)
    page = came_back(page)
    page >> snapshot({"a": "2"}, seq=4) << EditRequest
    assert page.last == EditRequest(
        edit.id, "local", [SetItem("a", "2", "1")], (hub.now + 10) * 1000, hub.now * 1000, again=True
    )
    page >> applied(edit, 4, {"a": "2"})
    assert (edit.state, edit.sent) == (EditState.APPLIED, 2)


def test_a_map_without_an_answer_is_asked_again(hub: Hub) -> None:
    page = hub.leading_page()
    page.session.edit(Replace({"a": "1"}), hub.now)
    page << LocalStorageMap
    assert not page.last.again
    page.hang_up()
    page = came_back(page)
    page >> snapshot({}) << LocalStorageMap
    assert page.last.again


def test_another_page_is_asked_only_when_the_first_cannot_write_any_more(hub: Hub) -> None:
    """The first may be slow, not dead, and have the edit in its queue: both would write it."""
    leader, follower = hand_over(hub)
    first = ask(leader, SetItem("a", "2"))
    hub.wait(4)
    second = ask(leader, SetItem("b", "1"))
    leader << EditRequest << EditRequest
    leader.hang_up()
    follower << Lead >> snapshot({"a": "1"})
    behind = ask(follower, SetItem("c", "1"))
    hub.wait(6.9)
    assert (first.sent, second.sent, behind.sent) == (1, 1, 0)
    hub.wait(0.2)  # the deadline of the first, and the margin
    follower << EditRequest
    assert (follower.last.id, follower.last.again) == (first.id, True)
    follower >> applied(first, 1, {"a": "2"})
    hub.wait(3.9)
    follower << EditRequest
    assert (follower.last.id, follower.last.again) == (second.id, True)
    follower << EditRequest
    assert (follower.last.id, follower.last.again) == (behind.id, False)


def test_another_page_is_asked_at_once_when_the_first_said_bye(hub: Hub) -> None:
    """ "It obeys nothing that comes over this connection afterwards, edits above all"."""
    leader, follower = hand_over(hub)
    edit = ask(leader, SetItem("a", "2"))
    leader << EditRequest >> Bye() << Closed(1000)
    follower << Lead >> snapshot({"a": "1"}) << EditRequest
    assert (follower.last.id, follower.last.again) == (edit.id, True)


def test_the_bye_of_one_page_does_not_speak_for_another(hub: Hub) -> None:
    leader, follower = hand_over(hub)
    third = hub.following_page("third")
    edit = ask(leader, SetItem("a", "2"))
    leader << EditRequest
    leader.hang_up()
    follower << Lead >> snapshot({"a": "1"}) >> Bye() << Closed(1000)
    third << Lead >> snapshot({"a": "1"})
    assert edit.sent == 1


def test_a_result_from_a_page_that_was_not_asked_is_not_heard(hub: Hub) -> None:
    leader, follower = hand_over(hub)
    edit = ask(leader, SetItem("a", "2"))
    leader << EditRequest
    leader.hang_up()
    follower << Lead >> snapshot({"a": "1"}) >> refused(edit, 0, "conflict")
    assert edit.state is EditState.PENDING


# --- no answer -------------------------------------------------------------------------------------------------------


def test_a_page_that_lets_the_deadline_pass_is_dropped_and_another_asked(hub: Hub) -> None:
    leader, follower = hand_over(hub)
    edit = ask(leader, SetItem("a", "2"))
    leader << EditRequest
    assert edit.deadline == hub.now + 10
    hub.wait(10.9)
    assert leader.page.connected, "it may write until then as its own clock has it"
    hub.wait(0.2)
    leader << Closed(4001)
    follower << Lead >> snapshot({"a": "1"}) << EditRequest
    assert (follower.last.id, follower.last.again) == (edit.id, True)


def test_answers_are_due_also_while_a_snapshot_is_awaited(hub: Hub) -> None:
    page = hub.leading_page()
    ask(page, SetItem("a", "2"))
    page << EditRequest
    page.session.refresh(hub.now)
    page << Resync << Resync << Ping >> Pong()
    hub.wait(11.1)
    page << Closed(4001)


def test_the_answer_for_a_pages_own_area_is_due_too(hub: Hub) -> None:
    leader, follower = hand_over(hub)
    follower >> snapshot({}, area="session")
    follower.session.edit([SetItem("a", "2")], hub.now, page=follower.page)
    follower << EditRequest
    hub.wait(11.1)
    follower << Closed(4001)
    assert leader.page.connected


def test_a_page_is_not_dropped_for_what_another_was_asked(hub: Hub) -> None:
    leader, follower = hand_over(hub)
    ask(leader, SetItem("a", "2"))
    leader << EditRequest
    hub.wait(9)
    leader.hang_up()
    follower << Lead
    hub.wait(9)
    assert follower.page.connected


def test_a_page_may_refuse_what_it_came_to_too_late(hub: Hub) -> None:
    page = hub.leading_page()
    edit = ask(page, SetItem("a", "2"))
    page << EditRequest
    hub.wait(10.5)
    page >> refused(edit, 0, "timed-out")
    assert (edit.state, edit.reason) == (EditState.REFUSED, Reason.TIMED_OUT)
    hub.wait(5)
    assert page.page.connected


# --- edits that end here ---------------------------------------------------------------------------------------------


def test_an_edit_that_never_went_out_can_be_taken_back(hub: Hub) -> None:
    page = hub.leading_page()
    page.hang_up()
    first, second = ask(page, SetItem("a", "1")), ask(page, SetItem("b", "1"))
    assert page.session.withdraw(first)
    assert not page.session.withdraw(first), "once"
    page = came_back(page)
    page >> snapshot({}) << EditRequest
    assert page.last.id == second.id


def test_an_edit_that_went_out_cannot_be_taken_back(hub: Hub) -> None:
    page = hub.leading_page()
    edit = ask(page, SetItem("a", "1"))
    page << EditRequest
    assert not page.session.withdraw(edit)
    page.hang_up()
    assert not page.session.withdraw(edit)
    assert page.session.unsettled() == [edit]


def test_an_edit_of_a_pages_own_area_can_be_taken_back(hub: Hub) -> None:
    page = hub.page()
    page >> page.hello << Welcome << Lead
    edit = page.session.edit([SetItem("a", "1")], hub.now, page=page.page)
    assert page.session.unsettled(page.page) == [edit]
    assert page.session.withdraw(edit)
    assert page.session.unsettled(page.page) == []


def test_a_listener_may_take_an_edit_back_at_once(hub: Hub) -> None:
    page = hub.leading_page()

    def take_back(event: object) -> None:
        if isinstance(event, EditUpdated):
            page.session.withdraw(event.edit)

    hub.registry.subscribe(take_back)
    edit = ask(page, SetItem("a", "1"))
    assert (edit.state, edit.sent, page.session.unsettled()) == (EditState.PENDING, 0, [])


def test_edits_of_a_page_that_is_gone_are_refused(hub: Hub) -> None:
    page = hub.leading_page()
    sent = page.session.edit([SetItem("a", "1")], hub.now, page=page.page)
    page << EditRequest
    page.hang_up()
    waiting = page.session.edit([SetItem("b", "1")], hub.now, page=page.page)
    hub.heard.clear()
    hub.wait(2.1)
    hub << EditUpdated << EditUpdated
    assert (sent.state, sent.reason) == (waiting.state, waiting.reason) == (EditState.REFUSED, Reason.GONE)
    assert "may have been applied" in sent.message
    assert "may have been applied" not in waiting.message


def test_edits_of_a_page_that_reloads_in_time_are_asked_again(hub: Hub) -> None:
    page = hub.leading_page()
    edit = page.session.edit([SetItem("a", "1")], hub.now, page=page.page)
    page << EditRequest >> Bye() << Closed(1000)
    page = came_back(page, document_id="the next")
    page >> snapshot({}, area="session") << EditRequest
    assert (page.last.id, page.last.area, page.last.again) == (edit.id, "session", True)


def test_an_edit_of_a_page_that_is_gone_is_refused_at_once(hub: Hub) -> None:
    page = hub.leading_page()
    page.hang_up()
    hub.wait(3)
    edit = page.session.edit([SetItem("b", "1")], hub.now, page=page.page)
    assert (edit.state, edit.reason, edit.sent) == (EditState.REFUSED, Reason.GONE, 0)
    waiting = ask(page, SetItem("b", "1"))
    assert waiting.state is EditState.PENDING, "the session may return, and with it its local area"


def test_a_page_that_is_denied_one_storage_may_have_the_other(hub: Hub) -> None:
    page = hub.page(storage_error="SecurityError: not allowed")
    page >> page.hello << Welcome >> snapshot({"s": "1"}, area="session")
    page.session.edit([SetItem("s", "2", "1")], hub.now, page=page.page)
    page << EditRequest
    assert page.session.area().error


@pytest.mark.parametrize("own", [False, True])
def test_where_the_browser_gives_no_storage_edits_are_denied(hub: Hub, own: bool) -> None:
    page = hub.page(storage_error="SecurityError: not allowed")
    page >> page.hello << Welcome
    edit = page.session.edit([SetItem("a", "1")], hub.now, page=page.page if own else None)
    assert (edit.state, edit.reason, edit.message) == (EditState.REFUSED, Reason.DENIED, "SecurityError: not allowed")


# --- many at once ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason_to_wait", ["an answer", "a page", "a snapshot", "another document"])
def test_an_edit_costs_the_same_however_many_are_unsettled(hub: Hub, reason_to_wait: str) -> None:
    page = hub.leading_page()
    if reason_to_wait == "a snapshot":
        page.session.refresh(hub.now)
    elif reason_to_wait == "a page":
        page.hang_up()
    elif reason_to_wait == "another document":
        ask(page, SetItem("first", "1"))
        page.hang_up()
        page = came_back(page, document_id="the next") >> snapshot({})
    session, number = page.session, iter(range(1000))
    costs = [lines_run(lambda: session.edit([SetItem(f"key {next(number)}", "1")], hub.now)) for _ in range(300)]
    assert len(session.unsettled()) >= 300
    assert costs[299] == costs[9]
    for talker in hub.pages:
        talker.told.clear()


def test_many_edits_that_waited_go_out_at_the_cost_of_one_each(hub: Hub) -> None:
    costs = []
    for count in (100, 200, 300):
        page = hub.leading_page(session_id=f"session of {count}")
        page.hang_up()
        asked = [ask(page, SetItem(f"key {number}", "1")).id for number in range(count)]
        page = came_back(page)
        costs.append(lines_run(partial(page.session.local_storage.take_snapshot, snapshot({}), hub.now)))
        assert [request.id for request in page.told if isinstance(request, EditRequest)] == asked
        page.told.clear()
    assert costs[2] - costs[1] == costs[1] - costs[0]
