"""A key that stands twice in one object is found, wherever the object is."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given

from monitor.core.lenses.json_text import members
from monitor.core.lenses.repeated_keys import repeated_keys
from tests.core.lenses.documents import documents, nodes


@given(documents)
def test_each_key_is_counted_as_often_as_it_is_too_many(text: str) -> None:
    expected: Counter[str] = Counter()
    for node in nodes(text):
        names = Counter(member.key for member in members(node) if member.key is not None)
        expected.update({key: number - 1 for key, number in names.items() if number > 1})
    assert repeated_keys(text) == expected


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ('{"a":1,"b":{"a":2}}', []),
        ('{"a":1,"\\u0061":2}', ["a"]),
        ('[{"a":1,"a":1,"a":1},{"":{"":1,"":2}}]', ["", "a", "a"]),
        ('{"\\ud83d\\ude00":1,"😀":2}', ["😀"]),
        ('{"a":1,"a":2', []),
        ("[" * 100_000, []),
        ("a=1&a=2", []),
    ],
)
def test_keys_are_compared_by_what_they_stand_for(text: str, keys: list[str]) -> None:
    assert sorted(repeated_keys(text).elements()) == keys
