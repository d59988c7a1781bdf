"""What operators may rely on when they edit a value escaped: it is that value, to the last character."""

from __future__ import annotations

import re
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.escapes import PART, EscapeError, escape, needs_escapes, unescape, unescaped
from monitor.core.parts import at_once
from monitor.core.values import canonical
from tests.core.texts import texts, utf16


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
        found = unescape(text)
    except EscapeError as error:
        position: int | None = error.position
        named = str(error)
    else:
        position, named = None, ""
        assert canonical(found) == found
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


@given(st.lists(st.sampled_from(_ESCAPES) | texts, max_size=12).map("".join), st.sampled_from([11, 12, 17, PART]))
def test_escapes_are_read_as_one_by_one_however_the_text_is_cut(text: str, part: int) -> None:
    expected = unescaped_one_by_one(text)
    if isinstance(expected, str):
        assert at_once(unescaped(text, part)) == expected
    else:
        with pytest.raises(EscapeError) as caught:
            at_once(unescaped(text, part))
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
        found = unescape(escaped)
        assert escape(text) == escaped
    finally:
        sys.setprofile(None)
    assert found == text
    assert calls < 100


@pytest.mark.parametrize("text", ["\0", "\r", "\u2028", "\ufeffa", "\ud800", "\u202eabc", "\u206f", "\x7f", "\ufffc"])
def test_texts_that_a_plain_editor_would_spoil(text: str) -> None:
    assert needs_escapes(text)


@pytest.mark.parametrize("text", ["", "two\nlines", "a\ttab", "漢字 😀", "back\\slash"])
def test_texts_that_a_plain_editor_holds(text: str) -> None:
    assert not needs_escapes(text)
