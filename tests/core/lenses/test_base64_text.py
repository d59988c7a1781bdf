"""What an operator may rely on who looks at base64: the bytes are those, and a word is not taken for some."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.lenses.base64_text import DUMPED, Base64Error, decode_base64url, read_base64, read_data_url
from tests.core.texts import texts

if TYPE_CHECKING:
    from collections.abc import Callable

visible = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=12, max_size=40)


def dumped(dump: str) -> bytes:
    return b"".join(bytes.fromhex(line[6:53]) for line in dump.splitlines())


@given(visible, st.sampled_from([base64.b64encode, base64.urlsafe_b64encode]), st.booleans())
def test_text_is_decoded(text: str, encode: Callable[[bytes], bytes], padded: bool) -> None:
    encoded = encode(text.encode()).decode()
    found = read_base64(encoded if padded else encoded.rstrip("="))
    assert found is not None
    assert (found.text, found.size, found.dump, found.guess) == (text, len(text.encode()), "", True)
    assert found.alphabet == ("base64url" if set(encoded) & set("-_") else "base64")


@given(st.binary(min_size=30, max_size=3 * DUMPED))
def test_bytes_are_dumped(content: bytes) -> None:
    found = read_data_url("data:application/octet-stream;base64," + base64.b64encode(content).decode())
    assert found is not None
    assert (found.size, found.media_type, found.guess) == (len(content), "application/octet-stream", False)
    if found.text is None:
        assert dumped(found.dump) == content[:DUMPED]
        assert found.left_out == max(0, len(content) - DUMPED)
        assert all(re.fullmatch(r"[0-9a-f]{4}  [0-9a-f ]{47}  [ -~]{1,16}", line) for line in found.dump.splitlines())
    else:
        assert found.text.encode() == content


def test_a_long_dump_is_cut_and_says_so() -> None:
    found = read_data_url("data:;base64," + base64.b64encode(b"\xff" * 3 * DUMPED).decode())
    assert found is not None
    assert dumped(found.dump) == b"\xff" * DUMPED
    assert (found.size, found.left_out) == (3 * DUMPED, 2 * DUMPED)


def test_controls_are_no_text() -> None:
    found = read_data_url("data:;base64," + base64.b64encode(b"a\0b").decode())
    assert found is not None
    assert (found.text, found.dump) == (None, f"0000  {'61 00 62':<47}  a.b")


def test_the_kind_of_the_text_is_told() -> None:
    found = read_base64(base64.b64encode(b'{"a": "b", "c": 1}').decode())
    assert found is not None
    assert found.kind == "object"


@pytest.mark.parametrize(
    ("content", "media_type"),
    [(b"\x89PNG\r\n\x1a\n" + b"\0" * 20, "image/png"), (b"\x1f\x8b\x08" + b"\0" * 20, "application/gzip")],
)
def test_well_known_bytes_are_named(content: bytes, media_type: str) -> None:
    found = read_base64(base64.b64encode(content).decode())
    assert found is not None
    assert (found.media_type, found.text) == (media_type, None)


def test_bytes_that_mean_nothing_are_a_guess_too() -> None:
    found = read_base64("qL8w6ow0uq3hmvAc9ZNbXg==")
    assert found is not None
    assert (found.size, found.media_type, found.guess, found.text) == (16, "", True, None)


@pytest.mark.parametrize("text", ["YQ==", "aGk=", "aGVsbG8="])
def test_padding_tells_of_short_texts(text: str) -> None:
    found = read_base64(text)
    assert found is not None
    assert found.text == base64.b64decode(text).decode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "=",
        "==",
        "a",
        "abcd",
        "key=",
        "aGVsbG8",
        "aGVsbG8==",
        "aGVsbG8===",
        "aGVs bG8gd29ybGQgYWJj",
        "aGVsbG8gd29ybGQgYWJj\n",
        "aGVs+G8gd29ybGQg_WJj",
        "hello world",
        "configurationoptions",
        "user-preferences-of-page",
        "CONSTANT_CASE_IDENTIFIER",
        "1234567890123456",
        "0404040404040404",
        "aGVsbG8gd29ybGQgYWJjZ",
        "d41d8cd98f00b204e9800998ecf8427e",
        "550e8400-e29b-41d4-a716-446655440000",
        "550E8400-E29B-41D4-A716-446655440000",
        "2024-01-01T00:00:00.000Z",
        "漢字漢字漢字漢字漢字漢字漢字漢字",
        "\ud800" * 16,
        "true",
    ],
)
def test_what_is_not_taken_for_base64(text: str) -> None:
    assert read_base64(text) is None


@pytest.mark.parametrize("text", ["data:text/plain,hi", "data:;base64,", "data:;base64,a b", "data:;base64,a", "data"])
def test_what_is_no_data_url_in_base64(text: str) -> None:
    assert read_data_url(text) is None


def test_a_data_url_says_what_it_holds() -> None:
    found = read_data_url("data:application/json;charset=utf-8;base64,e30=")
    assert found is not None
    assert (found.media_type, found.text, found.kind, found.guess) == ("application/json", "{}", "object", False)


@given(st.binary())
def test_base64url_without_padding(content: bytes) -> None:
    assert decode_base64url(base64.urlsafe_b64encode(content).decode().rstrip("=")) == content


@given(texts)
def test_any_text_is_base64url_or_has_an_error(text: str) -> None:
    read_base64(text)
    if re.fullmatch("[A-Za-z0-9_-]*", text) is None:
        with pytest.raises(Base64Error, match="is not base64url"):
            decode_base64url(text)
