"""The log tells what went wrong and where, holds no values, and does nothing to a terminal."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from monitor.log_format import LogFormat

SECRET = "hunter2"


def written(message: str, *arguments: object, error: BaseException | None = None) -> str:
    exc_info = None if error is None else (type(error), error, error.__traceback__)
    record = logging.LogRecord("monitor.test", logging.ERROR, "file", 1, message, arguments, exc_info)
    return LogFormat().format(record)


def raised(failing: object) -> BaseException:
    assert callable(failing)
    try:
        failing()
    except Exception as error:
        return error
    raise AssertionError("nothing was raised")


def test_a_record_is_a_line() -> None:
    assert written("session %s left", "s-1").endswith(" ERROR monitor.test: session s-1 left")


@pytest.mark.parametrize(
    "name",
    [
        "a\nFORGED",
        "\x1b]0;title\x07",
        "\x9b2J",
        "\u202egnp",
        "\u2066",
        "\0",
        "\ud800",
        "\r",
        "\u206a",
        "\ufff9",
        "\xa0",
    ],
)
def test_what_does_something_is_escaped(name: str) -> None:
    line = written("session %s left", name)
    assert line.isprintable()
    assert f"\\u{ord(next(char for char in name if not char.isprintable())):04x}" in line


def test_what_is_beyond_the_first_plane_is_seen_too() -> None:
    assert written("session %s left", "\U0001f600\U000e0041").endswith("session \U0001f600\\U000e0041 left")


def test_of_an_error_stands_where_it_was_and_not_what_it_quotes() -> None:
    def inner() -> None:
        int(SECRET)

    def outer() -> None:
        try:
            inner()
        except ValueError as error:
            raise KeyError(SECRET) from error

    text = written("it failed", error=raised(outer))
    assert SECRET not in text
    assert text.index("ValueError") < text.index("which led to:") < text.index("KeyError")
    assert "test_log_format.py" in text
    assert "in inner" in text


def test_what_the_system_says_is_told() -> None:
    text = written("it failed", error=raised(Path("/no/such\x1b/file").read_text))
    assert "FileNotFoundError" in text
    assert "No such file" in text
    assert "/no/such\\x1b/file" in text


def test_errors_of_a_group_and_circles_are_told_once() -> None:
    one, other = ValueError(SECRET), KeyError(SECRET)
    one.__context__, other.__context__ = other, one
    text = written("it failed", error=ExceptionGroup("both", [one, other]))
    assert SECRET not in text
    assert (text.count("ValueError"), text.count("KeyError")) == (1, 1)
