"""Listing: which items of an area are shown, and in which order."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from monitor.core.secret_keys import looks_secret
from monitor.ui.masking.secret_numbers import SecretNumbers
from monitor.ui.storage.columns import Column
from monitor.ui.storage.filter.haystack import BETWEEN, Haystack
from monitor.ui.storage.filter.item_filter import FilterChoice, ItemFilter
from monitor.ui.storage.key_numbers import KeyNumbers
from monitor.ui.storage.order import ItemRows, SortValue, sort_values

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence, Set

    from PySide6.QtCore import QAbstractItemModel

    from monitor.core.values import Value
    from monitor.ui.storage.item_states import ItemStates
    from monitor.ui.storage.shown_items import ShownItems

FEW: Final = 200
"""So many changed items are looked at one by one; of more than these, and a part of all, all are."""
_PART: Final = 16
_TOLD_BY_VALUE: Final = (Column.VALUE, Column.KIND)
"""Columns whose order would tell something of a value that is masked."""


class Listing:
    """Keeps ``rows``: the numbers of those of ``keys`` whose items of ``shown`` are in the group and let through by the
    filter, and of the operator's own work (``states``, `pin`) in any case. The filter knows nothing of a value that
    ``hides`` says is masked; the order nothing of any that looks secret, so that no row moves when it is revealed.

    Say when items may have come or gone (`forget_names`), and which ones are others (`update`).
    """

    def __init__(
        self, model: QAbstractItemModel, shown: ShownItems, states: ItemStates, hides: Callable[[str], bool]
    ) -> None:
        self._shown = shown
        self._states = states
        self._hides = hides
        self._secrets = SecretNumbers()
        self._numbers = KeyNumbers()
        self.keys = self._numbers.keys
        """The key of each number; always the same list."""
        self.rows = ItemRows(model, self.keys)
        self.filter = ItemFilter(FilterChoice())
        self.group = ""
        """What the keys begin with."""
        self._column = Column.KEY
        self._descending = False
        self._pins: Counter[str] = Counter()
        self._names_hold = False
        self._haystack: Haystack | None = None

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
        names = self._all_names()
        if len(names) > len(self.rows.shown):
            names = [number for number in names if number in self.rows]
        self.rows.sort(names, self._sort_values(names), descending=descending)

    def narrow(self, choice: FilterChoice, *, up_to_date: bool) -> bool:
        """Filter by this from now on. Returns whether the rows are right: they are where the filter lets through
        nothing new, and they were ``up_to_date``. Otherwise `rebuild` comes next.

        Raises:
            ExpressionError: it is to be a regular expression, and is none. Then nothing changes.
        """
        before, self.filter = self.filter, ItemFilter(choice, self.filter)
        if self._haystack is not None and not (self.filter.is_plain and self.filter.folds == self._haystack.folds):
            self._haystack = None
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

    def update(self, dirty: set[str]) -> list[str] | None:
        """Look at these items again. Returns those that had a row before; ``None`` if it is better to look at all
        (`rebuild`): there are many, or the filter has given up.
        """
        if len(dirty) > max(FEW, len(self.rows.shown) // _PART):
            return None
        numbers = {self._numbers.give(key): key for key in dirty}
        known = [key for number, key in numbers.items() if number in self.rows]
        found = self._found(list(numbers))
        if found is None:
            return None
        values = self._staying(self._sort_values_of(found))
        self.rows.update({**dict.fromkeys(numbers), **values})
        for number in numbers.keys() - values.keys():
            self._let_go(numbers[number])
        return known

    def rebuild(self) -> None:
        """Look at all items again."""
        names = self._all_names()
        found = self._found(names)
        if found is None:
            found = self._found(names)
            assert found is not None, "a filter stops once"
        values = self._sort_values(found)
        for number, value in self._staying({number: values[number] for number in self._pinned()}).items():
            values[number] = value
        self.rows.show(found, values, descending=self._descending)

    # --- which ones, and where ---------------------------------------------------------------------------------------

    def place(self, key: str) -> int | None:
        """The row of this key, if it has one."""
        number = self._numbers.of(key)
        return None if number is None else self.rows.place(number)

    def places(self, keys: Iterable[str]) -> list[int]:
        """The rows of those of ``keys`` that have one, ascending."""
        return self.rows.places(self._numbers.of_many(keys))

    def _all_names(self) -> list[int]:
        """The keys of all items that could be shown, in the order of names."""
        while not self._names_hold:
            self._names_hold = True  # Until whoever hears that rows go pins an item.
            gone = self._numbers.hold(self._shown.items, self._own())
            self.rows.update(dict.fromkeys(self._numbers.of_many(gone)))
            self._numbers.let_go_of_many(gone)
        return self._numbers.in_order()

    def _let_go(self, key: str) -> None:
        """No row stands for this key: let go of its number, if there is no such item either."""
        if key not in self._shown.items and not self._is_own(key):
            self._numbers.let_go(key)

    def _own(self) -> set[str]:
        """The keys of items that are shown whatever they hold: the operator's own work."""
        return {*self._states.pending.items, *self._states.refused, *self._pins}

    def _is_own(self, key: str) -> bool:
        return key in self._pins or key in self._states.pending.items or key in self._states.refused

    def _found(self, numbers: list[int]) -> list[int] | None:
        """Those of ``numbers`` that are to be shown, in the same order; ``None`` if the filter took too long, and so
        lets all through from now on.
        """
        items, keys, stopped = self._shown.items, self.keys, self.filter.stopped
        found = [number for number in numbers if keys[number].startswith(self.group)] if self.group else numbers
        if self.filter:
            found = self._let_through(found)
            if self.filter.stopped and not stopped:
                return None
        elif not (self._names_hold and len(self._numbers) == len(items)):  # Else all are there.
            found = [number for number in found if keys[number] in items]
        if len(found) == len(numbers):
            return found[:]
        own = set(self._numbers.of_many(self._own()))
        if own:
            shown = own.union(found)
            found = [number for number in numbers if number in shown]
        return found

    def _let_through(self, numbers: list[int]) -> list[int]:
        """Those of ``numbers`` whose items the filter lets through, in the same order."""
        items, keys = self._shown.items, self.keys
        if self.filter.is_plain and len(numbers) > FEW and BETWEEN not in self.filter.needle:
            if self._haystack is None:
                self._haystack = Haystack(folds=self.filter.folds)
            self._haystack.follow(keys, items, self._shown.revision)
            return self._without_masked(self._haystack.having(self.filter.needle, numbers))
        lets_through = self.filter.lets_through
        self.filter.begin(len(numbers))
        found = [
            number
            for number in numbers
            if (value := items.get(keys[number])) is not None and lets_through(keys[number], value)
        ]
        return self._without_masked(found)

    def _without_masked(self, found: list[int]) -> list[int]:
        """Those of ``found`` that the filter lets through also without what is masked of them."""
        keys, hides, lets_through = self.keys, self._hides, self.filter.lets_through
        secrets = {number for number in found if looks_secret(keys[number])} if len(found) <= FEW else self._all_secrets
        wrong = {number for number in secrets if hides(keys[number]) and not lets_through(keys[number], None)}
        return [number for number in found if number not in wrong] if wrong else found

    @property
    def _all_secrets(self) -> Set[int]:
        return self._secrets.among(self.keys)

    def _values_held(self) -> list[Value | None]:
        """What the items of all ``keys`` hold, by number."""
        items = self._shown.items
        # Most often there is nothing to look up: they are held in the order in which they got their numbers.
        return list(items.values()) if self.keys == list(items) else list(map(items.get, self.keys))

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

    def _sort_values(self, found: list[int]) -> list[SortValue]:
        """What these items are sorted by now, by number; of others, anything."""
        if self._column is Column.STATE:
            return self._states.lasting_states(self.keys)
        if self._column is Column.KEY:
            return [0] * len(self.keys)
        values = self._values_held()
        for key, item in self._states.pending.items.items():
            number = self._numbers.of(key)
            if number is not None and item.value is not None:
                values[number] = item.value
        if self._column in _TOLD_BY_VALUE:
            for number in self._all_secrets:
                values[number] = _told(values[number])
        if self._column is Column.KIND and len(found) < len(values):  # It takes its time.
            looked_at: list[Value | None] = [None] * len(values)
            for number in found:
                looked_at[number] = values[number]
            values = looked_at
        return sort_values(self._column, self.keys, values, self._shown.changed_at)

    def _sort_values_of(self, numbers: list[int]) -> dict[int, SortValue]:
        """The same of a few."""
        keys = [self.keys[number] for number in numbers]
        if self._column is Column.STATE:
            values: list[SortValue] = self._states.lasting_states(keys)
        else:
            held = self.values(keys)
            if self._column in _TOLD_BY_VALUE:
                held = [_told(value) if looks_secret(key) else value for key, value in zip(keys, held, strict=True)]
            values = sort_values(self._column, keys, held, self._shown.changed_at)
        return dict(zip(numbers, values, strict=True))

    def _pinned(self) -> set[int]:
        return set(self._numbers.of_many(self._pins))

    def _staying(self, values: dict[int, SortValue]) -> dict[int, SortValue]:
        """The same, but that what is being edited stays where it is."""
        before = self.rows.values
        values.update((number, before[number]) for number in self._pinned() if number in values and number in self.rows)
        return values


def _told(value: Value | None) -> Value | None:
    """What may be known of a value that looks secret."""
    return None if isinstance(value, str) else value
