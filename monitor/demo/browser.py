"""A simulated browser: the bridge's side of the protocol, sans-I/O, over plain dictionaries."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from msgspec import UNSET, structs

from monitor.core.edits import Reason
from monitor.core.messages import (
    VERSION,
    AreaKind,
    Changes,
    Clear,
    Cleared,
    EditRequest,
    Follow,
    Hello,
    HubMessage,
    ItemRemoved,
    ItemSet,
    Lead,
    LocalStorageMap,
    Operation,
    PageMessage,
    Ping,
    Pong,
    RemoveItem,
    RenameItem,
    Result,
    Resync,
    SessionStorageMap,
    SetItem,
    Snapshot,
    Welcome,
    WireValue,
)
from monitor.core.values import QUOTA, units

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from msgspec import UnsetType


class RefusedError(Exception):
    """An operation cannot be applied; ``reason`` goes into the result."""

    def __init__(self, reason: Reason, message: str = "") -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message


class SimulatedBrowser:
    """One profile at one origin: the items of its LocalStorage and the pages that share them."""

    def __init__(
        self, session_id: str, origin: str, user: str | None, user_agent: str, items: Mapping[str, str]
    ) -> None:
        self.session_id = session_id
        self.origin = origin
        self.user = user
        self.user_agent = user_agent
        self.items = dict(items)
        self.pages: list[SimulatedPage] = []

    def set_item(self, key: str, value: str) -> None:
        """What a script of the page does; the leading page reports it."""
        if self.items.get(key) != value:
            self.items[key] = value
            self._report(ItemSet(key, value))

    def remove_item(self, key: str) -> None:
        """Likewise."""
        if self.items.pop(key, None) is not None:
            self._report(ItemRemoved(key))

    def clear(self) -> None:
        """Likewise."""
        if self.items:
            self.items.clear()
            self._report(Cleared())

    def _report(self, change: ItemSet | ItemRemoved | Cleared) -> None:
        for page in self.pages:
            if page.leads:
                page.report("local", [change])


class SimulatedPage:
    """One tab. ``send`` takes its messages while it is connected; `receive` is given the hub's."""

    def __init__(self, browser: SimulatedBrowser, page_id: str, path: str, title: str) -> None:
        self.browser = browser
        self.page_id = page_id
        self.url = browser.origin + path
        self.title = title
        self.session_items: dict[str, str] = {}
        self.leads = False
        self.send: Callable[[PageMessage], None] = _not_connected
        self._seq: dict[AreaKind, int] = {"local": 0, "session": 0}
        self._changed: dict[AreaKind, int] = {"local": 0, "session": 0}  # the count at the last change of its own
        self._outcomes: dict[str, Result] = {}
        browser.pages.append(self)

    def connect(self, send: Callable[[PageMessage], None]) -> None:
        """The socket is open."""
        self.send = send
        browser = self.browser
        send(
            Hello(
                version=VERSION,
                session_id=browser.session_id,
                secret=f"secret of {browser.session_id}",
                page_id=self.page_id,
                document_id=f"document of {self.page_id}",
                origin=browser.origin,
                url=self.url,
                title=self.title,
                user_agent=browser.user_agent,
                visible=self is browser.pages[0],
                bridge="simulated",
                user=browser.user or UNSET,
            )
        )

    def disconnect(self) -> None:
        """The socket is gone."""
        self.send = _not_connected
        self.leads = False

    def receive(self, message: HubMessage) -> None:
        """Do what the hub says."""
        match message:
            case Welcome(page_id=page_id):
                self.page_id = page_id
                self._send_snapshot("session")
            case Lead():
                self.leads = True
                self._send_snapshot("local")
            case Follow():
                self.leads = False
            case Resync(area=area):
                self._send_snapshot(area)
            case Ping():
                self.send(Pong())
            case EditRequest(id=edit_id, area=area, operations=operations):
                self._answer(edit_id, area, lambda items: _apply(items, operations, self._changed[area]))
            case LocalStorageMap(localstorage=wanted, id=edit_id):
                self._obey(edit_id, "local", wanted)
            case SessionStorageMap(sessionstorage=wanted, id=edit_id):
                self._obey(edit_id, "session", wanted)

    def report(self, area: AreaKind, changes: list[ItemSet | ItemRemoved | Cleared]) -> None:
        """Tell the hub what changed in an area that this page reports."""
        self._seq[area] += 1
        self._changed[area] = self._seq[area]
        self.send(Changes(area, self._seq[area], changes))

    def _items(self, area: AreaKind) -> dict[str, str]:
        return self.browser.items if area == "local" else self.session_items

    def _send_snapshot(self, area: AreaKind) -> None:
        self.send(Snapshot(area, 1, 1, self._seq[area], list(self._items(area).items())))

    def _obey(self, edit_id: str | UnsetType, area: AreaKind, wanted: dict[str, str]) -> None:
        """The specification's message. Without an id nobody waits for a result: it is a change like the page's own."""
        if edit_id is not UNSET:
            self._answer(edit_id, area, lambda items: _replace(items, wanted))
            return
        items = self._items(area)
        changes: list[ItemSet | ItemRemoved | Cleared] = [ItemRemoved(key) for key in items if key not in wanted]
        changes += [ItemSet(key, value) for key, value in wanted.items() if items.get(key) != value]
        _replace(items, wanted)
        if changes:
            self.report(area, changes)

    def _answer(self, edit_id: str, area: AreaKind, apply: Callable[[dict[str, str]], set[str]]) -> None:
        known = self._outcomes.get(edit_id)
        if known is not None:
            # The outcome is that of then, the values are those of now.
            present = [(key, self._items(area).get(key)) for key, _ in known.values]
            self.send(structs.replace(known, seq=self._seq[area], values=present))
            return
        items = self._items(area)
        wanted = dict(items)
        try:
            keys = apply(wanted)
            if sum(units(key) + units(value) for key, value in wanted.items()) > QUOTA:
                raise RefusedError(Reason.QUOTA, "the quota has been exceeded")
        except RefusedError as refusal:
            result = Result(edit_id, "refused", area, self._seq[area], [], refusal.reason, refusal.message)
        else:
            items.clear()
            items.update(wanted)
            self._seq[area] += 1
            values: list[tuple[str, WireValue | None]] = [(key, items.get(key)) for key in sorted(keys)]
            result = Result(edit_id, "applied", area, self._seq[area], values)
        self._outcomes[edit_id] = result
        self.send(result)


def _not_connected(message: PageMessage) -> None:
    """Where messages go while there is no socket: the next snapshot makes up for them."""


def _apply(items: dict[str, str], operations: list[Operation], changed: int) -> set[str]:
    """Returns the keys that were touched."""
    touched: set[str] = set()
    for operation in operations:
        match operation:
            case SetItem(key=key, value=value, expected=expected):
                _check(items, key, expected)
                items[key] = value
                touched.add(key)
            case RemoveItem(key=key, expected=expected):
                _check(items, key, expected)
                items.pop(key, None)
                touched.add(key)
            case RenameItem(key=key, new_key=new_key, expected=expected):
                _check(items, key, expected)
                if key not in items or new_key in items:
                    raise RefusedError(Reason.CONFLICT)
                items[new_key] = items.pop(key)
                touched |= {key, new_key}
            case Clear(expected=expected):
                if expected is not UNSET and changed > expected:
                    raise RefusedError(Reason.CONFLICT)
                items.clear()
            case _:
                assert_never(operation)
    return touched


def _check(items: dict[str, str], key: str, expected: str | UnsetType | None) -> None:
    if expected is not UNSET and items.get(key) != expected:
        raise RefusedError(Reason.CONFLICT)


def _replace(items: dict[str, str], wanted: dict[str, str]) -> set[str]:
    items.clear()
    items.update(wanted)
    return set(wanted)
