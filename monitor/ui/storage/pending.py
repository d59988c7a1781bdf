"""Pending: what the edits that have no outcome yet would make of an area, key by key."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from monitor.core.edits import Edit, Replace
from monitor.core.messages import Clear, RemoveItem, RenameItem, SetItem
from monitor.ui.storage.columns import Column

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from monitor.core.values import Value


_KEY_OF: Final = attrgetter("key")


class PendingItem(NamedTuple):
    """What ``edit`` would make of one item. ``value`` is what it would hold, ``None`` if it would be gone;
    ``new_key`` is where a rename would take it.
    """

    edit: Edit
    value: Value | None
    new_key: str | None = None


class Pending:
    """The unsettled edits of an area in order, and what they come to for each key."""

    def __init__(self, edits: Iterable[Edit] = (), items: Mapping[str, Value] | None = None) -> None:
        self.items: dict[str, PendingItem] = {}
        self.whole: Edit | None = None
        """The last edit that is about every item: a clear, or a replacement of the whole area."""
        for edit in edits:
            self._take(edit, items or {})

    def __bool__(self) -> bool:
        return bool(self.items) or self.whole is not None

    def of(self, key: str) -> PendingItem | None:
        """What would become of the item, if anything."""
        item = self.items.get(key)
        if item is None and self.whole is not None:
            return PendingItem(self.whole, None)
        return item

    def removes(self, key: str) -> bool:
        """Whether the item would be gone."""
        item = self.items.get(key)
        return self.whole is not None if item is None else item.value is None

    def _take(self, edit: Edit, held: Mapping[str, Value]) -> None:
        if isinstance(edit.operations, Replace):
            self._take_whole(edit)
            for key, value in edit.operations.items.items():
                self.items[key] = PendingItem(edit, value)
            return
        gone = PendingItem(edit, None)  # one for all: an edit may remove every item of an area
        if set(map(type, edit.operations)) == {RemoveItem}:
            self.items.update(dict.fromkeys(map(_KEY_OF, edit.operations), gone))
            return
        for operation in edit.operations:
            match operation:
                case SetItem(key=key, value=value):
                    self.items[key] = PendingItem(edit, value)
                case RemoveItem(key=key):
                    self.items[key] = gone
                case RenameItem(key=key, new_key=new_key):
                    moved = self.of(key)
                    value_moved = held.get(key) if moved is None else moved.value
                    self.items[key] = PendingItem(edit, None, new_key)
                    if value_moved is not None:
                        self.items[new_key] = PendingItem(edit, value_moved)
                case Clear():
                    self._take_whole(edit)

    def _take_whole(self, edit: Edit) -> None:
        self.whole = edit
        self.items.clear()


_KEY: Final = frozenset({Column.KEY})
_VALUE: Final = frozenset({Column.VALUE})
_BOTH: Final = _KEY | _VALUE


def cells_concerned(edits: Iterable[Edit]) -> dict[str, frozenset[Column]]:
    """Which cells the edits are about, by the keys that they name: the value where it is set, the key where it is
    changed, both where the item is removed.
    """
    cells: dict[str, frozenset[Column]] = {}

    def concern(key: str, columns: frozenset[Column]) -> None:
        before = cells.get(key, columns)
        cells[key] = columns if before is columns else before | columns

    for edit in edits:
        operations = edit.operations
        if isinstance(operations, Replace):
            for key in operations.items:
                concern(key, _VALUE)
            continue
        alike = set(map(type, operations))
        if not cells and alike in ({SetItem}, {RemoveItem}):  # Of these there may be 100,000.
            cells = dict.fromkeys(map(_KEY_OF, operations), _VALUE if alike == {SetItem} else _BOTH)
            continue
        for operation in operations:
            match operation:
                case SetItem(key=key):
                    concern(key, _VALUE)
                case RemoveItem(key=key):
                    concern(key, _BOTH)
                case RenameItem(key=key, new_key=new_key):
                    concern(key, _KEY)
                    concern(new_key, _KEY)
    return cells
