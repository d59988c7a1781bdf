"""Peers that send much and say nothing: they are ended with a reason, and what the others send is not behind theirs."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from monitor.hub import Settings, WebSocket
from monitor.hub.access.unfinished import LONG
from tests.hub.peers import ScriptedPage, until
from tests.hub.test_connection import items, loaded

if TYPE_CHECKING:
    from collections.abc import Callable

    from websockets.client import ClientProtocol

pytestmark = pytest.mark.logs  # that a peer is ended for what it sends is a warning
CRUMBS = "more than 100 pings, pongs and small fragments in 10 seconds"


def ping(protocol: ClientProtocol) -> None:
    protocol.send_ping(b"")


def pong(protocol: ClientProtocol) -> None:
    protocol.send_pong(b"")


def fragment(protocol: ClientProtocol) -> None:
    if protocol.expect_continuation_frame:
        protocol.send_continuation(b"", fin=False)
    else:
        protocol.send_text(b"{", fin=False)


@pytest.mark.parametrize("greets", [False, True])
@pytest.mark.parametrize("send", [ping, pong, fragment])
async def test_pings_pongs_and_crumbs_without_end_are_refused(
    send: Callable[[ClientProtocol], None], greets: bool
) -> None:
    async with WebSocket(port=0) as ws, ScriptedPage.open(ws) as page:
        if greets:
            await page.lead()
        for _ in range(1_000):
            send(page.socket.protocol)
        page.socket.send_data()
        assert await page.closed() == (1008, CRUMBS)


async def test_a_ping_now_and_then_and_a_long_message_in_fragments_are_welcome() -> None:
    async with WebSocket(port=0, settings=Settings(crumbs=3)) as ws, ScriptedPage.open(ws) as page:
        await page.lead()
        value = "x" * 100_000
        text = f'{{"type":"changes","area":"local","seq":1,"changes":[["set","a","{value}"]]}}'
        await page.socket.send([text[at : at + 2_000] for at in range(0, len(text), 2_000)])
        await (await page.socket.ping())
        await until(ws.registry, lambda: loaded(ws) and items(ws) == {"a": value})


async def test_who_goes_on_after_the_end_is_read_no_more() -> None:
    settings = Settings(close_within=1000)
    async with WebSocket(port=0, settings=settings) as ws, ScriptedPage.open(ws) as page:
        await page.lead()
        (connection,) = ws._connections.accepted
        page.socket.transport.pause_reading()  # so that it does not hear of the end
        await page.socket.send("no json")
        while connection.transport.is_reading() or connection.protocol.state.name == "OPEN":
            page.socket.protocol.send_ping(b"x" * 125)
            page.socket.send_data()
            await asyncio.sleep(0)
        page.socket.transport.abort()
        connection.transport.abort()


async def test_long_messages_without_an_end_cost_the_one_that_has_sent_most() -> None:
    settings = Settings(unfinished=3 * LONG)
    async with (
        WebSocket(port=0, settings=settings) as ws,
        ScriptedPage.open(ws) as small,
        ScriptedPage.open(ws) as large,
    ):
        await small.lead({"a": "1"})
        await large.lead(session_id="large", page_id="q")
        value = "y" * (LONG + 100_000)
        text = f'{{"type":"changes","area":"local","seq":1,"changes":[["set","a","{value}"]]}}'.encode()
        small.socket.protocol.send_text(text[:-100], fin=False)
        small.socket.send_data()
        large.socket.protocol.send_text(b"[" * (3 * LONG), fin=False)
        large.socket.send_data()
        code, reason = await large.closed()
        assert code == 1013
        assert "unfinished" in reason
        small.socket.protocol.send_continuation(text[-100:], fin=True)
        small.socket.send_data()
        await until(ws.registry, lambda: items(ws) == {"a": value})
