"""History: every version of an item that was seen, when, and by whom. Items that never change cost nothing."""

from __future__ import annotations

from collections import OrderedDict
from itertools import count
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from monitor.core.events import AreaLoaded, ItemsChanged, PageLeft, SessionForgotten

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.core.area import Change, StorageArea
    from monitor.core.events import Event, Source
    from monitor.core.registry import Registry
    from monitor.core.values import Value

COST: Final = 256
"""What a version takes beside its value, as many characters as there are bytes."""


class Version(Struct, frozen=True, gc=False):
    """What an item held from ``at`` (the core's seconds) until the next version. ``value`` is ``None`` where there was
    no such item; ``key`` is the one that the item had then, another than now if it was renamed since.

    ``by`` says who made it so: the page, or an edit that the browser applied (``"operator"``). It is ``None`` where
    nobody was seen to: the value was found when the area was first read, or who it was is among what is gone.
    """

    key: str
    value: Value | None
    at: float
    by: Source | None


class History:
    """Listens to ``registry`` from now on, until `end` is called. A rename takes the versions of the item along.

    Of each item the last ``per_key`` versions are kept, of each area as many as take ``per_area`` characters (a
    version takes `COST` beside its value), of all areas as many as take ``in_all``. The oldest go first; where there
    is too much in all, those of the area that has not changed for the longest time.
    """

    def __init__(
        self, registry: Registry, *, per_key: int = 100, per_area: int = 16 * 2**20, in_all: int = 64 * 2**20
    ) -> None:
        self._registry = registry
        self._per_key = per_key
        self._per_area = per_area
        self._in_all = in_all
        self._found_at: dict[StorageArea, float] = {}
        self._areas: dict[StorageArea, _AreaHistory] = {}
        self._by_change: OrderedDict[StorageArea, None] = (
            OrderedDict()
        )  # longest unchanged first, none without versions
        self.size = 0
        """What is kept in all, in characters as they are counted here."""
        for session in registry:
            for area in (session.area(), *(session.area(page) for page in session.pages.values())):
                if area.loaded:
                    self._found_at[area] = registry.now
        self.end = registry.subscribe(self._hear, ItemsChanged, AreaLoaded, PageLeft, SessionForgotten)

    def versions(self, area: StorageArea, key: str) -> tuple[Version, ...]:
        """What the item of ``area`` was seen to hold, oldest first; the last is what it holds now. Nothing, if there
        never was such an item.
        """
        record = self._record(area, key)
        versions = () if record is None else tuple(record.versions.values())
        value = area.items.get(key)
        if (value is None and not versions) or (versions and versions[-1].value == value):
            return versions
        at = area.changed_at.get(key, self._found_at.get(area, self._registry.now))
        return (*versions, Version(key, value, at, None))

    def gone(self, area: StorageArea, key: str) -> int:
        """How many older versions of the item were seen and are not kept any more."""
        record = self._record(area, key)
        if record is None:
            return 0
        return record.gone if record.versions else record.gone - 1  # what there is now is told by the area

    def _record(self, area: StorageArea, key: str) -> _Record | None:
        history = self._areas.get(area)
        return None if history is None else history.records.get(key)

    def _hear(self, event: Event) -> None:
        if isinstance(event, ItemsChanged):
            # What comes before the first whole snapshot was found, not changed.
            if event.area in self._found_at:
                self._take(event.area, event.changes, event.source)
        elif isinstance(event, AreaLoaded):
            self._found_at.setdefault(event.area, self._registry.now)
        elif isinstance(event, PageLeft):
            self._forget(event.page.session_storage.area)
        elif isinstance(event, SessionForgotten):
            self._forget(event.session.area())

    def _forget(self, area: StorageArea) -> None:
        self._found_at.pop(area, None)
        self._by_change.pop(area, None)
        history = self._areas.pop(area, None)
        if history is not None:
            self.size -= history.size

    def _take(self, area: StorageArea, changes: Sequence[Change], source: Source) -> None:
        history = self._areas.get(area)
        if history is None:
            history = self._areas[area] = _AreaHistory(area, self._found_at[area], self._per_key)
        before = history.size
        previous: Change | None = None
        for change in changes:
            if source == "operator" and previous is not None and _is_rename(previous, change):
                history.move(previous.key, change.key)
            history.take(change, self._registry.now, source)
            previous = change
        while history.size > self._per_area:
            history.drop_oldest()
        self.size += history.size - before
        self._by_change[area] = None
        self._by_change.move_to_end(area)
        while self.size > self._in_all:
            self._drop_oldest()

    def _drop_oldest(self) -> None:
        area = next(iter(self._by_change))
        history = self._areas[area]
        before = history.size
        history.drop_oldest()
        self.size += history.size - before
        if not history.size:
            del self._by_change[area]


def _is_rename(removed: Change, added: Change) -> bool:
    """Whether the two, made by one edit one after the other, move an item."""
    moved = removed.new_value is None and added.old_value is None and removed.old_value == added.new_value
    return moved and removed.key != added.key


class _Record:
    """The versions of one item by their numbers, oldest first, and how many older ones are gone."""

    __slots__ = ("gone", "key", "versions")

    def __init__(self, key: str) -> None:
        self.key = key
        self.versions: dict[int, Version] = {}
        self.gone = 0


class _AreaHistory:
    """The records of one area. Its versions are numbered as they come, so that the oldest is found at once."""

    __slots__ = ("_area", "_found_at", "_numbers", "_order", "_per_key", "records", "size")

    def __init__(self, area: StorageArea, found_at: float, per_key: int) -> None:
        self._area = area
        self._found_at = found_at
        self._per_key = per_key
        self._numbers = count()
        self._order: OrderedDict[int, _Record] = OrderedDict()
        self.records: dict[str, _Record] = {}
        self.size = 0

    def take(self, change: Change, now: float, source: Source) -> None:
        """Note what the item holds from now on."""
        record = self.records.get(change.key)
        if record is None:
            record = self.records[change.key] = _Record(change.key)
            if change.old_value is not None:
                self._add(record, Version(change.key, change.old_value, self._found_at, None))
        self._add(record, Version(change.key, change.new_value, now, source))
        if len(record.versions) > self._per_key:
            self._drop(next(iter(record.versions)))

    def move(self, key: str, new_key: str) -> None:
        """The item that was just taken from ``key`` is about to appear at ``new_key``: its versions go with it."""
        moved = self.records.pop(key)
        number, _ = moved.versions.popitem()  # that there is no such item any more
        del self._order[number]
        self.size -= COST
        known = self.records.get(new_key)
        if known is not None:
            moved.versions = dict(sorted((moved.versions | known.versions).items()))
            moved.gone += known.gone
            for number in known.versions:
                self._order[number] = moved
        moved.key = new_key
        self.records[new_key] = moved
        while len(moved.versions) > self._per_key:
            self._drop(next(iter(moved.versions)))

    def drop_oldest(self) -> None:
        """Let go of the oldest version of all."""
        self._drop(next(iter(self._order)))

    def _add(self, record: _Record, version: Version) -> None:
        number = next(self._numbers)
        record.versions[number] = version
        self._order[number] = record
        self.size += _cost(version)

    def _drop(self, number: int) -> None:
        record = self._order.pop(number)
        self.size -= _cost(record.versions.pop(number))
        record.gone += 1
        # That something is gone is remembered as long as there is such an item.
        if not record.versions and record.key not in self._area.items:
            del self.records[record.key]


def _cost(version: Version) -> int:
    return COST + (len(version.value) if isinstance(version.value, str) else 0)
