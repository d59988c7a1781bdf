"""ItemStates: what there is to say of each item of an area: refused, on its way, new from the page, or saved."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from msgspec import UNSET

from monitor.core.edits import Edit, Intent, Reason, Replace
from monitor.core.messages import Clear, RenameItem, SetItem
from monitor.core.values import NotRecorded, Redacted
from monitor.ui.reasons import REASONS, REASONS_IN_SHORT
from monitor.ui.storage.columns import Column, ItemState
from monitor.ui.storage.pending import Pending, cells_concerned
from monitor.ui.words import quoted, why_kept_back

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from monitor.core.area import Change
    from monitor.core.messages import Operation
    from monitor.core.values import Value
    from monitor.ui.drafts.drafts import Drafts
    from monitor.ui.storage.editing import Editing
    from monitor.ui.storage.shown_items import ShownItems

FLASH: Final = 1.2
"""Seconds for which a change by the page is marked."""

TICK: Final = 3.0
"""Seconds for which an applied edit is marked."""

_WORDS: Final = {
    ItemState.NONE: "",
    ItemState.DRAFT: "draft",
    ItemState.WAITING: "waiting",
    ItemState.REMOVED: "removed",
    ItemState.CHANGED: "changed",
    ItemState.SAVED: "saved",
    ItemState.REDACTED: "redacted",
}

_EXPLAINED: Final = {
    ItemState.DRAFT: "You have typed another value that is not saved yet.",
    ItemState.WAITING: "Waiting for a page of this session to come back.",
    ItemState.REMOVED: "The page removed this item.",
    ItemState.CHANGED: "The page has just changed this item.",
    ItemState.SAVED: "The browser has taken the last edit.",
}

_BOTH: Final = frozenset({Column.KEY, Column.VALUE})


class ItemStates:
    """`refresh` takes in what the edits have come to; between two calls `pending` and `refused` do not change.
    ``shown`` are the items that all of this is said of.
    """

    def __init__(self, editing: Editing, shown: ShownItems, drafts: Drafts) -> None:
        self._editing = editing
        self._drafts = drafts
        self._shown = shown
        self._changed_at: dict[str, float] = {}
        self._saved_at: dict[str, float] = {}
        self._pending_cells: dict[str, frozenset[Column]] = {}
        self._refused_cells: dict[str, frozenset[Column]] = {}
        self._renamed: set[str] = set()
        self.pending = Pending()
        self.refused: dict[str, Edit] = {}
        """By each key that a refused edit names, the last one that does."""
        self.refresh()

    def refresh(self) -> tuple[set[str], bool]:
        """Returns the keys of which there is something else to say, and whether there is of every item."""
        editing = self._editing
        before = {*self.pending.items, *self.refused}
        whole = self.pending.whole
        outcomes = editing.outcomes.of(editing.session, editing.area)
        unsettled = editing.session.unsettled(editing.page)
        self.pending = Pending(unsettled, self._shown.items)
        self._pending_cells = cells_concerned(unsettled)
        self._refused_cells = cells_concerned(outcomes.refused.values())
        self._renamed = outcomes.renamed
        self.refused = {key: edit for edit in outcomes.refused.values() for key in edit.named_keys}
        self._saved_at = outcomes.saved_at
        return before | {*self.pending.items, *self.refused}, self.pending.whole is not whole

    def take_changes(self, changes: Iterable[Change]) -> None:
        """The page changed these items. What was found at first sight is not a change."""
        for change in changes:
            moment = self._shown.changed_at.get(change.key)
            if moment is not None:
                self._changed_at[change.key] = moment

    # --- one item ----------------------------------------------------------------------------------------------------

    def state(self, key: str) -> ItemState:
        """The one thing to say."""
        pending = self.pending.of(key)
        if pending is not None:
            return ItemState.PENDING if pending.edit.sent and self._editing.reaches_page else ItemState.WAITING
        if key in self.refused:
            return ItemState.REFUSED
        if key in self._drafts:
            return ItemState.DRAFT
        value = self._shown.items.get(key)
        if value is None:
            return ItemState.REMOVED
        changed, saved = self.flash(key), self.tick(key)
        if saved or changed:
            return ItemState.SAVED if saved / TICK >= changed / FLASH else ItemState.CHANGED
        return ItemState.REDACTED if isinstance(value, Redacted) else ItemState.NONE

    def cell_state(self, key: str, column: int) -> ItemState:
        """What there is to say of this very key or value: what an edit of it has come to so far, or nothing."""
        state = self.state(key)
        if state in (ItemState.PENDING, ItemState.WAITING):
            concerned = column in self._pending_cells.get(key, _BOTH)
        elif state is ItemState.REFUSED:
            concerned = column in self._refused_cells.get(key, _BOTH)
        elif state is ItemState.DRAFT:
            concerned = column == Column.VALUE
        else:
            concerned = state is ItemState.SAVED and (column == Column.KEY) == (key in self._renamed)
        return state if concerned else ItemState.NONE

    def lasting_state(self, key: str) -> ItemState:
        """The same without what only time takes away, so that it is fit to sort by."""
        state = self.state(key)
        return ItemState.NONE if state in (ItemState.CHANGED, ItemState.SAVED, ItemState.REDACTED) else state

    def lasting_states(self, keys: Sequence[str]) -> list[ItemState]:
        """`lasting_state` of many, of most of which there is nothing to say; of those that are neither among the items
        nor of the operator's own work, anything.
        """
        if self.pending.whole is not None:
            return list(map(self.lasting_state, keys))
        items, pending, refused, drafts = self._shown.items, self.pending.items, self.refused, self._drafts
        if not drafts and not pending and not refused and len(keys) == len(items):
            return [ItemState.NONE] * len(keys)
        return [
            ItemState.NONE
            if key in items and key not in pending and key not in refused and key not in drafts
            else self.lasting_state(key)
            for key in keys
        ]

    def words(self, key: str) -> str:
        """The state, as short as a cell asks for."""
        state = self.state(key)
        if state is ItemState.PENDING:
            pending = self.pending.of(key)
            assert pending is not None
            if pending.new_key is not None:
                return f"renaming to {quoted(pending.new_key)}…"
            return "deleting…" if pending.value is None else "saving…"
        if state is ItemState.REFUSED:
            reason = self.refused[key].reason
            return f"not saved: {REASONS_IN_SHORT[reason or Reason.DENIED]}"
        if state is ItemState.REDACTED and isinstance(self._shown.items.get(key), NotRecorded):
            return "not kept"
        draft = self._drafts.of(key)
        if state is ItemState.DRAFT and draft is not None and draft.conflict:
            return "draft, conflict"
        return _WORDS[state]

    def explanation(self, key: str) -> str:
        """The state in a sentence."""
        state = self.state(key)
        if state is ItemState.REFUSED:
            goes_on = " F2 goes on with what you wrote." if self.refused_text(key) is not None else ""
            return f"Not saved: {reason_in_words(self.refused[key])}.{goes_on}"
        draft = self._drafts.of(key)
        if state is ItemState.DRAFT and draft is not None and draft.conflict:
            return "You have typed another value that is not saved yet, and the page has changed it meanwhile."
        pending = self.pending.of(key)
        if state is ItemState.WAITING and pending is not None and pending.edit.sent:
            return "Sent, but the page left before it answered. What came of it is known when it comes back."
        value = self._shown.items.get(key)
        if state is ItemState.REDACTED and isinstance(value, Redacted):
            return why_kept_back(value)
        return _EXPLAINED.get(state) or self.words(key)

    def refused_text(self, key: str) -> str | None:
        """What the operator wrote for the item, if that was refused last. What an undo would have put back was not
        written by anybody now.
        """
        edit = self.refused.get(key)
        if edit is None or edit.intent is Intent.UNDO or isinstance(edit.operations, Replace) or self.pending.of(key):
            return None
        written = (each.value for each in edit.operations if isinstance(each, SetItem) and each.key == key)
        return next(written, None)

    def flash(self, key: str) -> float:
        """How fresh the page's last change of the item is: seconds left of `FLASH`, or 0."""
        return self._left(self._changed_at, key, FLASH)

    def tick(self, key: str) -> float:
        """How fresh the last applied edit of the item is: seconds left of `TICK`, or 0."""
        return self._left(self._saved_at, key, TICK)

    @property
    def fading(self) -> bool:
        """Whether anything is marked that soon will not be."""
        return bool(self._changed_at or self._saved_at)

    def fade(self) -> list[str]:
        """Let go of marks whose time is over. Returns the keys that look different by now."""
        ended = [key for key in self._saved_at if not self.tick(key)]
        faded = [*self._changed_at, *ended]
        for key in ended:
            del self._saved_at[key]
        for key in [key for key in self._changed_at if not self.flash(key)]:
            del self._changed_at[key]
        return faded

    def _left(self, moments: dict[str, float], key: str, lasts: float) -> float:
        moment = moments.get(key)
        return 0.0 if moment is None else max(0.0, moment + lasts - self._editing.clock())


def reason_in_words(edit: Edit) -> str:
    """Why an edit was refused, as the end of a sentence; the browser's own words where it had any."""
    reason = edit.reason or Reason.DENIED
    if reason is Reason.READ_ONLY and edit.message:
        return edit.message  # our own words, and more exact
    said = REASONS[reason]
    if reason is Reason.CONFLICT and not isinstance(edit.operations, Replace):
        renames = [each for each in edit.operations if isinstance(each, RenameItem)]
        taken = next((each.new_key for each in renames if edit.current.get(each.new_key) is not None), None)
        if taken is not None:
            said = f"the key {quoted(taken)} is taken"
        elif len(edit.operations) > 1 and (keys := list(islice(_in_conflict(edit.operations, edit.current), 4))):
            named = ", ".join(map(quoted, keys[:3])) + (" and others" if len(keys) > 3 else "")
            said = f"{said} in {named}"
    return f"{said} ({quoted(edit.message, 160)})" if edit.message else said


def _in_conflict(operations: Iterable[Operation], current: Mapping[str, Value | None]) -> Iterator[str]:
    """The keys of which the browser held something else than the operator saw."""
    for operation in operations:
        if isinstance(operation, Clear) or operation.expected is UNSET:
            continue
        if current.get(operation.key, operation.expected) != operation.expected:
            yield operation.key
