"""Recording: what the journal says of edits, and that it says it unaltered."""

from __future__ import annotations

import os
import pwd
import signal
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from monitor.core.edits import EditState, Reason, Replace
from monitor.core.journal_entry import Masked
from monitor.core.messages import Clear, RemoveItem, RenameItem, SetItem
from monitor.core.parts import at_once
from monitor.journal.cells import value_of
from monitor.journal.records import MANY
from tests.journal.desk import Desk, rows, verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

OPERATION = ("op", "key", "new_key", "guarded", "old", "new")


def operations(folder: Path) -> list[tuple[Any, ...]]:
    return [row[1:] for row in rows(folder, "kind", *OPERATION) if row[0] in ("edit", "more")]


def test_an_edit_says_who_when_where_what_and_what_came_of_it(tmp_path: Path) -> None:
    began = time.time()
    with Desk(tmp_path) as desk:
        page = desk.page({"a": "1"}, user="Ada")
        desk.set(page, "a", "2", "1")
    (row,) = rows(
        tmp_path, "at", "edit", "session", "origin", "user", "area", "page", "author", "operator", "intent", kind="edit"
    )
    assert began <= row[0] / 1e6 <= time.time()
    assert row[1:] == (
        "run-1", "session-1", "https://shop.example", "Ada", "local", None, "operator",
        pwd.getpwuid(os.getuid()).pw_name, "do",
    )  # fmt: skip
    assert operations(tmp_path) == [("set", "a", None, 1, "1", "2")]
    assert rows(tmp_path, "of", "outcome", "reason", kind="outcome") == [(1, "applied", None)]


def test_a_refusal_has_its_reason_and_the_browser_s_words(tmp_path: Path) -> None:
    with Desk(tmp_path) as desk:
        page = desk.page({"a": "1"})
        desk.ask(page, SetItem("a", "2", "1"))
        page.refuse("quota", "no \ud800 room")
    ((outcome, reason, message),) = rows(tmp_path, "outcome", "reason", "message", kind="outcome")
    assert (outcome, reason, value_of(message)) == ("refused", "quota", "no \ud800 room")


@pytest.mark.parametrize("many", [False, True])
def test_every_kind_of_operation(tmp_path: Path, many: bool) -> None:
    items = {"a": "1", "b": "2", "r": 5, **({f"k{number}": "v" for number in range(MANY)} if many else {})}
    cleared = [(key, None, 0, value if isinstance(value, str) else b"r5", None) for key, value in items.items()]
    with Desk(tmp_path) as desk:
        page = desk.page(items)
        desk.ask(page, SetItem("a", "3"), RemoveItem("b", "2"), RenameItem("c", "d"), SetItem("n", "new", None))
        desk.ask(page, Clear(expected=page.session.area().revision))
        page.session.edit(Replace({"a": "9", "x": "y"}), desk.clock())
    assert operations(tmp_path) == [
        ("set", "a", None, 0, "1", "3"),
        ("remove", "b", None, 1, "2", None),
        ("rename", "c", "d", 0, None, None),
        ("set", "n", None, 1, None, "new"),
        ("clear", None, None, 1, None, None),
        *(("cleared", *each) for each in cleared),
        ("replace", None, None, 0, None, None),
        ("item", "a", None, 0, "1", "9"),
        ("item", "x", None, 0, None, "y"),
        *(("cleared", *each) for each in cleared if each[0] != "a"),
    ]


def test_an_edit_of_many_operations_is_one_edit_with_many_entries(tmp_path: Path) -> None:
    count = 3 * MANY
    with Desk(tmp_path) as desk:
        page = desk.page({})
        desk.ask(page, *(SetItem(f"k{number}", "\ud800" if number % 2 else "v", None) for number in range(count)))
        page.answer()
        desk.ask(page, *(SetItem(f"k{number}", "w") for number in range(count)))
        page.answer()
    assert [row[1] for row in operations(tmp_path)] == [f"k{number}" for number in range(count)] * 2
    assert [value_of(row[4]) for row in operations(tmp_path)[count : count + 2]] == ["v", "\ud800"]
    assert set(rows(tmp_path, "of", kind="more")) == {(1,), (count + 2,)}
    assert verdict(tmp_path).broken is None


@pytest.mark.parametrize("many", [False, True])
def test_a_secret_is_nowhere_in_the_files(tmp_path: Path, many: bool) -> None:
    with Desk(tmp_path) as desk:
        page = desk.page({"auth.token": "secret-one", "cart": "full"})
        more = [SetItem(f"k{number}", "v") for number in range(MANY)] if many else []
        desk.ask(page, SetItem("auth.token", "secret-two", "secret-one"), *more)
        page.answer()
        desk.ask(page, RenameItem("auth.token", "plain", "secret-two"), *more)
        page.refuse("denied")
        page.leave_for_good()
        desk.ask(page, SetItem("auth.token", "secret-three", None), *more)
        desk.filed()
        during = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    after = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"secret-" not in during
    assert b"secret-" not in after
    assert b"full" in after
    tokens = [row for row in operations(tmp_path) if row[1] == "auth.token"]
    old, new = (value_of(tokens[0][place]) for place in (4, 5))
    assert isinstance(old, Masked)
    assert isinstance(new, Masked)
    assert old.units == len("secret-one")
    assert value_of(tokens[1][4]) == new, "equal values have equal digests"


def test_secrets_are_kept_if_the_operator_wants_it(tmp_path: Path) -> None:
    with Desk(tmp_path, keep_secrets=True) as desk:
        desk.set(desk.page({"auth.token": "one"}), "auth.token", "two", "one")
    assert operations(tmp_path) == [("set", "auth.token", None, 1, "one", "two")]


def test_files_are_the_user_s_alone(tmp_path: Path) -> None:
    folder = tmp_path / "journal"
    with Desk(folder) as desk:
        desk.set(desk.page({}), "a", "1")
        desk.filed()
        modes = {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}
    assert set(modes.values()) == {0o600}
    assert {"journal.sqlite3", "journal.sqlite3-wal", "journal.key", "journal.spool"} <= set(modes)
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_clock_that_steps_back_does_not_change_the_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Desk(tmp_path) as desk:
        page = desk.page({"a": "0"})
        desk.set(page, "a", "1", "0")
        hour_ago = time.time_ns() - 3_600 * 10**9
        monkeypatch.setattr(time, "time_ns", lambda: hour_ago)
        desk.set(page, "a", "2", "1")
    assert [row[0] for row in rows(tmp_path, "new", kind="edit")] == ["1", "2"]
    first, second = (row[0] for row in rows(tmp_path, "at", kind="edit"))
    assert second < first
    assert verdict(tmp_path).broken is None


@pytest.fixture
def full_disk() -> Iterator[Callable[[], AbstractContextManager[None]]]:
    """Within such a context no file of this process gets any larger than a few bytes."""
    resource = pytest.importorskip("resource")
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)

    @contextmanager
    def full() -> Iterator[None]:
        resource.setrlimit(resource.RLIMIT_FSIZE, (16, before[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)

    yield full
    signal.signal(signal.SIGXFSZ, ignored)


def test_on_a_full_disk_nothing_is_sent_and_that_is_said_once(
    tmp_path: Path, full_disk: Callable[[], AbstractContextManager[None]], caplog: pytest.LogCaptureFixture
) -> None:
    with Desk(tmp_path) as desk:
        page = desk.page({"a": "1"})
        with full_disk():
            for _ in range(2):
                edit = desk.ask(page, SetItem("a", "2", "1"))
                assert (edit.state, edit.reason) == (EditState.REFUSED, Reason.NOT_RECORDED)
                assert edit.message == "the journal cannot be written: File too large"
        assert page.asked == []
        assert desk.reports == [
            "The journal cannot be written: File too large. Until it can, no edit is sent, and no outcome is shown."
        ]
        assert desk.set(page, "a", "2", "1").state is EditState.APPLIED
    assert [row[0] for row in rows(tmp_path, "edit", kind="edit")] == ["run-3"]


def test_a_long_text_for_which_there_is_no_room_is_refused_as_any_other(
    tmp_path: Path, full_disk: Callable[[], AbstractContextManager[None]], caplog: pytest.LogCaptureFixture
) -> None:
    long = "2" * 1_000_000
    with Desk(tmp_path) as desk:
        page = desk.page({"a": "1"})
        with full_disk():
            at_once(desk.registry.recording.preparing("a", [long]))
            edit = desk.ask(page, SetItem("a", long, "1"))
            assert (edit.state, edit.reason) == (EditState.REFUSED, Reason.NOT_RECORDED)
        assert len(desk.reports) == 1
        assert desk.set(page, "a", long, "1").state is EditState.APPLIED
    assert operations(tmp_path) == [("set", "a", None, 1, "1", long)]


def test_on_a_full_disk_an_outcome_is_told_once_it_is_written(
    tmp_path: Path, full_disk: Callable[[], AbstractContextManager[None]], caplog: pytest.LogCaptureFixture
) -> None:
    with Desk(tmp_path) as desk:
        page = desk.page({"a": "1"})
        edit = desk.ask(page, SetItem("a", "2", "1"))
        with full_disk():
            page.answer()
            desk.registry.expire(desk.clock())
            assert edit.state.value == "pending"
            assert page.session.area().items == {"a": "2"}
            page.set("b", "3")
            assert page.session.area().items == {"a": "2", "b": "3"}, "all else goes on"
        desk.registry.expire(desk.clock())
        assert edit.state.value == "applied"
    assert rows(tmp_path, "outcome", kind="outcome") == [("applied",)]
    assert verdict(tmp_path).broken is None
