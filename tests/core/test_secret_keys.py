"""Secret keys: names that say that their value is a secret, and names that only look alike."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.secret_keys import (
    LONGEST_PATTERN,
    KeyRules,
    PatternError,
    applied_rules,
    apply_rules,
    check_pattern,
    looks_secret,
    secret_places,
)


@pytest.fixture(autouse=True)
def no_rules() -> Iterator[None]:
    """Each test begins and ends without."""
    apply_rules(KeyRules())
    yield
    apply_rules(KeyRules())


@pytest.mark.parametrize(
    "key",
    [
        "token",
        "auth.token",
        "accessToken",
        "ACCESS_TOKEN",
        "refresh-token-2",
        "@app/authtoken",
        "JWTToken",
        "id_token",
        "jwt",
        "auth",
        "oauth2",
        "auth0.client",
        "firebase:authUser",
        "password",
        "userPassword",
        "userpassword",
        "pwd",
        "client_secret",
        "clientSecret",
        "secrets",
        "session",
        "sessionId",
        "session_key",
        "PHPSESSIONID session",
        "api-key",
        "apiKey",
        "APIKey",
        "x-apikey",
        "private_key",
        "aws.credentials",
        "Credential",
        "csrf",
        "xsrf-token",
        "passwörter.password",
        f"{'k' * 10_000}.token",
        f"token.{'k' * 10_000}",
    ],
)
def test_a_secret(key: str) -> None:
    assert looks_secret(key)


@pytest.mark.parametrize(
    "key",
    [
        "",
        "author",
        "authors.list",
        "authority",
        "tokenizer_theme",
        "tokenize",
        "theme",
        "cart",
        "keyboard",
        "key",
        "monkey",
        "api",
        "api.version",
        "primaryKey",
        "secretary",
        "passwordless",
        "compass",
        "obsession",
        "possession",
        "sidebar",
        "side",
        "cookieless",
        "日本語",
        "\ud800",
        "k" * 10_000,
    ],
)
def test_no_secret(key: str) -> None:
    assert not looks_secret(key)


KEYS = st.lists(
    st.text(max_size=12)
    | st.sampled_from(["auth.token", "api-key 7", "api-key 8", "key-1", "İpassword", "passcode\n", "x" * 400 + ".pwd"]),
    max_size=30,
)


@given(keys=KEYS)
def test_many_are_told_apart_as_each_is(keys: list[str]) -> None:
    assert secret_places(keys) == [place for place, key in enumerate(keys) if looks_secret(key)]


def test_letters_that_are_two_in_lower_case_move_nothing() -> None:
    assert secret_places(["İ" * 20, "password", "a" * 20]) == [1]


# --- the operator's rules --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "key", "fits"),
    [
        ("cart", "cart", True),
        ("cart", "CART", True),
        ("Cart", "cart", True),
        ("cart", "my cart", False),
        ("cart*", "cart.lines", True),
        ("*cart*", "my cart", True),
        ("a*b*c", "a-b-c", True),
        ("a*b*c", "abc", True),
        ("a*b*c", "acb", False),
        ("ab*ba", "aba", False),
        ("*", "", True),
        ("**", "anything", True),
        ("a.c", "abc", False),
        ("[ab]?", "a1", False),
        ("[ab]?", "[ab]?", True),
        ("*\ud800*", "half \ud800 pair", True),
    ],
)
def test_a_pattern_is_about_whole_keys_in_any_case(pattern: str, key: str, fits: bool) -> None:
    apply_rules(KeyRules(secret=(pattern,)))
    assert looks_secret(key) is fits
    assert (secret_places([key]) == [0]) is fits


def test_rules_add_to_what_the_names_say_and_never_wins() -> None:
    rules = KeyRules(secret=("cart*",), never=("*theme*", "auth.public"))
    apply_rules(rules)
    assert applied_rules() is rules
    keys = ["cart.lines", "cart.theme", "auth.public", "auth.token", "theme", "locale"]
    assert [keys[place] for place in secret_places(keys)] == ["cart.lines", "auth.token"]
    apply_rules(KeyRules())
    assert looks_secret("auth.public"), "what was decided by a rule is decided anew without it"
    assert not looks_secret("cart.lines")


def test_a_pattern_full_of_stars_takes_no_time() -> None:
    apply_rules(KeyRules(secret=("a*" * 100 + "c",)))
    assert not looks_secret("a" * 5_000_000 + "b")


@pytest.mark.parametrize("text", ["", "  ", "a,b", "x" * (LONGEST_PATTERN + 1), "a\nb", "a\u202eb", "\0"])
def test_what_is_no_pattern_is_told(text: str) -> None:
    with pytest.raises(PatternError, match=r"^[A-Z].*\.$"):
        check_pattern(text)


def test_blanks_around_a_pattern_are_nothing() -> None:
    assert check_pattern("  *token* ") == "*token*"
