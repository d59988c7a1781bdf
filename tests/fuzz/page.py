"""Pages for the session state machine: one that keeps to the protocol, and those that do not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from monitor.core.messages import (
    EditRequest,
    Hello,
    LocalStorageMap,
    Pong,
    SessionStorageMap,
    Snapshot,
    decode_hub_message,
    encode,
)
from monitor.core.page import Line, Page
from tests.fuzz.hostile_messages import KINDS, hostile_message

if TYPE_CHECKING:
    from monitor.core.messages import AreaKind, HubMessage
    from monitor.core.registry import Registry
    from monitor.core.session import Session
    from tests.fuzz.reading import Reader

_AFTER_HELLO: Final = tuple(kind for kind in KINDS if kind != "hello")
_DOCUMENTS: Final = ("first", "second")
_AREAS: Final[tuple[AreaKind, AreaKind]] = ("local", "session")


class Told:
    """What was said over one line. Nothing may come after it was closed."""

    def __init__(self) -> None:
        self.messages: list[HubMessage] = []
        self.closed: tuple[int, str] | None = None
        self.faults: list[str] = []
        self.line = Line(self._send, self._close)

    def _send(self, message: HubMessage) -> None:
        if self.closed is not None:
            self.faults.append(f"{message} was sent over a closed line")
        if decode_hub_message(encode(message)) != message:
            self.faults.append(f"{message} is another one on the wire")
        self.messages.append(message)

    def _close(self, code: int, reason: str) -> None:
        if self.closed is not None:
            self.faults.append("a line was closed twice")
        if len(reason.encode()) > 123 or not reason:
            self.faults.append(f"{reason!r} is no reason to close")
        self.closed = code, reason

    def check(self) -> None:
        assert not self.faults, self.faults[0]


class HonestPage:
    """Reports once, and then answers pings."""

    items: Final = {"mine": "kept"}

    def __init__(self, registry: Registry, now: float) -> None:
        self._registry = registry
        self._told = Told()
        hello = _hello("honest", "long and random", "page of its own", "document")
        page = registry.greet(encode(hello), self._told.line, now)
        assert page is not None
        self.page = page
        for area, items in zip(_AREAS, (self.items, {}), strict=True):
            registry.receive(page, encode(Snapshot(area, 1, 1, 0, list(items.items()))), now)

    @property
    def session(self) -> Session:
        return self.page.session

    def speak(self, now: float) -> None:
        """A sign of life."""
        self._registry.receive(self.page, encode(Pong()), now)

    def check(self) -> None:
        """Nothing was asked of it, and it was never closed."""
        self._told.check()
        assert self._told.closed is None, f"a page that did nothing wrong was closed: {self._told.closed}"
        assert not any(isinstance(message, EditRequest | LocalStorageMap) for message in self._told.messages)


class HostilePage:
    """Connects, says what comes to its mind, hangs up, and comes again."""

    def __init__(self, registry: Registry, session_id: str, secret: str) -> None:
        self._registry = registry
        self._session_id = session_id
        self._secret = secret
        self._told = Told()
        self._page: Page | None = None
        self._seq: dict[AreaKind, int] = {"local": 0, "session": 0}
        self._heard = 0
        self.asked: list[tuple[str, Session]] = []
        """Ids of the edits that it was sent, and the session that it was a page of then."""

    def act(self, reader: Reader, now: float) -> None:
        """Say something, or come, or go."""
        if self._page is None or self._told.closed is not None:
            self._connect(reader, now)
        elif (what := reader.number(16)) == 0:
            self.hang_up(now)
        else:
            text = self._text(reader, what)
            self._registry.receive(self._page, text, now)
        self._note_asked()

    def _connect(self, reader: Reader, now: float) -> None:
        self.hang_up(now)
        self._told.check()
        self._told = Told()
        self._heard = 0
        self._seq = {"local": 0, "session": 0}
        if reader.number(8):
            hello = _hello(self._session_id, self._secret, reader.choice(("one", "two")), reader.choice(_DOCUMENTS))
            text = encode(hello)
        else:
            text = hostile_message(reader, ("hello",), session_id=self._session_id)
        self._page = self._registry.greet(text, self._told.line, now)

    def _text(self, reader: Reader, what: int) -> bytes:
        if what == 1:
            return reader.some(reader.number(40))
        area = _AREAS[reader.number(3) == 2]
        if what < 5:  # as it should be: a whole snapshot
            self._seq[area] = reader.number(8)
            return hostile_message(reader, ("snapshot",), area=area, part=1, parts=1, seq=self._seq[area])
        if what < 9:  # the next change
            self._seq[area] += 1
            return hostile_message(reader, ("changes",), area=area, seq=self._seq[area])
        if what < 13 and (asked := self._last_asked()) is not None:
            fields: dict[str, Any] = {"id": asked[0], "area": asked[1]}
            if reader.number(4):
                self._seq[asked[1]] += 1
                fields |= {"outcome": "applied", "seq": self._seq[asked[1]]}
            return hostile_message(reader, ("result",), **fields)
        return hostile_message(reader, _AFTER_HELLO if reader.number(8) else KINDS)

    def _last_asked(self) -> tuple[str, AreaKind] | None:
        for message in reversed(self._told.messages):
            if isinstance(message, EditRequest):
                return message.id, message.area
            if isinstance(message, LocalStorageMap | SessionStorageMap):
                return str(message.id), "local" if isinstance(message, LocalStorageMap) else "session"
        return None

    def _note_asked(self) -> None:
        if self._page is not None:
            heard, self._heard = self._heard, len(self._told.messages)
            for message in self._told.messages[heard:]:
                if isinstance(message, EditRequest | LocalStorageMap | SessionStorageMap):
                    self.asked.append((str(message.id), self._page.session))

    def hang_up(self, now: float) -> None:
        """The connection is gone, without a word."""
        if self._page is not None:
            self._registry.leave(self._page, self._told.line, now)
            self._page = None

    def check(self) -> None:
        self._told.check()


def _hello(session_id: str, secret: str, page_id: str, document_id: str) -> Hello:
    return Hello(1, session_id, secret, page_id, document_id, "https://x.test", "https://x.test/", "", "", True, "1")
