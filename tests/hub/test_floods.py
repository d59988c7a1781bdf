"""Peers that send much and say nothing: they are ended with a reason, and what the others send is not behind theirs."""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import pytest

from monitor.core.events import SessionOpened
from monitor.hub import Settings, WebSocket
from monitor.hub.access.unfinished import LONG
from tests.hub.peers import ScriptedPage, hello, until
from tests.hub.test_connection import items, loaded
from tests.hub.test_last_words import changes, say_at_once

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


async def test_a_page_that_queues_behind_what_did_wrong_is_heard_in_order() -> None:
    async with (
        WebSocket(port=0, settings=Settings(crumbs=10_000)) as ws,
        ScriptedPage.open(ws) as wrong,
        ScriptedPage.open(ws) as page,
    ):
        await page.lead()
        await wrong.say({"type": "changes"})
        assert (await wrong.closed())[0] == 1008
        protocol = page.socket.protocol
        count = 500
        for number in range(count):
            text = json.dumps(
                {"type": "changes", "area": "local", "seq": number + 1, "changes": [["set", "a", str(number)]]}
            )
            if number % 3:
                protocol.send_text(text.encode())
            else:
                protocol.send_text(text[:9].encode(), fin=False)
                protocol.send_ping(b"")
                protocol.send_continuation(text[9:].encode(), fin=True)
        page.socket.send_data()
        await until(ws.registry, lambda: items(ws) == {"a": str(count - 1)})
        await page.say({"type": "changes", "area": "local", "seq": count + 1, "changes": [["set", "b", ""]]})
        await until(ws.registry, lambda: "b" in items(ws))
        assert loaded(ws), "something was missed, and all is asked for anew"


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


async def test_long_messages_without_an_end_cost_the_one_that_has_waited_longest() -> None:
    settings = Settings(unfinished=7 * LONG // 2)
    async with (
        WebSocket(port=0, settings=settings) as ws,
        ScriptedPage.open(ws) as busy,
        ScriptedPage.open(ws) as idle,
    ):
        await busy.lead()
        await idle.lead(session_id="idle", page_id="q")
        value = "y" * (3 * LONG)
        text = f'{{"type":"changes","area":"local","seq":1,"changes":[["set","a","{value}"]]}}'.encode()
        for page, begun in ((busy, text[: 2 * LONG]), (idle, b"[" * (LONG + 100_000))):
            page.socket.protocol.send_text(begun, fin=False)
            page.socket.send_data()
            await (await page.socket.ping())  # Its answer comes when all before it was taken in.
        busy.socket.protocol.send_continuation(text[2 * LONG :], fin=True)
        busy.socket.send_data()
        code, reason = await idle.closed()
        assert code == 1013
        assert "unfinished" in reason
        await until(ws.registry, lambda: items(ws) == {"a": value})


@pytest.mark.parametrize("known", [False, True], ids=["stranger", "page"])
async def test_many_pings_of_one_are_not_before_what_another_says(known: bool) -> None:
    async with (
        WebSocket(port=0, settings=Settings(crumbs=10_000)) as ws,
        ScriptedPage.open(ws) as loud,
        ScriptedPage.open(ws) as other,
    ):
        if known:
            await loud.lead(session_id="loud")
        left: list[int] = []
        ws.registry.subscribe(
            lambda _: left.append(max(len(each.queued) for each in ws._connections.accepted)), SessionOpened
        )
        for _ in range(300):
            ping(loud.socket.protocol)
        loud.socket.transport.write(b"".join(loud.socket.protocol.data_to_send()))
        await other.say(hello())
        await until(ws.registry, lambda: "s" in ws.registry.sessions)
        assert left[0] > 0


async def test_a_page_does_not_stand_behind_strangers_of_an_address_that_did_wrong() -> None:
    async with (
        WebSocket(port=0, settings=Settings(crumbs=10_000)) as ws,
        ScriptedPage.open(ws) as page,
        ScriptedPage.open(ws) as wrong,
        AsyncExitStack() as stack,
    ):
        await page.lead()
        await until(ws.registry, lambda: loaded(ws))
        strangers = [await stack.enter_async_context(ScriptedPage.open(ws)) for _ in range(20)]
        await wrong.say({"type": "changes"})
        await wrong.closed()
        for stranger in strangers:
            for _ in range(600):
                ping(stranger.socket.protocol)
            stranger.socket.send_data()
        count = 1_000
        say_at_once(page, changes(count))
        await until(ws.registry, lambda: len(items(ws)) == count)
        assert sum(len(each.queued) > 0 for each in ws._connections.accepted) > len(strangers) / 2
