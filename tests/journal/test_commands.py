"""``session-monitor journal``: verify, export, prune, path; as a process, with its words and exit codes."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from monitor.journal.files import default_folder
from monitor.window_settings import window_settings
from tests.journal.desk import Desk

if TYPE_CHECKING:
    from pathlib import Path


ELSEWHERE = pytest.mark.skipif(sys.platform != "linux", reason="only there a test can have settings of its own")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with Desk(tmp_path) as desk:
        page = desk.page({"a": "0"})
        for number in range(3):
            desk.set(page, "a", str(number + 1), str(number))
    return tmp_path


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "monitor", "journal", "--folder", str(folder), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_path_says_where_it_is(folder: Path) -> None:
    assert run(folder, "path").stdout == f"{folder / 'journal.sqlite3'}\n"
    command = [sys.executable, "-m", "monitor", "journal", "path"]
    said = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    assert said == f"{default_folder() / 'journal.sqlite3'}\n"


def test_verify_says_that_all_is_well_or_what_is_not(folder: Path) -> None:
    done = run(folder, "verify")
    assert (done.returncode, done.stdout) == (0, "6 entries, 1 to 6: all as they were written\n")
    connection = sqlite3.connect(folder / "journal.sqlite3")
    connection.execute("UPDATE entries SET new = '9' WHERE seq = 3")
    connection.commit()
    connection.close()
    done = run(folder, "verify")
    assert (done.returncode, done.stderr) == (1, "broken at entry 3: the entry is not as it was written\n")


def test_without_a_key_nothing_is_verified_and_no_key_is_made(folder: Path) -> None:
    (folder / "journal.key").unlink()
    done = run(folder, "verify")
    assert done.returncode == 1
    assert "key is missing" in done.stderr
    assert not (folder / "journal.key").exists()


@pytest.mark.parametrize("name", ["out.csv", "out.jsonl"])
def test_export_writes_every_operation(folder: Path, name: str) -> None:
    done = run(folder, "export", str(folder / name))
    assert (done.returncode, done.stdout) == (0, f"3 operations in {folder / name}\n")
    assert len((folder / name).read_text().splitlines()) == (4 if name == "out.csv" else 3)


@pytest.mark.parametrize("name", ["journal.sqlite3", "journal.key", "journal.spool", "journal.lock", "link", "folder"])
def test_export_writes_over_no_file_of_the_journal_and_nothing_that_is_none(folder: Path, name: str) -> None:
    (folder / "link").symlink_to(folder / "journal.sqlite3")
    (folder / "folder").mkdir()
    done = run(folder, "export", str(folder / name))
    assert done.returncode == 1
    assert "is a file of the journal itself" in done.stderr or "is no file" in done.stderr
    assert run(folder, "verify").stdout == "6 entries, 1 to 6: all as they were written\n"


def test_export_goes_where_a_link_leads(folder: Path) -> None:
    (folder / "link.csv").symlink_to(folder / "out.csv")
    assert run(folder, "export", str(folder / "link.csv")).returncode == 0
    assert (folder / "link.csv").is_symlink()
    assert len((folder / "out.csv").read_text().splitlines()) == 4


@pytest.mark.parametrize("command", ["verify", "export"])
def test_of_a_damaged_file_nothing_good_is_said(folder: Path, command: str) -> None:
    (folder / "journal.sqlite3").write_bytes(b"no database" * 100)
    done = run(folder, *([command, str(folder / "out.csv")] if command == "export" else [command]))
    assert (done.returncode, done.stdout) == (1, "")
    assert "damaged" in done.stderr
    assert list(folder.glob("journal-damaged-*"))
    assert not (folder / "out.csv").exists()


def test_a_journal_that_was_emptied_is_not_like_one_that_is_empty(tmp_path: Path) -> None:
    with Desk(tmp_path) as desk:
        assert run(tmp_path, "verify").stdout == "0 entries, 0 to 0: all as they were written\n"
        page = desk.page({"a": "0"})
        desk.set(page, "a", "1", "0")
    with sqlite3.connect(tmp_path / "journal.sqlite3") as connection:
        connection.executescript("DELETE FROM entries; DELETE FROM attested")
    connection.close()
    done = run(tmp_path, "verify")
    assert (done.returncode, done.stdout) == (1, "")
    assert "attested" in done.stderr


def test_the_folder_of_the_app_is_that_of_its_commands(folder: Path) -> None:
    command = [sys.executable, "-m", "monitor", "--journal-folder", str(folder), "journal", "verify"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (0, "6 entries, 1 to 6: all as they were written\n")


@ELSEWHERE
def test_export_masks_what_the_window_would(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    settings = window_settings()
    settings.setValue("masking", '{"secret":["a"],"never":[]}')
    settings.sync()
    out = folder / "out.jsonl"
    assert run(folder, "export", str(out)).returncode == 0
    assert [json.loads(line)["new"] for line in out.read_text().splitlines()] == [{"masked": 1}] * 3
    assert run(folder, "export", "--secrets", str(out)).returncode == 0
    assert [json.loads(line)["new"] for line in out.read_text().splitlines()] == ["1", "2", "3"]


@ELSEWHERE
def test_export_masks_all_and_says_so_where_the_rules_cannot_be_read(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    settings = window_settings()
    settings.setValue("masking", "no JSON")
    settings.sync()
    out = folder / "out.jsonl"
    done = run(folder, "export", str(out))
    assert (done.returncode, len(done.stderr.splitlines())) == (0, 1)
    assert "every value is masked" in done.stderr
    assert [json.loads(line)["new"] for line in out.read_text().splitlines()] == [{"masked": 1}] * 3
    done = run(folder, "export", "--secrets", str(out))
    assert (done.returncode, done.stderr) == (0, "")


def test_prune_removes_the_oldest(folder: Path) -> None:
    done = run(folder, "prune", "--days", "1")
    assert (done.returncode, done.stdout) == (0, "0 entries removed\n")
    assert run(folder, "verify").returncode == 0


def test_where_there_is_none_it_says_so_and_makes_none(tmp_path: Path) -> None:
    for arguments in (["verify"], ["export", str(tmp_path / "x.csv")], ["prune"]):
        done = run(tmp_path / "nowhere", *arguments)
        assert done.returncode == 1
        assert "there is no journal at" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_app_had_no_time_to_file_is_there(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.journal.scribe", str(tmp_path), "first"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as scribe:
        assert scribe.stdout is not None
        said = [scribe.stdout.readline() for _ in range(40)]
        looked_at = run(tmp_path, "verify")
        assert looked_at.returncode == 0
        assert "another instance of this app writes it" in looked_at.stderr
        pruned = run(tmp_path, "prune")
        assert pruned.returncode == 1
        assert "another instance of this app writes it" in pruned.stderr
        scribe.send_signal(signal.SIGKILL)
        said += scribe.stdout.readlines()
    told = [line.split()[1] for line in said if line.startswith("told")]
    assert run(tmp_path, "verify").returncode == 0
    out = tmp_path / "out.jsonl"
    assert run(tmp_path, "export", str(out)).returncode == 0
    text = out.read_text()
    assert all(f'"edit": "{edit}"' in text for edit in told)
