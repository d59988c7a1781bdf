"""Listing: which items of an area are shown, and in which order."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from monitor.ui.storage.columns import Column
from monitor.ui.storage.filter.item_filter import FilterChoice, ItemFilter
from monitor.ui.storage.order import ItemRows, SortValue, by_name, sort_values

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QAbstractItemModel

    from monitor.core.values import Value
    from monitor.ui.storage.item_states import ItemStates
    from monitor.ui.storage.shown_items import ShownItems

FEW: Final = 200
"""So many changed items are looked at one by one; of more than these, and a part of all, all are."""
_PART: Final = 16


class Listing:
    """Keeps ``rows``: the keys of those items of ``shown`` that are in the group and let through by the filter, and of
    the operator's own work (``states``, `pin`) in any case.

    Say when items may have come or gone (`forget_names`), and which ones are others (`update`).
    """

    def __init__(self, model: QAbstractItemModel, shown: ShownItems, states: ItemStates) -> None:
        self._shown = shown
        self._states = states
        self.rows = ItemRows(model)
        self.filter = ItemFilter(FilterChoice())
        self.group = ""
        """What the keys begin with."""
        self._column = Column.KEY
        self._descending = False
        self._pins: Counter[str] = Counter()
        self._names: list[str] = []
        self._names_hold = False

    # --- what the operator chooses -----------------------------------------------------------------------------------

    def is_sorted(self, column: Column, *, descending: bool) -> bool:
        """Whether the rows are in this order."""
        return (column, descending) == (self._column, self._descending)

    def sort(self, column: Column, *, descending: bool) -> None:
        """Keep the rows in this order from now on. What is being edited goes where it belongs in it."""
        self._descending = descending
        if column is self._column:
            self.rows.turn()
            return
        self._column = column
        shown, names = self.rows.values, self._all_names()
        found = names if len(names) == len(shown) else [key for key in names if key in shown]
        self.rows.sort(found, self._sort_values(found), descending=descending)

    def narrow(self, choice: FilterChoice, *, up_to_date: bool) -> bool:
        """Filter by this from now on. Returns whether the rows are right: they are where the filter lets through
        nothing new, and they were ``up_to_date``. Otherwise `rebuild` comes next.

        Raises:
            ExpressionError: it is to be a regular expression, and is none. Then nothing changes.
        """
        before, self.filter = self.filter, ItemFilter(choice, self.filter)
        found = self._found(self.rows.shown) if up_to_date and self.filter.narrows(before) else None
        if found is not None:
            self.rows.narrow(found)
        return found is not None

    def pin(self, key: str) -> None:
        """This item stays, and where it is."""
        self._pins[key] += 1
        self._names_hold = False

    def unpin(self, key: str) -> None:
        """The opposite of `pin`."""
        self._pins[key] -= 1
        if not self._pins[key]:
            del self._pins[key]
        self._names_hold = False

    # --- what the browser changes ------------------------------------------------------------------------------------

    def forget_names(self) -> None:
        """Items, or edits of some, have come or gone."""
        self._names_hold = False

    def update(self, dirty: set[str]) -> bool:
        """Look at these items again. False if it is better to look at all (`rebuild`): there are many, or the filter
        has given up.
        """
        if len(dirty) > max(FEW, len(self.rows.shown) // _PART):
            return False
        found = self._found(list(dirty))
        if found is not None:
            self.rows.update({**dict.fromkeys(dirty), **self._staying(self._sort_values(found))})
        return found is not None

    def rebuild(self) -> None:
        """Look at all items again."""
        names = self._all_names()
        found = self._found(names)
        if found is None:
            found = self._found(names)
            assert found is not None, "a filter stops once"
        self.rows.show(found, self._staying(self._sort_values(found)), descending=self._descending)

    # --- which ones, and where ---------------------------------------------------------------------------------------

    def _all_names(self) -> list[str]:
        """The keys of all items that could be shown, in the order of names."""
        if not self._names_hold:
            self._names = by_name({*self._shown.items, *self._own()}, self._names)
            self._names_hold = True
        return self._names

    def _own(self) -> set[str]:
        """The keys of items that are shown whatever they hold: the operator's own work."""
        return {*self._states.pending.items, *self._states.refused, *self._pins}

    def _is_own(self, key: str) -> bool:
        return key in self._pins or key in self._states.pending.items or key in self._states.refused

    def _found(self, keys: list[str]) -> list[str] | None:
        """Those of ``keys`` that are to be shown, in the same order; ``None`` if the filter took too long, and so lets
        all through from now on.
        """
        items, stopped = self._shown.items, self.filter.stopped
        own = self._own() if len(keys) > FEW else {key for key in keys if self._is_own(key)}
        found = [key for key in keys if key.startswith(self.group)] if self.group else keys
        if self.filter:
            found = self.filter.find(found, items)
            if self.filter.stopped and not stopped:
                return None
        elif own or keys is not self._names:  # Else all are there.
            found = [key for key in found if key in items]
        if own:
            shown = own.union(found)
            found = [key for key in keys if key in shown]
        return found

    def value(self, key: str) -> Value | None:
        """What the row of this key shows: what an edit on its way would store, else what there is."""
        pending = self._states.pending.of(key)
        if pending is not None and pending.value is not None:
            return pending.value
        return self._shown.items.get(key)

    def values(self, keys: Sequence[str]) -> list[Value | None]:
        """`value` of many, of most of which no edit is on its way."""
        values: list[Value | None] = list(map(self._shown.items.get, keys))
        pending = self._states.pending.items
        if pending:
            for place, key in enumerate(keys):
                item = pending.get(key)
                if item is not None and item.value is not None:
                    values[place] = item.value
        return values

    def _sort_values(self, keys: list[str]) -> dict[str, SortValue]:
        """What these items are sorted by now."""
        if self._column is Column.STATE:
            return self._states.lasting_states(keys)
        values = sort_values(self._column, keys, self.values(keys), self._shown.changed_at)
        return dict(zip(keys, values, strict=True))

    def _staying(self, values: dict[str, SortValue]) -> dict[str, SortValue]:
        """The same, but that what is being edited stays where it is."""
        before = self.rows.values
        values.update((key, before[key]) for key in self._pins if key in values and key in before)
        return values
