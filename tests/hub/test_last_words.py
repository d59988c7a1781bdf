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
    said = 350  # 100 KiB: more than one read, less than the system takes in for us
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
        while len(gathering) < FEW:  # noqa: ASYNC110 - the hub announces nothing of it
            await asyncio.sleep(0)
        for page in opened:
            page.socket.transport.abort()
        for connection in gathering:
            connection.transport.abort()
        await until(ws.registry, lambda: not any(ws.registry.sessions[name].live for name in names))


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
