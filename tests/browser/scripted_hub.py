"""A hub that says to a bridge just what a test tells it to, and keeps all it hears.

For what the real hub says only in bad luck: an edit sent again, a deadline that has passed, messages that are none.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Self, cast

from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed

from monitor.core.messages import SUBPROTOCOL

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from websockets.asyncio.server import ServerConnection
    from websockets.typing import Subprotocol

WAIT = 30.0
"""Seconds that a message may take before it counts as never sent: a hang guard."""

TIME = 5_000_000.0
"""What the clock of this hub says in `welcome`, in milliseconds."""


class ScriptedLine:
    """One connection of a page."""

    def __init__(self, socket: ServerConnection, first: str | bytes) -> None:
        self._socket = socket
        self._first: str | bytes | None = first
        self._welcomed_at = 0.0
        self.texts: list[str] = []
        """Every message that was heard, as it came."""

    async def say(self, *messages: Any) -> None:
        """Send messages. The standard library escapes lone surrogates, as the hub does. A text is sent as it is."""
        for message in messages:
            await self._socket.send(message if isinstance(message, str) else json.dumps(message))

    async def hear(self, kind: str) -> Any:
        """The next message, which must be of that type."""
        message = await self.hear_any()
        assert message["type"] == kind, message
        return message

    async def hear_any(self) -> Any:
        """The next message."""
        text, self._first = self._first, None
        if text is None:
            async with asyncio.timeout(WAIT):
                text = await self._socket.recv()
        self.texts.append(cast("str", text))
        return json.loads(text)

    async def hear_until(self, kind: str) -> list[Any]:
        """The next messages up to and with the first of that type."""
        heard = [await self.hear_any()]
        while heard[-1]["type"] != kind:
            heard.append(await self.hear_any())
        return heard

    async def welcome(self, **fields: Any) -> Any:
        """Let the page in; returns its `hello`. It answers with the snapshot of its `session` area."""
        hello = await self.hear("hello")
        limits = {"message": 64 * 2**20}
        self._welcomed_at = asyncio.get_running_loop().time()
        await self.say({"type": "welcome", "page_id": hello["page_id"], "limits": limits, "time": TIME, **fields})
        return hello

    def now(self) -> float:
        """What the clock of this hub stands at, in milliseconds."""
        return TIME + (asyncio.get_running_loop().time() - self._welcomed_at) * 1000

    async def lead(self) -> dict[str, Any]:
        """Let the page in and report; returns the items of its LocalStorage."""
        await self.welcome()
        await self.hear_snapshot("session")
        await self.say({"type": "lead"})
        return await self.hear_snapshot("local")

    async def hear_snapshot(self, area: str) -> dict[str, Any]:
        """The items of a snapshot, all parts of it."""
        items: dict[str, Any] = {}
        part, parts = 0, 1
        while part < parts:
            message = await self.hear("snapshot")
            assert (message["area"], message["part"]) == (area, part + 1)
            part, parts = message["part"], message["parts"]
            items |= message["items"]
        return items

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """End the connection."""
        await self._socket.close(code, reason)

    def cut(self) -> None:
        """End the connection as a broken cable does."""
        self._socket.transport.abort()


class ScriptedHub:
    """Takes connections; `line` gives one after the other of those that say something.

    A document that is about to be left may connect once more without saying anything.
    """

    def __init__(self) -> None:
        self.url = ""
        self._lines: asyncio.Queue[ScriptedLine] = asyncio.Queue()

    @classmethod
    @asynccontextmanager
    async def serving(cls) -> AsyncIterator[Self]:
        """Serve as long as the block lasts."""
        hub = cls()
        subprotocols = [cast("Subprotocol", SUBPROTOCOL)]
        async with serve(
            hub._take, "127.0.0.1", 0, subprotocols=subprotocols, max_size=64 * 2**20, compression=None
        ) as server:
            hub.url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            yield hub

    async def line(self) -> ScriptedLine:
        """The next connection."""
        async with asyncio.timeout(WAIT):
            return await self._lines.get()

    async def _take(self, socket: ServerConnection) -> None:
        with contextlib.suppress(ConnectionClosed):
            await self._lines.put(ScriptedLine(socket, await socket.recv()))
        await socket.wait_closed()
