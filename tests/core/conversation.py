"""Conversations with the core: pages say something, the hub answers, listeners hear.

    page >> hello << Welcome << Lead          what the page says, what the hub must say next to it
    page >> b"no JSON" << Closed(1008)        a closed line ends the conversation
    hub << SessionOpened << PageOpened        what the listeners must hear next

An expected message, or event, is given in full, or as its class alone where the rest does not matter. A test that
ends while a page was told something it did not expect fails (`Hub.nothing_is_left`), so no answer goes unnoticed.
Time stands still until `Hub.wait`.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import msgspec
from msgspec import Struct

from monitor.core import messages
from monitor.core.messages import AreaKind, Changes, Hello, PageMessage, Result, Snapshot
from monitor.core.page import Line, Page
from monitor.core.registry import Registry
from monitor.core.timing import Timing

if TYPE_CHECKING:
    from monitor.core.edits import Edit
    from monitor.core.events import Event
    from monitor.core.messages import HubMessage, Operation, WireValue
    from monitor.core.session import Session

Said: TypeAlias = PageMessage | Mapping[str, Any] | str | bytes

hello = Hello(
    version=1,
    session_id="session",
    secret="secret",
    page_id="page",
    document_id="document",
    origin="https://shop.test",
    url="https://shop.test/cart",
    title="Cart",
    user_agent="Browser/1",
    visible=True,
    bridge="1",
)
"""How pages introduce themselves; `Hub.page` changes what differs."""


class Closed(NamedTuple):
    """The line was closed. An empty reason stands for any."""

    code: int
    reason: str = ""


class Hub:
    """A registry with a clock and a listener, and the pages that talk to it."""

    def __init__(self, **timing: float) -> None:
        self.now = 100.0
        self.registry = Registry("hub", Timing(**timing))
        self.heard: deque[Event] = deque()
        self.pages: list[Talker] = []
        self.registry.subscribe(self.heard.append)

    def page(self, page_id: str = "page", **differing: Any) -> Talker:
        """A page that has not said anything yet."""
        page = Talker(self, msgspec.structs.replace(hello, page_id=page_id, **differing))
        self.pages.append(page)
        return page

    def leading_page(self, items: Mapping[str, WireValue] | None = None, **differing: Any) -> Talker:
        """A page that leads a session and has reported ``items``; nothing of that is left to expect."""
        page = self.page(**differing)
        page >> page.hello << messages.Welcome << messages.Lead
        page >> snapshot(items or {}) >> snapshot({}, area="session")
        self.heard.clear()
        return page

    def following_page(self, page_id: str = "follower", **differing: Any) -> Talker:
        """One more page of a session that has a leader, likewise."""
        page = self.page(page_id, document_id=f"document of {page_id}", **differing)
        page >> page.hello << messages.Welcome << messages.Follow
        return page >> snapshot({}, area="session")

    def wait(self, seconds: float) -> None:
        """Let time pass in one go, and do what has become due."""
        self.now += seconds
        self.registry.expire(self.now)

    def __lshift__(self, expected: Event | type[Event]) -> Hub:
        """The listeners hear this next."""
        assert self.heard, f"nothing was announced, expected {expected}"
        assert matches(self.heard[0], expected), f"announced was {self.heard[0]}, expected {expected}"
        self.heard.popleft()
        return self

    def hears_nothing_more(self) -> None:
        assert not self.heard, f"announced was {list(self.heard)}"

    def nothing_is_left(self) -> None:
        for page in self.pages:
            assert not page.told, f"{page.hello.page_id} was told {list(page.told)}, and did not expect it"


class Talker:
    """One connection of a page."""

    def __init__(self, hub: Hub, introduction: Hello) -> None:
        self.hub = hub
        self.hello = introduction
        self.told: deque[HubMessage | Closed] = deque()
        self.last: Any = None
        self.line = Line(self.told.append, lambda code, reason: self.told.append(Closed(code, reason)))
        self.known: Page | None = None
        self._greeted = False

    @property
    def page(self) -> Page:
        assert self.known is not None, "not let in"
        return self.known

    @property
    def session(self) -> Session:
        return self.page.session

    @property
    def items(self) -> Mapping[str, object]:
        """What the hub knows of the ``local`` area."""
        return self.session.area().items

    def __rshift__(self, said: Said) -> Talker:
        """The page says this."""
        text = said if isinstance(said, str | bytes) else written(said)
        registry, now = self.hub.registry, self.hub.now
        if self._greeted:
            registry.receive(self.page, text, now)
        else:
            self._greeted = True
            self.known = registry.greet(text, self.line, now)
        return self

    def __lshift__(self, expected: HubMessage | Closed | type[HubMessage]) -> Talker:
        """The hub says this next to the page."""
        assert self.told, f"nothing was said to {self.hello.page_id}, expected {expected}"
        said = self.told[0]
        assert matches(said, expected), f"{self.hello.page_id} was told {said}, expected {expected}"
        self.last = self.told.popleft()
        return self

    def hang_up(self) -> None:
        """The connection is gone, without a word."""
        self.hub.registry.leave(self.page, self.line, self.hub.now)

    def again(self, **differing: Any) -> Talker:
        """Another connection, of the same page unless it is said to differ."""
        return self.hub.page(**{**msgspec.structs.asdict(self.hello), **differing})


def matches(found: object, expected: object) -> bool:
    if isinstance(expected, type):
        return isinstance(found, expected)
    if isinstance(expected, Closed):
        return isinstance(found, Closed) and found.code == expected.code and found.reason.startswith(expected.reason)
    return found == expected


def written(message: PageMessage | Mapping[str, Any]) -> bytes:
    if isinstance(message, Struct):
        return messages.encode(message)
    return json.dumps(message).encode()


# --- what pages say --------------------------------------------------------------------------------------------------


def snapshot(
    items: Mapping[str, WireValue], *, area: AreaKind = "local", part: int = 1, parts: int = 1, seq: int = 0
) -> Snapshot:
    return Snapshot(area, part, parts, seq, list(items.items()))


def changes(seq: int, *made: list[Any], area: AreaKind = "local") -> Changes:
    """``changes(1, ["set", "a", "1"], ["remove", "b"], ["clear"])``."""
    return msgspec.convert({"type": "changes", "area": area, "seq": seq, "changes": list(made)}, Changes)


def applied(edit: Edit, seq: int, values: Mapping[str, WireValue | None] | None = None) -> Result:
    return Result(edit.id, "applied", edit.area, seq, list((values or {}).items()))


def refused(
    edit: Edit, seq: int, error: str, values: Mapping[str, WireValue | None] | None = None, message: str | None = None
) -> Result:
    return Result(edit.id, "refused", edit.area, seq, list((values or {}).items()), error, message)


# --- what operators ask for ------------------------------------------------------------------------------------------


def ask(page: Talker, *operations: Operation) -> Edit:
    """An edit of the ``local`` area of this page's session."""
    return page.session.edit(operations, page.hub.now)
