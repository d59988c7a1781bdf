"""Numbers of secrets are right after every change of the keys, however they were found."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.secret_keys import KeyRules, apply_rules, looks_secret
from monitor.ui.masking.secret_numbers import SecretNumbers

KEYS = st.lists(st.sampled_from(["", "a", "token", "cart", "pwd", "b", "c", "key"]), max_size=40)


@pytest.fixture(autouse=True)
def no_rules() -> Iterator[None]:
    yield
    apply_rules(KeyRules())


@given(lists=st.lists(st.tuples(KEYS, st.booleans()), max_size=6))
def test_they_follow_keys_that_come_go_and_change_and_the_rules(lists: list[tuple[list[str], bool]]) -> None:
    secrets = SecretNumbers()
    for keys, with_rules in lists:
        apply_rules(KeyRules(secret=("cart",), never=("pwd",)) if with_rules else KeyRules())
        assert secrets.among(keys) == {number for number, key in enumerate(keys) if looks_secret(key)}


@given(keys=KEYS, place=st.integers(0, 39), key=st.sampled_from(["token", "a", ""]))
def test_a_key_that_is_another_is_looked_at(keys: list[str], place: int, key: str) -> None:
    keys = keys + ["a"] * (40 - len(keys))
    secrets = SecretNumbers()
    secrets.among(keys)
    keys[place] = key
    assert secrets.among(keys) == {number for number, each in enumerate(keys) if looks_secret(each)}
