"""Haystack: where a filter looks for a text."""

from __future__ import annotations

from itertools import compress, repeat
from operator import contains, is_not, itemgetter
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from monitor.core.values import Value

BETWEEN: Final = "\0"
"""Stands between key and value: a text with it is not to be looked for here."""
_BEHIND: Final = "\1"
_PART: Final = 4


class Haystack:
    """One text for each item, in upper and lower case alike (``folds``) or as it is, made once and kept up to date by
    `follow`. It takes as much memory as the items do: keep it no longer than a filter stands.
    """

    def __init__(self, *, folds: bool) -> None:
        self.folds = folds
        self._items: Mapping[str, Value] = {}
        self._revision = -1
        self._keys: list[str] = []
        self._values: list[Value | None] = []
        self._texts: list[str] = []

    def follow(self, keys: list[str], items: Mapping[str, Value], revision: int) -> None:
        """The key of each number by now, and the items; the same ``items`` of the same ``revision`` are the same. Of a
        key that is not among them nothing is found.
        """
        if items is self._items and revision == self._revision and keys == self._keys:
            return
        self._items, self._revision = items, revision
        # Most often there is nothing to look up: they are held in the order in which they got their numbers.
        values: list[Value | None] = list(items.values()) if keys == list(items) else list(map(items.get, keys))
        known = len(self._keys)
        changed: Sequence[int] = range(len(keys))
        if known:
            others = set(compress(changed, map(is_not, values, self._values)))
            changed = [*others.union(compress(changed, map(is_not, keys, self._keys))), *changed[known:]]
        self._keys, self._values = keys[:], values
        if len(changed) > len(keys) // _PART and set(map(type, values)) <= {str} and self._make_all():
            return
        self._texts += repeat("", len(keys) - known)
        del self._texts[len(keys) :]
        for number in changed:
            self._texts[number] = self._text(number)

    def _make_all(self) -> bool:
        """In one go, which takes a third of the time; ``False`` if a text has what is to stand between two."""
        count = len(self._keys)
        pieces: list[Value | None] = [BETWEEN] * (4 * count)
        pieces[::4] = self._keys
        pieces[2::4] = self._values
        pieces[3::4] = [_BEHIND] * count
        whole = "".join(pieces)  # type: ignore[arg-type]  # all values are str
        texts = (whole.casefold() if self.folds else whole).split(_BEHIND)
        texts.pop()
        if len(texts) != count:
            return False
        self._texts = texts
        return True

    def _text(self, number: int) -> str:
        value = self._values[number]
        if value is None:
            return ""
        text = f"{self._keys[number]}{BETWEEN}{value if isinstance(value, str) else ''}"
        return text.casefold() if self.folds else text

    def having(self, needle: str, numbers: list[int]) -> list[int]:
        """Those of ``numbers`` whose items have ``needle``, in the same order."""
        texts = self._texts
        if len(numbers) <= len(texts) // _PART:
            return [number for number in numbers if needle in texts[number]]
        # One after the other as they lie in memory, which is much quicker than in any other order.
        found = bytes(map(contains, texts, repeat(needle)))
        return list(compress(numbers, itemgetter(*numbers, 0)(found)))
