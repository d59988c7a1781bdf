"""Keys have their numbers for as long as they are held, and are found in the order of their names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.ui.storage import key_numbers
from monitor.ui.storage.key_numbers import KeyNumbers

keys = st.text("aAbBß.1\ud800", max_size=3)


@pytest.mark.parametrize("few", [0, 200])
@given(steps=st.lists(st.tuples(st.lists(keys, unique=True), st.sets(keys), st.sets(keys)), min_size=1, max_size=5))
def test_the_numbers_of_keys_that_stay_stay(few: int, steps: list[tuple[list[str], set[str], set[str]]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(key_numbers, "_FEW", few)
        numbers = KeyNumbers()
        known: dict[str, int] = {}
        for held, own, given_up in steps:
            gone = numbers.hold(held, own)
            assert set(gone) == known.keys() - {*held, *own}
            for key in {*gone, *given_up}:
                numbers.let_go(key)
                assert numbers.of(key) is None
            there = {*held, *own} - given_up
            assert len(numbers) == len(there)
            assert all(numbers.of(key) == known[key] for key in there & known.keys() - given_up)
            known = {key: numbers.give(key) for key in there}
            assert all(numbers.keys[number] == key for key, number in known.items())
            ordered = [numbers.keys[number] for number in numbers.in_order()]
            assert ordered == sorted(there, key=lambda key: (key.casefold(), key))


@given(held=st.sets(keys), named=st.lists(keys))
def test_only_the_keys_that_are_named_lose_their_numbers(held: set[str], named: list[str]) -> None:
    numbers = KeyNumbers()
    numbers.hold(held, ())
    before = {key: numbers.of(key) for key in held}
    numbers.let_go_of_many(named)
    assert len(numbers) == len(held - set(named))
    for key in held:
        assert numbers.of(key) == (None if key in named else before[key])
