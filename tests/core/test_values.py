"""What operators may rely on when they look at a value: no lens alters it, and nothing shown does anything."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.values import NotRecorded, Redacted, canonical, kind, one_line, units
from tests.core.texts import texts


def units_of_javascript(text: str) -> int:
    return sum(2 if ord(character) > 0xFFFF else 1 for character in text)


@given(texts)
def test_units_are_what_javascript_calls_length(text: str) -> None:
    assert units(text) == units_of_javascript(text)


@pytest.mark.parametrize(("text", "length"), [("", 0), ("abc", 3), ("漢字", 2), ("😀", 2), ("\ud800", 1), ("é\0", 2)])
def test_units_of_a_few(text: str, length: int) -> None:
    assert units(text) == length


def test_units_of_a_redacted_value_are_its_length() -> None:
    assert units(Redacted(12)) == 12


@given(texts)
def test_canonical_stands_for_the_same_units(text: str) -> None:
    def encoded(any_text: str) -> bytes:
        return any_text.encode("utf-16-le", "surrogatepass")

    assert encoded(canonical(text)) == encoded(text)
    assert canonical(canonical(text)) == canonical(text)


@given(texts, texts)
def test_canonical_texts_are_equal_when_their_units_are(one: str, other: str) -> None:
    halves = one + "\ud83d", "\ude00" + other
    assert canonical("".join(halves)) == canonical(one) + "😀" + canonical(other)


def test_a_surrogate_that_is_alone_stays() -> None:
    assert canonical("\ude00\ud83d") == "\ude00\ud83d"


# --- kinds -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", "empty"),
        (" ", "text"),
        ("true", "boolean"),
        ("false", "boolean"),
        ("True", "text"),
        ("null", "null"),
        ("undefined", "text"),
        ("NaN", "text"),
        ("0", "number"),
        ("-1.5e-9", "number"),
        ("007", "text"),
        ("+1", "text"),
        ("1,5", "text"),
        ("-", "text"),
        ("1\n", "text"),
        ("٣", "text"),
        ("9" * 400, "text"),
        ("{}", "object"),
        ('{"a": [1, 2]}', "object"),
        ("{a: 1}", "text"),
        ('{"a": 1', "text"),
        ("[]", "array"),
        ("[1, 2,]", "text"),
        ('"quoted"', "string"),
        ('"', "text"),
        ('"a" + "b"', "text"),
        ('{"a": "\\ud800"}', "object"),
        ('{"a": "\ud800"}', "object"),
        ('{"a": "\\ud800", "b": NaN}', "text"),
        ('{"\ud800', "text"),
        ("[" * 100_000 + "]" * 100_000, "text"),
        ("eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.", "token"),
        ("eyJhbGciOiJub25lIn0", "text"),
        (Redacted(3), "redacted"),
    ],
    ids=lambda value: ascii(value)[:30],
)
def test_kind(value: str | Redacted, expected: str) -> None:
    assert kind(value) == expected


@given(st.one_of(texts, st.recursive(st.none() | texts, st.lists, max_leaves=5).map(json.dumps)))
def test_every_text_has_a_kind(text: str) -> None:
    assert kind(text)


# --- one line --------------------------------------------------------------------------------------------------------


@given(texts, st.integers(1, 20))
def test_one_line_does_nothing_to_a_window(text: str, limit: int) -> None:
    shown = one_line(text, limit)
    assert len(shown) <= limit
    assert not [c for c in shown if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"}]
    assert not [
        c for c in shown if unicodedata.bidirectional(c) in {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI"}
    ]
    shown.encode()


def test_one_line_says_that_it_is_not_all() -> None:
    assert one_line("abcdef", 6) == "abcdef"
    assert one_line("abcdefg", 6) == "abcde…"
    assert one_line("two\nlines") == "two↵lines"
    assert one_line("plain 漢字 😀") == "plain 漢字 😀"
    assert one_line("a\U000e0041b") == "a�b"
    assert one_line("a\u206ab") == "a�b"


def test_what_was_not_recorded_is_redacted_but_equal_only_to_its_like() -> None:
    lost = NotRecorded(3)
    assert isinstance(lost, Redacted)
    assert (lost == NotRecorded(3), lost != NotRecorded(3), lost == NotRecorded(4)) == (True, False, False)
    assert (lost == Redacted(3), lost != Redacted(3)) == (False, True)
    assert (Redacted(3) == lost, Redacted(3) != lost) == (False, True)
    assert hash(lost) == hash(NotRecorded(3))
    assert repr(lost) == "NotRecorded(3)"
    assert (units(lost), kind(lost)) == (3, "redacted")
