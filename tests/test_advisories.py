"""A copy of OSV's database answers as a service does: for the versions that an advisory means, and no others."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from advisories import AdvisoriesError, is_affected, look_up
from audit import AHEAD, KNOWN, OLD, Outcome, looked_up, visible
from components import Component

PACKAGING = Path(__file__).parents[1] / "packaging"
LISTED = [Component("one", "1.0", "MIT")]
PINNED = ["one==1.0", KNOWN]
NOW = datetime(2026, 1, 28, tzinfo=UTC)


def advisory(number: int, package: str, *events: dict[str, str], **fields: Any) -> dict[str, Any]:
    affected = {
        "package": {"ecosystem": "PyPI", "name": package},
        "ranges": [{"type": "ECOSYSTEM", "events": list(events)}],
    }
    return {"id": f"PYSEC-{number}", "modified": f"2026-01-{number:02}T00:00:00Z", "affected": [affected], **fields}


CANARY = advisory(1, "urllib3", {"introduced": "0"}, {"fixed": "1.26.5"})


def database(folder: Path, *advisories: object) -> Path:
    """A zip as OSV's."""
    archive = folder / "all.zip"
    with ZipFile(archive, "w") as zipped:
        for number, each in enumerate(advisories):
            zipped.writestr(f"{number}.json", json.dumps(each))
    return archive


@pytest.mark.parametrize(
    ("events", "inside", "outside"),
    [
        ([{"introduced": "0"}, {"fixed": "2.0"}], ["0.1", "1.9", "2.0rc1"], ["2.0", "10.0"]),
        ([{"introduced": "1.10"}, {"last_affected": "2.0"}], ["1.10", "2.0"], ["1.9", "2.0.1"]),
        ([{"introduced": "0"}], ["0", "99"], []),
        (
            [{"fixed": "3.1"}, {"introduced": "3.0"}, {"introduced": "0"}, {"fixed": "2.5"}],
            ["1.0", "3.0.9"],
            ["2.5", "2.9", "3.1"],
        ),
        ([{"introduced": "one of these days"}], ["1.0"], []),
    ],
    ids=["fixed", "last affected", "never fixed", "twice, out of order", "cannot be compared"],
)
def test_ranges_mean_the_versions_in_them(events: list[dict[str, str]], inside: list[str], outside: list[str]) -> None:
    affected = advisory(1, "one", *events)["affected"][0]
    assert [version for version in (*inside, *outside) if is_affected(affected, version)] == inside


def test_versions_are_meant_one_by_one_too() -> None:
    assert is_affected({"versions": ["1.0", "1.1"]}, "1.1")
    assert not is_affected({"versions": ["1.0", "1.1"], "ranges": [{"type": "GIT", "events": [{}]}]}, "1.2")


@pytest.mark.parametrize(
    ("advisories", "outcome"),
    [
        ([CANARY], Outcome.NOTHING_KNOWN),
        ([CANARY, advisory(2, "One", {"introduced": "0"}, {"fixed": "1.0.1"})], Outcome.FLAWS_KNOWN),
        ([CANARY, advisory(2, "one", {"introduced": "0"}, withdrawn="2026-02-01T00:00:00Z")], Outcome.NOTHING_KNOWN),
        ([CANARY, {**advisory(2, "one"), "affected": [{"package": {"ecosystem": "npm", "name": "one"}}]}],
         Outcome.NOTHING_KNOWN),
        ([advisory(2, "two", {"introduced": "0"})], Outcome.NOT_CHECKED),
        ([], Outcome.NOT_CHECKED),
    ],
    ids=["clean", "a flaw", "withdrawn", "of another index", "canary unknown", "empty"],
)  # fmt: skip
def test_a_copy_counts_only_if_it_knows_what_is_known(
    advisories: list[dict[str, Any]], outcome: Outcome, tmp_path: Path
) -> None:
    told, text = looked_up(database(tmp_path, *advisories), LISTED, PINNED, NOW)
    assert told is outcome
    assert ("PYSEC-2, mended in 1.0.1" in text) is (outcome is Outcome.FLAWS_KNOWN)
    assert ("youngest" in text) is (outcome is not Outcome.NOT_CHECKED)


def test_the_age_of_a_copy_is_that_of_its_youngest_advisory(tmp_path: Path) -> None:
    archive = database(tmp_path, advisory(20, "two", {"introduced": "0"}), CANARY)
    assert look_up(archive, PINNED).newest == datetime(2026, 1, 20, tzinfo=UTC)


def test_an_old_copy_is_believed_only_if_it_knows_of_a_flaw(tmp_path: Path) -> None:
    written = look_up(database(tmp_path, CANARY), PINNED).newest
    clean, flawed = [CANARY], [CANARY, advisory(1, "one", {"introduced": "0"})]
    for told, advisories, age in (
        (Outcome.NOTHING_KNOWN, clean, OLD),
        (Outcome.NOT_CHECKED, clean, OLD + timedelta(seconds=1)),
        (Outcome.NOTHING_KNOWN, clean, -AHEAD),
        (Outcome.NOT_CHECKED, clean, -AHEAD - timedelta(seconds=1)),
        (Outcome.FLAWS_KNOWN, flawed, 10 * OLD),
    ):
        assert looked_up(database(tmp_path, *advisories), LISTED, PINNED, written + age)[0] is told


@pytest.mark.parametrize("content", [None, b"no zip", b""], ids=["missing", "text", "empty"])
def test_what_is_no_copy_is_said_and_nothing_is_checked(content: bytes | None, tmp_path: Path) -> None:
    archive = tmp_path / "all.zip"
    if content is not None:
        archive.write_bytes(content)
    with pytest.raises(AdvisoriesError, match=r"all\.zip"):
        look_up(archive, PINNED)
    assert looked_up(archive, LISTED, PINNED, NOW)[0] is Outcome.NOT_CHECKED


@pytest.mark.parametrize("damage", ["content", "encrypted", "nested"])
def test_a_damaged_copy_is_said_too(damage: str, tmp_path: Path) -> None:
    archive = tmp_path / "all.zip"
    with ZipFile(archive, "w", ZIP_DEFLATED) as zipped:
        zipped.writestr("1.json", "[" * 200_000 if damage == "nested" else json.dumps(CANARY))
    if damage != "nested":
        content = bytearray(archive.read_bytes())
        if damage == "content":
            content[40:50] = b"\xff" * 10
        else:
            content[content.index(b"PK\x01\x02") + 8] |= 1  # the bit that says so, in the central directory
            content[6] |= 1
        archive.write_bytes(content)
    with pytest.raises(AdvisoriesError, match=r"all\.zip"):
        look_up(archive, PINNED)


def test_what_is_said_does_nothing_to_a_terminal() -> None:
    assert visible("one: \x1b[31m\u202e\ud800\U000e0041é\ntwo") == "one: \\x1b[31m\\u202e\\ud800\\U000e0041é\ntwo"


@pytest.mark.skipif(os.name == "nt", reason="it is a script for bash")
def test_what_could_not_be_set_up_was_not_checked(tmp_path: Path) -> None:
    shutil.copytree(PACKAGING, tmp_path / "packaging")
    setting = {**os.environ, "PYTHON": "no-such-python"}
    command = [tmp_path / "packaging" / "audit"]
    asked = subprocess.run(command, env=setting, capture_output=True, text=True, check=False)
    assert asked.returncode == Outcome.NOT_CHECKED
    assert "Python 3.11 or newer is needed" in asked.stderr


@pytest.mark.parametrize("content", [[], {"id": "PYSEC-1"}, "text"])
def test_a_zip_of_something_else_is_no_copy(content: object, tmp_path: Path) -> None:
    with pytest.raises(AdvisoriesError, match="no advisory"):
        look_up(database(tmp_path, content), PINNED)


@pytest.mark.parametrize(
    "broken",
    [
        {"modified": 5},
        {"affected": [5]},
        {"affected": [{"package": {"ecosystem": "PyPI", "name": "one"}, "ranges": [{}]}]},
    ],
)
def test_what_cannot_be_understood_is_not_passed_over(broken: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(AdvisoriesError, match=r"PYSEC-1$"):
        look_up(database(tmp_path, {**CANARY, **broken}), PINNED)
