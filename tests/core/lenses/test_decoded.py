"""What the inspector may rely on when it asks what a text means: the right view, or none, at once."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.lenses.decoded import JsonString, decoded_views
from monitor.core.lenses.epoch_time import EpochTime
from tests.core.lenses.documents import documents
from tests.core.texts import texts

NOW = datetime(2024, 6, 1, tzinfo=UTC)
TOKEN = "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0."


def titles(text: str) -> list[str]:
    return [view.title for view in decoded_views(text, NOW)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (TOKEN, ["JSON Web Token"]),
        (f"Bearer {TOKEN}", ["JSON Web Token"]),
        (json.dumps(TOKEN), ["JSON string", "JSON Web Token"]),
        (json.dumps('{"a":1}'), ["JSON string"]),
        (json.dumps(json.dumps(json.dumps([1]))), ["JSON string", "JSON string"]),
        ('"1700000000000"', ["JSON string", "Time"]),
        ("https://example.org/?a=%20", ["URL"]),
        ("a=1&b=%20", ["Query string"]),
        ("a%20b", ["URL-encoded"]),
        ("1700000000", ["Time"]),
        (base64.b64encode(b"some text or other").decode(), ["Base64"]),
        ("data:image/png;base64,iVBORw0KGgo=", ["Base64"]),
    ],
)
def test_what_a_text_means(text: str, expected: list[str]) -> None:
    assert titles(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "dark",
        "en-US",
        "true",
        "null",
        "0",
        "42",
        "-1.5",
        '"hello"',
        '"1"',
        '"',
        '"a" + "b"',
        "{}",
        "[1]",
        '{"token": "' + TOKEN + '"}',
        "two words",
        "漢字",
        "\ud800",
        "\0",
        "\ufeff",
        "[" * 100_000,
        '["' * 100_000,
    ],
    ids=lambda text: ascii(text)[:30],
)
def test_most_texts_mean_what_they_say(text: str) -> None:
    assert decoded_views(text, NOW) == []


def test_json_within_a_json_string() -> None:
    inner = '{"n": 1.10, "s": "\u2028"}'
    assert decoded_views(json.dumps(inner), NOW) == [JsonString(inner, "object")]
    (view,) = decoded_views(json.dumps(inner), NOW)
    assert isinstance(view, JsonString)
    assert view.holds_json


def test_a_string_that_is_something_else_than_json_says_so() -> None:
    outer, _ = decoded_views(json.dumps("a%20b"), NOW)
    assert isinstance(outer, JsonString)
    assert not outer.holds_json


def test_lone_surrogates_in_a_json_string_stay() -> None:
    (view,) = decoded_views('"[\\"\\ud800\\"]"', NOW)
    assert view == JsonString('["\ud800"]', "array")


def test_local_times_are_those_of_the_zone() -> None:
    zone = timezone(timedelta(hours=-3))
    (view,) = decoded_views("1700000000", NOW, zone)
    assert isinstance(view, EpochTime)
    assert view.local.tzinfo is zone


def test_guesses_say_that_they_are() -> None:
    guesses = ["1700000000", "a%20b", "a=1&b=2", "YQ=="]
    assert [view.guess for text in guesses for view in decoded_views(text, NOW)] == [True] * 4
    certain = [TOKEN, '"[]"', "https://example.org/", "data:;base64,YQ=="]
    assert [view.guess for text in certain for view in decoded_views(text, NOW)] == [False] * 4


@given(texts | documents | documents.map(json.dumps))
def test_every_text_may_be_asked(text: str) -> None:
    decoded_views(text, NOW)


@given(
    st.lists(
        st.sampled_from(["eyJ", ".", "%", "%20", "=", "&", "://", "a", "1", "/", "?", "#", "+", "-", '"', "\ud800"])
    )
)
def test_every_text_made_of_signs_may_be_asked(signs: list[str]) -> None:
    decoded_views("".join(signs), NOW)


UNITS = 5_242_880


@pytest.mark.parametrize(
    "text",
    [
        "word " * (UNITS // 5),
        "a" * UNITS,
        "1" * UNITS,
        "%20" * (UNITS // 3),
        "a=b&" * (UNITS // 4),
        "eyJ." * (UNITS // 4),
        '"' + "x" * (UNITS - 2) + '"',
        "http://" + "x" * UNITS,
        "\ud800" * UNITS,
    ],
    ids=lambda text: ascii(text)[:8],
)
def test_a_long_text_is_refused_at_once(text: str) -> None:
    started = datetime.now(UTC)
    assert decoded_views(text, NOW) == []
    assert datetime.now(UTC) - started < timedelta(seconds=5)  # a guard against quadratic searching: it takes 0.1 s
