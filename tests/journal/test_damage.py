"""Damage that shows only when the journal is read: the app goes on, and does nothing that was not asked."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from monitor.core.edits import EditState, Reason
from monitor.core.messages import RemoveItem, SetItem
from monitor.journal.commands import run
from monitor.journal.schema import connect
from tests.journal.desk import Desk, rows

if TYPE_CHECKING:
    from pathlib import Path

    from monitor.core.edits import Edit

pytestmark = pytest.mark.logs


def leave_waiting(folder: Path) -> None:
    """A session that was here, one edit that was applied, and one of two operations that waits."""
    with Desk(folder) as desk:
        page = desk.page({"a": "0"})
        desk.set(page, "a", "1", "0")
        page.leave()
        desk.ask(page, SetItem("a", "2", "1"), RemoveItem("b", None))


def change(folder: Path, statement: str) -> None:
    with closing(connect(folder / "journal.sqlite3")) as connection:
        connection.execute(statement)


def waiting(desk: Desk) -> list[Edit]:
    return [edit for session in desk.registry for edit in session.unsettled()]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE sessions SET secret_digest = 'text'",
        "UPDATE sessions SET seen_at = 'yesterday'",
        "UPDATE sessions SET origin = CAST(x'ff' AS TEXT)",
        "UPDATE sessions SET user = 1.5",
        "UPDATE sessions SET items = x'93'",
        "UPDATE open_edits SET seq = 9223372036854775807",
        "UPDATE open_edits SET seq = 'one'",
        "UPDATE open_edits SET operations = -1",
        "ALTER TABLE sessions RENAME COLUMN secret_digest TO sekret_digest",
    ],
)
def test_what_cannot_be_restored_is_set_aside_and_edits_go_on(tmp_path: Path, statement: str) -> None:
    leave_waiting(tmp_path)
    change(tmp_path, statement)
    with Desk(tmp_path, "second") as desk:
        assert desk.set(desk.page({"a": "8"}, session_id="new"), "a", "9", "8").state is EditState.APPLIED
    (report,) = desk.reports
    assert "set aside" in report
    assert "yesterday" not in report
    assert len(list(tmp_path.glob("journal-damaged-*.sqlite3"))) == 1
    assert ("9",) in rows(tmp_path, "new", kind="edit")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entries SET new = '3' WHERE new = '2'",
        "UPDATE entries SET key = 'c' WHERE key = 'b'",
        "UPDATE entries SET guarded = 0 WHERE new = '2'",
        "UPDATE open_edits SET operations = 1",
    ],
)
def test_an_edit_that_waits_and_was_changed_in_the_file_is_not_sent(tmp_path: Path, statement: str) -> None:
    leave_waiting(tmp_path)
    change(tmp_path, statement)
    with Desk(tmp_path, "second") as desk:
        assert waiting(desk) == []
        page = desk.page({"a": "1"})
        assert page.asked == []
    with closing(connect(tmp_path / "journal.sqlite3", read_only=True)) as connection:
        query = "SELECT outcome, reason FROM entries WHERE kind = 'outcome' ORDER BY seq DESC"
        assert connection.execute(query).fetchone() == (EditState.REFUSED, Reason.NOT_RECORDED)


def test_an_edit_that_was_applied_is_not_sent_again(tmp_path: Path) -> None:
    leave_waiting(tmp_path)
    change(tmp_path, "INSERT INTO open_edits VALUES ('run-1', 1, 1, 0)")
    with Desk(tmp_path, "second") as desk:
        assert not any(edit.id == "run-1" for edit in waiting(desk))
    (report,) = desk.reports
    assert "set aside" in report


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entries SET at = 9223372036854775807",
        "UPDATE entries SET at = 'now'",
        "UPDATE entries SET new = 5",
        "UPDATE entries SET new = x'64'",
        "UPDATE entries SET author = x'00'",
        "UPDATE entries SET origin = CAST(x'ff' AS TEXT)",
        "UPDATE attested SET digest = 'text'",
    ],
)
@pytest.mark.parametrize("command", [["verify"], ["export", "out.csv"]])
def test_commands_say_that_it_is_damaged(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    statement: str,
    command: list[str],
) -> None:
    from monitor.cli import parser

    monkeypatch.chdir(tmp_path)
    with Desk(tmp_path) as desk:
        desk.set(desk.page({"a": "0"}), "a", "1", "0")
    change(tmp_path, statement)
    code = run(parser().parse_args(["journal", "--folder", str(tmp_path), *command]))
    said = capsys.readouterr()
    if command == ["verify"]:
        assert code == 1
        assert said.err
    elif "attested" not in statement:
        assert code == 1
        assert said.err == "it holds something that was not written so\n"
        assert not (tmp_path / "out.csv").exists()
