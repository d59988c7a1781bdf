"""Pruning: the oldest go, what is left still verifies, and what has no outcome stays."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from monitor.core.messages import SetItem
from monitor.journal.journal import microseconds
from monitor.journal.pruning import prune
from tests.journal.desk import Desk, rows, verdict

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.ui.simulated_page import SimulatedPage

DAY = 86_400 * 10**9
HUGE = 2**20


def pruned(desk: Desk, days: int = 90, size: int = HUGE) -> int:
    return desk.journal.filing.call(lambda database: prune(database, microseconds(), days, size)).result(30)


def edits(desk: Desk, page: SimulatedPage, count: int, operations: int = 1) -> None:
    for number in range(count):
        desk.ask(page, *(SetItem(f"k{each}", f"{number} {'v' * 100}") for each in range(operations)))
        page.answer()


def test_what_is_older_goes_and_the_rest_verifies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time_ns()
    with Desk(tmp_path) as desk:
        page = desk.page({})
        monkeypatch.setattr(time, "time_ns", lambda: now - 100 * DAY)
        edits(desk, page, 3, operations=4)
        monkeypatch.setattr(time, "time_ns", lambda: now)
        edits(desk, page, 2)
        desk.filed()
        assert pruned(desk) == 15
        assert pruned(desk) == 0
    assert [row[0] for row in rows(tmp_path, "seq")] == [16, 17, 18, 19, 20]
    assert rows(tmp_path, "message", kind="note") == [("pruned: 15 entries, up to 15",)]
    found = verdict(tmp_path)
    assert (found.entries, found.first, found.broken) == (5, 16, None)
    with Desk(tmp_path, "second") as desk:
        edits(desk, desk.page({}), 2)
    assert verdict(tmp_path).broken is None


def test_all_of_it_may_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time_ns()
    with Desk(tmp_path) as desk:
        edits(desk, desk.page({}), 3)
        desk.filed()
        monkeypatch.setattr(time, "time_ns", lambda: now + 100 * DAY)
        assert pruned(desk) == 6
    assert rows(tmp_path, "kind") == [("note",)]
    assert verdict(tmp_path).broken is None


def test_an_edit_without_an_outcome_stays_and_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time_ns()
    with Desk(tmp_path) as desk:
        page = desk.page({})
        edits(desk, page, 2)
        page.leave_for_good()
        desk.ask(page, *(SetItem(f"k{each}", "v", None) for each in range(5)))
        desk.filed()
        monkeypatch.setattr(time, "time_ns", lambda: now + 100 * DAY)
        assert pruned(desk) == 4
    with Desk(tmp_path, "second") as desk:
        (edit,) = desk.registry.sessions["session-1"].unsettled()
        assert len(edit.named_keys) == 5


def test_while_it_is_too_large_the_oldest_go(tmp_path: Path) -> None:
    with Desk(tmp_path) as desk:
        edits(desk, desk.page({}), 30, operations=400)
        desk.filed()
        before = (tmp_path / "journal.sqlite3").stat().st_size
        assert pruned(desk, size=1) > 0
        desk.journal.filing.call(lambda database: database.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)"))
        desk.filed()
    assert before > 2**20
    assert (tmp_path / "journal.sqlite3").stat().st_size <= 2**20 + 2**18
    assert verdict(tmp_path).broken is None
    kinds = [row[0] for row in rows(tmp_path, "kind")]
    assert kinds[0] in ("edit", "outcome"), "no edit is cut in two"


def test_pruning_does_not_hide_what_was_tampered_with(tmp_path: Path) -> None:
    import sqlite3

    with Desk(tmp_path) as desk:
        edits(desk, desk.page({}), 5)
    connection = sqlite3.connect(tmp_path / "journal.sqlite3")
    connection.execute("UPDATE attested SET seq = 4 WHERE what = 'head'")
    connection.execute("INSERT INTO attested SELECT 'anchor', seq, digest, x'00' FROM entries WHERE seq = 4")
    connection.execute("DELETE FROM entries WHERE seq <= 4")
    connection.commit()
    connection.close()
    assert verdict(tmp_path).broken == 5
