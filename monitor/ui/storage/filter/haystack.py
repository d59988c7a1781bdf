"""Haystack: where a filter looks for a text."""

from __future__ import annotations

from itertools import compress, repeat
from operator import contains, is_not
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

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
        self._keys: list[str] = []
        self._values: list[Value | None] = []
        self._texts: list[str] = []

    def follow(self, keys: Sequence[str], values: Sequence[Value | None]) -> None:
        """The keys and values by number by now; ``None`` where there is no such item: nothing is found there."""
        known = len(self._keys)
        changed = list(compress(range(known), map(is_not, values, self._values)))
        if self._keys != keys[:known]:
            renamed = compress(range(known), map(is_not, keys, self._keys))
            changed = sorted({*changed, *renamed})
        changed += range(known, len(keys))
        self._keys, self._values = list(keys), list(values)
        if len(changed) > len(keys) // _PART and set(map(type, values)) <= {str} and self._make_all():
            return
        self._texts += repeat("", len(keys) - known)
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
        if len(numbers) < len(texts) // _PART:
            return [number for number in numbers if needle in texts[number]]
        # One after the other as they lie in memory, which is much quicker than in any other order.
        found = bytes(map(contains, texts, repeat(needle)))
        return list(compress(numbers, map(found.__getitem__, numbers)))
