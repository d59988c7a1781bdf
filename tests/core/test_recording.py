"""Recording: nothing goes out that is not written down, and no outcome is told before it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from monitor.core.edits import Edit, EditState, Outcome, Reason
from monitor.core.events import EditUpdated, ItemsChanged, SessionOpened, SessionReturned
from monitor.core.messages import EditRequest, Lead, SetItem, Welcome
from monitor.core.recording import RecordingError
from monitor.core.session import Known, digest
from tests.core.conversation import Hub, Talker, applied, ask, hello, refused, snapshot

if TYPE_CHECKING:
    from collections.abc import Generator

    from monitor.core.area import StorageArea
    from monitor.core.session import Session


class Book:
    """Writes into a list, unless its pen is broken; and looks at what was told by then."""

    def __init__(self, page: Talker) -> None:
        self.page = page
        self.lines: list[tuple[str, str]] = []
        self.broken = False
        self.told = 0

    def _write(self, edit: Edit, word: str) -> None:
        if self.broken:
            raise RecordingError("the disk is full")
        assert edit.state is EditState.PENDING, "told before it is written"
        self.told = len(self.page.told)
        self.lines.append((edit.id, word))

    def preparing(self, key: str, text: str) -> Generator[None, None, None]:
        """Nothing to do before."""
        yield from ()

    def asked(self, session: Session, area: StorageArea, edit: Edit, *, sending: bool) -> None:
        self._write(edit, "asked, sending" if sending else "asked")

    def sending(self, edit: Edit) -> None:
        self._write(edit, "sending")

    def settled(self, edit: Edit, outcome: Outcome | None) -> None:
        self._write(edit, "withdrawn" if outcome is None else outcome.reason or outcome.state)


@pytest.fixture
def page(hub: Hub) -> Talker:
    return hub.leading_page({"a": "1"})


@pytest.fixture
def book(hub: Hub, page: Talker) -> Book:
    book = Book(page)
    hub.registry.recording.recorder = book
    return book


def test_an_edit_is_written_before_it_is_sent_and_its_outcome_before_it_is_told(page: Talker, book: Book) -> None:
    edit = ask(page, SetItem("a", "2", "1"))
    assert (book.lines, book.told) == ([(edit.id, "asked, sending")], 0)
    page << EditRequest
    page >> applied(edit, 1, {"a": "2"})
    assert book.lines[1:] == [(edit.id, "applied")]
    assert edit.state is EditState.APPLIED


def test_what_cannot_be_written_is_not_sent_and_comes_back_refused(hub: Hub, page: Talker, book: Book) -> None:
    book.broken = True
    edit = ask(page, SetItem("a", "2", "1"))
    assert (edit.state, edit.reason, edit.message) == (EditState.REFUSED, Reason.NOT_RECORDED, "the disk is full")
    assert not page.told
    assert page.session.unsettled() == []
    book.broken = False
    later = ask(page, SetItem("a", "3", "1"))
    page << EditRequest
    assert book.lines == [(later.id, "asked, sending")]


def test_an_edit_that_waits_is_written_at_once_and_again_when_it_goes_out(page: Talker, book: Book) -> None:
    page.hang_up()
    edit = ask(page, SetItem("a", "2", "1"))
    assert book.lines == [(edit.id, "asked")]
    back = page.again()
    book.page = back
    back >> back.hello << Welcome << Lead
    back >> snapshot({"a": "1"})
    assert (book.lines[1:], book.told) == ([(edit.id, "sending")], 0)
    back << EditRequest


def test_an_edit_that_waits_goes_on_waiting_while_nothing_can_be_written(hub: Hub, page: Talker, book: Book) -> None:
    page.hang_up()
    edit = ask(page, SetItem("a", "2", "1"))
    book.broken = True
    back = page.again()
    back >> back.hello << Welcome << Lead
    back >> snapshot({"a": "1"})
    assert (edit.state, edit.sent) == (EditState.PENDING, 0)
    hub.wait(1.0)
    book.broken = False
    hub.wait(1.0)
    back << EditRequest
    assert book.lines == [(edit.id, "asked"), (edit.id, "sending")]


def test_an_edit_that_goes_out_again_is_not_written_again(hub: Hub, page: Talker, book: Book) -> None:
    edit = ask(page, SetItem("a", "2", "1"))
    page << EditRequest
    page.hang_up()
    back = page.again()
    back >> back.hello << Welcome << Lead
    back >> snapshot({"a": "1"}) << EditRequest
    assert book.lines == [(edit.id, "asked, sending")]


@pytest.mark.parametrize("outcome", ["applied", "refused"])
def test_an_outcome_that_cannot_be_written_is_told_when_it_can(
    hub: Hub, page: Talker, book: Book, outcome: str
) -> None:
    edit = ask(page, SetItem("a", "2", "1"))
    page << EditRequest
    hub.heard.clear()
    book.broken = True
    page >> (applied(edit, 1) if outcome == "applied" else refused(edit, 0, "conflict", {"a": "5"}))
    hub << ItemsChanged  # The area is as the browser has it.
    hub.hears_nothing_more()
    assert edit.state is EditState.PENDING
    assert page.session.unsettled() == [edit]
    page >> (applied(edit, 1) if outcome == "applied" else refused(edit, 0, "conflict"))  # said again: not heard
    hub.wait(0.2)
    hub.hears_nothing_more()
    book.broken = False
    hub.wait(0.2)
    hub << EditUpdated
    hub.hears_nothing_more()
    assert edit.state == outcome
    assert page.session.unsettled() == []


def test_an_outcome_that_is_not_written_is_not_asked_for_again(hub: Hub, page: Talker, book: Book) -> None:
    edit = ask(page, SetItem("a", "2", "1"))
    page << EditRequest
    book.broken = True
    page >> applied(edit, 1)
    page.hang_up()
    back = page.again()
    back >> back.hello << Welcome << Lead
    back >> snapshot({"a": "2"}, seq=1)
    assert not back.told
    book.broken = False
    hub.wait(0.2)
    assert edit.state is EditState.APPLIED


def test_held_outcomes_are_written_in_their_order_and_tell_what_each_changed(
    hub: Hub, page: Talker, book: Book
) -> None:
    first, second = ask(page, SetItem("a", "2", "1")), ask(page, SetItem("a", "3", "2"))
    page << EditRequest << EditRequest
    book.broken = True
    page >> applied(first, 1)
    book.broken = False
    page >> applied(second, 2)
    hub.heard.clear()
    hub.wait(0.2)
    told = [event for event in hub.heard if isinstance(event, EditUpdated)]
    assert [event.edit for event in told] == [first, second]
    assert [[change.new_value for change in event.changes] for event in told] == [["2"], ["3"]]
    assert [word for _, word in book.lines] == ["asked, sending", "asked, sending", "applied", "applied"]


def test_what_is_refused_at_once_is_written_too(hub: Hub, page: Talker, book: Book) -> None:
    page >> snapshot({"a": 5})
    edit = ask(page, SetItem("a", "2"))
    assert edit.reason is Reason.REDACTED
    assert book.lines == [(edit.id, "asked"), (edit.id, "redacted")]


def test_what_is_withdrawn_is_written(page: Talker, book: Book) -> None:
    page.hang_up()
    edit = ask(page, SetItem("a", "2"))
    book.broken = True
    assert page.session.withdraw(edit)
    assert book.lines == [(edit.id, "asked")]
    book.broken = False
    page.hub.wait(0.2)
    assert book.lines == [(edit.id, "asked"), (edit.id, "withdrawn")]
    assert page.session.unsettled() == []


# --- what was known before this process began ------------------------------------------------------------------------


def restored(hub: Hub) -> Session:
    session = hub.registry.restore(Known("session", hello.origin, digest("secret"), "Ada"), 40.0, hub.now)
    assert session is not None
    return session


def an_edit(state: EditState = EditState.PENDING, reason: Reason | None = None, sent: int = 0) -> Edit:
    return Edit("old-1", "local", (SetItem("a", "2", "1"),), "operator", 30.0, state, reason, sent=sent)


def test_a_session_from_before_has_left_and_comes_back_with_its_secret(hub: Hub) -> None:
    session = restored(hub)
    hub << SessionOpened(session)
    assert (session.live, session.left_at, session.user) == (False, 40.0, "Ada")
    page = hub.page()
    page >> page.hello << Welcome << Lead
    assert page.session is session
    hub << SessionReturned(session)


def test_nobody_comes_back_without_the_secret(hub: Hub) -> None:
    restored(hub)
    page = hub.page(secret="another")
    page >> page.hello << Welcome << Lead
    assert page.session is not hub.registry.sessions["session"]


def test_of_those_from_before_the_longest_gone_make_room(hub: Hub) -> None:
    hub.registry.remembered = 2
    for number in range(4):
        hub.registry.restore(Known(f"session-{number}", hello.origin, b""), float(number), hub.now)
    page = hub.leading_page()
    page.hang_up()
    hub.wait(2.0)
    hub.wait(2.0)
    assert list(hub.registry.sessions) == ["session-3", "session"]


def test_an_edit_that_waited_is_sent_when_its_session_returns(hub: Hub) -> None:
    session = restored(hub)
    edit = an_edit()
    session.local_storage.restore(edit)
    assert session.unsettled() == [edit]
    page = hub.page()
    page >> page.hello << Welcome << Lead
    page >> snapshot({"a": "1"}) << EditRequest
    assert page.last.operations == [SetItem("a", "2", "1")]
    assert (page.last.id, page.last.again) == ("old-1", False)


def test_an_edit_that_was_sent_is_not_sent_again_and_a_late_answer_is_taken(hub: Hub) -> None:
    session = restored(hub)
    edit = an_edit(EditState.REFUSED, Reason.UNKNOWN, sent=1)
    session.local_storage.restore(edit)
    page = hub.page()
    page >> page.hello << Welcome << Lead
    page >> snapshot({"a": "2"})
    assert not page.told
    assert edit.reason is Reason.UNKNOWN
    page >> applied(edit, 0, {"a": "2"})
    assert edit.state is EditState.APPLIED
    assert not edit.reason
    page >> refused(edit, 0, "conflict")
    assert edit.state is EditState.APPLIED, "it has one outcome"
