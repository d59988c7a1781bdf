"""KeyTree: keys by what they begin with, as far as anybody has looked."""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

DELIMITERS: Final = ".:/-_"
"""Signs that part keys in practice."""

FEWEST: Final = 2
"""Keys that make a group: one alone is told apart well enough by the table."""


class Group:
    """The keys that begin with ``prefix``, which ends with a delimiter; ``count`` of them. The group of all keys has
    the empty prefix. ``groups`` are the groups in it by their prefixes, ``None`` until somebody looks; until then
    ``keys`` are what to look at.
    """

    __slots__ = ("above", "count", "groups", "is_open", "keys", "listed", "prefix")

    def __init__(self, prefix: str, above: Group | None) -> None:
        self.prefix = prefix
        self.above = above
        self.count = 0
        self.keys: set[str] = set()
        self.groups: dict[str, Group] | None = None
        self.is_open = above is None
        self.listed: list[Group] = []
        """Those of the groups in it that have `FEWEST` keys, in order."""

    @property
    def depth(self) -> int:
        """How many groups it is in."""
        return 0 if self.above is None else self.above.depth + 1

    @property
    def label(self) -> str:
        """The part of the prefix that the group above does not have."""
        return self.prefix if self.above is None else self.prefix[len(self.above.prefix) :]

    def name(self) -> tuple[str, str]:
        """What it is ordered by among its neighbours."""
        return self.prefix.casefold(), self.prefix

    def relist(self, group: Group, by: int) -> bool:
        """The group in it has one key more, or one less: list it or not. Says if that is another."""
        if group.count == FEWEST and by > 0:
            insort(self.listed, group, key=Group.name)
        elif group.count == FEWEST - 1 and by < 0:
            del self.listed[bisect_left(self.listed, group.name(), key=Group.name)]
        else:
            return False
        return True


class KeyTree:
    """Groups of ``keys``, parted at each of ``delimiters``. What is in a group is found out when it is asked for; from
    then on it is kept up to date by `update`.
    """

    def __init__(self, keys: Iterable[str], delimiters: str) -> None:
        self._keys = set(keys)
        self._next = re.compile(f"[{re.escape(delimiters)}]")
        self._relisted = False
        self.all = Group("", None)
        self.all.count = len(self._keys)
        self.all.keys = set(self._keys)
        self.chosen = self.all
        """Stays, however few keys are left in it."""
        self._look_into(self.all)

    def update(self, keys: Iterable[str], held: Container[str]) -> tuple[set[Group], bool]:
        """Look at these keys again: ``held`` are those of all keys that there are now. Returns the groups that have
        another count, and whether others are to be seen perhaps.
        """
        changed: set[Group] = set()
        self._relisted = False
        for key in keys:
            is_there = key in held
            if is_there != (key in self._keys):
                (self._keys.add if is_there else self._keys.discard)(key)
                changed.update(self._count(key, 1 if is_there else -1))
        return changed, self._relisted

    def open(self, group: Group, is_open: bool) -> None:
        """Show the groups in it, or do not."""
        if is_open:
            self._look_into(group)
        group.is_open = is_open

    def can_open(self, group: Group) -> bool:
        """Whether there are groups in it to be shown."""
        self._look_into(group)
        return bool(group.listed) or self._on_the_way(group) is not None

    def shown(self) -> list[Group]:
        """All groups that are to be seen, from the top; the group of all keys is the first."""
        return [self.all, *self._shown_in(self.all)]

    def _shown_in(self, group: Group) -> Iterator[Group]:
        listed, chosen = group.listed, self._on_the_way(group)
        if chosen is not None and chosen.count < FEWEST:
            listed = listed[:]
            insort(listed, chosen, key=Group.name)
        for each in listed:
            yield each
            if each.is_open:
                yield from self._shown_in(each)

    def _on_the_way(self, group: Group) -> Group | None:
        """The group in this one that is or holds the chosen one, if one does: that is shown in any case."""
        inner: Group | None = self.chosen
        while inner is not None and inner.above is not group:
            inner = inner.above
        return inner

    def _look_into(self, group: Group) -> None:
        if group.groups is not None:
            return
        groups = group.groups = {}
        start, find = len(group.prefix), self._next.search
        for key in group.keys:
            found = find(key, start)
            if found is not None:
                name = key[: found.end()]
                inner = groups.get(name)
                if inner is None:
                    inner = groups[name] = Group(name, group)
                inner.keys.add(key)
        for inner in groups.values():
            inner.count = len(inner.keys)
        group.keys = set()
        group.listed = sorted((inner for inner in groups.values() if inner.count >= FEWEST), key=Group.name)

    def _count(self, key: str, by: int) -> Iterator[Group]:
        """One key more, or less, in all the groups that have it."""
        group = self.all
        while True:
            group.count += by
            if group.above is not None and group.above.relist(group, by):
                self._relisted = True
            yield group
            if group.groups is None:
                (group.keys.add if by > 0 else group.keys.discard)(key)
                return
            found = self._next.search(key, len(group.prefix))
            if found is None:
                return
            name = key[: found.end()]
            inner = group.groups.get(name)
            if inner is None:
                inner = group.groups[name] = Group(name, group)
            elif inner.count + by == 0 and not self.chosen.prefix.startswith(name):
                inner.count = 0
                yield inner
                del group.groups[name]
                return
            group = inner
