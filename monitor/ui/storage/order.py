"""Which items are shown, and in which order."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any, TypeAlias

from monitor.core.values import kind, units
from monitor.ui.storage.columns import Column, ItemState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from monitor.core.values import Value

SortKey: TypeAlias = tuple[Any, ...]
"""What an item is sorted by; the last part is its key."""


class ItemOrder:
    """Keys in order. ``sort_key_of`` is given a key and what it was sorted by until now, if it was shown, and says what
    it is sorted by, or ``None`` if it is not shown.
    """

    def __init__(
        self, sort_key_of: Callable[[str, SortKey | None], SortKey | None], *, descending: bool = False
    ) -> None:
        self._sort_key_of = sort_key_of
        self.descending = descending
        self._by_key: dict[str, SortKey] = {}
        self._sorted: list[SortKey] = []

    def keys(self) -> list[str]:
        """All that are shown."""
        return [each[-1] for each in self._sorted]

    def known(self, keys: Iterable[str]) -> list[str]:
        """Those of ``keys`` that are shown."""
        return [key for key in keys if key in self._by_key]

    def update(self, keys: Iterable[str]) -> bool:
        """Look at these items again. Returns whether another one is shown, or in another place perhaps."""
        stale: set[SortKey] = set()
        fresh: list[SortKey] = []
        for key in keys:
            before = self._by_key.pop(key, None)
            after = self._sort_key_of(key, before)
            if after is not None:
                self._by_key[key] = after
            if before == after:
                continue
            if before is not None:
                stale.add(before)
            if after is not None:
                fresh.append(after)
        if stale:
            self._sorted = [each for each in self._sorted if each not in stale]
        if fresh:
            # Sorted but for the end, which costs hardly more than to look.
            self._sorted += fresh
            self._sorted.sort(reverse=self.descending)
        return bool(stale or fresh)

    def rebuild(self, keys: Iterable[str]) -> None:
        """Look at these items again, and forget all others."""
        before = self._by_key
        self._by_key = {}
        for key in keys:
            after = self._sort_key_of(key, before.get(key))
            if after is not None:
                self._by_key[key] = after
        self._sorted = sorted(self._by_key.values(), reverse=self.descending)


def sort_key(column: Column, key: str, value: Value | None, changed_at: float | None, state: ItemState) -> SortKey:
    """What the item is sorted by. The last part is its key, so that no two are equal."""
    if column is Column.VALUE:
        return (isinstance(value, str), value if isinstance(value, str) else "", key)
    if column is Column.KIND:
        return (kind(value) if value is not None else "", key)
    if column is Column.SIZE:
        return (units(value) if value is not None else -1, key)
    if column is Column.CHANGED:
        return (-inf if changed_at is None else changed_at, key)
    if column is Column.STATE:
        return (state, key)
    return (key.casefold(), key)
