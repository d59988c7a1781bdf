"""KeyNumbers: a number for each key that may be listed, and the order of their names."""

from __future__ import annotations

from bisect import insort
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

_FEW: Final = 200
"""So many keys that came are put in order one by one; more are sorted with all others."""


class KeyNumbers:
    """Lists of 100,000 texts take their time, for each text lies elsewhere in memory; lists of small numbers do not.

    A key has its number from `hold` or `give` until `let_go`; then another may get it. ``keys`` is always the same
    list: the key of each number, and nothing that counts where a number is free.
    """

    def __init__(self) -> None:
        self.keys: list[str] = []
        self._numbers: dict[str, int] = {}
        self._free: list[int] = []
        self._ordered: list[int] = []
        self._astray: set[int] = set()
        """Numbers that stand, or stood, for another key than when they were put in order."""

    def __len__(self) -> int:
        return len(self._numbers)

    def of(self, key: str) -> int | None:
        """The number of this key, if it has one."""
        return self._numbers.get(key)

    def of_many(self, keys: Iterable[str]) -> list[int]:
        """The numbers of those of ``keys`` that have one."""
        return [number for number in map(self._numbers.get, keys) if number is not None]

    def give(self, key: str) -> int:
        """The number of this key, which has one from now on."""
        number = self._numbers.get(key)
        if number is None:
            if self._free:
                number = self._free.pop()
                self.keys[number] = key
            else:
                number = len(self.keys)
                self.keys.append(key)
            self._numbers[key] = number
            self._astray.add(number)
        return number

    def let_go(self, key: str) -> None:
        """No row stands for this key any more, and none is to."""
        number = self._numbers.pop(key, None)
        if number is not None:
            self.keys[number] = ""
            self._free.append(number)
            self._astray.add(number)

    def let_go_of_many(self, keys: Sequence[str]) -> None:
        """The same for all of these."""
        if not self._numbers.keys() <= set(keys):
            for key in keys:
                self.let_go(key)
            return
        for kept in (self.keys, self._numbers, self._free, self._ordered, self._astray):
            kept.clear()

    def hold(self, held: Collection[str], own: Collection[str]) -> list[str]:
        """Give a number to all of these. Returns the other keys that have one: to be let go of."""
        numbers = self._numbers
        if not numbers:
            # As they are held, so that what is there for each number need not be looked up.
            self.keys[:] = [*held, *(key for key in own if key not in held)]
            numbers.update(zip(self.keys, range(len(self.keys)), strict=True))
            self._free.clear()
            self._ordered = _sorted(range(len(self.keys)), self.keys)
            self._astray.clear()
            return []
        gone = [key for key in numbers if key not in held and key not in own]
        for keys in (held, own):
            for key in [key for key in keys if key not in numbers]:
                self.give(key)
        return gone

    def in_order(self) -> list[int]:
        """The numbers of all keys that have one, in the order of names: upper and lower case side by side."""
        astray, keys = self._astray, self.keys
        if astray:
            ordered = [number for number in self._ordered if number not in astray]
            came = [number for number in astray if self._numbers.get(keys[number]) == number]
            if len(came) <= _FEW:
                for number in came:
                    insort(ordered, number, key=self._name)
            else:
                ordered = _sorted(ordered + came, keys)
            self._ordered = ordered
            astray.clear()
        return self._ordered

    def _name(self, number: int) -> tuple[str, str]:
        key = self.keys[number]
        return key.casefold(), key


def _sorted(numbers: Collection[int], keys: list[str]) -> list[int]:
    folded = list(map(str.casefold, keys))
    # Not by pairs, which takes three times as long; and most often no two keys differ in case alone.
    if len(set(folded)) < len(folded):
        numbers = sorted(numbers, key=keys.__getitem__)
    return sorted(numbers, key=folded.__getitem__)
