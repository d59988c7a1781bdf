"""However a page's messages are framed, masked and cut into pieces on their way, each is taken once, in order."""

from __future__ import annotations

import asyncio
import json
import struct
from itertools import cycle
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from websockets.frames import Frame, Opcode
from websockets.utils import apply_mask

from monitor.hub import WebSocket
from monitor.hub.frames import bounds, is_whole_text, unmasked, whole_text
from tests.hub.peers import hello, until
from tests.hub.test_connection import HANDSHAKE

PING, TEXT, CONTINUED = 0x89, 0x01, 0x00
LAST = 0x80


def masked(opcode: int, payload: bytes, mask: bytes) -> bytes:
    """A client's frame."""
    length = len(payload)
    if length < 126:
        head = struct.pack("!BB", opcode, 0x80 | length)
    elif length < 2**16:
        head = struct.pack("!BBH", opcode, 0x80 | 126, length)
    else:
        head = struct.pack("!BBQ", opcode, 0x80 | 127, length)
    return head + mask + apply_mask(payload, mask)


def message(**fields: Any) -> bytes:
    return json.dumps(fields).encode()


def conversation(random: Random) -> tuple[bytes, dict[str, str]]:
    """All that a page sends, after its hello: changes of every size, whole and in fragments, with pings between them;
    and what it holds in the end.
    """
    items: dict[str, str] = {}
    stream = b""
    for seq in range(1, 60):
        key, value = (
            f"key {random.randrange(9)}",
            random.choice("aé😀") * random.choice((0, 1, 50, 3_000, 20_000, 70_000)),
        )
        items[key] = value
        text = message(type="changes", area="local", seq=seq, changes=[["set", key, value]])
        if random.random() < 0.3:
            cut = random.randrange(len(text) + 1)
            stream += masked(TEXT, text[:cut], random.randbytes(4))
            stream += masked(LAST | PING, b"in between", random.randbytes(4))
            stream += masked(LAST | CONTINUED, text[cut:], random.randbytes(4))
        else:
            stream += masked(LAST | TEXT, text, random.randbytes(4))
        if random.random() < 0.2:
            stream += masked(LAST | PING, b"", random.randbytes(4))
    return stream, items


@pytest.mark.parametrize("pieces", [(1,), (2, 3), (7,), (1, 60_000), (100_000,), (10**9,)], ids=str)
async def test_every_message_is_taken_however_the_bytes_are_cut(pieces: tuple[int, ...]) -> None:
    stream, expected = conversation(Random(repr(pieces)))
    if max(pieces) < 10:
        stream, expected = small_conversation()
    async with WebSocket(port=0) as ws:
        reader, writer = await asyncio.open_connection(ws.host, ws.port)
        writer.write(HANDSHAKE)
        await reader.readuntil(b"\r\n\r\n")
        first = message(**hello())
        snapshots = [
            message(type="snapshot", area=area, part=1, parts=1, seq=0, items=[]) for area in ("session", "local")
        ]
        for text in (first, *snapshots):
            writer.write(masked(LAST | TEXT, text, b"mask"))
        at = 0
        for length in cycle(pieces):
            writer.write(stream[at : at + length])
            await asyncio.sleep(0)  # so that the hub reads what came so far, if it has come
            at += length
            if at >= len(stream):
                break
        await until(
            ws.registry, lambda: "s" in ws.registry.sessions and ws.registry.sessions["s"].area().items == expected
        )
        writer.close()
        await writer.wait_closed()


@pytest.mark.parametrize(
    "wrong",
    [
        masked(TEXT, b"a text that goes on", b"mask") + masked(LAST | TEXT, b'{"type":"pong"}', b"mask"),
        masked(LAST | CONTINUED, b"of nothing", b"mask"),
        masked(LAST | 0x40 | TEXT, b"of an extension", b"mask"),
        b"\x81\x04text",  # not masked
    ],
    ids=["text within a text", "continuation of nothing", "extension", "not masked"],
)
async def test_what_is_against_the_rules_of_frames_ends_the_connection(wrong: bytes) -> None:
    async with WebSocket(port=0) as ws:
        reader, writer = await asyncio.open_connection(ws.host, ws.port)
        writer.write(HANDSHAKE)
        await reader.readuntil(b"\r\n\r\n")
        writer.write(wrong)
        head = await reader.readexactly(4)
        assert head[0] == LAST | 0x08, "a close frame"
        assert int.from_bytes(head[2:]) == 1002
        writer.close()
        await writer.wait_closed()


def small_conversation() -> tuple[bytes, dict[str, str]]:
    """One that can be sent byte by byte."""
    texts = [
        message(type="changes", area="local", seq=seq, changes=[["set", "key", value]])
        for seq, value in enumerate(("short", "l" * 200, "last"), 1)
    ]
    frames = [masked(LAST | TEXT, text, b"\x01\x02\x03\x04") for text in texts]
    return masked(LAST | PING, b"?", b"abcd").join(frames), {"key": "last"}


@given(some.binary(max_size=70_000), some.binary(min_size=4, max_size=4), some.binary(max_size=20))
def test_a_clients_text_is_read_as_it_was_written(payload: bytes, mask: bytes, before: bytes) -> None:
    data = before + masked(LAST | TEXT, payload, mask)
    assert is_whole_text(data, len(before))
    found = bounds(data, len(before))
    assert found is not None
    assert found[1] == len(data)
    assert unmasked(data, *found) == payload


@given(some.binary(max_size=14))
def test_a_head_that_is_not_all_there_has_no_bounds_yet(data: bytes) -> None:
    found = bounds(data, 0)
    if len(data) < 2 or len(data) < {126: 4, 127: 10}.get(data[1] & 0x7F, 2):
        assert found is None
    else:
        assert found is not None


@given(some.sampled_from([0, 1, 125, 126, 127, 65_535, 65_536, 100_000]))
def test_a_servers_text_is_what_the_library_writes(length: int) -> None:
    text = b"t" * length
    assert whole_text(text) == Frame(Opcode.TEXT, text).serialize(mask=False)
