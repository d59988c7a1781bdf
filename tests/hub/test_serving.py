"""Starting and ending a hub: which port it takes, what it says, and what it leaves behind."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from typing import TYPE_CHECKING, Any

import pytest

from monitor.core.edits import EditState
from monitor.core.messages import SetItem
from monitor.hub import Access, PortTakenError, Settings, WebSocket
from monitor.hub.ports import exposure
from tests.hub.peers import ScriptedPage, applied, hello, snapshot, until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.core.edits import Edit


@pytest.fixture
def other_program() -> Iterator[socket.socket]:
    """A socket that listens and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


def test_a_hub_can_be_made_without_an_event_loop() -> None:
    ws = WebSocket()
    assert (ws.host, ws.port) == ("127.0.0.1", 8765)
    assert ws.url == "ws://127.0.0.1:8765"
    assert ws.page_url == "http://127.0.0.1:8765/"
    assert ws.script_tag == '<script src="http://127.0.0.1:8765/bridge.js" async></script>'
    assert ws.sessions == []


@pytest.mark.parametrize(
    ("host", "url"), [("::1", "ws://[::1]:1"), ("0.0.0.0", "ws://127.0.0.1:1"), ("localhost", "ws://localhost:1")]
)
def test_addresses_can_be_reached_from_this_machine(host: str, url: str) -> None:
    assert WebSocket(host, 1).url == url


async def test_port_0_takes_any_and_says_which() -> None:
    async with WebSocket(port=0) as ws:
        assert ws.port != 0
        assert ws.url == f"ws://127.0.0.1:{ws.port}"
        assert ws.notice is None
        async with ScriptedPage.open(ws) as page:
            await page.lead()


async def test_a_hub_beside_another_takes_the_next_port_and_says_so(caplog: pytest.LogCaptureFixture) -> None:
    async with WebSocket(port=0) as first, WebSocket(port=first.port) as second:
        assert second.port != first.port
        assert second.notice == (
            f"Port {first.port} is taken by another Session Monitor (process {os.getpid()}); serving on {second.port}"
        )
        assert second.notice in caplog.text
        async with ScriptedPage.open(second) as page:
            await page.lead()
            await until(second.registry, lambda: "s" in second.registry.sessions)
        assert not first.registry.sessions


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not show who has a port")
@pytest.mark.logs
async def test_another_program_on_the_port_is_named(other_program: socket.socket) -> None:
    port = other_program.getsockname()[1]
    async with WebSocket(port=port) as ws:
        assert ws.notice is not None
        assert f"(process {os.getpid()}); serving on {ws.port}" in ws.notice
        assert "Session Monitor" not in ws.notice


@pytest.mark.logs
async def test_nobody_believes_a_program_that_says_something_else() -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b'HTTP/1.1 200 OK\r\n\r\n{"app": "Something else", "pid": 1}')
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server, WebSocket(port=server.sockets[0].getsockname()[1]) as ws:
        assert ws.notice is not None
        assert "Session Monitor" not in ws.notice


async def test_a_hub_may_be_told_to_have_that_port_or_none() -> None:
    async with WebSocket(port=0) as first:
        second = WebSocket(port=first.port, settings=Settings(next_port=False))
        with pytest.raises(PortTakenError, match=f"port {first.port} is taken by another Session Monitor"):
            await second.__aenter__()


async def test_an_address_that_is_not_this_machine_s_is_an_error() -> None:
    with pytest.raises(OSError, match=r"203\.0\.113\.1"):
        await WebSocket("203.0.113.1", 0, access=Access(token="a-token-of-a-test", tls_by_proxy=True)).__aenter__()


def test_no_host_is_an_error_and_not_every_interface() -> None:
    with pytest.raises(ValueError, match="host"):
        WebSocket("")


async def test_a_hub_that_other_machines_can_reach_says_so(caplog: pytest.LogCaptureFixture) -> None:
    access = Access(token="a-token-of-a-test", tls_by_proxy=True)
    async with WebSocket("0.0.0.0", 0, access=access) as ws:
        assert ws.url == f"ws://127.0.0.1:{ws.port}"
        assert ws.notice is not None
        assert "Other machines can reach this hub" in ws.notice
        assert "token" in ws.notice
        assert "a-token-of-a-test" not in ws.notice
        assert f"{ws.port}" in ws.notice
        assert ws.notice in caplog.text
        async with WebSocket("0.0.0.0", ws.port, access=access) as second:
            assert second.notice is not None
            assert f"Port {ws.port} is taken by" in second.notice
            assert second.notice.endswith(f":{second.port}") or second.notice.endswith(f" {second.port}")
            assert "Other machines can reach this hub" in second.notice


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
async def test_a_hub_for_this_machine_alone_has_nothing_to_say(host: str) -> None:
    async with WebSocket(host, 0) as ws:
        assert ws.notice is None


@pytest.mark.parametrize(
    ("addresses", "where"),
    [
        (["192.0.2.7"], "ws://192.0.2.7:8765"),
        (["127.0.0.1", "2001:db8::7"], "ws://[2001:db8::7]:8765"),
        (["192.0.2.7", "2001:db8::7"], "ws://192.0.2.7:8765, ws://[2001:db8::7]:8765"),
    ],
)
def test_how_others_reach_a_hub_is_an_address_to_connect_to(addresses: list[str], where: str) -> None:
    assert exposure(addresses, 8765, tls=False) == f"Other machines can reach this hub, and need its token: {where}"


async def test_a_hub_that_serves_cannot_be_entered_again() -> None:
    async with WebSocket(port=0) as ws:
        with pytest.raises(RuntimeError, match="serving already"):
            await ws.__aenter__()


# --- the end ---------------------------------------------------------------------------------------------------------


async def test_pages_are_told_that_the_hub_closes() -> None:
    async with ScriptedPageOfAHub() as (ws, page):
        closing = asyncio.create_task(page.closed())
        await ws.__aexit__(None, None, None)
        assert await closing == (1001, "the hub is closing")


async def test_no_timer_is_left() -> None:
    async with WebSocket(port=0) as ws, ScriptedPage.open(ws) as page:
        await page.lead()
    timers: list[asyncio.TimerHandle] = asyncio.get_running_loop()._scheduled  # type: ignore[attr-defined] # asyncio's own
    assert not [timer for timer in timers if not timer.cancelled() and "monitor" in repr(timer)]


async def test_the_port_is_free_afterwards() -> None:
    async with WebSocket(port=0) as ws, ScriptedPage.open(ws) as page:
        await page.lead()
    with socket.create_server(("127.0.0.1", ws.port)):
        pass


@pytest.mark.guard(20)
async def test_connections_that_never_ask_for_anything_do_not_hold_up_the_end() -> None:
    async with WebSocket(port=0, settings=Settings(hello_within=1000)) as ws:
        reader, writer = await asyncio.open_connection(ws.host, ws.port)
        async with ScriptedPage.open(ws) as page:
            await page.lead()
    assert await reader.read() == b""
    writer.close()
    await writer.wait_closed()


@pytest.mark.guard(20)
async def test_pages_that_do_not_answer_do_not_hold_up_the_end() -> None:
    async with ScriptedPageOfAHub(close_within=0.1) as (ws, page):
        page.socket.transport.pause_reading()
        await ws.__aexit__(None, None, None)
        page.socket.transport.abort()


async def test_an_edit_that_was_sent_is_answered_before_the_end() -> None:
    async with ScriptedPageOfAHub() as (ws, page):
        edit = ws.registry.sessions["s"].edit([SetItem("a", "1")], asyncio.get_running_loop().time())
        closing = asyncio.create_task(ws.__aexit__(None, None, None))
        request = await page.hear("edit")
        await page.say(applied(request, 1, a="1"))
        assert await page.closed() == (1001, "the hub is closing")
        await closing
        assert edit.state is EditState.APPLIED


async def test_an_edit_that_is_not_answered_delays_the_end_only_so_long(caplog: pytest.LogCaptureFixture) -> None:
    async with ScriptedPageOfAHub(settle_within=0.1) as (ws, page):
        edit = ws.registry.sessions["s"].edit([SetItem("a", "1")], asyncio.get_running_loop().time())
        await ws.__aexit__(None, None, None)
        assert (await page.closed())[0] == 1001
        assert edit.state is EditState.PENDING
        assert "without the answers to 1 edits" in caplog.text


async def test_a_hub_that_closes_tells_of_edits_whose_page_went_without_an_answer(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with ScriptedPageOfAHub() as (ws, page):
        session = ws.registry.sessions["s"]
        edit = session.edit([SetItem("a", "1")], asyncio.get_running_loop().time())
        await page.hear("edit")
        page.socket.transport.abort()
        await until(ws.registry, lambda: session.leader is None)
        session.edit([SetItem("b", "1")], asyncio.get_running_loop().time())
        await ws.__aexit__(None, None, None)
        assert edit.state is EditState.PENDING
        assert "the hub closes without the answers to 1 edits: s" in caplog.text
        assert "1 sessions are not here to get what they were sent: s" in caplog.text


@pytest.mark.logs
async def test_a_hub_that_comes_back_sends_again_what_was_not_answered() -> None:
    async with ScriptedPageOfAHub(settle_within=0.1) as (ws, page):
        edit = ws.registry.sessions["s"].edit([SetItem("a", "1")], asyncio.get_running_loop().time())
        first = await page.hear("edit")
        assert not first["again"]
        await ws.__aexit__(None, None, None)
        async with ws, ScriptedPage.open(ws) as page:
            await page.lead()
            second = await page.hear("edit")
            assert (second["id"], second["again"]) == (first["id"], True)
            await page.say(applied(second, 1, a="1"))
            await until(ws.registry, lambda: edit.state is EditState.APPLIED)
            assert ws.registry.sessions["s"].area().items == {"a": "1"}


async def test_two_sessions_of_one_origin_are_never_mixed() -> None:
    async with WebSocket(port=0) as ws, ScriptedPage.open(ws) as one, ScriptedPage.open(ws) as other:
        await one.lead({"a": "1"}, session_id="one")
        await other.lead({"a": "2"}, session_id="other")
        await until(ws.registry, lambda: all(s.area().loaded for s in ws.registry) and len(ws.registry.sessions) == 2)
        now = asyncio.get_running_loop().time()
        edits: dict[str, Edit] = {}
        for session in ws.registry:
            edits[session.session_id] = session.edit([SetItem("a", session.session_id)], now)
        for page, name in ((one, "one"), (other, "other")):
            request: Any = await page.hear("edit")
            assert request["operations"] == [{"op": "set", "key": "a", "value": name}]
            await page.say(applied(request, 1, a=name))
        await until(ws.registry, lambda: all(edit.state is EditState.APPLIED for edit in edits.values()))
        assert [session.area().items for session in ws.registry] == [{"a": "one"}, {"a": "other"}]


async def test_a_session_id_without_its_secret_opens_another_session() -> None:
    async with WebSocket(port=0) as ws, ScriptedPage.open(ws) as owner, ScriptedPage.open(ws) as thief:
        await owner.lead({"a": "1"})
        await until(ws.registry, lambda: "s" in ws.registry.sessions)
        await thief.lead({"b": "2"}, secret="guessed", page_id="q")
        await until(ws.registry, lambda: len(ws.sessions) == 2 and all(s.area().loaded for s in ws.registry))
        assert ws.registry.sessions["s"].area().items == {"a": "1"}
        assert list(ws.registry.sessions["s"].pages) == ["p"]
        ws.sessions[0].local_storage.set("a", "2")
        request = await owner.hear("edit")
        assert request["operations"][0]["value"] == "2"
        await owner.say(applied(request, 1, a="2"))
        assert await ws.settled() == []


class ScriptedPageOfAHub:
    """A hub and a page that leads; the test ends the hub."""

    def __init__(self, **settings: Any) -> None:
        self.ws = WebSocket(port=0, settings=Settings(**settings))

    async def __aenter__(self) -> tuple[WebSocket, ScriptedPage]:
        await self.ws.__aenter__()
        self._opened = ScriptedPage.open(self.ws)
        page = await self._opened.__aenter__()
        await page.say(hello())
        await page.hear("welcome")
        await page.hear("lead")
        await page.say(snapshot())
        await until(self.ws.registry, lambda: self.ws.registry.sessions["s"].area().loaded)
        return self.ws, page

    async def __aexit__(self, *_: object) -> None:
        await self._opened.__aexit__(None, None, None)
