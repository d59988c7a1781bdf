"""The chain: whoever changes, removes, adds or moves an entry and has not the key is found out, and where."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from tests.journal.desk import Desk, verdict

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with Desk(tmp_path) as desk:
        page = desk.page({"a": "0"})
        for number in range(5):
            desk.set(page, "a", str(number + 1), str(number))
    return tmp_path


def tamper(folder: Path, *statements: str) -> None:
    connection = sqlite3.connect(folder / "journal.sqlite3")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def test_an_untouched_journal_is_whole(folder: Path) -> None:
    found = verdict(folder)
    assert (found.entries, found.first, found.last, found.broken) == (10, 1, 10, None)


def test_it_stays_whole_over_many_runs(folder: Path) -> None:
    for number in range(3):
        with Desk(folder, f"run-{number}") as desk:
            desk.set(desk.page({"a": "5"}), "a", "6", "5")
    assert verdict(folder).entries == 16
    assert verdict(folder).broken is None


def test_an_empty_journal_is_whole(tmp_path: Path) -> None:
    with Desk(tmp_path):
        pass
    assert verdict(tmp_path).broken is None


@pytest.mark.parametrize(
    "column",
    [
        "at",
        "kind",
        "of",
        "edit",
        "session",
        "origin",
        "user",
        "author",
        "operator",
        "op",
        "key",
        "old",
        "new",
        "digest",
    ],
)
def test_a_changed_entry_is_named(folder: Path, column: str) -> None:
    tamper(folder, f"UPDATE entries SET {column} = 'x' WHERE seq = 5")
    assert verdict(folder).broken == 5


def test_a_value_of_another_kind_is_another_value(folder: Path) -> None:
    tamper(folder, "UPDATE entries SET new = CAST(new AS INTEGER) WHERE seq = 5")
    assert verdict(folder).broken == 5


def test_a_changed_outcome_is_named(folder: Path) -> None:
    tamper(folder, "UPDATE entries SET outcome = 'refused' WHERE seq = 4")
    assert verdict(folder).broken == 4


@pytest.mark.parametrize("seq", [1, 5, 10])
def test_a_missing_entry_is_named(folder: Path, seq: int) -> None:
    tamper(folder, f"DELETE FROM entries WHERE seq = {seq}")
    assert verdict(folder).broken == seq


def test_missing_entries_are_noticed_at_the_end_and_where_none_is_left(folder: Path) -> None:
    tamper(folder, "DELETE FROM entries WHERE seq > 7")
    assert verdict(folder).broken == 8
    tamper(folder, "DELETE FROM entries")
    assert verdict(folder).broken == 1


def test_who_removes_what_attests_the_end_is_found_out(folder: Path) -> None:
    tamper(folder, "DELETE FROM attested")
    assert verdict(folder).broken == 11
    tamper(folder, "DELETE FROM entries WHERE seq > 7")
    assert verdict(folder).broken == 8


def test_entries_in_another_order_are_found_out(folder: Path) -> None:
    tamper(
        folder,
        "UPDATE entries SET seq = 100 WHERE seq = 3",
        "UPDATE entries SET seq = 3 WHERE seq = 5",
        "UPDATE entries SET seq = 5 WHERE seq = 100",
    )
    assert verdict(folder).broken == 3


def test_an_entry_that_was_added_is_found_out(folder: Path) -> None:
    tamper(folder, "INSERT INTO entries SELECT 11, at, kind, of, edit, session, origin, user, area, page, author, "
        "operator, intent, op, key, new_key, guarded, old, new, outcome, reason, message, digest "
        "FROM entries WHERE seq = 9")  # fmt: skip
    assert verdict(folder).broken == 11


def test_another_key_fits_nothing(folder: Path) -> None:
    (folder / "journal.key").write_bytes(b"x" * 32)
    assert verdict(folder).broken == 1
