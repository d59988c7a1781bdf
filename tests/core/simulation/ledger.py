"""What really happened in the browsers, edit by edit; written down there, compared with what the hub announced."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec import UNSET, Struct

from monitor.core.edits import Edit, EditState, Reason, Replace
from monitor.core.messages import AreaKind, Clear, RemoveItem, RenameItem, SetItem

if TYPE_CHECKING:
    from collections.abc import Mapping, Set

    from monitor.core.values import Value


class Asked(Struct):
    """An edit and what the operator saw when asking for it."""

    edit: Edit
    session_id: str
    seen: Mapping[str, Value]


class Ledger:
    """``writes`` counts how often each edit was written. ``found`` holds those whose end state a page found in place
    when it was asked again. ``forgotten`` counts how often the record of a write was lost with its tab.
    """

    def __init__(self) -> None:
        self.asked: dict[str, Asked] = {}
        self.writes: Counter[str] = Counter()
        self.found: set[str] = set()
        self.forgotten: Counter[str] = Counter()

    def note_asked(self, edit: Edit, session_id: str, seen: Mapping[str, Value]) -> None:
        self.asked[edit.id] = Asked(edit, session_id, dict(seen))

    def note_written(
        self, edit_id: str, session_id: str, area: AreaKind, before: Mapping[str, str], by_operator: set[str]
    ) -> None:
        """A browser writes the edit. ``before`` is what the area held, ``by_operator`` what edits wrote last."""
        self.writes[edit_id] += 1
        asked = self.asked[edit_id]
        assert asked.session_id == session_id, "written in another session"
        assert asked.edit.area == area, "written in another area"
        assert self.writes[edit_id] <= 1 + self.forgotten[edit_id], "written twice"
        for key in guarded_keys(asked.edit, before.keys()) - by_operator:
            if isinstance(seen := asked.seen.get(key), str | None):
                assert before[key] == seen, f"{key!r} was overwritten, and the operator had not seen its value"

    def check_outcome(self, edit: Edit) -> None:
        """The hub says, or said, that this is the outcome: it must be true."""
        writes = self.writes[edit.id]
        if edit.state is EditState.APPLIED:
            assert writes or edit.id in self.found, f"{edit} was never written"
        elif edit.state is EditState.REFUSED and not self.forgotten[edit.id]:
            if edit.reason is Reason.GONE and edit.sent:
                return
            assert not writes, f"{edit} was written"

    def check_all(self) -> None:
        """At the end: no outcome became untrue afterwards, and nothing was written that was never sent."""
        for edit_id, asked in self.asked.items():
            self.check_outcome(asked.edit)
            assert asked.edit.sent or not self.writes[edit_id], f"{asked.edit} was written without being sent"


def guarded_keys(edit: Edit, held: Set[str]) -> set[str]:
    """The keys, of those that the area held, whose first touch by the edit is guarded."""
    if isinstance(edit.operations, Replace):
        return set()
    touched: set[str] = set()
    guarded: set[str] = set()
    for operation in edit.operations:
        match operation:
            case SetItem(key=key, expected=expected) | RemoveItem(key=key, expected=expected):
                keys, is_guarded = {key}, expected is not UNSET
            case RenameItem(key=key, new_key=new_key, expected=expected):
                keys, is_guarded = {key}, expected is not UNSET
                touched.add(new_key)
            case Clear(expected=expected):
                keys, is_guarded = set(held), expected is not UNSET
        if is_guarded:
            guarded |= keys - touched
        touched |= keys
    return guarded & held
