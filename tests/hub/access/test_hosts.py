"""A request must be meant for this hub: a site whose name was made to lead here (DNS rebinding) gets nothing."""

from __future__ import annotations

import asyncio

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from monitor.hub import Access, WebSocket
from tests.hub.peers import ScriptedPage, messages_subprotocol

TOKEN = "a-token-of-a-test"


async def status_of(ws: WebSocket, *hosts: str, path: str = "/healthz") -> int:
    """What a request with these Host headers is answered."""
    reader, writer = await asyncio.open_connection("127.0.0.1", ws.port)
    lines = [f"GET {path} HTTP/1.1", *(f"Host: {host}" for host in hosts), "", ""]
    writer.write("\r\n".join(lines).encode())
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return int(answer.split()[1])


@pytest.mark.parametrize("path", ["/", "/healthz", "/bridge.js", "/nothing"])
async def test_a_page_of_another_name_gets_nothing(path: str) -> None:
    async with WebSocket(port=0) as ws:
        assert await status_of(ws, "evil.test", path=path) == 421
        assert await status_of(ws, f"evil.test:{ws.port}", path=path) == 421
        assert await status_of(ws, path=path) == 421
        assert await status_of(ws, "localhost", "evil.test", path=path) == 421
        assert await status_of(ws, f"shop.localhost:{ws.port}", path=path) != 421


async def test_nor_does_a_websocket() -> None:
    async with WebSocket(port=0) as ws:
        with pytest.raises(InvalidStatus) as refused:
            await connect(f"ws://evil.test:{ws.port}", host="127.0.0.1", subprotocols=[messages_subprotocol()])
        assert refused.value.response.status_code == 421
        assert b"--host-name" in refused.value.response.body
        async with ScriptedPage.open(ws, host="127.0.0.1") as page:
            await page.lead()


@pytest.mark.logs
async def test_a_name_that_was_configured_leads_here_and_asks_for_a_token() -> None:
    async with WebSocket(port=0, access=Access(names=("monitor.test",), token=TOKEN, tls_by_proxy=True)) as ws:
        assert await status_of(ws, "monitor.test") == 200
        assert await status_of(ws, "monitor.test:443") == 200
        assert await status_of(ws, "localhost") == 200
        assert await status_of(ws, "other.test") == 421
        async with ScriptedPage.open(ws) as page:
            await page.lead(token=TOKEN)


@pytest.mark.logs
async def test_beyond_loopback_a_hub_answers_to_the_address_that_was_asked() -> None:
    async with WebSocket("0.0.0.0", 0, access=Access(token=TOKEN, tls_by_proxy=True)) as ws:
        assert await status_of(ws, "127.0.0.1") == 200
        assert await status_of(ws, "192.0.2.1") == 421
        assert await status_of(ws, "0.0.0.0") == 421
        assert await status_of(ws, "evil.test") == 421
