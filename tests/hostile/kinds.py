"""What the hostile connections do. Each kind goes on until the hub lets go of it, or it has nothing more to do."""

from __future__ import annotations

import asyncio
import os
import zlib
from functools import cache
from typing import TYPE_CHECKING, Final

from tests.bench.peer import frame, text
from tests.hostile.visit import REQUEST, snapshot

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.hostile.visit import Visit

TEXT, BINARY, PING, PONG = 0x81, 0x82, 0x89, 0x8A
TEXT_BEGINS, GOES_ON = 0x01, 0x00
COMPRESSED: Final = 0xC1
"""RFC 7692, 6: the bit RSV1 says that the message is compressed."""

DRIP: Final = 0.1
"""Seconds between two bytes of those that are slow on purpose."""

MEBIBYTE: Final = 2**20
MANY: Final = 2_000
"""Small frames that are sent at once by those that flood."""


async def _drip(visit: Visit, data: bytes) -> None:
    for at in range(len(data)):
        await visit.send(data[at : at + 1])
        await asyncio.sleep(DRIP)


async def _flood(visit: Visit, data: bytes) -> None:
    while True:
        await visit.send(data)
        await asyncio.sleep(0)


# --- before there is a WebSocket -------------------------------------------------------------------------------------


async def says_nothing(visit: Visit) -> None:
    """A socket that is half open."""


async def slow_handshake(visit: Visit) -> None:
    """Byte by byte, as if on a very bad line."""
    await _drip(visit, REQUEST[:-2] + b"X-Padding: " + b"x" * 4_000)


async def endless_head(visit: Visit) -> None:
    """One header field after the other."""
    await visit.send(REQUEST[:-2])
    await _flood(visit, b"X-More: of the same\r\n" * 20)


async def endless_line(visit: Visit) -> None:
    """One header field that does not end."""
    await visit.send(REQUEST[:-2] + b"X-Long: ")
    await _flood(visit, b"x" * 4_096)


async def garbage(visit: Visit) -> None:
    """Neither HTTP nor anything else."""
    await visit.send(b"\x16\x03\x01" + os.urandom(600) + b"\r\n\r\n")


async def other_name(visit: Visit) -> None:
    """As a site does that rebinds its name to this machine."""
    await visit.send(REQUEST.replace(b"Host: 127.0.0.1", b"Host: evil.test"))


# --- on a WebSocket that has not greeted -----------------------------------------------------------------------------


async def no_hello(visit: Visit) -> None:
    """Opens, and says no more."""
    await visit.open()


async def slow_hello(visit: Visit) -> None:
    """A good hello, byte by byte."""
    await visit.open()
    await _drip(visit, frame(text(visit.hello())))


async def giant_frame(visit: Visit) -> None:
    """Announces as much as a frame can hold, and sends some of it."""
    await visit.open()
    await visit.send(b"\x81\xff\x7f" + b"\xff" * 7 + b"\0\0\0\0" + b"x" * MEBIBYTE)


async def giant_hello(visit: Visit) -> None:
    """All of a hello that is too long."""
    await visit.open()
    await visit.send(frame(text(visit.hello(title="x" * 2 * MEBIBYTE))))


async def endless_hello(visit: Visit) -> None:
    """Fragments of a byte, and never the last one."""
    await visit.open()
    await visit.send(frame(b"{", TEXT_BEGINS))
    await _flood(visit, frame(b" ", GOES_ON) * MANY)


async def empty_fragments(visit: Visit) -> None:
    """Fragments of nothing, so that no size is ever exceeded."""
    await visit.open()
    await visit.send(frame(b"", TEXT_BEGINS))
    await _flood(visit, frame(b"", GOES_ON) * MANY)


async def broken_characters(visit: Visit) -> None:
    """A text that is not UTF-8."""
    await visit.open()
    await visit.send(frame(b'{"type":"hello","title":"\xff\xfe\xed\xa0\x80"}'))


@cache
def _bomb() -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    zeros = b"0" * MEBIBYTE
    packed = b"".join(packer.compress(zeros) for _ in range(64)) + packer.flush(zlib.Z_SYNC_FLUSH)
    return frame(packed.removesuffix(b"\x00\x00\xff\xff"), COMPRESSED)


async def bomb(visit: Visit) -> None:
    """Some 64 KiB that would become 64 MiB, though no compression was agreed on."""
    await visit.open()
    await visit.send(_bomb())


async def pings(visit: Visit) -> None:
    """As many as the line takes."""
    await visit.open()
    await _flood(visit, frame(b"", PING) * MANY)


async def pongs(visit: Visit) -> None:
    """Answers that nobody asked for."""
    await visit.open()
    await _flood(visit, frame(b"?", PONG) * MANY)


async def unmasked(visit: Visit) -> None:
    """RFC 6455, 5.1: "a client MUST mask all frames"."""
    await visit.open()
    await visit.send(b"\x81\x02{}")


async def binary(visit: Visit) -> None:
    """No text."""
    await visit.open()
    await visit.send(frame(os.urandom(1_000), BINARY))


async def wrong_order(visit: Visit) -> None:
    """Changes before hello."""
    await visit.open()
    await visit.send(frame(text({"type": "changes", "area": "local", "seq": 1, "changes": []})))


async def wrong_types(visit: Visit) -> None:
    """A hello whose fields are of other types."""
    await visit.open()
    await visit.send(frame(text(visit.hello(title=["x"], visible="yes", session_id={"a": 1}))))


async def deep(visit: Visit) -> None:
    """Arrays in arrays."""
    await visit.open()
    await visit.send(frame(b'{"type":"hello","title":' + b"[" * 500_000))


# --- as a page, with a session ---------------------------------------------------------------------------------------


async def page_pings(visit: Visit) -> None:
    """As many as the line takes."""
    await visit.greet()
    await _flood(visit, frame(b"p" * 125, PING) * MANY)


async def page_fragments(visit: Visit) -> None:
    """A message of fragments of a byte that does not end."""
    await visit.greet()
    await visit.send(frame(b"{", TEXT_BEGINS))
    await _flood(visit, frame(b" ", GOES_ON) * MANY)


async def page_giant(visit: Visit) -> None:
    """All but the end of a message as long as is allowed, and then nothing."""
    await visit.greet()
    size = 60 * MEBIBYTE
    await visit.send(b"\x81\xff%b\0\0\0\0" % size.to_bytes(8))
    part = b"x" * MEBIBYTE
    for _ in range(59):
        await visit.send(part)


async def page_types(visit: Visit) -> None:
    """Changes that are none."""
    await visit.greet()
    await visit.send(frame(b'{"type":"changes","area":"local","seq":"one","changes":[["set",1,{}]]}'))


async def page_deep(visit: Visit) -> None:
    """Arrays in arrays."""
    await visit.greet()
    await visit.send(frame(b'{"type":"changes","area":"local","seq":1,"changes":' + b"[" * 500_000))


async def page_order(visit: Visit) -> None:
    """A second hello."""
    await visit.greet()
    await visit.send(frame(text(visit.hello())))


async def page_gaps(visit: Visit) -> None:
    """Counts wrongly, so that the hub asks for all again and again, and never gets it."""
    await visit.greet()
    seq = 10
    while True:
        await visit.send(frame(text({"type": "changes", "area": "local", "seq": seq, "changes": [["set", "a", "b"]]})))
        await visit.send(frame(text({**snapshot("local", 0), "parts": 2})))
        seq += 10
        await asyncio.sleep(DRIP)


async def page_vanished(visit: Visit) -> None:
    """Greets, and is never heard of again: answers no ping."""
    await visit.greet()


async def page_changes(visit: Visit) -> None:
    """Good changes, as fast as the line takes them."""
    await visit.greet()
    seq = 0
    while True:
        changes = [{"type": "changes", "area": "local", "seq": seq + more, "changes": [["set", "key", str(more)]]}
                   for more in range(1, 101)]  # fmt: skip
        await visit.send(b"".join(frame(text(each)) for each in changes))
        seq += 100


FLOOD: Final = {"page_changes": page_changes}
"""Against no rule but the limits."""

KINDS: Final[dict[str, Callable[[Visit], Awaitable[None]]]] = {
    kind.__name__: kind
    for kind in (
        says_nothing, slow_handshake, endless_head, endless_line, garbage, other_name,
        no_hello, slow_hello, giant_frame, giant_hello, endless_hello, empty_fragments, broken_characters, bomb, pings,
        pongs, unmasked, binary, wrong_order, wrong_types, deep,
        page_pings, page_fragments, page_giant, page_types, page_deep, page_order, page_gaps, page_vanished,
    )
}  # fmt: skip

PATIENT: Final = ("page_giant", "page_gaps", "page_vanished")
"""Those that the hub lets go of only when they have not answered its pings for long."""
