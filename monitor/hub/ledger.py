"""Ledgers: what a program's map and a browser's area know of each other, so that only differences are sent.

A map says what a program wants the whole area to hold. Taken at its word it would undo what the browser wrote since
the program last looked. So only what the program itself touched is asked for: what is in its map otherwise than it was
when it last looked.
"""

from __future__ import annotations

import json
import logging
import weakref
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from monitor.core.edits import Edit, EditState, Replace
from monitor.core.messages import AreaKind, Operation, RemoveItem, SetItem
from monitor.core.values import canonical, one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from monitor.core.area import Change
    from monitor.core.values import Value
    from monitor.storage import BaseStorage

log = logging.getLogger(__name__)


class Ledger:
    """One map for one area. ``address`` is the id that messages name: a session's, or a page's.

    `note` what the map holds; when the browser can take it, ask for `operations`, and tell `sent` with which edit they
    went, and `settle` its outcome.
    ``items`` is the map itself, kept so that no other object can get its identity.
    """

    def __init__(self, area: AreaKind, address: str, items: Mapping[str, Any]) -> None:
        self.area = area
        self.address = address
        self.items = items
        self._whole = True
        """Whether the next map replaces the area."""
        self._seen: dict[str, str] = {}
        """What the area holds as far as this map is concerned: last sent, or last seen."""
        self._replacement: dict[str, str] | None = None
        self._touched: dict[str, str | None] = {}
        self._in_flight: Counter[str] = Counter()
        """How many edits without an outcome name the key."""
        self._unwritable: set[Any] = set()
        self._page_id: str | None = None

    @property
    def waits(self) -> bool:
        """Whether there is something to ask of the browser."""
        return self._replacement is not None or bool(self._touched)

    def note(self, items: Mapping[str, Any]) -> None:
        """The program wants the map as it is now. Values that JSON cannot write are logged and left out."""
        wanted = self._texts(items)
        if self._whole:
            self._replacement = wanted
            return
        # Removals first: they make room for what is set.
        self._touched |= {key: None for key in self._seen if key not in wanted}
        self._touched |= {key: text for key, text in wanted.items() if self._seen.get(key) != text}
        self._seen = wanted

    def outstanding(self) -> list[Operation] | Replace:
        """What `operations` would return, and will."""
        if self._replacement is not None:
            return Replace(dict(self._replacement))
        # Without `expected`: the program's word is the last one, for the keys it touched.
        return [
            *(RemoveItem(key) for key, text in self._touched.items() if text is None),
            *(SetItem(key, text) for key, text in self._touched.items() if text is not None),
        ]

    def operations(self) -> list[Operation] | Replace:
        """What to ask of the browser, once there is a page to take it: everything since the last time."""
        operations = self.outstanding()
        if self._replacement is not None:
            self._seen, self._replacement = self._replacement, None
            self._whole = False
        else:
            self._touched = {}
        return operations

    def sent(self, edit: Edit) -> None:
        """The edit is on its way with what `operations` returned."""
        self._in_flight.update(edit.named_keys)

    def settle(self, edit: Edit, present: Mapping[str, Value]) -> None:
        """An edit that was `sent` has its outcome, and the area now holds ``present``."""
        for key in edit.named_keys:
            self._in_flight[key] -= 1
            if not self._in_flight[key]:
                del self._in_flight[key]
        if edit.state is EditState.REFUSED and isinstance(edit.operations, Replace):
            self._start_over()

    def go_to(self, page_id: str) -> None:
        """The page that stands for the address now. Another page's area never held the map."""
        if page_id != self._page_id:
            self._page_id = page_id
            self._start_over()

    def _start_over(self) -> None:
        """The area does not hold the map: it, or the next one, replaces what is there."""
        self._whole = True
        if self._touched:
            self._touched.clear()
            self._replacement = dict(self._seen)

    def _texts(self, items: Mapping[str, Any]) -> dict[str, str]:
        texts: dict[str, str] = {}
        # A copy in one step: the program may be changing its map in another thread.
        for key, value in list(items.items()):
            try:
                if not isinstance(key, str):
                    raise TypeError("a key must be text")
                texts[canonical(key)] = text_of(value)
            except (TypeError, ValueError, RecursionError) as error:
                if key not in self._unwritable:
                    self._unwritable.add(key)
                    log.error("%s of session %s is not sent: %s", one_line(repr(key)), one_line(self.address), error)
                if key in self._seen:
                    texts[key] = self._seen[key]
            else:
                self._unwritable.discard(key)
        return texts


_ABSENT: Final = object()


class FollowingLedger(Ledger):
    """The ledger of a storage that the hub handed out: its ``data`` follows the browser.

    What the program changed and the browser has not answered yet stays as the program has it. ``place`` is the id of
    the session and, for a SessionStorage, of the page.
    """

    def __init__(
        self, area: AreaKind, storage: BaseStorage, place: tuple[str, str | None], present: Mapping[str, Value]
    ) -> None:
        super().__init__(area, storage.session_id, storage.data)
        self._held: BaseStorage | None = storage
        self._storage = weakref.ref(storage)
        self.place = place
        self._whole = False
        self.follow_all(present)

    @property
    def storage(self) -> BaseStorage | None:
        """The storage; ``None`` when it was `let_go` and the program has not kept it."""
        return self._storage()

    def hold(self) -> BaseStorage | None:
        """Keep the storage, if it is there still, and return it."""
        self._held = self._storage()
        return self._held

    def let_go(self, ended: Callable[[FollowingLedger], object]) -> None:
        """Keep the storage no longer than the program does, then call ``ended``, from wherever that happens."""
        held, self._held = self._held, None
        if held is not None:
            self._storage = weakref.ref(held, lambda _: ended(self))

    def settle(self, edit: Edit, present: Mapping[str, Value]) -> None:
        super().settle(edit, present)
        self._follow(edit.named_keys, present)

    def follow(self, changes: Iterable[Change]) -> None:
        """The browser's items changed."""
        for change in changes:
            self._follow_one(change.key, change.new_value)

    def follow_all(self, present: Mapping[str, Value]) -> None:
        """The browser's items are known anew."""
        self._follow({*self._seen, *present}, present)

    def _follow(self, keys: Iterable[str], present: Mapping[str, Value]) -> None:
        for key in keys:
            self._follow_one(key, present.get(key))

    def _follow_one(self, key: str, value: Value | None) -> None:
        storage = self.storage
        if storage is None or key in self._touched or key in self._in_flight:
            return
        items = storage.data
        untouched = _text_or_absent(items, key) == self._seen.get(key, _ABSENT)
        if isinstance(value, str):
            self._seen[key] = value
            if untouched:
                items[key] = value
        else:  # removed, or redacted, which is not the program's to see
            self._seen.pop(key, None)
            if untouched:
                items.pop(key, None)


def text_of(value: Any) -> str:
    """The text that stands for ``value`` in Web Storage: text as it is, anything else as JSON.

    Raises:
        TypeError, ValueError, RecursionError: JSON cannot write it.
    """
    if isinstance(value, str):
        return canonical(value)
    return canonical(json.dumps(value, ensure_ascii=False, allow_nan=False))


def _text_or_absent(items: Mapping[str, Any], key: str) -> object:
    value = items.get(key, _ABSENT)
    if value is _ABSENT:
        return _ABSENT
    try:
        return text_of(value)
    except (TypeError, ValueError, RecursionError):
        return value  # no text at all, so it is not what the browser holds
