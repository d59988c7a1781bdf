"""Keys that stand twice in one object. JSON allows them; whoever reads it gets the last only."""

from __future__ import annotations

import json
from collections import Counter

from monitor.core.lenses.json_error import JsonError
from monitor.core.lenses.json_reading import read_at_once


class RepeatedKeyError(ValueError):
    """The text is JSON in which ``key`` stands more than once in one object."""

    def __init__(self, key: str) -> None:
        super().__init__(f"The name {json.dumps(key, ensure_ascii=False)} stands twice in one object")
        self.key = key


def repeated_keys(text: str) -> Counter[str]:
    """The decoded keys that stand more than once in one object, with how many are too many; none in what is no JSON.
    Reads all of it at once (`monitor.core.lenses.json_reading.read_at_once`).
    """
    try:
        return read_at_once(text).repeated
    except JsonError:
        return Counter()
