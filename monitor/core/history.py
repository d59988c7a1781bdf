"""History: every version of an item that was seen, when, and by whom. Items that never change cost nothing."""

from __future__ import annotations

from collections import OrderedDict, deque
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from monitor.core.events import AreaLoaded, ItemsChanged, PageLeft, SessionForgotten

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.core.area import Change, StorageArea
    from monitor.core.events import Source
    from monitor.core.registry import Registry
    from monitor.core.values import Value

COST: Final = 256
"""What a version takes beside its value, as many characters as there are bytes."""

_ROOM: Final = 4096
"""Where there is too much in all, room is made for one part in so many besides: else the next change is too much."""

_MOST_PASSED: Final = 1_000


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
        self.end = registry.subscribe_each(
            {
                ItemsChanged: self._take_changes,
                AreaLoaded: self._take_snapshot,
                PageLeft: lambda event: self._forget(event.page.session_storage.area),
                SessionForgotten: lambda event: self._forget(event.session.area()),
            }
        )

    def versions(self, area: StorageArea, key: str) -> tuple[Version, ...]:
        """What the item of ``area`` was seen to hold, oldest first; the last is what it holds now. Nothing, if there
        never was such an item.
        """
        record = self._record(area, key)
        versions = () if record is None else tuple(record.versions)
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

    def _take_snapshot(self, event: AreaLoaded) -> None:
        self._found_at.setdefault(event.area, self._registry.now)

    def _forget(self, area: StorageArea) -> None:
        self._found_at.pop(area, None)
        self._by_change.pop(area, None)
        history = self._areas.pop(area, None)
        if history is not None:
            self.size -= history.size

    def _take_changes(self, event: ItemsChanged) -> None:
        area = event.area
        history = self._areas.get(area)
        if history is None:
            found_at = self._found_at.get(area)
            if found_at is None:
                return  # What comes before the first whole snapshot was found, not changed.
            history = self._areas[area] = _AreaHistory(area, found_at, self._per_key)
            self._by_change[area] = None
        before = history.size
        history.take(event.changes, self._registry.now, event.source)
        if history.size > self._per_area:
            history.shrink(self._per_area)
        self.size += history.size - before
        try:
            self._by_change.move_to_end(area)
        except KeyError:  # It had no versions any more.
            self._by_change[area] = None
        if self.size > self._in_all:
            self._shrink(self._in_all - self._in_all // _ROOM)

    def _shrink(self, size: int) -> None:
        """Let go of what has not changed for the longest time until no more than ``size`` is left in all."""
        while self.size > size:
            area = next(iter(self._by_change))
            history = self._areas[area]
            before = history.size
            history.shrink(max(before - (self.size - size), 0))
            self.size += history.size - before
            if not history.size:
                del self._by_change[area]


def _is_rename(removed: Change, added: Change) -> bool:
    """Whether the two, made by one edit one after the other, move an item."""
    moved = removed.new_value is None and added.old_value is None and removed.old_value == added.new_value
    return moved and removed.key != added.key


class _Record:
    """The versions of one item, oldest first, and how many older ones are gone."""

    __slots__ = ("gone", "key", "passed", "versions")

    def __init__(self, key: str) -> None:
        self.key = key
        self.versions: list[Version] = []
        self.gone = 0
        self.passed = 0
        """How many times it still stands in the order of its area for versions that are gone."""


class _AreaHistory:
    """The records of one area, and the order in which their versions came: a record stands in it once for each of its
    versions. One that has too many versions lets go of the oldest, and stands there once too often (``passed``) until
    that place is come to.
    """

    __slots__ = ("_area", "_found_at", "_order", "_passed", "_per_key", "records", "size")

    def __init__(self, area: StorageArea, found_at: float, per_key: int) -> None:
        self._area = area
        self._found_at = found_at
        self._per_key = per_key
        self._order: deque[_Record] = deque()
        self._passed = 0
        self.records: dict[str, _Record] = {}
        self.size = 0

    def take(self, changes: Sequence[Change], now: float, source: Source) -> None:
        """Note what the items hold from now on."""
        # Called for each message of each page, so that every call in here would be felt.
        records, order, per_key = self.records, self._order, self._per_key
        previous: Change | None = None
        for change in changes:
            key, value = change.key, change.new_value
            if source == "operator":
                if previous is not None and _is_rename(previous, change):
                    self._move(previous.key, key)
                previous = change
            record = records.get(key)
            if record is None:
                record = records[key] = _Record(key)
                old = change.old_value
                if old is not None:
                    record.versions.append(Version(key, old, self._found_at, None))
                    order.append(record)
                    self.size += COST + (len(old) if isinstance(old, str) else 0)
            versions = record.versions
            versions.append(Version(key, value, now, source))
            order.append(record)
            self.size += COST + (len(value) if isinstance(value, str) else 0)
            if len(versions) > per_key:
                self._drop_of(record)

    def shrink(self, size: int) -> None:
        """Let go of the oldest versions of all until no more than ``size`` is left."""
        order, items, left = self._order, self._area.items, self.size
        while left > size:
            record = order.popleft()
            if record.passed:
                record.passed -= 1
                self._passed -= 1
                continue
            value = record.versions.pop(0).value
            left -= COST + (len(value) if isinstance(value, str) else 0)
            record.gone += 1
            # That something is gone is remembered as long as there is such an item.
            if not record.versions and record.key not in items:
                del self.records[record.key]
        self.size = left

    def _drop_of(self, record: _Record) -> None:
        """Let go of the oldest version of an item."""
        value = record.versions.pop(0).value
        self.size -= COST + (len(value) if isinstance(value, str) else 0)
        record.gone += 1
        record.passed += 1
        self._passed += 1
        if self._passed > _MOST_PASSED and self._passed > len(self._order) // 2:
            self._stand_in(self._without_passed())

    def _without_passed(self) -> list[_Record]:
        """The order without places for what is gone, which are forgotten: it is to stand in."""
        order = []
        for record in self._order:
            if record.passed:
                record.passed -= 1
            else:
                order.append(record)
        self._passed = 0
        return order

    def _stand_in(self, order: list[_Record]) -> None:
        self._order.clear()
        self._order.extend(order)

    def _move(self, key: str, new_key: str) -> None:
        """The item that was just taken from ``key`` is about to appear at ``new_key``: its versions go with it."""
        moved = self.records.pop(key)
        moved.versions.pop()  # that there is no such item any more
        self._order.pop()
        self.size -= COST
        known = self.records.get(new_key)
        if known is not None:
            self._merge(moved, known)
        moved.key = new_key
        self.records[new_key] = moved
        while len(moved.versions) > self._per_key:
            self._drop_of(moved)

    def _merge(self, moved: _Record, known: _Record) -> None:
        """The versions of ``known`` become those of ``moved``, between its own, as they came."""
        order = self._without_passed()
        left = {id(record): iter(record.versions) for record in (moved, known)}
        moved.versions = [next(left[id(record)]) for record in order if id(record) in left]
        moved.gone += known.gone
        self._stand_in([moved if record is known else record for record in order])
