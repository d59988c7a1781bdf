"""What an operator may rely on who looks into a token: it says what the token says, and that nobody has checked it."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.lenses.json_web_token import LONGEST, JsonWebToken, read_token
from tests.core.texts import texts

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
HEADER = '{"typ":"JWT","alg":"HS256"}'
ENCRYPTED = '{"alg":"dir"}'


def encoded(text: str | bytes) -> str:
    content = text.encode() if isinstance(text, str) else text
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def token(claims: str | bytes, header: str = HEADER, signature: str = "c2ln") -> JsonWebToken:
    found = read_token(f"{encoded(header)}.{encoded(claims)}.{signature}", NOW)
    assert found is not None
    return found


def test_a_token_is_laid_out_with_its_numbers_as_they_are() -> None:
    found = token('{"sub":"é", "n":12345678901234567890,"x":1.10,"y":1e400}')
    assert found.header.text == '{\n  "typ": "JWT",\n  "alg": "HS256"\n}'
    assert found.claims.text == '{\n  "sub": "é",\n  "n": 12345678901234567890,\n  "x": 1.10,\n  "y": 1e400\n}'
    assert (found.algorithm, found.signature, found.encrypted, found.times) == ("HS256", "c2ln", False, ())
    assert found.header.error == found.claims.error == ""


def test_the_signature_is_said_to_be_unchecked() -> None:
    assert "not checked" in token("{}").signature_note
    assert "no signature" in token("{}", signature="").signature_note


def seconds(offset: float) -> str:
    return str((NOW + timedelta(seconds=offset)).timestamp())


@pytest.mark.parametrize(
    ("claim", "offset", "state"),
    [
        ("exp", -1, "expired"),
        ("exp", 0, "expired"),
        ("exp", 0.5, ""),
        ("nbf", 0.5, "not yet valid"),
        ("nbf", 0, ""),
        ("iat", 60, "in the future"),
        ("iat", -60, ""),
        ("auth_time", 60, "in the future"),
        ("auth_time", 0, ""),
    ],
)
def test_times_relative_to_now(claim: str, offset: float, state: str) -> None:
    (time,) = token(f'{{"{claim}": {seconds(offset)}}}').times
    assert (time.claim, time.at, time.state) == (claim, NOW + timedelta(seconds=offset), state)
    assert time.words


def test_times_come_in_the_order_of_a_tokens_life() -> None:
    found = token('{"exp":1700000000.25,"nbf":2,"iat":1,"auth_time":0,"exp":1700000001}')
    assert [(time.claim, time.source) for time in found.times] == [
        ("iat", "1"),
        ("auth_time", "0"),
        ("nbf", "2"),
        ("exp", "1700000001"),
    ]
    assert found.times[1].at == datetime(1970, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "source",
    ["1e400", "1e999999999", "-1e99", "null", "true", '"2024-01-01"', "[1]", "9" * 5000, "253402300800", "1e12"],
)
def test_a_time_that_is_none_is_shown_as_it_is(source: str) -> None:
    (time,) = token(f'{{"exp":{source}}}').times
    assert (time.source, time.at, time.state) == (source, None, "")


def test_a_token_behind_the_word_bearer() -> None:
    assert read_token(f"Bearer {encoded(HEADER)}.{encoded('{}')}.", NOW) is not None


@pytest.mark.parametrize(
    ("claims", "error"),
    [
        ("e30=", "The claims part cannot be read: '=' at character 4 is not base64url"),
        ("a b", None),
        ("e3+0", "The claims part cannot be read: '+' at character 3 is not base64url"),
        ("e30\ud800", r"The claims part cannot be read: '\ud800' at character 4 is not base64url"),
        ("e30xx", "The claims part cannot be read: 5 characters are no whole number of bytes in base64url"),
        (encoded(b'{"a":"\xff"}'), "The claims part is not UTF-8 (byte 7)"),
        (encoded('{"a":1,}'), "The claims part is not JSON: A comma that nothing follows (line 1, column 8)"),
        (encoded("[1]"), "The claims part is not a JSON object"),
        ("", "The claims part is not JSON: The text ends where a value is expected (line 1, column 1)"),
    ],
)
def test_a_damaged_part_says_why_and_the_other_is_shown(claims: str, error: str | None) -> None:
    found = read_token(f"{encoded(HEADER)}.{claims}.c2ln", NOW)
    if error is None:
        assert found is None
        return
    assert found is not None
    assert found.claims.error == error
    assert found.header.error == ""
    assert found.times == ()


def test_claims_that_are_not_json_are_shown_as_they_are() -> None:
    assert token("plain").claims.text == "plain"


def test_a_damaged_header_says_why() -> None:
    found = read_token(f"eyJ!.{encoded('{}')}.", NOW)
    assert found is not None
    assert "'!' at character 4" in found.header.error
    assert (found.claims.text, found.algorithm) == ("{}", "")


def test_an_encrypted_token_shows_its_header() -> None:
    found = read_token(f"{encoded(ENCRYPTED)}.key.iv.text.tag", NOW)
    assert found is not None
    assert (found.encrypted, found.algorithm, found.claims.text) == (True, "dir", "")
    assert "encrypted" in found.claims.error
    assert "encrypted" in found.signature_note


@pytest.mark.parametrize(
    "text",
    [
        "",
        "eyJ",
        "eyJ.",
        "eyJack.went.up",
        "eyJa.b",
        f"{encoded(HEADER)}.{encoded('{}')}",
        f"{encoded(HEADER)}.a.b.c",
        f"{encoded(HEADER)}.{encoded('{}')}. ",
        "a.b.c",
        "eyJhbGciOiJub25lIn0." + "e" * LONGEST + ".",
    ],
    ids=lambda text: text[:30],
)
def test_what_is_no_token(text: str) -> None:
    assert read_token(text, NOW) is None


@given(texts, texts, st.sampled_from(["", ".", ".."]))
def test_no_text_is_too_odd(first: str, second: str, dots: str) -> None:
    read_token(f"eyJ{first}.{second}{dots}", NOW)
    read_token(f"{encoded(HEADER)}.{encoded(second.encode(errors='replace'))}.{first}", NOW)
