"""Reading and exporting: what is looked for is found, and what is taken along does nothing where it is opened."""

from __future__ import annotations

import csv
import json
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from monitor.core.journal_entry import JournalEntry, Masked
from monitor.core.messages import RenameItem, SetItem
from monitor.core.values import Redacted
from monitor.journal.exporting import export
from monitor.journal.reading import all_entries, search
from monitor.journal.schema import connect
from tests.journal.desk import Desk

if TYPE_CHECKING:
    from pathlib import Path

ODD = '=HYPERLINK("x")\n\ud800\0\u202e'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with Desk(tmp_path) as desk:
        shop = desk.page({"a": "0", "auth.token": "secret-1"}, user="Ada Lovelace")
        desk.set(shop, "a", "50% off_now", "0")
        desk.ask(shop, SetItem("auth.token", "secret-2", "secret-1"))
        shop.refuse("quota")
        desk.set(shop, "odd", ODD)
        bank = desk.page({"b": 7, "n": "-5"}, origin="https://bank.example", session_id="other", page_id="other")
        desk.ask(bank, RenameItem("n", "né", "-5"), SetItem("fresh", "1", None))
    return tmp_path


def found(folder: Path, text: str, before: int | None = None, limit: int = 100) -> list[JournalEntry]:
    with closing(connect(folder / "journal.sqlite3", read_only=True)) as connection:
        return search(connection, text, before, limit)


def keys(folder: Path, text: str) -> list[str]:
    return [entry.key for entry in found(folder, text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["fresh", "n", "odd", "auth.token", "a"]),
        ("lovelace", ["odd", "auth.token", "a"]),
        ("ADA quota", ["auth.token"]),
        ("bank.example", ["fresh", "n"]),
        ("né", ["n"]),
        ("50%", ["a"]),
        ("0_o", []),
        ("f_n", ["a"]),
        ("%", ["a"]),
        ("\ud800", ["odd"]),
        ("HYPERLINK", ["odd"]),
        ("applied", ["odd", "a"]),
        ("secret-2", []),
        ("'; DROP TABLE entries; --", []),
        ("rename", ["n"]),
    ],
)
def test_every_word_must_stand_somewhere(folder: Path, text: str, expected: list[str]) -> None:
    assert keys(folder, text) == expected


def test_the_newest_come_first_and_older_ones_when_asked_for(folder: Path) -> None:
    first = found(folder, "", limit=2)
    more = found(folder, "", first[-1].seq, 2)
    assert [entry.key for entry in first + more] == ["fresh", "n", "odd", "auth.token"]


def test_an_entry_has_all_that_is_known(folder: Path) -> None:
    (entry,) = found(folder, "quota")
    assert (entry.outcome, entry.reason, entry.user, entry.session) == ("refused", "quota", "Ada Lovelace", "session-1")
    assert isinstance(entry.new, Masked)
    assert found(folder, "HYPERLINK")[0].new == ODD
    assert found(folder, "fresh")[0].outcome == "", "none yet"
    assert found(folder, "fresh")[0].session == "other", "the first operation of an edit says whose all are"


def exported(folder: Path, name: str, *, with_secrets: bool = False) -> Path:
    path = folder / name
    with closing(connect(folder / "journal.sqlite3", read_only=True)) as connection:
        form = "csv" if name.endswith("csv") else "json"
        assert export(all_entries(connection), path, form, with_secrets=with_secrets) == 5  # type: ignore[arg-type]  # one of the two
    assert path.stat().st_mode & 0o777 == 0o600
    return path


def test_json_lines_are_exact(folder: Path) -> None:
    lines = [json.loads(line) for line in exported(folder, "out.jsonl").read_bytes().splitlines()]
    assert [line["key"] for line in lines] == ["a", "auth.token", "odd", "n", "fresh"]
    assert lines[2]["new"] == ODD
    assert lines[1]["new"]["masked"] == len("secret-2")
    assert lines[0]["at"].endswith("+00:00")
    assert lines[3]["old"] == "-5"


def test_csv_has_no_formula_and_no_control_character(folder: Path) -> None:
    path = exported(folder, "out.csv")
    content = path.read_text(encoding="utf-8")
    assert not any(char in content.replace("\n", "") for char in "\0\u202e\x1b")
    with path.open(newline="", encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    assert [line["key"] for line in lines] == ["a", "auth.token", "odd", "n", "fresh"]
    assert lines[2]["new"] == "'" + '=HYPERLINK("x")\\n\\ud800\\0\\u202e'
    assert lines[3]["old"] == "'-5"
    assert lines[4]["old"] == "(no item)"
    assert not any(cell[:1] in "=+-@" for line in lines for cell in line.values() if cell)


def test_secrets_that_the_journal_has_are_left_out_unless_asked_for(tmp_path: Path) -> None:
    with Desk(tmp_path, keep_secrets=True) as desk:
        page = desk.page({"auth.token": "secret-1", "red": 5})
        for number in range(5):
            desk.ask(page, SetItem("auth.token", f"secret-{number}", None))
    for name in ("out.csv", "out.jsonl"):
        assert b"secret-" not in exported(tmp_path, name).read_bytes()
        assert b"secret-4" in exported(tmp_path, name, with_secrets=True).read_bytes()


def test_what_cannot_be_written_leaves_what_was_there(folder: Path) -> None:
    path = folder / "out.csv"
    path.write_text("before")

    def broken() -> JournalEntry:
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        export((broken() for _ in range(1)), path, "csv")
    assert path.read_text() == "before"
    assert [each.name for each in folder.glob("out*")] == ["out.csv"]


def test_redacted_values_are_said_to_be_so(tmp_path: Path) -> None:
    with Desk(tmp_path) as desk:
        page = desk.page({"red": 5})
        for _ in range(5):
            desk.ask(page, SetItem("red", "x"))
    (entry, *_) = found(tmp_path, "")
    assert isinstance(entry.old, Redacted)
    assert b"(redacted, 5 units)" in exported(tmp_path, "out.csv").read_bytes()
