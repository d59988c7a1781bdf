"""SecretNumbers: which of many numbered keys look secret."""

from __future__ import annotations

from itertools import compress
from operator import is_not
from typing import TYPE_CHECKING, Final

from monitor.core.secret_keys import KeyRules, applied_rules, looks_secret, secret_places

if TYPE_CHECKING:
    from collections.abc import Set

_PART: Final = 16


class SecretNumbers:
    """To ask the name of each of 100,000 keys takes tenths of a second, so it is done once, when somebody first asks;
    then only of keys that are others.
    """

    def __init__(self) -> None:
        self._keys: list[str] = []
        self._rules: KeyRules | None = None
        self._found: set[int] = set()

    def among(self, keys: list[str]) -> Set[int]:
        """The numbers of those of ``keys``, each of which has its place for a number, that look secret."""
        rules = applied_rules()
        if self._rules is rules and keys == self._keys:
            return self._found
        known = min(len(self._keys), len(keys)) if self._rules is rules else 0
        changed = [*compress(range(known), map(is_not, keys, self._keys)), *range(known, len(keys))]
        if len(changed) > len(keys) // _PART:
            self._found = set(secret_places(keys))
        else:
            self._found.difference_update(changed, range(len(keys), len(self._keys)))
            self._found.update(number for number in changed if looks_secret(keys[number]))
        self._keys, self._rules = keys[:], rules
        return self._found
