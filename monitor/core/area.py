"""StorageArea: the items of one Web Storage object, its size, and what changed in it."""

from collections.abc import Iterator, Mapping
from sys import intern

from msgspec import Struct

from monitor.core.messages import AreaKind
from monitor.core.values import NotRecorded, Value, units


class Change(Struct, frozen=True, gc=False):
    """One item before and after. ``None`` stands for no such item."""

    key: str
    old_value: Value | None
    new_value: Value | None


def units_of(items: Mapping[str, Value]) -> int:
    """The size of these items as browsers count it: UTF-16 units of all keys and values."""
    try:
        # All texts in one: two surrogates that come to stand side by side stay two.
        return units("".join((*items, *items.values())))  # type: ignore[arg-type]  # a redacted one raises
    except TypeError:  # Some are redacted.
        return sum(map(units, items)) + sum(map(units, items.values()))


class StorageArea:
    """Items by key; ``items`` is always the same dictionary. Every method that changes one returns the `Change`, or
    nothing where nothing changed.

    ``units`` is the size as browsers count it: UTF-16 units of all keys and values. ``revision`` grows with every
    change, so that two equal revisions mean the same items. ``changed_at`` knows the time of the last change of the
    items that changed since they were first seen. ``loaded`` is false until the browser's items were seen once;
    ``error`` is what the browser said when it does not let the page have this area.
    """

    __slots__ = ("changed_at", "error", "items", "kind", "loaded", "page_id", "revision", "units")

    def __init__(self, kind: AreaKind, page_id: str | None = None) -> None:
        self.kind = kind
        self.page_id = page_id
        self.items: dict[str, Value] = {}
        self.units = 0
        self.revision = 0
        self.changed_at: dict[str, float] = {}
        self.loaded = False
        self.error: str | None = None

    def set(self, key: str, value: Value, now: float) -> Change | None:
        """Add the item or give it a new value."""
        old = self.items.get(key)
        if old == value:
            return None
        # The same few hundred keys come from thousands of browsers: interned, each is kept once.
        key = intern(key)
        self.items[key] = value
        self.units += units(value) - units(old) if old is not None else units(key) + units(value)
        return self._changed(Change(key, old, value), now)

    def remove(self, key: str, now: float) -> Change | None:
        """Remove the item, if there is one."""
        old = self.items.pop(key, None)
        if old is None:
            return None
        self.units -= units(key) + units(old)
        return self._changed(Change(key, old, None), now)

    def clear(self, now: float) -> list[Change]:
        """Remove every item."""
        return list(self._remove_all(list(self.items), now))

    def replace(self, items: Mapping[str, Value], now: float) -> list[Change]:
        """Hold exactly ``items``, by difference: what is equal stays untouched."""
        changes = list(self._remove_all([key for key in self.items if key not in items], now))
        for key, value in items.items():
            change = self.set(key, value, now)
            if change is not None:
                changes.append(change)
        return changes

    def load(self, items: Mapping[str, Value], now: float) -> list[Change]:
        """Take the items of a snapshot. Those seen for the first time count as found, not as changed."""
        if self.loaded or self.items:
            changes = self.replace(items, now)
        else:  # As nearly always, and so by thousands when a hub starts.
            self.items.update(zip(map(intern, items), items.values(), strict=True))
            self.units = units_of(items)
            self.revision += len(items)
            changes = [Change(key, None, value) for key, value in self.items.items()]
        if not self.loaded:
            self.changed_at.clear()
            self.loaded = True
        return changes

    def _remove_all(self, keys: list[str], now: float) -> Iterator[Change]:
        for key in keys:
            change = self.remove(key, now)
            if change is not None:
                yield change

    def _changed(self, change: Change, now: float) -> Change:
        self.revision += 1
        old, new = change.old_value, change.new_value
        if new is None:
            self.changed_at.pop(change.key, None)
        elif not (isinstance(old, NotRecorded) and int(old) == units(new)):  # else it is found, for all that is known
            self.changed_at[change.key] = now
        return change
