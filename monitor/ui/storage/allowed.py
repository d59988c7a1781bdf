"""Allowed: what the operator may do with the items of an area, one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.core.values import Redacted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from monitor.ui.drafts.drafts import Drafts
    from monitor.ui.storage.editing import Editing
    from monitor.ui.storage.item_states import ItemStates
    from monitor.ui.storage.listing import Listing


class Allowed:
    """It depends on what the rows show, on what is on its way, and on what was typed: to be asked each time."""

    def __init__(self, editing: Editing, listing: Listing, states: ItemStates, drafts: Drafts) -> None:
        self._editing = editing
        self._listing = listing
        self._states = states
        self._drafts = drafts

    def can_edit(self, key: str) -> bool:
        """Whether the operator may write a new value: also for an item that is gone, to have it again."""
        if self._states.pending.removes(key) or self._editing.session.why_read_only is not None:
            return False
        return self._editing.area.error is None and not isinstance(self._listing.value(key), Redacted)

    def can_remove(self, key: str) -> bool:
        """Whether there is an item that the operator may remove."""
        return self.can_edit(key) and self._listing.value(key) is not None

    def can_rename(self, key: str) -> bool:
        """Whether there is an item that could have another key. What was typed for one is saved first: it is for the
        key that the item has.
        """
        return self.can_remove(key) and key not in self._drafts

    def removable(self, keys: Sequence[str]) -> tuple[dict[str, str], int]:
        """What there is to be removed of ``keys``, with the values that are shown; and how many of them the page keeps
        to itself.
        """
        values = self._listing.values(keys)
        redacted = sum(isinstance(value, Redacted) for value in values)
        if self._editing.session.why_read_only is not None or self._editing.area.error is not None:
            return {}, redacted
        found = zip(keys, values, strict=True)
        there = {key: value for key, value in found if isinstance(value, str)}
        pending = self._states.pending
        if pending:
            there = {key: value for key, value in there.items() if not pending.removes(key)}
        return there, redacted

    def is_taken(self, key: str) -> bool:
        """Whether there is, or will be, an item of that key: shown, or held back."""
        return key in self._editing.area.items or self._listing.value(key) is not None

    def check_key(self, key: str) -> Callable[[str], str | None]:
        """What says of a new key for this item what is wrong with it, if anything."""

        def check(text: str) -> str | None:
            return "There is an item with this key already." if text != key and self.is_taken(text) else None

        return check
