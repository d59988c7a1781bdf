"""What a page has sent is taken in, also if its socket ends before it is its turn; and no more is read than that."""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

import pytest

from monitor.core.events import ItemsChanged
from monitor.core.messages import SetItem
from monitor.hub import Access, WebSocket
from monitor.hub.access.self_signed import self_signed
from monitor.hub.connection import LONG
from monitor.hub.queue import FEW
from monitor.hub.text_connection import READ_SIZE
from tests.hub.access.test_tls import trusting
from tests.hub.peers import ScriptedPage, hello, snapshot, until
from tests.hub.test_connection import items, loaded

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from monitor.core.events import Event

SAID = 150
CLOSE = bytes.fromhex("88 80 00 00 00 00")
"""RFC 6455, 5.5.1: a close frame without a code, masked with nothing."""


def changes(count: int) -> list[dict[str, Any]]:
    """So many small ones; some hundred are more than is taken in at once."""
    return [
        {"type": "changes", "area": "local", "seq": number + 1, "changes": [["set", f"key-{number}", "x" * 200]]}
        for number in range(count)
    ]


def say_at_once(page: ScriptedPage, messages: Iterable[dict[str, Any]]) -> None:
    """All in one write."""
    for message in messages:
        page.socket.protocol.send_text(json.dumps(message).encode())
    page.socket.transport.write(b"".join(page.socket.protocol.data_to_send()))


@pytest.mark.parametrize("pages", [1, 5])
@pytest.mark.parametrize("tls", [False, True])
@pytest.mark.logs  # that TLS is spoken with a certificate of its own
async def test_changes_that_came_before_the_end_are_taken_in(tls: bool, pages: int, tmp_path: Path) -> None:
    access, options = Access(), {}
    if tls:
        access = Access(tls_folder=tmp_path)
        certificate, _ = self_signed(tmp_path, ["127.0.0.1"])
        options["ssl"] = trusting(certificate)
    async with WebSocket(port=0, access=access) as ws, AsyncExitStack() as stack:
        names = [f"s{number}" for number in range(pages)]
        opened = [await stack.enter_async_context(ScriptedPage.open(ws, **options)) for _ in names]
        for name, page in zip(names, opened, strict=True):
            await page.lead(session_id=name, page_id=f"page of {name}")
        await until(ws.registry, lambda: all(loaded(ws, name) for name in names))
        for page in opened:
            say_at_once(page, changes(SAID))
            page.socket.transport.close()
        await until(ws.registry, lambda: all(len(items(ws, name)) == SAID for name in names))


@pytest.mark.skipif(sys.platform != "linux", reason="other systems forget what was not read of a connection that broke")
async def test_what_was_not_read_yet_when_a_write_fails_is_taken_in(caplog: pytest.LogCaptureFixture) -> None:
    said = 250  # 70 KiB: more than one read, less than the system takes in for us
    async with WebSocket(port=0) as ws, AsyncExitStack() as stack:
        names = [f"s{number}" for number in range(3)]
        opened = [await stack.enter_async_context(ScriptedPage.open(ws)) for _ in names]
        for name, page in zip(names, opened, strict=True):
            await page.lead(session_id=name, page_id=f"page of {name}")
        await until(ws.registry, lambda: all(loaded(ws, name) for name in names))
        asked: Counter[str] = Counter()

        def edit(event: Event) -> None:
            """Nobody is there any more: the first write is answered with a reset, the next one fails."""
            assert isinstance(event, ItemsChanged)
            session = event.session
            asked[session.session_id] += 1
            if asked[session.session_id] < 20:
                session.edit([SetItem("asked", str(asked[session.session_id]))], asyncio.get_running_loop().time())

        ws.registry.subscribe(edit, ItemsChanged)
        for page in opened:
            for _ in range(20):  # which nobody answers any more
                page.socket.protocol.send_ping(b"")
            say_at_once(page, changes(said))
            page.socket.transport.abort()
        await until(ws.registry, lambda: not any(ws.registry.sessions[name].live for name in names))
        assert [len(items(ws, name)) for name in names] == [said] * len(names)
    assert [record for record in caplog.records if record.name == "asyncio"] == [], "it complains of vain writes"


async def test_pages_that_break_off_in_the_middle_of_long_messages_have_left() -> None:
    async with WebSocket(port=0) as ws, AsyncExitStack() as stack:
        names = [f"s{number}" for number in range(2 * FEW)]
        opened = [await stack.enter_async_context(ScriptedPage.open(ws)) for _ in names]
        for name, page in zip(names, opened, strict=True):
            await page.lead(session_id=name, page_id=f"page of {name}")
        await until(ws.registry, lambda: all(loaded(ws, name) for name in names))
        begun = b"\x81\xff" + (8 * 2**20).to_bytes(8) + bytes(4) + b"x" * 2**20
        for page in opened:
            page.socket.transport.write(begun)
        gathering = ws._connections.queue._gathering
        async with asyncio.timeout(10):
            while len(gathering) < FEW:  # noqa: ASYNC110 - the hub announces nothing of it
                await asyncio.sleep(0)
        for page in opened:
            page.socket.transport.abort()
        for connection in gathering:
            connection.transport.abort()
        await until(ws.registry, lambda: not any(ws.registry.sessions[name].live for name in names))


@pytest.mark.skipif(sys.platform != "linux", reason="other systems forget what was not read of a connection that broke")
@pytest.mark.parametrize("closes", [1, 2])
async def test_a_page_that_breaks_off_after_a_long_message_has_left_in_order(
    closes: int, caplog: pytest.LogCaptureFixture
) -> None:
    async with WebSocket(port=0) as ws, ScriptedPage.open(ws) as page:
        await page.lead()
        await until(ws.registry, lambda: loaded(ws))
        (connection,) = ws._connections.accepted
        value = "x" * (LONG + 1)
        message = {"type": "changes", "area": "local", "seq": 1, "changes": [["set", "a", value]]}
        page.socket.protocol.send_text(json.dumps(message).encode())
        said = b"".join(page.socket.protocol.data_to_send())
        last = 1_000
        page.socket.transport.write(said[:-last])
        async with asyncio.timeout(10):
            while connection._librarys != last:  # noqa: ASYNC110 - the hub announces nothing of it
                await asyncio.sleep(0)
        page.socket.transport.write(said[-last:] + CLOSE * closes)
        page.socket.transport.abort()

        def ask() -> None:
            """In the turn in which the page's socket is closed, before the hub reads: the second write fails."""
            for key in ("one", "two", "three"):
                ws.registry.sessions["s"].edit([SetItem(key, "1")], asyncio.get_running_loop().time())

        asyncio.get_running_loop().call_soon(ask)
        await until(ws.registry, lambda: not ws.registry.sessions["s"].live)
        assert items(ws) == {"a": value}
        async with asyncio.timeout(10):
            while ws._connections.accepted:  # noqa: ASYNC110 - nor of that
                await asyncio.sleep(0)
        assert not ws._connections._closing
    assert [record for record in caplog.records if record.name == "asyncio"] == []


async def test_who_greets_and_goes_was_here() -> None:
    async with WebSocket(port=0) as ws, AsyncExitStack() as stack:
        names = [f"s{number}" for number in range(60)]
        opened = [await stack.enter_async_context(ScriptedPage.open(ws)) for _ in names]
        for name, page in zip(names, opened, strict=True):
            said = [hello(session_id=name, page_id=f"page of {name}"), snapshot(area="session"), snapshot({"a": name})]
            say_at_once(page, said)
            page.socket.transport.close()
        await until(ws.registry, lambda: all(loaded(ws, name) for name in names))
        assert [items(ws, name) for name in names] == [{"a": name} for name in names]


async def test_no_more_is_read_of_a_page_than_can_be_taken_in() -> None:
    async with WebSocket(port=0) as ws, AsyncExitStack() as stack:
        names = [f"s{number}" for number in range(3)]
        opened = [await stack.enter_async_context(ScriptedPage.open(ws)) for _ in names]
        for name, page in zip(names, opened, strict=True):
            await page.lead(session_id=name, page_id=f"page of {name}")
        said = 8_000
        for page in opened:
            say_at_once(page, changes(said))
        most = 0
        while not all(loaded(ws, name) and len(items(ws, name)) == said for name in names):
            most = max(most, *(len(connection.queued) for connection in ws._connections.accepted))
            await asyncio.sleep(0)
        assert READ_SIZE // 2 < most <= 2 * READ_SIZE
