"""Where nothing may be written, nothing is: not what is asked for, not what waits, and not what would be sent again."""

from __future__ import annotations

import pytest

from monitor.core.edits import Edit, EditState, Intent, Reason
from monitor.core.events import EditUpdated, ReadOnlyUpdated
from monitor.core.messages import Bye, Clear, EditRequest, Lead, SetItem, Welcome
from monitor.core.read_only import ReadOnly
from tests.core.conversation import Closed, Hub, applied, ask, refused, snapshot

SESSION = ReadOnly().with_session("session", True)
ORIGIN = ReadOnly().with_origin("https://shop.test", True)
EVERYTHING = ReadOnly().with_everything(True)


def is_refused(edit: Edit, message: str) -> bool:
    return (edit.state, edit.reason, edit.message) == (EditState.REFUSED, Reason.READ_ONLY, message)


@pytest.mark.parametrize(
    ("read_only", "why"),
    [
        (SESSION, "this session is read-only"),
        (ORIGIN, "this origin is read-only"),
        (EVERYTHING, "everything is read-only"),
        (SESSION.with_origin("https://shop.test", True), "this origin is read-only"),
        (ORIGIN.with_everything(True), "everything is read-only"),
    ],
)
def test_an_edit_comes_back_refused_and_no_page_hears_of_it(hub: Hub, read_only: ReadOnly, why: str) -> None:
    page = hub.leading_page({"a": "1"})
    hub.registry.protect(read_only, hub.now)
    for intent in Intent:
        edit = page.session.edit([SetItem("a", "2", "1")], hub.now, intent=intent)
        assert is_refused(edit, why)
    assert is_refused(page.session.edit([Clear()], hub.now, page=page.page, author="program"), why)
    assert not page.session.unsettled()


def test_others_are_written_to(hub: Hub) -> None:
    page = hub.leading_page({"a": "1"})
    hub.registry.protect(ReadOnly().with_session("other", True).with_origin("https://other.test", True), hub.now)
    edit = ask(page, SetItem("a", "2", "1"))
    page << EditRequest
    page >> applied(edit, 1, {"a": "2"})
    assert page.items == {"a": "2"}


def test_what_is_allowed_again_is_allowed(hub: Hub) -> None:
    page = hub.leading_page({"a": "1"})
    hub.registry.protect(SESSION, hub.now)
    hub << ReadOnlyUpdated(SESSION)
    hub.registry.protect(SESSION, hub.now)
    hub.hears_nothing_more()
    hub.registry.protect(SESSION.with_session("session", False), hub.now)
    hub << ReadOnlyUpdated(ReadOnly())
    assert ask(page, SetItem("a", "2")).state is EditState.PENDING
    page << EditRequest


def test_it_holds_for_sessions_that_come_later_and_come_back(hub: Hub) -> None:
    hub.registry.protect(ORIGIN, hub.now)
    page = hub.leading_page({"a": "1"})
    assert is_refused(ask(page, SetItem("a", "2")), "this origin is read-only")
    page.hang_up()
    hub.wait(hub.registry.timing.grace)
    assert is_refused(ask(page, SetItem("a", "2")), "this origin is read-only")


def test_what_waits_unsent_is_refused_and_says_what_was_written(hub: Hub) -> None:
    page = hub.leading_page({"a": "1"})
    page.hang_up()
    edit = ask(page, SetItem("a", "mine", "1"))
    hub.heard.clear()
    hub.registry.protect(SESSION, hub.now)
    assert is_refused(edit, "this session is read-only")
    assert edit.operations == (SetItem("a", "mine", "1"),)
    hub << EditUpdated(page.session, page.session.area(), edit) << ReadOnlyUpdated
    page = page.again()
    page >> page.hello << Welcome << Lead
    page >> snapshot({"a": "1"})
    assert page.session.why_read_only == "this session is read-only"


def test_what_is_under_way_has_its_outcome_from_the_browser(hub: Hub) -> None:
    page = hub.leading_page({"a": "1"})
    first, second = ask(page, SetItem("a", "2", "1")), ask(page, SetItem("a", "3", "2"))
    page << EditRequest << EditRequest
    hub.registry.protect(SESSION, hub.now)
    assert (first.settled_at, second.settled_at) == (None, None)
    page >> applied(first, 1, {"a": "2"}) >> refused(second, 1, "conflict", {"a": "2"})
    assert first.state is EditState.APPLIED
    assert second.reason is Reason.CONFLICT


@pytest.mark.parametrize("when", ["before the line breaks", "after it"])
def test_what_was_under_way_is_not_sent_again(hub: Hub, when: str) -> None:
    page = hub.leading_page({"a": "1"})
    edit = ask(page, SetItem("a", "2", "1"))
    page << EditRequest
    if when == "before the line breaks":
        hub.registry.protect(SESSION, hub.now)
    page.hang_up()
    hub.registry.protect(SESSION, hub.now)
    page = page.again()
    page >> page.hello << Welcome << Lead
    page >> snapshot({"a": "1"})
    assert is_refused(edit, "this session is read-only; it may have been applied")


def test_no_page_can_say_it(hub: Hub) -> None:
    page = hub.leading_page({"a": "1"})
    edit = ask(page, SetItem("a", "2", "1"))
    page << EditRequest
    page >> refused(edit, 0, "read-only", {"a": "1"})
    assert edit.reason is Reason.DENIED


def test_a_page_of_its_own_is_protected_too(hub: Hub) -> None:
    page = hub.leading_page()
    page >> Bye() << Closed(1000)
    edit = page.session.edit([SetItem("x", "1")], hub.now, page=page.page)
    assert edit.state is EditState.PENDING
    hub.registry.protect(EVERYTHING, hub.now)
    assert is_refused(edit, "everything is read-only")


def test_one_can_be_taken_out_again(hub: Hub) -> None:
    read_only = SESSION.with_origin("https://shop.test", True).with_everything(True)
    assert read_only.with_everything(False).with_origin("https://shop.test", False) == SESSION
    assert SESSION.with_session("session", False).with_session("never there", False) == ReadOnly()
