"""The other end of the line: a page that says what a test tells it to, and one that obeys like a browser."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import TYPE_CHECKING, Any, Self

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from monitor.core import messages
from monitor.core.messages import SUBPROTOCOL
from monitor.demo.browser import SimulatedBrowser, SimulatedPage

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

    from monitor import WebSocket
    from monitor.core.events import Event
    from monitor.core.registry import Registry

ORIGIN = "http://shop.test"


def hello(session_id: str = "s", page_id: str = "p", **fields: Any) -> dict[str, Any]:
    """The first message of a page."""
    return {
        "type": "hello",
        "version": messages.VERSION,
        "session_id": session_id,
        "secret": f"secret of {session_id}",
        "page_id": page_id,
        "document_id": f"document of {page_id}",
        "origin": ORIGIN,
        "url": f"{ORIGIN}/",
        "title": "A shop",
        "user_agent": "a test",
        "visible": True,
        "bridge": "scripted",
        **fields,
    }


def snapshot(items: Mapping[str, str | int] | None = None, area: str = "local", seq: int = 0) -> dict[str, Any]:
    """A whole area in one part."""
    return {"type": "snapshot", "area": area, "part": 1, "parts": 1, "seq": seq, "items": list((items or {}).items())}


def applied(edit: Mapping[str, Any], seq: int, **values: str | None) -> dict[str, Any]:
    """The answer of a page that did as it was asked."""
    return {
        "type": "result",
        "id": edit["id"],
        "outcome": "applied",
        "area": edit.get("area", "local"),
        "seq": seq,
        "values": list(values.items()),
    }


class ScriptedPage:
    """Says and hears one message at a time."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    @classmethod
    @contextlib.asynccontextmanager
    async def open(cls, ws: WebSocket, **options: Any) -> AsyncIterator[Self]:
        """A connection to the hub that has said nothing yet."""
        options.setdefault("subprotocols", [SUBPROTOCOL])
        async with connect(ws.url, compression=None, ping_interval=None, **options) as socket:
            yield cls(socket)

    async def say(self, *said: Mapping[str, Any]) -> None:
        """Send messages. The standard library escapes lone surrogates, as the bridge does."""
        for message in said:
            await self.socket.send(json.dumps(message))

    async def hear(self, kind: str | None = None) -> Any:
        """The next message, which must be of that type; the specification's have none."""
        message = json.loads(await self.socket.recv())
        assert message.get("type") == kind, message
        return message

    async def closed(self) -> tuple[int, str]:
        """Wait for the end: code and reason, as the page's `close` event has them."""
        with contextlib.suppress(ConnectionClosed):
            while True:
                await self.socket.recv()
        close = self.socket.protocol.close_rcvd
        assert close is not None, "cut off without a word"
        return close.code, close.reason

    async def lead(self, items: Mapping[str, str | int] | None = None, **fields: Any) -> None:
        """Join as the page that reports ``items``."""
        await self.say(hello(**fields))
        await self.hear("welcome")
        await self.hear("lead")
        await self.say(snapshot(items))


_HubMessages = (
    messages.Welcome | messages.Lead | messages.Follow | messages.EditRequest | messages.Ping | messages.Resync
)
_hub_messages: msgspec.json.Decoder[Any] = msgspec.json.Decoder(_HubMessages)


def _decode(text: str) -> Any:
    fields = json.loads(text)
    if "localstorage" in fields:
        return msgspec.convert(fields, messages.LocalStorageMap)
    if "sessionstorage" in fields:
        return msgspec.convert(fields, messages.SessionStorageMap)
    return msgspec.convert(fields, _HubMessages)


class LivingPage:
    """A page of a simulated browser: it obeys, and its items can be looked at and changed."""

    def __init__(self, session_id: str = "s", items: Mapping[str, str] | None = None, **fields: Any) -> None:
        origin = fields.get("origin", ORIGIN)
        self.browser = SimulatedBrowser(session_id, origin, fields.get("user"), "a test", items or {})
        self.page = SimulatedPage(self.browser, fields.get("page_id", f"page of {session_id}"), "/", "A shop")
        self.heard: list[Any] = []

    @property
    def items(self) -> dict[str, str]:
        """What the browser's LocalStorage holds."""
        return self.browser.items

    @contextlib.asynccontextmanager
    async def connected(self, ws: WebSocket) -> AsyncIterator[Self]:
        """Live as long as the block lasts, or the hub."""
        options: Any = {"subprotocols": [SUBPROTOCOL], "compression": None, "ping_interval": None}
        async with connect(ws.url, **options) as socket:
            self.page.connect(lambda message: _write(socket, message))
            obeying = asyncio.create_task(self._obey(socket))
            try:
                yield self
            finally:
                await socket.close()
                await obeying
                self.page.disconnect()

    async def _obey(self, socket: ClientConnection) -> None:
        async for text in socket:
            message = _decode(str(text))
            self.heard.append(message)
            self.page.receive(message)


def messages_subprotocol() -> Any:
    """`SUBPROTOCOL`, as the library's types have it."""
    return SUBPROTOCOL


def _write(socket: ClientConnection, message: messages.PageMessage) -> None:
    if socket.protocol.state.name == "OPEN":
        socket.protocol.send_text(messages.encode(message))
        socket.send_data()


async def until(registry: Registry, condition: Callable[[], bool]) -> None:
    """Wait until something happens that makes ``condition`` true."""
    happened = asyncio.Event()

    def hear(event: Event) -> None:
        happened.set()

    unsubscribe = registry.subscribe(hear)
    try:
        while not condition():
            happened.clear()
            await happened.wait()
    finally:
        unsubscribe()
