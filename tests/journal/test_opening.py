"""Opening: a damaged file is set aside, an older one is copied and brought forward, a newer or taken one left alone."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from monitor.core.edits import EditState
from monitor.core.messages import SetItem
from monitor.journal.cells import Mask
from monitor.journal.database import Database
from monitor.journal.opening import open_journal
from monitor.journal.schema import STEPS
from tests.journal.desk import Desk, rows, verdict

KEY = b"k" * 32


def some(folder: Path, run: str = "run", count: int = 3) -> None:
    with Desk(folder, run) as desk:
        page = desk.page({"a": "0"})
        for number in range(count):
            desk.set(page, "a", str(number + 1), str(number))


def set_aside(folder: Path) -> list[Path]:
    return [path for path in folder.glob("journal-damaged-*") if path.suffix == ".sqlite3"]


def damage_start(path: Path) -> None:
    path.write_bytes(b"no database at all" * 1_000)


def damage_page(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:8192] = b"\xff" * 4096
    content[100:140] = b"\xff" * 40
    path.write_bytes(content)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5_000])


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:1_000])


def take_version_away(path: Path) -> None:
    change(path, "PRAGMA user_version = -5")


def spoil_schema(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"CREATE TABLE entries", b"CREATE \xff\xff\xff\xff\xff entries"))


def spoil_digest(path: Path) -> None:
    change(path, "UPDATE entries SET digest = 'text'")


def change(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(statement)


@pytest.mark.parametrize(
    "damage", [damage_start, damage_page, cut, cut_short, take_version_away, spoil_schema, spoil_digest]
)
def test_a_damaged_journal_is_set_aside_and_reported_and_a_new_one_begun(
    tmp_path: Path, damage: object, caplog: pytest.LogCaptureFixture
) -> None:
    assert callable(damage)
    some(tmp_path)
    database = tmp_path / "journal.sqlite3"
    damage(database)
    damaged = database.read_bytes()
    with Desk(tmp_path, "second") as desk:
        (aside,) = set_aside(tmp_path)
        assert aside.read_bytes() == damaged
        (report,) = desk.reports
        assert "damaged" in report
        assert str(aside) in report
        assert desk.set(desk.page({"a": "1"}), "a", "2", "1").state is EditState.APPLIED
    assert rows(tmp_path, "new", kind="edit") == [("2",)]
    assert verdict(tmp_path).broken is None
    assert "is damaged" in caplog.text


def test_what_the_spool_holds_is_in_the_new_journal(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    desk = Desk(tmp_path)
    page = desk.page({"a": "0"})
    desk.registry.recording.recorder = desk.journal
    desk.set(page, "a", "1", "0")
    desk.journal.close()  # without having filed anything: as if killed
    damage_start(tmp_path / "journal.sqlite3")
    with Desk(tmp_path, "second"):
        pass
    assert rows(tmp_path, "new", kind="edit") == [("1",)]
    assert rows(tmp_path, "outcome", kind="outcome") == [("applied",)]


def test_damage_that_shows_later_is_dealt_with_while_edits_go_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with Desk(tmp_path) as desk:
        page = desk.page({"a": "0"})
        desk.set(page, "a", "1", "0")
        desk.filed()
        desk.journal.filing.call(lambda database: database.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)"))
        desk.filed()
        path = tmp_path / "journal.sqlite3"
        with path.open("r+b") as file:
            file.seek(4096)
            file.write(b"\xff" * (path.stat().st_size - 4096))
        desk.journal.filing.call(lambda database: database.connection.execute("PRAGMA shrink_memory"))
        for number in range(1, 5):
            assert desk.set(page, "a", str(number + 1), str(number)).state is EditState.APPLIED
        desk.filed()
    assert len(set_aside(tmp_path)) == 1
    assert len(desk.reports) == 1
    assert rows(tmp_path, "new", kind="edit") == [(str(number),) for number in range(1, 6)]
    assert verdict(tmp_path).broken is None


def test_another_instance_does_not_write_it(tmp_path: Path) -> None:
    with Desk(tmp_path) as desk:
        journal, why, _ = open_journal(tmp_path, desk.reports.append)
        assert journal is None
        assert why == "another instance of this app writes it"
    journal, why, _ = open_journal(tmp_path, print)
    assert (journal is not None, why) == (True, "")
    assert journal is not None
    journal.close()


def test_a_killed_instance_holds_it_no_longer(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.journal.scribe", str(tmp_path), "first"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "ready\n"
        journal, why, _ = open_journal(tmp_path, print)
        assert journal is None
        assert "another instance" in why
        other.kill()
        other.communicate()
    some(tmp_path, "second")
    assert verdict(tmp_path).broken is None


def test_a_journal_of_a_later_version_is_left_as_it_is(tmp_path: Path) -> None:
    some(tmp_path)
    connection = sqlite3.connect(tmp_path / "journal.sqlite3")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = (tmp_path / "journal.sqlite3").read_bytes()
    journal, why, _ = open_journal(tmp_path, print)
    assert journal is None
    assert "a later version of this app" in why
    assert (tmp_path / "journal.sqlite3").read_bytes() == before
    assert set_aside(tmp_path) == []


def test_an_older_journal_is_copied_then_brought_forward(tmp_path: Path) -> None:
    some(tmp_path)
    path, key = tmp_path / "journal.sqlite3", (tmp_path / "journal.key").read_bytes()
    steps = (*STEPS, "CREATE TABLE more (a); INSERT INTO more VALUES (1);")
    database = Database(path, key, Mask(key), "now", steps)
    assert database.copied_to == tmp_path / "journal-version-1-now.sqlite3"
    assert database.connection.execute("PRAGMA user_version").fetchone() == (2,)
    assert database.connection.execute("SELECT a FROM more").fetchall() == [(1,)]
    database.close()
    copy = sqlite3.connect(database.copied_to)
    assert copy.execute("PRAGMA user_version").fetchone() == (1,)
    assert copy.execute("SELECT count(*) FROM entries").fetchone() == (6,)
    copy.close()
    assert database.copied_to.stat().st_mode & 0o777 == 0o600
    assert verdict(tmp_path).entries == 6
    again = Database(path, key, Mask(key), "later", steps)
    assert again.copied_to is None
    again.close()


def test_a_step_that_fails_leaves_the_journal_as_it_was(tmp_path: Path) -> None:
    some(tmp_path)
    path, key = tmp_path / "journal.sqlite3", (tmp_path / "journal.key").read_bytes()
    with pytest.raises(sqlite3.OperationalError):
        Database(path, key, Mask(key), "now", (*STEPS, "CREATE TABLE more (a); CREATE TABLE more (a);"))
    some(tmp_path, "second")
    assert verdict(tmp_path).entries == 12


def test_a_key_that_is_none_is_said_to_be_so(tmp_path: Path) -> None:
    some(tmp_path)
    (tmp_path / "journal.key").write_bytes(b"short")
    journal, why, _ = open_journal(tmp_path, print)
    assert journal is None
    assert "is not a key" in why


def test_a_folder_that_cannot_be_made_is_said_to_be_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    journal, why, _ = open_journal(tmp_path / "file" / "folder", print)
    assert journal is None
    assert "cannot be opened" in why


@pytest.mark.skipif(sys.platform == "win32", reason="files that are open cannot be removed there")
def test_where_the_files_are_removed_no_edit_is_sent_and_it_is_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with Desk(tmp_path / "journal") as desk:
        page = desk.page({"a": "0"})
        desk.filed()
        shutil.rmtree(tmp_path / "journal")
        edit = desk.ask(page, SetItem("a", "1", "0"))
        assert (edit.state, edit.message) == (
            EditState.REFUSED, "the journal cannot be written: its files were removed"
        )  # fmt: skip
        assert "no edit is sent" in desk.reports[-1]
    caplog.clear()


def test_edits_go_on_while_the_database_is_locked_and_are_filed_later(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with Desk(tmp_path) as desk:
        page = desk.page({"a": "0"})
        desk.set(page, "a", "1", "0")
        desk.filed()
        other = sqlite3.connect(tmp_path / "journal.sqlite3", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        desk.set(page, "a", "2", "1")
        desk.filed()
        assert "locked" in desk.journal.filing.stuck
        assert desk.ask(page, SetItem("a", "3", "2")).state is EditState.PENDING
        page.answer()
        other.execute("ROLLBACK")
        other.close()
    assert rows(tmp_path, "new", kind="edit") == [("1",), ("2",), ("3",)]
    assert verdict(tmp_path).broken is None
