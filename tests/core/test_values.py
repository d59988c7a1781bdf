"""What operators may rely on when they look at a value: no lens alters it, and nothing shown does anything."""

from __future__ import annotations

import json
import re
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.values import (
    EscapeError,
    Redacted,
    canonical,
    escape,
    kind,
    needs_escapes,
    one_line,
    unescape,
    units,
)
from tests.core.texts import texts, utf16


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


# --- escapes ---------------------------------------------------------------------------------------------------------


@given(texts)
def test_what_is_escaped_comes_back_exactly(text: str) -> None:
    assert unescape(escape(text)) == canonical(text)


@given(utf16)
def test_an_escaped_text_is_one_line_that_an_editor_holds(text: str) -> None:
    escaped = escape(text)
    assert not needs_escapes(escaped)
    assert "\n" not in escaped
    assert "\t" not in escaped
    escaped.encode()


@given(texts)
def test_each_character_is_escaped_for_itself(text: str) -> None:
    """However many stand side by side, and whatever stands beside them."""
    short = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0"}
    expected = [short.get(char) or (f"\\u{ord(char):04x}" if needs_escapes(char) else char) for char in text]
    assert escape(text) == "".join(expected)


@pytest.mark.parametrize("count", [10, 60_000])
def test_few_or_many_the_escapes_are_the_same(count: int) -> None:
    text = "漢\x01a\\\0\n\ud800\u200b"
    assert escape(text * count) == r"漢\u0001a\\\0\n\ud800\u200b" * count
    assert unescape(escape(text * count)) == text * count


@given(texts)
def test_unescaping_anything_gives_a_text_or_an_error_that_points_at_a_backslash(text: str) -> None:
    try:
        unescaped = unescape(text)
    except EscapeError as error:
        position: int | None = error.position
        named = str(error)
    else:
        position, named = None, ""
        assert canonical(unescaped) == unescaped
    if position is not None:
        assert text[position] == "\\"
        assert f"character {position + 1} " in named


@pytest.mark.parametrize(
    ("escaped", "text"),
    [
        (r"a\nb", "a\nb"),
        (r"\\n", r"\n"),
        (r"\t\r\0", "\t\r\0"),
        (r"\x41\u0041\u{41}\u{1F600}", "AAA😀"),
        (r"\ud83d\ude00", "😀"),
        (r"\uD800", "\ud800"),
        ("", ""),
    ],
)
def test_unescape(escaped: str, text: str) -> None:
    assert unescape(escaped) == text


@pytest.mark.parametrize(
    ("text", "position"),
    [("\\", 0), (r"ab\q", 2), (r"\u12", 0), (r"\x4", 0), (r"\u{110000}", 0), (r"\u{}", 0), (r"\\\ ", 2)],
)
def test_what_is_no_escape_is_never_guessed(text: str, position: int) -> None:
    with pytest.raises(EscapeError) as caught:
        unescape(text)
    assert caught.value.position == position


_ONE_ESCAPE = re.compile(
    r"\\(?:([\\nrt0])|x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|u\{([0-9A-Fa-f]{1,6})\})|\\",
)
_SHORT = {"\\": "\\", "n": "\n", "r": "\r", "t": "\t", "0": "\0"}


def unescaped_one_by_one(text: str) -> str | int:
    """What `unescape` is to give, slowly and plainly; or where the first backslash is that begins no escape."""
    pieces: list[str] = []
    place = 0
    for found in _ONE_ESCAPE.finditer(text):
        short, *codes = found.groups()
        code = next((int(code, 16) for code in codes if code), 0x110000)
        if not short and code > 0x10FFFF:
            return found.start()
        pieces += text[place : found.start()], _SHORT[short] if short else chr(code)
        place = found.end()
    return canonical("".join([*pieces, text[place:]]))


_ESCAPES = [
    *(r"\n", r"\r", r"\t", r"\0", r"\\", "\\", r"\x41", r"\xe9", r"\x4", r"\u0041", r"\ud83d", r"\ude00", r"\u005c"),
    *(r"\u{41}", r"\u{1F600}", r"\u{10ffff}", r"\u{110000}", r"\u{00d83d}", r"\u{0000041}", r"\u{}", r"\u{", r"\u12"),
    *(r"\N{DASH}", r"\U00000041", r"\a", r"\'", r"\1", "\\\n", "\\é", "\\漢", r"\u漢", r"\u٣٣٣٣", "0", "12", "}"),
]


@given(st.lists(st.sampled_from(_ESCAPES) | texts, max_size=12).map("".join))
def test_escapes_are_read_as_one_by_one(text: str) -> None:
    expected = unescaped_one_by_one(text)
    if isinstance(expected, str):
        assert unescape(text) == expected
    else:
        with pytest.raises(EscapeError) as caught:
            unescape(text)
        assert caught.value.position == expected
        assert str(caught.value).startswith(f"{text[expected : expected + 2]!r} ")


@pytest.mark.parametrize("text", ["\n", "\0", "\ud800", "\\", "\r\t", "a\n\0\ud800漢\\", "\ud800a", "\x01a"], ids=ascii)
def test_no_code_of_ours_runs_for_each_escape(text: str) -> None:
    """Else the largest values keep the operator waiting for ten seconds."""
    text *= 10_000
    escaped = escape(text)
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(count)
    try:
        unescaped = unescape(escaped)
        assert escape(text) == escaped
    finally:
        sys.setprofile(None)
    assert unescaped == text
    assert calls < 100


@pytest.mark.parametrize("text", ["\0", "\r", "\u2028", "\ufeffa", "\ud800", "\u202eabc", "\x7f", "\ufffc"])
def test_texts_that_a_plain_editor_would_spoil(text: str) -> None:
    assert needs_escapes(text)


@pytest.mark.parametrize("text", ["", "two\nlines", "a\ttab", "漢字 😀", "back\\slash"])
def test_texts_that_a_plain_editor_holds(text: str) -> None:
    assert not needs_escapes(text)
