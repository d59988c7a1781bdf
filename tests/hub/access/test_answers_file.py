"""What the operator said about origins is there at the next start."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.core.origins import Answer
from monitor.hub.access.answers_file import AnswersFile, AnswersFileError


def test_answers_are_kept_replaced_and_taken_back(tmp_path: Path) -> None:
    file = AnswersFile(tmp_path / "folder" / "origins.json")
    assert file.read() == {}
    file.write("https://shop.test", Answer.ALLOWED)
    file.write("null", Answer.BLOCKED)
    assert AnswersFile(file.path).read() == {"https://shop.test": Answer.ALLOWED, "null": Answer.BLOCKED}
    file.write("https://shop.test", Answer.BLOCKED)
    file.write("null", None)
    file.write("https://never.test", None)
    assert file.read() == {"https://shop.test": Answer.BLOCKED}


def test_two_processes_keep_each_other_s_answers(tmp_path: Path) -> None:
    mine, theirs = AnswersFile(tmp_path / "origins.json"), AnswersFile(tmp_path / "origins.json")
    mine.write("https://a.test", Answer.ALLOWED)
    theirs.write("https://b.test", Answer.BLOCKED)
    mine.write("https://c.test", Answer.ALLOWED)
    assert list(mine.read()) == ["https://a.test", "https://b.test", "https://c.test"]


def test_any_text_may_be_an_origin(tmp_path: Path) -> None:
    file = AnswersFile(tmp_path / "origins.json")
    for origin in ("\ud800", "ü", '"\n'):
        file.write(origin, Answer.BLOCKED)
    assert list(file.read()) == ["\ud800", "ü", '"\n']


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"version": 2, "origins": {}}', '{"version": 1, "origins": {"a": "yes"}}', "[" * 100_000],
)
@pytest.mark.logs
def test_a_file_that_cannot_be_read_allows_nobody_and_is_set_aside(text: str, tmp_path: Path) -> None:
    file = AnswersFile(tmp_path / "origins.json")
    file.path.write_text(text)
    with pytest.raises(AnswersFileError, match="origins"):
        file.read()
    file.write("https://a.test", Answer.BLOCKED)
    assert file.read() == {"https://a.test": Answer.BLOCKED}
    assert file.path.with_name("origins.json.unreadable").read_text() == text


@pytest.mark.logs
def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(AnswersFileError, match="not kept for the next start"):
        AnswersFile(tmp_path / "file" / "origins.json").write("https://a.test", Answer.ALLOWED)
