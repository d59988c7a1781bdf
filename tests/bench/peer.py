"""Peer: one simulated page over a real socket, its frames written by hand so that it costs as little as can be."""

from __future__ import annotations

import asyncio
import base64
import json
from hashlib import blake2b
from time import monotonic_ns
from typing import TYPE_CHECKING, Any, Final, cast

from monitor.core.messages import SUBPROTOCOL, VERSION

if TYPE_CHECKING:
    from collections.abc import Callable

_TEXT, _CLOSE, _PING, _PONG = 0x81, 0x88, 0x89, 0x8A
_PART_OF_TEXT, _LAST_PART = (0x01, 0x00), 0x80
SITES: Final = [f"http://shop-{number}.test" for number in range(20)]
"""What the sessions belong to."""


def frame(payload: bytes, opcode: int = _TEXT) -> bytes:
    """A frame from a client. Its mask is four zeros, which leaves the payload as it is (RFC 6455, 5.3)."""
    length = len(payload)
    if length < 126:
        return b"%c%c\0\0\0\0%b" % (opcode, 0x80 | length, payload)
    if length < 65536:
        return b"%c\xfe%b\0\0\0\0%b" % (opcode, length.to_bytes(2), payload)
    return b"%c\xff%b\0\0\0\0%b" % (opcode, length.to_bytes(8), payload)


def text(message: Any) -> bytes:
    """JSON without spaces."""
    return json.dumps(message, separators=(",", ":")).encode()


class Peer(asyncio.Protocol):
    """Page ``number`` of the load. It has a session of its own, with ``items`` in it, and answers edits at once.

    ``bare`` is a peer that speaks no protocol: it says the same at once, and answers whatever it hears with ``reply``.
    ``joined`` is called when all has been said, ``lost`` when the connection is gone.
    """

    def __init__(
        self,
        number: int,
        items: dict[str, str],
        joined: Callable[[Peer], None],
        lost: Callable[[Peer], None],
        *,
        bare: bool = False,
    ) -> None:
        self.number = number
        self.session_id = f"session-{number}"
        self.origin = SITES[number % len(SITES)]
        self.items = items
        self.seq = 0
        self.reply = b""
        self._bare = bare
        self._joined = joined
        self._lost = lost
        self._received: list[bytes] = []  # of a frame that has not come whole
        self._missing = 0  # bytes of it, at least
        self._parts: list[bytes] = []  # of a text that comes in many frames
        self._open = False

    # --- the socket --------------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        cast("Any", transport).max_size = 65_536  # asyncio's 256 KiB cost more than all the rest of a small message
        key = base64.b64encode(self.number.to_bytes(16)).decode()
        self.transport.write(
            f"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: {SUBPROTOCOL}\r\n"
            f"Origin: {self.origin}\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        if self._received:
            self._received.append(data)
            self._missing -= len(data)
            if self._missing > 0:
                return  # of a large frame
            received = b"".join(self._received)
        else:
            received = data
        if not self._open:
            head, end, received = received.partition(b"\r\n\r\n")
            if not end:
                self._keep(head)
                return
            if b" 101 " not in head[:16]:
                raise ConnectionError(f"refused: {head[:80]!r}")
            self._open = True
            self._greet()
        while len(received) >= 2:
            length, start = received[1], 2
            if length == 126:
                length, start = int.from_bytes(received[2:4]), 4
            elif length == 127:
                length, start = int.from_bytes(received[2:10]), 10
            if len(received) < start + length:
                self._keep(received, start + length - len(received))
                return
            self._take(received[0], received[start : start + length])
            received = received[start + length :]
        self._keep(received)

    def _keep(self, received: bytes, missing: int = 0) -> None:
        self._received = [received] if received else []
        self._missing = missing

    def connection_lost(self, exc: Exception | None) -> None:
        self._lost(self)

    def _take(self, opcode: int, payload: bytes) -> None:
        if opcode == _PING:
            self.transport.write(frame(payload, _PONG))
        elif opcode == _CLOSE:
            self.transport.write(frame(payload, _CLOSE))
            self.transport.close()
        elif opcode in _PART_OF_TEXT:
            self._parts.append(payload)
        elif opcode == _LAST_PART:
            self._obey(b"".join(self._parts) + payload)
            self._parts.clear()
        elif self._bare:
            self.transport.write(frame(self.reply))
        else:
            self._obey(payload)

    # --- the protocol ------------------------------------------------------------------------------------------------

    def _greet(self) -> None:
        self.transport.write(frame(self._hello()))
        if self._bare:
            self.transport.write(frame(self._snapshot("session", {})) + frame(self._snapshot("local", self.items)))
            self._joined(self)

    def _obey(self, payload: bytes) -> None:
        if payload.startswith(b'{"type":"edit"'):
            self.transport.write(frame(self.result(payload)))
        elif payload.startswith(b'{"type":"welcome"'):
            self.transport.write(frame(self._snapshot("session", {})))
        elif payload.startswith((b'{"type":"lead"', b'{"type":"resync"')):
            self.transport.write(frame(self._snapshot("local", self.items)))
            self._joined(self)
        elif payload.startswith(b'{"type":"ping"'):
            self.transport.write(frame(b'{"type":"pong"}'))

    def result(self, edit: bytes) -> bytes:
        """Store the one value that an operator wants stored, and say so. Where JSON escapes nothing, what is wanted is
        looked for and not parsed: that is faster.
        """
        self.seq += 1
        if b"\\" in edit:
            wanted = json.loads(edit)
            (operation,) = wanted["operations"]
            edit_id, key, value = (
                json.dumps(each)[1:-1].encode() for each in (wanted["id"], operation["key"], operation["value"])
            )
            self.items[operation["key"]] = operation["value"]
        else:
            edit_id, at = _after(edit, b'"id":"', 0)
            key, at = _after(edit, b'"key":"', at)
            value, _ = _after(edit, b'"value":"', at)
            self.items[key.decode()] = value.decode()
        return b'{"type":"result","id":"%b","outcome":"applied","area":"local","seq":%d,"values":[["%b","%b"]]}' % (
            edit_id,
            self.seq,
            key,
            value,
        )

    def _hello(self) -> bytes:
        return text(
            {
                "type": "hello",
                "version": VERSION,
                "session_id": self.session_id,
                "secret": f"secret {self.number}",
                "page_id": f"page-{self.number}",
                "document_id": f"document-{self.number}",
                "origin": self.origin,
                "url": f"{self.origin}/basket?step={self.number}",
                "title": f"Basket {self.number}",
                "user": f"customer {self.number}",
                "user_agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0.0.0 Safari/537.36",
                "visible": True,
                "bridge": "load",
            }
        )

    def _snapshot(self, area: str, items: dict[str, str]) -> bytes:
        pairs = list(items.items())
        return text({"type": "snapshot", "area": area, "part": 1, "parts": 1, "seq": self.seq, "items": pairs})

    # --- what it changes ---------------------------------------------------------------------------------------------

    def change(self, key: str, value: str | None = None) -> bytes:
        """The frame that says that the page has set an item; to the present time if no value is given."""
        self.seq += 1
        self.items[key] = value = value or str(monotonic_ns())
        return frame(
            b'{"type":"changes","area":"local","seq":%d,"changes":[["set","%b","%b"]]}'
            % (self.seq, key.encode(), value.encode())
        )


def _after(text: bytes, mark: bytes, start: int) -> tuple[bytes, int]:
    """What stands between ``mark`` and the next quotation mark, and where that is."""
    begin = text.index(mark, start) + len(mark)
    end = text.index(b'"', begin)
    return text[begin:end], end


def digest(items: dict[str, str]) -> int:
    """A number that stands for these items, in whatever order."""
    lines = "\n".join(f"{key}={value}" for key, value in sorted(items.items()))
    return int.from_bytes(blake2b(lines.encode(), digest_size=8).digest())
