"""The bridge of one document, written from the protocol (`monitor.core.messages`) as a browser would run it.

It reads and writes JSON as plain dictionaries, so that the wire format itself is part of what is tested.
"""

from __future__ import annotations

import json
from collections import deque
from typing import TYPE_CHECKING, Any, TypeAlias

from tests.core.simulation.obeying import RefusedError, applied, edited_area, in_place, reported
from tests.core.simulation.storage import QUOTA, shown, size

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.core.messages import AreaKind
    from tests.core.simulation.browser import Tab
    from tests.core.simulation.network import Connection

Json: TypeAlias = dict[str, Any]

ITEMS_A_PART = 1
PATIENCE = 2.0
"""Seconds that `welcome` may take: the page's idea of the hub's clock is wrong by no more."""


class Mirror:
    """What was last reported of an area, how far that was counted, and the count of the page's own last change."""

    def __init__(self) -> None:
        self.items: dict[str, str] = {}
        self.seq = 0
        self.changed_at_seq = 0


class Bridge:
    """One document's bridge: one connection after the other, and the memory of what was applied here."""

    def __init__(self, tab: Tab) -> None:
        self.tab = tab
        self.profile = tab.profile
        self.document_id = self.profile.world.new_id("document")
        self.connection: Connection | None = None
        self.mirrors: dict[AreaKind, Mirror] = {"local": Mirror(), "session": Mirror()}
        self.leads = False
        self.welcomed = False
        self.last_event_at = 0.0
        self.after_next_write: Callable[[], None] | None = None
        self._clock_skew = self.profile.world.random.uniform(-1e6, 1e6)
        self._hello_at = 0.0
        self._hub_clock_ahead = 0.0
        self._applied: set[str] = set()
        self._queue: deque[Json] = deque()
        self._asking = False

    # --- the connection ----------------------------------------------------------------------------------------------

    def connect(self) -> None:
        """Connect, unless connected; where there is no hub, try again later."""
        if self.connection is not None:
            return
        connection = self.profile.connect()
        if connection is None:
            self._retry()
            return
        self.connection = connection
        connection.to_page.on_message = lambda text: self.tab.run(self, lambda: self._on_message(connection, text))
        connection.to_page.on_end = lambda: self.tab.run(self, lambda: self._on_close(connection))
        self._hello_at = self._clock()
        self._send(
            type="hello",
            version=1,
            session_id=self.profile.session_id,
            secret=self.profile.secret,
            page_id=self.tab.kept_page_id,
            document_id=self.document_id,
            origin=self.profile.origin,
            url=self.profile.origin + "/",
            title="",
            user_agent="simulated",
            visible=self.tab.visible,
            bridge="simulated",
        )

    def leave(self) -> None:
        """On pagehide: report the last, say bye, and hear nothing more."""
        if self.connection is None:
            return
        for kind in ("local", "session"):
            self._report(kind)
        self._send(type="bye")
        self.connection.close_by_page()
        self._forget_connection()

    def die(self) -> None:
        """The process is gone, and what it would have done next."""
        if self.connection is not None:
            self.connection.cut(hub_notices=self.profile.world.random.random() < 0.7)
            self._forget_connection()

    def _on_close(self, connection: Connection) -> None:
        if connection is self.connection:
            self._forget_connection()
            self._retry()

    def _forget_connection(self) -> None:
        self.connection = None
        self.leads = self.welcomed = self._asking = False
        self._queue.clear()

    def _retry(self) -> None:
        delay = self.profile.world.random.choice((0.05, 0.5, 3.0))
        self.profile.world.later(delay, lambda: self.tab.run(self, self.connect))

    def _send(self, **message: Any) -> None:
        assert self.connection is not None
        self.connection.to_hub.send(json.dumps(message).encode())

    def _clock(self) -> float:
        """Milliseconds on the page's own clock, which has nothing to do with the hub's."""
        return (self.profile.world.now + self._clock_skew) * 1000

    # --- what the hub says -------------------------------------------------------------------------------------------

    def _on_message(self, connection: Connection, text: bytes) -> None:
        if connection is self.connection:
            self._queue.append(json.loads(text))
            self._work()

    def _work(self) -> None:
        """In order; an edit that IndexedDB is asked about holds up what comes after it."""
        while self._queue and not self._asking:
            self._obey(self._queue.popleft())

    def _obey(self, message: Json) -> None:
        match message.get("type"):
            case "welcome":
                if self._clock() - self._hello_at > PATIENCE * 1000:
                    self.leave()
                    self._retry()
                    return
                self._hub_clock_ahead = message["time"] - self._hello_at
                self.tab.kept_page_id = message["page_id"]
                self.welcomed = True
                self._send_snapshot("session")
            case "lead":
                self.leads = True
                self._send_snapshot("local")
            case "follow":
                self.leads = False
            case "resync":
                self._send_snapshot(message["area"])
            case "ping":
                for kind in ("local", "session"):
                    self._report(kind)
                self._send(type="pong")
            case "edit" | None:
                self._take_edit(message)
            case other:
                raise AssertionError(f"unexpected {other}")

    # --- what the page reports ---------------------------------------------------------------------------------------

    def on_storage_event(self, kind: AreaKind, key: str | None) -> None:
        """Whatever the event says, what counts is what the area holds now."""
        self._report(kind, key)

    def _reports(self, kind: AreaKind) -> bool:
        return self.welcomed and (kind == "session" or self.leads)

    def _report(self, kind: AreaKind, key: str | None = None) -> None:
        if self._reports(kind) and (changes := self._look(kind, key)):
            self._send(type="changes", area=kind, seq=self.mirrors[kind].seq, changes=changes)

    def _look(self, kind: AreaKind, only: str | None = None) -> list[list[Any]]:
        """Compare the area, or one key of it, with what was reported, and count what is new."""
        items, mirror = self.tab.area(kind).items, self.mirrors[kind]
        if only is None and mirror.items and not items:
            changes: list[list[Any]] = [["clear"]]
            mirror.items.clear()
        else:
            changes = []
            for key in sorted(items.keys() | mirror.items.keys()) if only is None else [only]:
                if key not in items:
                    if mirror.items.pop(key, None) is not None:
                        changes.append(["remove", key])
                elif items[key] != mirror.items.get(key):
                    mirror.items[key] = items[key]
                    changes.append(["set", key, shown(key, items[key])])
        if changes:
            mirror.seq += 1
            mirror.changed_at_seq = mirror.seq
        return changes

    def _send_snapshot(self, kind: AreaKind) -> None:
        self._look(kind)
        mirror = self.mirrors[kind]
        items = [[key, shown(key, value)] for key, value in mirror.items.items()]
        parts = [items[start : start + ITEMS_A_PART] for start in range(0, len(items), ITEMS_A_PART)] or [[]]
        for number, part in enumerate(parts, 1):
            self._send(type="snapshot", area=kind, part=number, parts=len(parts), seq=mirror.seq, items=part)

    # --- edits -------------------------------------------------------------------------------------------------------

    def _take_edit(self, message: Json) -> None:
        """Decide at once, but for one sent again that this document does not remember: then ask IndexedDB first."""
        edit_id = message["id"]
        if not message.get("again") or edit_id in self._applied:
            self._decide(message, known=edit_id in self._applied)
            return
        self._asking = True
        connection = self.connection

        def answered() -> None:
            if connection is self.connection:
                self._asking = False
                self._decide(message, known=self.profile.remembers(edit_id))
                self._work()

        world = self.profile.world
        world.later(world.random.choice((0.001, 0.02)), lambda: self.tab.run(self, answered))

    def _decide(self, message: Json, *, known: bool) -> None:
        edit_id, kind = message["id"], edited_area(message)
        assert self._reports(kind), "an edit for an area that this page does not report"
        self._report(kind)
        area, mirror = self.tab.area(kind), self.mirrors[kind]
        again = message.get("again", False)
        if known:
            self._applied.add(edit_id)
            self._answer(message, kind)
            return
        if again and in_place(message, area.items):
            self.profile.ledger.found.add(edit_id)
            self._remember(edit_id)
            self._answer(message, kind)
            return
        try:
            if self._clock() + self._hub_clock_ahead > message["deadline"]:
                raise RefusedError("timed-out")
            wanted = applied(message, area.items, mirror.changed_at_seq)
            if size(wanted) > QUOTA:
                raise RefusedError("quota")
        except RefusedError as refusal:
            self._answer(message, kind, refusal.args[0])
            return
        before = dict(area.items)
        self.profile.ledger.note_written(edit_id, self.profile.session_id, kind, before, set(area.by_operator))
        changed = {key for key in before.keys() | wanted.keys() if before.get(key) != wanted.get(key)}
        area.items.clear()
        area.items.update(wanted)
        area.by_operator |= changed & wanted.keys()
        mirror.items = dict(wanted)
        mirror.seq += 1
        self._remember(edit_id)
        for key in sorted(changed):
            self.tab.tell_observers(kind, key, writer=self)
        accident, self.after_next_write = self.after_next_write, None
        if accident is not None:
            accident()
        if self.connection is not None:
            self._answer(message, kind)

    def _remember(self, edit_id: str) -> None:
        self._applied.add(edit_id)
        self.profile.remember(edit_id, self)

    def _answer(self, message: Json, kind: AreaKind, error: str | None = None) -> None:
        items = self.tab.area(kind).items
        values = [[key, shown(key, items[key]) if key in items else None] for key in reported(message)]
        outcome = "refused" if error else "applied"
        seq = self.mirrors[kind].seq
        self._send(type="result", id=message["id"], outcome=outcome, area=kind, seq=seq, values=values, error=error)
