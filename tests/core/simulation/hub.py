"""The hub's end: the registry behind simulated connections, and a listener that believes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.core import messages
from monitor.core.edits import EditState
from monitor.core.events import (
    AreaLoaded,
    EditUpdated,
    Event,
    ItemsChanged,
    PageLeft,
    PageOpened,
    PageUpdated,
    SessionForgotten,
    SessionLeft,
    SessionOpened,
    SessionReturned,
    SessionUpdated,
)
from monitor.core.page import Line
from monitor.core.registry import Registry
from monitor.core.session import CLOSE_LEFT, CLOSE_NO_ANSWER, CLOSE_REPLACED
from monitor.core.values import Value, units

if TYPE_CHECKING:
    from monitor.core.area import StorageArea
    from monitor.core.page import Page
    from monitor.core.session import Session
    from tests.core.simulation.ledger import Ledger
    from tests.core.simulation.network import Connection
    from tests.core.simulation.world import World

TICK = 0.5


class Hub:
    """One life of the hub, from start to stop."""

    def __init__(self, world: World, ledger: Ledger, name: str) -> None:
        self.registry = Registry(name)
        self.listener = Listener(ledger)
        self.registry.subscribe(self.listener)
        self._world = world
        self._connections: list[Connection] = []
        self._running = True
        self._tick()

    def accept(self, connection: Connection) -> None:
        """A page connects."""
        self._connections.append(connection)
        registry, world = self.registry, self._world
        page: Page | None = None

        def close(code: int, reason: str) -> None:
            if code not in (CLOSE_LEFT, CLOSE_NO_ANSWER, CLOSE_REPLACED):
                self.listener.faults.append(AssertionError(f"a bridge was closed with {code}: {reason}"))
            connection.close_by_hub()

        line = Line(lambda message: connection.to_page.send(messages.encode(message)), close)

        def on_message(text: bytes) -> None:
            nonlocal page
            if page is None:
                page = registry.greet(text, line, world.now)
            else:
                registry.receive(page, text, world.now)

        def on_end() -> None:
            if page is not None:
                registry.leave(page, line, world.now)

        connection.to_hub.on_message = on_message
        connection.to_hub.on_end = on_end

    def stop(self) -> None:
        """Die without a word."""
        self._running = False
        for connection in self._connections:
            connection.to_hub.deafen()
            connection.cut(hub_notices=False)

    def _tick(self) -> None:
        if self._running:
            self.registry.expire(self._world.now)
            self._world.later(TICK, self._tick)


class Listener:
    """Rebuilds everything from events alone, and notes what does not fit (an exception would only be logged)."""

    def __init__(self, ledger: Ledger) -> None:
        self.faults: list[BaseException] = []
        self._ledger = ledger
        self._items: dict[StorageArea, dict[str, Value]] = {}
        self._live: dict[Session, set[Page]] = {}
        self._left: set[Session] = set()
        self._settled: set[str] = set()

    def __call__(self, event: Event) -> None:
        try:
            self._take(event)
        except (AssertionError, KeyError) as fault:
            self.faults.append(fault)

    def _take(self, event: Event) -> None:
        match event:
            case SessionOpened(session=session):
                assert session not in self._live
                assert session not in self._left
                self._live[session] = set()
            case SessionLeft(session=session):
                assert not self._live.pop(session), "left while it has pages"
                self._left.add(session)
            case SessionReturned(session=session):
                self._left.remove(session)
                self._live[session] = set()
            case SessionForgotten(session=session):
                self._left.remove(session)
            case PageOpened(session=session, page=page):
                assert page not in self._live[session]
                self._live[session].add(page)
            case PageLeft(session=session, page=page):
                self._live[session].remove(page)
            case PageUpdated(session=session, page=page):
                assert page in self._live[session]
            case SessionUpdated(session=session):
                assert session in self._live
            case AreaLoaded(area=area):
                assert self._items.setdefault(area, {}) == area.items
            case ItemsChanged(area=area, changes=changes):
                assert changes, "nothing changed"
                items = self._items.setdefault(area, {})
                for change in changes:
                    assert items.get(change.key) == change.old_value
                    assert change.old_value != change.new_value
                    if change.new_value is None:
                        del items[change.key]
                    else:
                        items[change.key] = change.new_value
                assert items == area.items
                assert area.units == sum(units(key) + units(value) for key, value in items.items())
            case EditUpdated(edit=edit):
                assert edit.id not in self._settled, "a second outcome"
                if edit.state is not EditState.PENDING:
                    self._settled.add(edit.id)
                    self._ledger.check_outcome(edit)

    def check(self, registry: Registry) -> None:
        """What was announced is what is there."""
        if self.faults:
            raise self.faults[0]
        assert {session: set(session.pages.values()) for session in registry if session.live} == self._live
        assert {session for session in registry if not session.live} == self._left
        for session in registry:
            for area in (session.area(), *(session.area(page) for page in session.pages.values())):
                assert self._items.get(area, {}) == area.items
            assert session.leader is None or session.leader.connected
