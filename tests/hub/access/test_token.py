"""The token and its file."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from monitor.hub.access.token import TokenError, TokenFile, checked, matches, new_token

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes; the user's folders are private")


def test_tokens_are_long_and_each_is_another() -> None:
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert all(len(checked(token)) >= 32 for token in tokens)


@pytest.mark.parametrize("offered", [None, "", "a-token-of-a-tes", "a-token-of-a-test2", "A-token-of-a-test", "\ud800"])
def test_only_the_token_itself_matches(offered: str | None) -> None:
    assert matches("a-token-of-a-test", "a-token-of-a-test")
    assert not matches(offered, "a-token-of-a-test")


@pytest.mark.parametrize("token", ["", "short", "fifteen-letters", 'quotes-"-and-<tags>-break-html', "ü" * 20])
def test_what_is_too_short_or_needs_escaping_is_no_token(token: str) -> None:
    with pytest.raises(TokenError, match="a token has 16 to 200"):
        checked(token)


def test_a_token_is_made_once_and_kept(tmp_path: Path) -> None:
    file = TokenFile(tmp_path / "folder" / "token")
    assert file.read() is None
    token = file.read_or_make()
    assert file.read_or_make() == token
    assert TokenFile(file.path).read() == token
    assert [path.name for path in file.path.parent.iterdir()] == ["token"]


@posix
def test_only_this_user_may_read_it_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        file = TokenFile(tmp_path / "token")
        file.make()
    finally:
        os.umask(before)
    assert file.path.stat().st_mode & 0o777 == 0o600


@posix
def test_a_token_that_others_can_read_is_not_used(tmp_path: Path) -> None:
    file = TokenFile(tmp_path / "token")
    file.make()
    file.path.chmod(0o644)
    with pytest.raises(TokenError, match="others can read the token"):
        file.read_or_make()


def test_a_file_that_holds_something_else_is_an_error_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text("short\n")
    path.chmod(0o600)
    with pytest.raises(TokenError, match="holds no token"):
        TokenFile(path).read_or_make()
    assert path.read_text() == "short\n"


def test_another_process_that_changes_it_is_noticed_once(tmp_path: Path) -> None:
    mine, theirs = TokenFile(tmp_path / "token"), TokenFile(tmp_path / "token")
    mine.make()
    assert not mine.changed()
    token = theirs.make()
    assert mine.changed()
    assert mine.read() == token
    assert not mine.changed()
    mine.make()
    assert not mine.changed()
    mine.path.unlink()
    assert not mine.changed()


def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "token").mkdir()
    with pytest.raises(TokenError, match="cannot be"):
        TokenFile(tmp_path / "token").make()
