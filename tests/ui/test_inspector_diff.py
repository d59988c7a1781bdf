"""Differences are told line by line, within bounds; versions are rows that come and go."""

from __future__ import annotations

from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.escapes import escape, needs_escapes
from monitor.core.history import Version
from monitor.core.values import QUOTA, Redacted
from monitor.ui.inspector.comparison import Comparison, compared
from monitor.ui.inspector.line_diff import MOST_SHOWN, line_diff
from monitor.ui.inspector.versions_model import VersionsModel
from tests.ui.model_watch import ModelWatch
from tests.ui.random_text import AWKWARD, texts

_HANG: float = 20.0
"""Seconds after which a diff counts as hung, on a busy machine."""

many_lines = st.lists(st.sampled_from([*AWKWARD, "a", "b", "c"]), max_size=12).map("\n".join)


def side(text: str, other: str) -> list[str]:
    """The lines of the text, as both are shown."""
    escaped = needs_escapes(text) or needs_escapes(other)
    return [escape(line) if escaped else line for line in text.split("\n")]


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(before=many_lines | texts, after=many_lines | texts)
def test_what_is_removed_and_what_is_added_is_all_that_differs(before: str, after: str) -> None:
    diff = line_diff(before, after)
    if before == after:
        assert diff.lines == []
        return
    old, new = side(before, after), side(after, before)
    rest_old, rest_new = list(old), list(new)
    for line in diff.lines:
        if line.sign == "…":
            left_out = int(line.text.split()[0].replace(",", ""))
            del rest_old[:left_out], rest_new[:left_out]
        if line.sign in " -":
            assert rest_old.pop(0) == line.text
        if line.sign in " +":
            assert rest_new.pop(0) == line.text
    assert not rest_old
    assert not rest_new


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x" * QUOTA, "x" * (QUOTA - 1) + "y"),
        (
            "\n".join(f"{number}" for number in range(400_000)),
            "\n".join(f"{number}" for number in range(400_000, 0, -1)),
        ),
        ("a\n" * 1_000_000, "b\n" * 1_000_000),
        ("a\nb\nc\n" * 800, "c\na\nd\nb\n" * 600),
        ("[" + "1," * 1_000_000 + "1]", "[" + "2," * 1_000_000 + "2]"),
        ("[" * 300 + "]" * 300, "[" * 301 + "]" * 301),
        ("\ud800" * 100_000, "\ud801" * 100_000),
    ],
    ids=["one line", "reversed", "all other", "repetitive", "long JSON", "deep JSON", "surrogates"],
)
def test_a_diff_of_anything_is_there_soon_and_not_long(before: str, after: str) -> None:
    began = perf_counter()
    diff = compared(Comparison(before, after))
    assert perf_counter() - began < _HANG
    assert 0 < len(diff.lines) <= MOST_SHOWN
    assert max(len(line.text) for line in diff.lines) < 10_000


def test_too_many_lines_are_told() -> None:
    diff = line_diff("a\n" * 9_000, "b\n" * 9_000)
    assert "stands in one piece" in diff.note
    assert f"first {MOST_SHOWN:,} lines" in diff.note


def test_what_differs_within_a_line_is_marked() -> None:
    removed, added = line_diff("price: 1.10 EUR", "price: 22.10 EUR").lines
    assert removed.text[removed.start : removed.end] == "1"
    assert added.text[added.start : added.end] == "22"


def test_json_is_compared_by_its_members() -> None:
    diff = compared(Comparison('{"a":1,"b":1.10}', '{"a":1,"b":1.20}'))
    assert [(line.sign, line.text) for line in diff.lines] == [
        (" ", "{"),
        (" ", '  "a": 1,'),
        ("-", '  "b": 1.10'),
        ("+", '  "b": 1.20'),
        (" ", "}"),
    ]


def test_json_that_differs_in_its_layout_alone_is_compared_as_it_stands() -> None:
    diff = compared(Comparison("[1,2]", "[1, 2]"))
    assert [line.text for line in diff.lines] == ["[1,2]", "[1, 2]"]


def test_what_is_not_there_or_not_shown_is_told() -> None:
    assert "any more" in compared(Comparison("a", None)).note
    assert "before" in compared(Comparison(None, "a")).note
    assert "keeps this value to itself. So it cannot be compared." in compared(Comparison("a", Redacted(3))).note
    assert compared(Comparison("", "a")).lines[-1].text == "a"


versions = st.tuples(
    st.sampled_from(["", "one", "two", None, Redacted(4)]),
    st.sampled_from([1.0, 2.0]),
    st.sampled_from(["page", "operator", None]),
).map(lambda made: Version("key", *made))  # type: ignore[arg-type]  # the strategy samples what it may be


@pytest.mark.usefixtures("qapp")
@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(shown=st.lists(st.lists(versions, max_size=6), max_size=6))
def test_the_list_of_versions_is_true_whatever_comes_and_goes(shown: list[list[Version]]) -> None:
    model = VersionsModel(lambda moment: f"at {moment}")
    watch = ModelWatch(model)
    for listed in shown:
        model.show(listed)
        watch.check()
        assert model.versions == list(reversed(listed))
        assert model.rowCount() == len(listed)
    watch.end()


def test_what_differs_is_marked_where_it_stands_in_the_escaped_line() -> None:
    diff = line_diff("\0 same\\ \u202e one \r", "\0 same\\ \u202e two \r")
    removed, added = diff.lines
    assert removed.text == "\\0 same\\\\ \\u202e one \\r"
    assert removed.text[removed.start : removed.end] == "one"
    assert added.text[added.start : added.end] == "two"
    assert "escaped" in diff.note
