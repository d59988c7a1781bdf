"""Restoring: after a restart the sessions and the edits that waited are there, and nothing is written twice."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

import pytest

from monitor.core.edits import Edit, EditState, Reason, Replace
from monitor.core.events import EditUpdated
from monitor.core.messages import Clear, Operation, RemoveItem, RenameItem, Result, SetItem
from monitor.core.values import NotRecorded, Redacted
from monitor.journal.records import MANY
from tests.journal.desk import Desk, rows, verdict

if TYPE_CHECKING:
    from pathlib import Path

    from monitor.core.session import Session


def session(desk: Desk) -> Session:
    return desk.registry.sessions["session-1"]


def waiting(desk: Desk) -> Edit:
    (edit,) = session(desk).unsettled()
    return edit


def test_a_session_is_back_as_one_that_left_with_its_items(tmp_path: Path) -> None:
    items: dict[str, Any] = {"a": "1", "odd \ud800\0": "\udc00", "auth.token": "secret", "red": 7}
    with Desk(tmp_path) as desk:
        page = desk.page(items, user="Ada \ud800", label="Till")
        page.leave_for_good()
        left_at = page.session.left_at
    assert left_at is not None
    with Desk(tmp_path) as desk:
        known = session(desk)
        assert (known.live, known.origin, known.user, known.label) == (
            False, "https://shop.example", "Ada \ud800", "Till",
        )  # fmt: skip
        assert known.area().items == {
            "a": "1", "odd \ud800\0": "\udc00", "auth.token": NotRecorded(6), "red": Redacted(7),
        }  # fmt: skip
        assert type(known.area().items["red"]) is Redacted
        assert known.left_at is not None
        assert known.left_at <= desk.clock()
        page = desk.page({"a": "2"})
        assert page.session is known
        assert known.area().items == {"a": "2"}


def test_what_was_not_kept_is_not_taken_for_what_the_page_keeps(tmp_path: Path) -> None:
    with Desk(tmp_path) as desk:
        desk.page({"auth.token": "secret"}).leave_for_good()
    with Desk(tmp_path) as desk:
        desk.page({"auth.token": "secret"}, storage_error="it may not", label="another").leave_for_good()
    with Desk(tmp_path) as desk:
        assert session(desk).area().items == {"auth.token": NotRecorded(6)}, "saved anew, and still said to be that"
        desk.page({"auth.token": 6})
        assert session(desk).area().items == {"auth.token": Redacted(6)}, "now it is the page"


def test_a_stranger_does_not_get_a_session_from_before(tmp_path: Path) -> None:
    with Desk(tmp_path) as desk:
        desk.page({"a": "1"})
    with Desk(tmp_path) as desk:
        assert session(desk).secret_digest
        known = session(desk)
        stranger = desk.page({"a": "2"}, origin="https://shop.example.evil")
        assert stranger.session is not known
        assert known.area().items == {"a": "1"}
        assert not known.live


def test_who_comes_first_with_another_secret_gets_nothing_that_waits(tmp_path: Path) -> None:
    with Desk(tmp_path) as desk:
        page = desk.page({"a": "1"})
        page.leave_for_good()
        asked = desk.ask(page, SetItem("a", "2", "1"))
    connection = sqlite3.connect(tmp_path / "journal.sqlite3")
    (digest,) = connection.execute("SELECT secret_digest FROM sessions").fetchone()
    connection.execute("UPDATE sessions SET secret_digest = x'00'")
    connection.commit()
    desk = Desk(tmp_path, "second")
    stranger = desk.page({"a": "1"})  # before anything was restored
    with desk:
        assert stranger.asked == []
        assert stranger.session.unsettled() == []
    connection.execute("UPDATE sessions SET secret_digest = ?", (digest,))
    connection.commit()
    connection.close()
    desk = Desk(tmp_path, "third")
    page = desk.page({"a": "1"})
    with desk:
        assert [request.id for request in page.asked] == [asked.id], "it came first, and gets what is its own"


def test_of_many_those_that_were_seen_last_are_back_and_those_that_edits_wait_for(tmp_path: Path) -> None:
    with Desk(tmp_path) as desk:
        pages = [desk.page({"n": str(n)}, session_id=f"session-{n}", page_id=f"page-{n}") for n in range(5)]
        for page in pages:
            page.leave_for_good()
            desk.journal.look()
        desk.ask(pages[0], SetItem("a", "1"))
    with Desk(tmp_path) as desk:
        assert len(desk.registry.sessions) == 5
    fewer = Desk(tmp_path)
    fewer.registry.remembered = 2
    with fewer:
        assert set(fewer.registry.sessions) == {"session-0", "session-3", "session-4"}


def test_a_forgotten_session_is_forgotten(tmp_path: Path) -> None:
    with Desk(tmp_path) as desk:
        page = desk.page({"a": "1"})
        desk.journal.look()
        page.leave_for_good()
        desk.registry.forget(page.session)
    with Desk(tmp_path) as desk:
        assert desk.registry.sessions == {}


OPERATIONS: list[tuple[Operation, ...]] = [
    (SetItem("a", "2", "1"), SetItem("new", "\ud800", None), SetItem("any", "")),
    (RemoveItem("a", "1"), RemoveItem("b")),
    (RenameItem("a", "c", "1"), RenameItem("b", "d")),
    (Clear(), SetItem("a", "2")),
    (SetItem("auth.token", "new secret \0", "old secret"), RenameItem("auth.token", "plain", "new secret \0")),
    tuple(SetItem(f"token {number}", f"{number}", None) for number in range(2 * MANY)),
]


@pytest.mark.parametrize("operations", OPERATIONS)
def test_an_edit_that_waited_is_sent_as_it_was_when_the_session_returns(
    tmp_path: Path, operations: tuple[Operation, ...]
) -> None:
    with Desk(tmp_path) as desk:
        page = desk.page({"a": "1", "b": "2", "auth.token": "old secret"})
        page.leave_for_good()
        asked = desk.ask(page, *operations)
    for run in ("second", "third"):
        with Desk(tmp_path, run) as desk:
            edit = waiting(desk)
            assert (edit.id, edit.state, edit.author) == (asked.id, EditState.PENDING, "operator")
    with Desk(tmp_path, "last") as desk:
        page = desk.page({"a": "1", "b": "2", "auth.token": "old secret"})
        assert [(request.id, tuple(request.operations)) for request in page.asked] == [(asked.id, operations)]
        page.answer()
        assert session(desk).unsettled() == []
    with Desk(tmp_path, "after") as desk:
        assert session(desk).unsettled() == []
    assert rows(tmp_path, "outcome", kind="outcome") == [("applied",)]
    assert len(rows(tmp_path, "seq", kind="sent")) == 1
    assert verdict(tmp_path).broken is None


def test_it_is_still_guarded_by_what_the_operator_saw(tmp_path: Path) -> None:
    with Desk(tmp_path) as desk:
        page = desk.page({"a": "1"})
        page.leave_for_good()
        desk.ask(page, SetItem("a", "2", "1"))
    with Desk(tmp_path) as desk:
        edit = waiting(desk)
        page = desk.page({"a": "changed since"})
        page.answer()
        assert (edit.state, edit.reason) == (EditState.REFUSED, Reason.CONFLICT)


def test_a_clear_that_waited_clears_what_was_seen(tmp_path: Path) -> None:
    with Desk(tmp_path) as desk:
        page = desk.page({"a": "1", "token": "secret", "red": 5})
        page.leave_for_good()
        desk.ask(page, Clear(expected=page.session.area().revision))
    with Desk(tmp_path) as desk:
        page = desk.page({"a": "1", "token": "secret"})
        assert page.asked[0].operations == [RemoveItem("a", "1"), RemoveItem("token", "secret")]


def test_a_map_that_waited_is_sent_whole(tmp_path: Path) -> None:
    wanted = {"a": "1", "token": "secret"}
    with Desk(tmp_path) as desk:
        page = desk.page({"b": "1"})
        page.leave_for_good()
        page.session.edit(Replace(wanted), desk.clock())
    with Desk(tmp_path) as desk:
        assert waiting(desk).operations == Replace(wanted)


def test_a_withdrawn_edit_does_not_come_back(tmp_path: Path) -> None:
    with Desk(tmp_path) as desk:
        page = desk.page({"a": "1"})
        page.leave_for_good()
        assert page.session.withdraw(desk.ask(page, SetItem("a", "2")))
    with Desk(tmp_path) as desk:
        assert session(desk).unsettled() == []
    assert rows(tmp_path, "outcome", kind="outcome") == [("withdrawn",)]


def test_an_edit_that_was_sent_and_not_answered_is_unknown_and_not_sent_again(tmp_path: Path) -> None:
    with Desk(tmp_path) as desk:
        page = desk.page({"a": "1"})
        asked = desk.ask(page, SetItem("a", "2", "1"))
        assert page.asked
    heard: list[EditUpdated] = []
    desk = Desk(tmp_path, "second")
    desk.registry.subscribe(lambda event: heard.append(event) if isinstance(event, EditUpdated) else None)
    with desk:
        (told,) = heard
        edit = told.edit
        assert (edit.id, edit.state, edit.reason) == (asked.id, EditState.REFUSED, Reason.UNKNOWN)
        page = desk.page({"a": "2"})
        assert page.asked == []
        page.say(Result(asked.id, "applied", "local", 0, [("a", "2")]))
        assert edit.state is EditState.APPLIED
    assert rows(tmp_path, "of", "outcome", kind="outcome") == [(1, "unknown"), (1, "applied")]
    with Desk(tmp_path, "third") as desk:
        assert session(desk).unsettled() == []


def test_what_waited_for_a_page_s_own_area_went_with_it(tmp_path: Path) -> None:
    with Desk(tmp_path) as desk:
        page = desk.page({"a": "1"})
        page.leave()
        page.session.edit([SetItem("s", "1")], desk.clock(), page=page.page)
    with Desk(tmp_path) as desk:
        assert session(desk).unsettled() == []
    assert rows(tmp_path, "outcome", "reason", kind="outcome") == [("refused", "gone")]


def test_a_masked_value_that_cannot_be_read_any_more_is_not_guessed(tmp_path: Path) -> None:
    with Desk(tmp_path) as desk:
        page = desk.page({"token": "old"})
        page.leave_for_good()
        desk.ask(page, SetItem("token", "new", "old"))
    (tmp_path / "journal.key").unlink()
    with Desk(tmp_path) as desk:
        page = desk.page({"token": "old"})
        assert page.asked == []
        assert "key is gone" in desk.reports[0]
    assert rows(tmp_path, "reason", kind="outcome") == [("not-recorded",)]
