"""Which items are shown, and in which order."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any, Final

from monitor.core.values import kind, units
from monitor.ui.storage.columns import Column, ItemState

if TYPE_CHECKING:
    from monitor.core.values import Value

# The folded form of a long value costs up to 80 ms for the longest there is, so it is kept while a filter stands.
_LONG: Final = 2_000


class ItemFilter:
    """A plain substring, looked for in key and value without regard to case. The empty one lets everything through.

    ``before`` is the filter that this one replaces: what it has found out about long values need not be found again.
    """

    def __init__(self, text: str = "", before: ItemFilter | None = None) -> None:
        self._needle = text.casefold()
        self._folded: dict[str, tuple[Value, str]] = before._folded if before is not None and text else {}  # noqa: SLF001 - its own kind

    def __bool__(self) -> bool:
        return bool(self._needle)

    def lets_through(self, key: str, value: Value | None) -> bool:
        """Whether the item is one to show."""
        return not self._needle or self._needle in key.casefold() or self._needle in self._fold(key, value)

    def _fold(self, key: str, value: Value | None) -> str:
        if not isinstance(value, str):
            return ""
        if len(value) < _LONG:
            return value.casefold()
        kept = self._folded.get(key)
        if kept is None or kept[0] is not value:
            kept = self._folded[key] = (value, value.casefold())
        return kept[1]


def sort_key(
    column: Column, key: str, value: Value | None, changed_at: float | None, state: ItemState
) -> tuple[Any, ...]:
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
