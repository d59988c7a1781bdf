"""Visit: one hostile connection, by a raw socket. What it sends is its own affair; how it ended is written down."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, Self

from monitor.core.messages import SUBPROTOCOL, VERSION
from tests.bench.peer import frame, text

if TYPE_CHECKING:
    from collections.abc import Mapping

CLOSE: Final = 0x88
NO_CODE: Final = 1005
"""RFC 6455, 7.1.5: a close frame without a code."""

REQUEST: Final = (
    "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\nSec-WebSocket-Version: 13\r\n"
    f"Sec-WebSocket-Protocol: {SUBPROTOCOL}\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n"
).encode()


class Visit:
    """Reads what it is sent from the beginning, and answers nothing: not even a close. ``ended`` is how the hub ended
    it: the line of an HTTP answer, code and reason of a close, or nothing when it was cut off.
    """

    def __init__(self, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.number = number
        self.ended = ""
        self.over = asyncio.Event()
        """Whether the hub has let go of the socket."""
        self._writer = writer
        self._open = asyncio.Event()
        self._reading = asyncio.create_task(self._read(reader))

    @classmethod
    async def begin(cls, number: int, port: int, address: str) -> Self:
        """Connect, from that address of this machine."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(address, 0))
        return cls(number, reader, writer)

    async def finish(self) -> None:
        """Close the socket, whatever the hub thinks of it."""
        self._writer.transport.abort()
        await asyncio.wait([self._reading])

    async def send(self, data: bytes) -> None:
        """As much as the line takes.

        Raises:
            ConnectionError: the hub has let go.
        """
        if self.over.is_set():
            raise ConnectionResetError
        self._writer.write(data)
        await self._writer.drain()

    async def open(self) -> None:
        """Do the opening handshake as one should.

        Raises:
            ConnectionError: it was refused.
        """
        await self.send(REQUEST)
        await self._open.wait()
        if self.over.is_set():
            raise ConnectionResetError

    async def greet(self) -> None:
        """Open, and become a page: with a session of its own, that holds an item.

        Raises:
            ConnectionError: it was refused.
        """
        await self.open()
        await self.send(frame(text(self.hello())) + frame(text(snapshot("session"))) + frame(text(snapshot("local"))))

    def hello(self, **changed: object) -> Mapping[str, object]:
        """A good one."""
        return {
            "type": "hello",
            "version": VERSION,
            "session_id": f"hostile-{self.number}",
            "secret": f"secret {self.number}",
            "page_id": f"hostile-page-{self.number}",
            "document_id": f"hostile-document-{self.number}",
            "origin": "http://hostile.test",
            "url": "http://hostile.test/",
            "title": "A hostile page",
            "user_agent": "none",
            "visible": True,
            "bridge": "hostile",
            **changed,
        }

    async def _read(self, reader: asyncio.StreamReader) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            line = head.partition(b"\r\n")[0].decode("latin-1")
            if " 101 " in line:
                self._open.set()
                await self._read_frames(reader)
            else:
                self.ended = line
                await reader.read()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # It is over, and `ended` says what was heard of it before.
        finally:
            self.over.set()
            self._open.set()

    async def _read_frames(self, reader: asyncio.StreamReader) -> None:
        while True:
            opcode, length = await reader.readexactly(2)
            if length == 126:
                length = int.from_bytes(await reader.readexactly(2))
            elif length == 127:
                length = int.from_bytes(await reader.readexactly(8))
            payload = await reader.readexactly(length)
            if opcode == CLOSE:
                code = int.from_bytes(payload[:2]) if payload else NO_CODE
                self.ended = f"{code} {payload[2:].decode()}"


def snapshot(area: str, seq: int = 0) -> Mapping[str, object]:
    """One item, in one part."""
    return {"type": "snapshot", "area": area, "part": 1, "parts": 1, "seq": seq, "items": [["key", "value"]]}
