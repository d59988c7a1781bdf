"""Profiles and tabs: what a browser keeps, who shares it, and the lives of documents."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from tests.core.simulation.bridge import Bridge
from tests.core.simulation.storage import QUOTA, Area, size

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.core.messages import AreaKind
    from tests.core.simulation.ledger import Ledger
    from tests.core.simulation.network import Connection
    from tests.core.simulation.world import World


class Profile:
    """One browser profile at one origin: a LocalStorage, an IndexedDB with the session's id and what was applied."""

    def __init__(
        self, world: World, ledger: Ledger, name: str, origin: str, connect: Callable[[], Connection | None]
    ) -> None:
        self.world = world
        self.ledger = ledger
        self.session_id = f"session of {name}"
        self.secret = f"secret of {name}"
        self.origin = origin
        self.connect = connect
        self.local = Area()
        self.tabs: list[Tab] = []
        self.record_survives: Callable[[], bool] = lambda: world.random.random() < 0.5
        self._applied: set[str] = set()
        self._uncommitted: dict[str, Bridge] = {}

    def remember(self, edit_id: str, writer: Bridge) -> None:
        """Put a record into IndexedDB; it is safe a few milliseconds later."""
        self._uncommitted[edit_id] = writer

        def commit() -> None:
            if self._uncommitted.pop(edit_id, None) is not None:
                self._applied.add(edit_id)

        self.world.later(self.world.random.uniform(0.001, 0.03), commit)

    def remembers(self, edit_id: str) -> bool:
        """IndexedDB serves a reader after the writers before it."""
        return edit_id in self._applied or edit_id in self._uncommitted

    def lose_uncommitted(self, writer: Bridge) -> None:
        """The document dies, and its open transactions are aborted, or not."""
        for edit_id in [edit_id for edit_id, who in self._uncommitted.items() if who is writer]:
            del self._uncommitted[edit_id]
            if self.record_survives():
                self._applied.add(edit_id)
            else:
                self.ledger.forgotten[edit_id] += 1


class Tab:
    """One tab: a sessionStorage, and one document after the other with its bridge.

    What happens to the document goes through `run`: while it is frozen, it all waits.
    """

    def __init__(self, profile: Profile, copied: Tab | None = None) -> None:
        self.profile = profile
        self.session: Area = copied.session.copy() if copied else Area()
        self.kept_page_id: str = copied.kept_page_id if copied else profile.world.new_id("page")
        self.visible = copied is None
        self.frozen = False
        self.waiting: deque[Callable[[], None]] = deque()
        self.bridge = Bridge(self)
        profile.tabs.append(self)
        self.bridge.connect()

    def run(self, bridge: Bridge, task: Callable[[], None]) -> None:
        """Run a task of the document that ``bridge`` is in, when the document can; never, if it is gone."""

        def in_document() -> None:
            if bridge is self.bridge and self.is_open:
                task()

        if self.frozen:
            self.waiting.append(in_document)
        else:
            in_document()

    @property
    def is_open(self) -> bool:
        return self in self.profile.tabs

    def area(self, kind: AreaKind) -> Area:
        return self.profile.local if kind == "local" else self.session

    # --- what page scripts do ----------------------------------------------------------------------------------------

    def set_item(self, kind: AreaKind, key: str, value: str) -> None:
        area = self.area(kind)
        if size({**area.items, key: value}) <= QUOTA and area.items.get(key) != value:
            area.items[key] = value
            area.by_operator.discard(key)
            self.tell_observers(kind, key)

    def remove_item(self, kind: AreaKind, key: str) -> None:
        if self.area(kind).items.pop(key, None) is not None:
            self.tell_observers(kind, key)

    def clear(self, kind: AreaKind) -> None:
        if self.area(kind).items:
            self.area(kind).items.clear()
            self.tell_observers(kind, None)

    def tell_observers(self, kind: AreaKind, key: str | None, writer: Bridge | None = None) -> None:
        """Storage events go to every bridge that sees the area, late, but not to the one that wrote."""
        for tab in self.profile.tabs if kind == "local" else [self]:
            if tab.bridge is not writer:
                tab.expect_storage_event(kind, key)

    def expect_storage_event(self, kind: AreaKind, key: str | None) -> None:
        bridge, world = self.bridge, self.profile.world
        at = max(world.now + world.random.choice((0.0, 0.002, 0.2)), bridge.last_event_at)
        bridge.last_event_at = at
        world.later(at - world.now, lambda: self.run(bridge, lambda: bridge.on_storage_event(kind, key)))

    # --- the lives of documents --------------------------------------------------------------------------------------
    # What waits for a frozen one may kill it when it goes on.

    def freeze(self) -> None:
        self.frozen = True

    def thaw(self) -> None:
        self.frozen = False
        while self.waiting and not self.frozen:
            self.waiting.popleft()()

    def reload(self) -> None:
        self.thaw()
        if not self.is_open:
            return
        self.bridge.leave()
        self.profile.lose_uncommitted(self.bridge)
        self.bridge = Bridge(self)
        self.profile.world.later(0.05, self._connect(self.bridge))

    def enter_cache(self) -> None:
        """Navigate away; the document waits in the back/forward cache."""
        self.thaw()
        if self.is_open:
            self.bridge.leave()
            self.freeze()

    def leave_cache(self) -> None:
        """Back to it: it goes on, and connects again if it had left (otherwise it was only frozen)."""
        self.thaw()
        if self.is_open:
            self.bridge.connect()

    def close(self) -> None:
        self.thaw()
        if self.is_open:
            self.bridge.leave()
            self._vanish()

    def kill(self) -> None:
        """The process dies: no farewell."""
        self.bridge.die()
        self._vanish()

    def _vanish(self) -> None:
        self.profile.tabs.remove(self)
        self.profile.lose_uncommitted(self.bridge)

    def _connect(self, bridge: Bridge) -> Callable[[], None]:
        return lambda: self.run(bridge, bridge.connect)
