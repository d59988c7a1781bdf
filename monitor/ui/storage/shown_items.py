"""ShownItems: the items that the table shows: the browser's as they are, or, paused, as they were."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from monitor.core.area import Change, StorageArea
    from monitor.core.events import Source
    from monitor.core.values import Value


class ShownItems:
    """Follows ``area``, but for what the page changes between `pause` and `resume`. What the operator's own edits came
    to is shown at once even then.

    ``items`` and ``changed_at`` are the area's own dicts while it is not paused: read them, and no more.
    """

    __slots__ = ("_area", "_held_back", "changed_at", "items", "paused")

    def __init__(self, area: StorageArea) -> None:
        self._area = area
        self._held_back: set[str] = set()
        self.paused = False
        self.items: dict[str, Value] = area.items
        self.changed_at: dict[str, float] = area.changed_at

    @property
    def held_back(self) -> int:
        """How many items are another in the browser than what is shown, or were meanwhile."""
        return len(self._held_back)

    @property
    def revision(self) -> int:
        """Grows with each change of ``items``, as long as those are the same object."""
        return self._area.revision

    def pause(self) -> None:
        """Stay with what is shown now."""
        self.paused = True
        self.items = dict(self._area.items)
        self.changed_at = dict(self._area.changed_at)

    def resume(self) -> set[str]:
        """Show the browser's items again. Returns the keys to look at."""
        held_back, self._held_back = self._held_back, set()
        self.paused = False
        self.items = self._area.items
        self.changed_at = self._area.changed_at
        return held_back

    def take(self, changes: Iterable[Change], source: Source) -> list[str]:
        """The area has changed so. Returns the keys of which something else is shown by that."""
        if not self.paused:
            return [change.key for change in changes]
        if source == "page":
            self._held_back.update(change.key for change in changes)
            return []
        return [self._show(change) for change in changes]

    def _show(self, change: Change) -> str:
        self._held_back.discard(change.key)
        if change.new_value is None:
            self.items.pop(change.key, None)
            self.changed_at.pop(change.key, None)
        else:
            self.items[change.key] = change.new_value
            self.changed_at[change.key] = self._area.changed_at.get(change.key, 0.0)
        return change.key
