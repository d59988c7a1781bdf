"""Edits on their way to the browser that holds the area, and what comes back."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import UNSET

from monitor.core.area import Change
from monitor.core.edits import OF_THE_HUB, Edit, EditState, Reason, Replace
from monitor.core.events import EditUpdated, ItemsChanged
from monitor.core.messages import (
    Clear,
    EditRequest,
    LocalStorageMap,
    Operation,
    Ping,
    RemoveItem,
    RenameItem,
    Resync,
    SessionStorageMap,
    SetItem,
)
from monitor.core.values import Redacted
from tests.core.conversation import Hub, applied, ask, changes, refused, snapshot

# --- edits go out ----------------------------------------------------------------------------------------------------


def test_an_edit_goes_out_as_it_was_asked_for(hub: Hub) -> None:
    page = hub.leading_page()
    operations: list[Operation] = [
        SetItem("a", "1"),
        RemoveItem("b", "2"),
        RenameItem("c", "d", "3"),
        SetItem("e", "", None),
    ]
    edit = ask(page, *operations)
    page << EditRequest(edit.id, "local", operations, deadline=(hub.now + 10) * 1000, time=hub.now * 1000)
    assert (edit.state, edit.sent, edit.created_at, edit.author) == (EditState.PENDING, 1, hub.now, "operator")
    assert page.session.unsettled() == [edit]
    assert page.items == {}, "nothing changes before the page says so"


def test_an_edit_is_told_as_pending_then_as_sent_then_by_its_outcome(hub: Hub) -> None:
    page = hub.leading_page()
    seen: list[tuple[EditState, int]] = []
    hub.registry.subscribe(lambda e: seen.append((e.edit.state, e.edit.sent)) if isinstance(e, EditUpdated) else None)
    edit = ask(page, SetItem("a", "1"))
    page << EditRequest >> applied(edit, 1, {"a": "1"})
    assert seen == [(EditState.PENDING, 0), (EditState.PENDING, 1), (EditState.APPLIED, 1)]
    assert edit.settled_at == hub.now
    assert page.session.unsettled() == []


def test_every_text_of_an_edit_goes_out_in_its_one_form(hub: Hub) -> None:
    """Equal texts must compare equal in the page, however the operator's side has put them together."""
    page, pair, one = hub.leading_page(), "\ud83d\ude00", "😀"
    ask(page, SetItem(pair, pair, pair), RemoveItem(pair, pair), RenameItem(pair, pair, pair))
    page << EditRequest
    assert page.last.operations == [SetItem(one, one, one), RemoveItem(one, one), RenameItem(one, one, one)]
    page.session.edit(Replace({pair: pair}), hub.now)
    page << LocalStorageMap
    assert page.last.localstorage == {one: one}


def test_an_edit_of_a_pages_own_area_goes_to_that_page(hub: Hub) -> None:
    leader, follower = hub.leading_page(), hub.page("other", document_id="another")
    follower >> follower.hello
    follower.told.clear()
    follower >> snapshot({"a": "1"}, area="session")
    edit = leader.session.edit([RemoveItem("a", "1")], hub.now, page=follower.page)
    follower << EditRequest >> applied(edit, 1, {"a": None})
    assert follower.session.area(follower.page).items == {}
    assert edit.state is EditState.APPLIED


def test_the_message_of_the_specification(hub: Hub) -> None:
    page = hub.leading_page({"a": "1", "token": 5})
    deadline, time = (hub.now + 10) * 1000, hub.now * 1000
    edit = page.session.edit(Replace({"b": "2"}), hub.now)
    page << LocalStorageMap({"b": "2"}, edit.id, deadline, time) >> applied(edit, 1)
    assert page.items == {"b": "2", "token": Redacted(5)}, "redacted items are not the sender's to remove"
    edit = page.session.edit(Replace({}), hub.now, page=page.page)
    page << SessionStorageMap({}, edit.id, deadline, time) >> applied(edit, 1)
    assert edit.state is EditState.APPLIED


def test_a_map_that_names_a_redacted_item(hub: Hub) -> None:
    page = hub.leading_page()
    edit = page.session.edit(Replace({"a": "1", "token": "mine"}), hub.now)
    page << LocalStorageMap >> applied(edit, 1, {"token": None})
    assert page.items == {"a": "1"}


def test_an_edit_of_a_redacted_item_is_refused_here(hub: Hub) -> None:
    page = hub.leading_page({"token": 5})
    for operation in (SetItem("token", "1"), RemoveItem("token"), RenameItem("token", "a"), RenameItem("a", "token")):
        edit = ask(page, operation)
        assert (edit.state, edit.reason, edit.sent) == (EditState.REFUSED, Reason.REDACTED, 0)


def test_an_edit_needs_an_operation_and_a_page_of_its_session(hub: Hub) -> None:
    page, stranger = hub.leading_page(), hub.leading_page(session_id="other")
    with pytest.raises(ValueError, match="at least one"):
        ask(page)
    with pytest.raises(ValueError, match="not a page of"):
        page.session.edit([Clear()], hub.now, page=stranger.page)


# --- and come back ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("operations", "values", "items"),
    [
        ([SetItem("a", "2", "1")], {"a": "2"}, {"a": "2", "b": "2"}),
        ([SetItem("c", "3", None)], {"c": "3"}, {"a": "1", "b": "2", "c": "3"}),
        ([RemoveItem("a", "1")], {"a": None}, {"b": "2"}),
        ([RenameItem("a", "z", "1")], {"a": None, "z": "1"}, {"b": "2", "z": "1"}),
        ([Clear()], {}, {}),
        ([Clear(), SetItem("c", "3")], {"c": "3"}, {"c": "3"}),
        (
            [SetItem("c", "3"), RenameItem("c", "d"), RemoveItem("a")],
            {"a": None, "c": None, "d": "3"},
            {"b": "2", "d": "3"},
        ),
        ([SetItem("token", "abc")], {"token": 3}, {"a": "1", "b": "2", "token": Redacted(3)}),
    ],
)
def test_what_is_applied_shows(hub: Hub, operations: list[Operation], values: dict[str, Any], items: object) -> None:
    page = hub.leading_page({"a": "1", "b": "2"})
    edit = ask(page, *operations)
    page << EditRequest
    hub.heard.clear()
    page >> applied(edit, 1, values)
    assert page.items == items
    assert edit.state is EditState.APPLIED
    assert isinstance(told := hub.heard[0], ItemsChanged), (
        "the items are told first: who hears of the outcome sees them"
    )
    assert told.source == "operator"
    hub << ItemsChanged << EditUpdated
    hub.hears_nothing_more()
    page >> changes(2, ["set", "a", "x"])
    assert page.items["a"] == "x", "the result was counted"


@pytest.mark.parametrize("reason", sorted({*Reason} - OF_THE_HUB - {Reason.GONE}))
def test_a_refusal_says_why_and_what_is_there(hub: Hub, reason: Reason) -> None:
    page = hub.leading_page({"a": "1"})
    edit = ask(page, SetItem("a", "2", "1"))
    page << EditRequest
    hub.heard.clear()
    page >> refused(edit, 0, reason.value, {"a": "other", "b": None}, "in the browser's words")
    assert (edit.state, edit.reason, edit.message) == (EditState.REFUSED, reason, "in the browser's words")
    assert edit.current == {"a": "other", "b": None}
    assert page.items == {"a": "other"}
    hub << ItemsChanged(page.session, page.session.area(), [Change("a", "1", "other")], "page") << EditUpdated


@pytest.mark.parametrize("word", [None, "", "out of luck", "\ud800"])
def test_a_reason_that_is_not_known_is_taken_as_denied(hub: Hub, word: str) -> None:
    page = hub.leading_page()
    edit = ask(page, SetItem("a", "2"))
    page << EditRequest >> refused(edit, 0, word)
    assert (edit.reason, edit.message) == (Reason.DENIED, "")


def test_a_second_result_is_not_heard(hub: Hub) -> None:
    page = hub.leading_page()
    edit = ask(page, SetItem("a", "1"))
    page << EditRequest >> applied(edit, 1, {"a": "1"})
    hub.heard.clear()
    page >> refused(edit, 1, "conflict", {"a": "2"}) >> applied(edit, 2, {"a": "3"})
    assert edit.state is EditState.APPLIED
    assert page.items == {"a": "1"}
    hub.hears_nothing_more()


def test_a_result_of_an_edit_that_was_not_asked_is_not_heard(hub: Hub) -> None:
    page = hub.leading_page()
    edit = ask(page, SetItem("a", "1"))
    page << EditRequest
    unknown = Edit("nobody's", "local", [], "operator", 0.0)
    elsewhere = Edit(edit.id, "session", [], "operator", 0.0)
    page >> applied(unknown, 1, {"a": "2"}) >> applied(elsewhere, 1, {"a": "2"})
    assert page.items == {}
    assert edit.state is EditState.PENDING


def test_a_result_after_a_gap_settles_and_leads_to_a_new_snapshot(hub: Hub) -> None:
    page = hub.leading_page({"b": "0"})
    edit = ask(page, Clear(), SetItem("a", "1"))
    page << EditRequest >> applied(edit, 5, {"a": "1"}) << Resync("local")
    assert edit.state is EditState.APPLIED
    assert page.items == {"a": "1", "b": "0"}, "what the values say is known, the rest is not"
    page >> snapshot({"a": "1", "c": "2"}, seq=5)
    assert page.items == {"a": "1", "c": "2"}


def test_a_result_that_comes_while_a_snapshot_is_awaited_counts(hub: Hub) -> None:
    """One request, one answer: it must not be asked again over the same line, for then the page could decide twice."""
    page = hub.leading_page({"a": "1"})
    edit = ask(page, SetItem("a", "2"), RemoveItem("b"))
    page << EditRequest
    page.session.refresh(hub.now)
    page << Resync << Resync << Ping >> applied(edit, 1, {"a": "2", "b": None})
    assert edit.state is EditState.APPLIED
    assert page.items == {"a": "2"}
    page >> snapshot({"a": "2"}, seq=1)
    assert edit.sent == 1


def test_a_repeated_outcome_behind_changes_that_were_not_heard_is_not_carried_out_here(hub: Hub) -> None:
    """The count of the outcome follows the last one heard here, but what it counts is the change in between."""
    page = hub.leading_page({"a": "1"})
    edit = ask(page, Clear())
    page << EditRequest
    page.hang_up()
    page = page.again()
    page >> page.hello
    page.told.clear()
    page >> snapshot({"b": "2"}, seq=5) << EditRequest
    page.session.refresh(hub.now)
    page << Resync << Resync << Ping >> changes(6, ["set", "c", "3"]) >> applied(edit, 6)
    assert edit.state is EditState.APPLIED
    assert page.items == {"b": "2"}
    page >> snapshot({"b": "2", "c": "3"}, seq=6)
    assert page.items == {"b": "2", "c": "3"}


def test_a_repeated_outcome_is_not_carried_out_here_again(hub: Hub) -> None:
    page = hub.leading_page({"a": "1"})
    edit = ask(page, RenameItem("a", "b"))
    page << EditRequest
    page.hang_up()
    page = page.again()
    page >> page.hello
    page.told.clear()
    page >> snapshot({"a": "new", "b": "1"}, seq=3) << EditRequest
    assert page.last.again
    page >> applied(edit, 3, {"a": "new", "b": "1"})
    assert edit.state is EditState.APPLIED
    assert page.items == {"a": "new", "b": "1"}


# --- clear -----------------------------------------------------------------------------------------------------------


def test_a_clear_goes_out_with_the_count_that_was_seen(hub: Hub) -> None:
    page = hub.leading_page({"a": "1"})
    page >> changes(1, ["set", "b", "2"])
    edit = ask(page, Clear(page.session.area().revision))
    page << EditRequest
    assert page.last.operations == [Clear(1)]
    page >> applied(edit, 2)
    assert page.items == {}


def test_a_clear_without_a_guard_goes_out_without_one(hub: Hub) -> None:
    page = hub.leading_page({"a": "1"})
    ask(page, Clear())
    page << EditRequest
    assert page.last.operations == [Clear(UNSET)]


def test_a_clear_of_what_the_operator_did_not_see_does_not_go_out(hub: Hub) -> None:
    page = hub.leading_page({"a": "1"})
    seen = page.session.area().revision
    page >> changes(1, ["set", "b", "2"])
    edit = ask(page, Clear(seen))
    assert (edit.state, edit.reason) == (EditState.REFUSED, Reason.CONFLICT)


def test_a_clear_behind_another_edit_claims_no_more_than_was_seen(hub: Hub) -> None:
    """Were the first refused for a change that was not seen, a count one higher would let the clear through."""
    page = hub.leading_page({"a": "1"})
    ask(page, SetItem("a", "2", "1"))
    ask(page, Clear(page.session.area().revision))
    page << EditRequest << EditRequest
    assert page.last.operations == [Clear(0)]


def test_a_clear_that_is_asked_again_after_a_change_is_let_through_by_no_count(hub: Hub) -> None:
    page = hub.leading_page({"a": "1"})
    edit = ask(page, Clear(page.session.area().revision))
    page << EditRequest
    page.hang_up()
    page = page.again()
    page >> page.hello
    page.told.clear()
    page >> snapshot({"b": "2"}, seq=9) << EditRequest
    assert page.last.again
    assert page.last.operations == [Clear(-1)]
    page >> refused(edit, 9, "conflict")


def test_a_clear_that_waited_while_nothing_changed_goes_out(hub: Hub) -> None:
    page = hub.leading_page({"a": "1"})
    page.hang_up()
    ask(page, Clear(page.session.area().revision))
    page = page.again()
    page >> page.hello
    page.told.clear()
    page >> snapshot({"a": "1"}, seq=9) << EditRequest
    assert page.last.operations == [Clear(9)]
