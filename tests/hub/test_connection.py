"""What a page may rely on at its end of the line, and what becomes of one that breaks the rules."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import weakref
from typing import TYPE_CHECKING, Any

import pytest
from websockets.exceptions import InvalidStatus
from websockets.frames import Frame, Opcode

from monitor.core.long_messages import LONG_TEXT, MANY_TEXTS
from monitor.core.messages import Limits, SetItem
from monitor.core.registry import Registry
from monitor.core.timing import Timing
from monitor.hub import Access, Settings, WebSocket
from monitor.hub.connection import LONG, fitting
from monitor.hub.connections import SPARE
from tests.event_loop import GUARD
from tests.hub.peers import ORIGIN, ScriptedPage, hello, messages_subprotocol, snapshot, until

if TYPE_CHECKING:
    from monitor.core.session import Session

HANDSHAKE = (
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: session-monitor.v1\r\n\r\n"
)


async def until_cut_off(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    """What still came before the other side ended the connection, however roughly."""
    came = b""
    with contextlib.suppress(ConnectionResetError):
        while part := await reader.read(65_536):
            came += part
    writer.close()
    with contextlib.suppress(ConnectionResetError):
        await writer.wait_closed()
    return came


def items(ws: WebSocket, session_id: str = "s") -> dict[str, Any]:
    return dict(ws.registry.sessions[session_id].area().items)


def loaded(ws: WebSocket, session_id: str = "s") -> bool:
    session: Session | None = ws.registry.sessions.get(session_id)
    return session is not None and session.area().loaded


async def test_a_page_says_hello_and_its_items_are_there() -> None:
    async with WebSocket(port=0) as ws, ScriptedPage.open(ws) as page:
        await page.say(hello())
        welcome = await page.hear("welcome")
        assert welcome["page_id"] == "p"
        assert welcome["limits"] == {"message": ws.settings.message_size}
        await page.hear("lead")
        await page.say(snapshot({"cart": "[]"}))
        await until(ws.registry, lambda: loaded(ws))
        assert items(ws) == {"cart": "[]"}


async def test_a_message_may_come_in_fragments_with_a_ping_between_them() -> None:
    async with WebSocket(port=0) as ws, ScriptedPage.open(ws) as page:
        await page.lead()
        text = json.dumps(snapshot({"key": "ü" * 1000}, seq=0), ensure_ascii=False)
        whole = text.encode()
        # Cut within a character: only the whole message is text.
        pieces = [whole[:101], whole[101:700], b"", whole[700:]]
        protocol = page.socket.protocol
        protocol.send_text(pieces[0], fin=False)
        protocol.send_ping(b"are you there")
        protocol.send_continuation(pieces[1], fin=False)
        protocol.send_continuation(pieces[2], fin=False)
        protocol.send_continuation(pieces[3], fin=True)
        page.socket.send_data()
        await until(ws.registry, lambda: "key" in items(ws))
        assert items(ws) == {"key": "ü" * 1000}


@pytest.mark.logs
async def test_lone_surrogates_and_nul_come_and_go_unaltered() -> None:
    key, value = "\ud800key", "a\udc00\ud800b\x00\ufeff𝒳"
    async with WebSocket(port=0) as ws, ScriptedPage.open(ws) as page:
        await page.lead({key: value})
        await until(ws.registry, lambda: loaded(ws))
        assert items(ws) == {key: value}
        ws.registry.sessions["s"].edit([SetItem(key, value * 2)], asyncio.get_running_loop().time())
        edit = await page.hear("edit")
        assert edit["operations"] == [{"op": "set", "key": key, "value": value * 2}]


@pytest.mark.parametrize("pieces", [[b"\0"], [b"\0", b"\0"]], ids=["whole", "fragments"])
async def test_binary_messages_are_refused(pieces: list[bytes]) -> None:
    async with WebSocket(port=0) as ws, ScriptedPage.open(ws) as page:
        await page.lead()
        await page.socket.send(pieces)
        code, reason = await page.closed()
        assert (code, reason) == (1003, "this hub speaks text, not binary messages")
        await until(ws.registry, lambda: not ws.registry.sessions["s"].pages["p"].connected)


async def test_what_is_against_the_protocol_closes_that_page_and_no_other() -> None:
    async with WebSocket(port=0) as ws, ScriptedPage.open(ws) as good, ScriptedPage.open(ws) as bad:
        await good.lead({"a": "1"})
        await bad.lead(session_id="other", page_id="q")
        await bad.socket.send("{no json")
        assert await bad.closed() == (1008, "not JSON")
        await good.say({"type": "changes", "area": "local", "seq": 1, "changes": [["set", "a", "2"]]})
        await until(ws.registry, lambda: items(ws) == {"a": "2"})
        assert ws.registry.sessions["s"].pages["p"].connected
        assert not ws.registry.sessions["other"].pages["q"].connected


async def test_nothing_is_taken_from_a_page_after_it_was_refused() -> None:
    async with WebSocket(port=0) as ws, ScriptedPage.open(ws) as page:
        await page.lead({"a": "1"})
        protocol = page.socket.protocol
        protocol.send_text(b"nonsense")
        protocol.send_text(json.dumps(snapshot({"a": "2"})).encode())
        page.socket.send_data()
        assert (await page.closed())[0] == 1008
        assert items(ws) == {"a": "1"}


async def test_a_stranger_who_was_refused_gets_no_second_try() -> None:
    async with WebSocket(port=0) as ws, ScriptedPage.open(ws) as page:
        protocol = page.socket.protocol
        protocol.send_text(b"nonsense")
        protocol.send_text(json.dumps(hello()).encode())
        page.socket.send_data()
        assert await page.closed() == (1008, "not JSON")
        assert not ws.registry.sessions


async def test_a_page_whose_line_breaks_is_away() -> None:
    async with WebSocket(port=0) as ws, ScriptedPage.open(ws) as page:
        await page.lead()
        await until(ws.registry, lambda: loaded(ws))
        page.socket.transport.abort()
        await until(ws.registry, lambda: not ws.registry.sessions["s"].pages["p"].connected)


async def test_the_last_words_of_a_page_count_when_the_end_comes_with_them() -> None:
    async with WebSocket(port=0) as ws, ScriptedPage.open(ws) as page:
        await page.lead({"a": "1"})
        protocol = page.socket.protocol
        changes = {"type": "changes", "area": "local", "seq": 1, "changes": [["set", "a", "2"]]}
        protocol.send_text(json.dumps(changes).encode())
        protocol.send_close(1001)
        page.socket.send_data()
        await until(ws.registry, lambda: loaded(ws) and not ws.registry.sessions["s"].pages["p"].connected)
        assert items(ws) == {"a": "2"}


async def test_a_first_message_that_is_no_hello_is_refused() -> None:
    async with WebSocket(port=0) as ws, ScriptedPage.open(ws) as page:
        await page.say(snapshot())
        assert await page.closed() == (1008, "the first message must be hello")
        assert not ws.registry.sessions


async def test_the_browser_has_the_last_word_on_a_page_s_origin() -> None:
    async with WebSocket(port=0, access=Access(allowed_origins=(ORIGIN,))) as ws:
        async with ScriptedPage.open(ws, origin="http://evil.test") as page:
            await page.say(hello())
            code, reason = await page.closed()
            assert code == 1008
            assert "http://evil.test" in reason
        async with ScriptedPage.open(ws, origin=ORIGIN) as page:
            await page.lead()


async def test_a_page_that_says_nothing_is_closed_and_told_why() -> None:
    async with WebSocket(port=0, settings=Settings(hello_within=0.1)) as ws, ScriptedPage.open(ws) as page:
        assert await page.closed() == (1008, "no hello within 0.1 seconds")


async def test_a_peer_that_does_not_even_ask_is_cut_off() -> None:
    async with WebSocket(port=0, settings=Settings(hello_within=0.1)) as ws:
        assert await until_cut_off(*await asyncio.open_connection(ws.host, ws.port)) == b""


@pytest.mark.guard(20)
async def test_a_peer_that_does_not_close_is_cut_off() -> None:
    async with WebSocket(port=0, settings=Settings(hello_within=0.1, close_within=0.1)) as ws:
        reader, writer = await asyncio.open_connection(ws.host, ws.port)
        writer.write(HANDSHAKE)
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101 ")
        # A close frame, and then, unanswered, the end.
        assert (await until_cut_off(reader, writer)).startswith(b"\x88")


async def test_a_peer_that_speaks_before_the_handshake_is_over_is_cut_off() -> None:
    async with WebSocket(port=0) as ws:
        reader, writer = await asyncio.open_connection(ws.host, ws.port)
        frame = Frame(Opcode.TEXT, json.dumps(hello()).encode()).serialize(mask=True)
        writer.write(HANDSHAKE + frame)
        assert await until_cut_off(reader, writer) == b""
        assert not ws.registry.sessions


async def test_a_stranger_s_first_message_must_be_small() -> None:
    async with WebSocket(port=0, settings=Settings(hello_size=2000)) as ws, ScriptedPage.open(ws) as page:
        await page.say(hello(title="x" * 2000))
        code, reason = await page.closed()
        assert code == 1009
        assert "2000" in reason


@pytest.mark.parametrize("fragments", [1, 3])
async def test_a_message_over_the_limit_is_refused(fragments: int) -> None:
    async with WebSocket(port=0, settings=Settings(message_size=5000)) as ws, ScriptedPage.open(ws) as page:
        await page.lead({"a": "x" * 3000})
        await until(ws.registry, lambda: loaded(ws))
        text = json.dumps(snapshot({"a": "x" * 5000}))
        step = len(text) // fragments
        await page.socket.send([text[at : at + step] for at in range(0, len(text), step)])
        code, reason = await page.closed()
        assert code == 1009
        assert "5000" in reason
        assert items(ws) == {"a": "x" * 3000}


@pytest.mark.parametrize("said_by", ["settings", "registry"])
async def test_limits_hold_whoever_made_the_registry(said_by: str) -> None:
    timing = Timing(grace=0.05)
    if said_by == "settings":
        ws = WebSocket(port=0, registry=Registry(), settings=Settings(message_size=5000, timing=timing, remembered=0))
    else:
        ws = WebSocket(port=0, registry=Registry(timing=timing, limits=Limits(5000), remembered=0))
    assert (ws.settings.message_size, ws.settings.timing, ws.settings.remembered) == (5000, timing, 0)
    async with ws, ScriptedPage.open(ws) as page:
        await page.say(hello())
        assert (await page.hear("welcome"))["limits"] == {"message": 5000}
        await page.say(snapshot({"a": "x" * 5000}))
        assert (await page.closed())[0] == 1009
        await until(ws.registry, lambda: not ws.registry.sessions)


async def test_limits_hold_for_sessions_that_were_here_before() -> None:
    registry = Registry()
    async with WebSocket(port=0, registry=registry) as ws, ScriptedPage.open(ws) as page:
        await page.lead()
    settings = Settings(message_size=5000, timing=Timing(grace=0.05))
    async with WebSocket(port=0, registry=registry, settings=settings) as ws, ScriptedPage.open(ws) as page:
        await page.say(hello())
        assert (await page.hear("welcome"))["limits"] == {"message": 5000}
        assert registry.sessions["s"].timing == settings.timing


@pytest.mark.logs
async def test_what_follows_a_long_message_comes_after_it() -> None:
    async with WebSocket(port=0) as ws, ScriptedPage.open(ws, max_size=None) as page:
        await page.lead()
        await until(ws.registry, lambda: loaded(ws))
        session = ws.registry.sessions["s"]
        now = asyncio.get_running_loop().time()
        values = ["1", "2" * 2 * LONG_TEXT, "3", "4" * 2 * LONG_TEXT, "5"]
        edits = [session.edit([SetItem("key", value)], now) for value in values]
        many = session.edit([SetItem(str(number), "") for number in range(2 * MANY_TEXTS)], now)
        last = session.edit([SetItem("key", "6")], now)
        heard = [await page.hear("edit") for _ in range(len(values) + 2)]
        assert [each["id"] for each in heard] == [edit.id for edit in (*edits, many, last)]
        assert [each["operations"][0]["value"] for each in heard[:5]] == values


@pytest.mark.parametrize("parts", [1, 3])
async def test_nothing_overtakes_a_long_message_of_a_page_not_even_its_end(parts: int) -> None:
    async with WebSocket(port=0) as ws, ScriptedPage.open(ws) as page:
        await page.lead()
        await until(ws.registry, lambda: loaded(ws))
        area = ws.registry.sessions["s"].local_storage.area
        values = ["1", "2" * (LONG + 1), "3", "\ud834" * LONG, "5"]
        for seq, value in enumerate(values, 1):
            message = {"type": "changes", "area": "local", "seq": seq, "changes": [["set", f"key {seq}", value]]}
            text = json.dumps(message)
            size = len(text) // parts + 1
            await page.socket.send([text[start : start + size] for start in range(0, len(text), size)])
        await page.socket.close()
        await until(ws.registry, lambda: not ws.registry.sessions["s"].pages["p"].connected)
        assert list(area.items.values()) == values


@pytest.mark.logs
async def test_a_page_that_leaves_before_a_long_message_is_written_disturbs_nothing() -> None:
    async with WebSocket(port=0) as ws:
        async with ScriptedPage.open(ws) as page:
            await page.lead()
            await until(ws.registry, lambda: loaded(ws))
            session = ws.registry.sessions["s"]
            session.edit([SetItem("key", "1" * 2 * LONG_TEXT)], asyncio.get_running_loop().time())
            page.socket.transport.abort()
            await until(ws.registry, lambda: not session.pages["p"].connected)
        assert len(session.unsettled()) == 1


@pytest.mark.logs
@pytest.mark.guard(20)
async def test_what_follows_a_long_message_is_not_slower_for_it() -> None:
    many = 5_000
    async with WebSocket(port=0) as ws, ScriptedPage.open(ws, max_size=None) as page:
        await page.lead()
        await until(ws.registry, lambda: loaded(ws))
        session = ws.registry.sessions["s"]
        now = asyncio.get_running_loop().time()
        session.edit([SetItem("key", "1" * 2 * LONG_TEXT)], now)
        edits = [session.edit([SetItem("key", str(number))], now) for number in range(many)]
        await page.hear("edit")
        assert [(await page.hear("edit"))["id"] for _ in edits] == [edit.id for edit in edits]


@pytest.mark.logs
async def test_a_page_that_reads_nothing_of_a_long_message_is_given_up() -> None:
    settings = Settings(write_buffer=100_000, read_within=0.1, close_within=1000, timing=Timing(answer_within=1000))
    async with WebSocket(port=0, settings=settings) as ws, ScriptedPage.open(ws) as page:
        await page.lead()
        await until(ws.registry, lambda: loaded(ws))
        page.socket.transport.pause_reading()
        session = ws.registry.sessions["s"]
        session.edit([SetItem("key", "1" * 40_000_000)], asyncio.get_running_loop().time())
        await until(ws.registry, lambda: not session.pages["p"].connected)
        assert len(session.unsettled()) == 1
        page.socket.transport.abort()


@pytest.mark.logs
async def test_what_waits_behind_a_long_message_has_a_limit() -> None:
    settings = Settings(write_buffer=200_000, close_within=1000, timing=Timing(answer_within=1000))
    async with WebSocket(port=0, settings=settings) as ws, ScriptedPage.open(ws) as page:
        await page.lead()
        await until(ws.registry, lambda: loaded(ws))
        page.socket.transport.pause_reading()
        session = ws.registry.sessions["s"]
        now = asyncio.get_running_loop().time()
        session.edit([SetItem("key", "1" * 40_000_000)], now)
        for number in range(10):
            session.edit([SetItem("key", str(number) * 50_000)], now)
        await until(ws.registry, lambda: not session.pages["p"].connected)
        assert len(session.unsettled()) == 11
        page.socket.transport.abort()


async def test_a_long_message_that_came_before_the_end_counts() -> None:
    async with WebSocket(port=0) as ws, ScriptedPage.open(ws) as page:
        await page.lead()
        await until(ws.registry, lambda: loaded(ws))
        change = {"type": "changes", "area": "local", "seq": 1, "changes": [["set", "key", "x" * LONG]]}
        protocol = page.socket.protocol
        protocol.send_text(json.dumps(change).encode())
        protocol.send_binary(b"no")
        page.socket.transport.write(b"".join(protocol.data_to_send()))  # so that both ends are read at once
        assert (await page.closed())[0] == 1003
        assert items(ws) == {"key": "x" * LONG}


@pytest.mark.logs
@pytest.mark.guard(20)
async def test_a_page_that_does_not_read_is_given_up() -> None:
    settings = Settings(write_buffer=50_000, close_within=1000, timing=Timing(answer_within=1000))
    async with WebSocket(port=0, settings=settings) as ws, ScriptedPage.open(ws) as page:
        await page.lead()
        await until(ws.registry, lambda: loaded(ws))
        page.socket.transport.pause_reading()
        session = ws.registry.sessions["s"]
        now = asyncio.get_running_loop().time()
        for number in range(200):
            session.edit([SetItem("key", str(number) * 50_000)], now)
        await until(ws.registry, lambda: not session.pages["p"].connected)
        assert page.socket.transport.is_reading() is False
        # None of the edits is lost for it: all still wait for their outcome.
        assert len(session.unsettled()) == 200
        page.socket.transport.abort()


@pytest.mark.parametrize("offered", [None, ["chat"]], ids=["none", "another"])
async def test_only_clients_that_speak_the_subprotocol_are_let_in(offered: list[str] | None) -> None:
    async with WebSocket(port=0) as ws:
        with pytest.raises(InvalidStatus) as refusal:
            async with ScriptedPage.open(ws, subprotocols=offered):
                pass
        assert refusal.value.response.status_code == 400
        assert b"session-monitor.v1" in refusal.value.response.body


async def test_of_several_subprotocols_ours_is_chosen() -> None:
    async with WebSocket(port=0) as ws, ScriptedPage.open(ws, subprotocols=["chat", messages_subprotocol()]) as page:
        assert page.socket.subprotocol == "session-monitor.v1"


@pytest.mark.logs
async def test_one_connection_too_many_is_told_so_and_the_others_stay() -> None:
    async with WebSocket(port=0, settings=Settings(connections=1)) as ws:
        async with ScriptedPage.open(ws) as page:
            await page.lead()
            with pytest.raises(InvalidStatus) as refusal:
                async with ScriptedPage.open(ws):
                    pass
            assert refusal.value.response.status_code == 503
            await page.say({"type": "changes", "area": "local", "seq": 1, "changes": [["set", "a", "1"]]})
            await until(ws.registry, lambda: loaded(ws) and items(ws) == {"a": "1"})
        await until(ws.registry, lambda: not ws.registry.sessions["s"].pages["p"].connected)
        async with ScriptedPage.open(ws) as page:
            await page.lead()


async def test_of_those_that_ask_for_nothing_no_more_stay_than_there_are_descriptors_for() -> None:
    async with WebSocket(port=0, settings=Settings(connections=1)) as ws, contextlib.AsyncExitStack() as stack:
        for _ in range(SPARE + 1):
            _, writer = await asyncio.open_connection("127.0.0.1", ws.port)
            stack.callback(writer.close)
        reader, writer = await asyncio.open_connection("127.0.0.1", ws.port)
        stack.callback(writer.close)
        async with asyncio.timeout(10):
            assert await reader.read() == b""
        assert len(ws._connections.accepted) == SPARE + 1


async def test_a_page_that_connects_again_takes_the_place_of_its_old_connection() -> None:
    async with WebSocket(port=0) as ws, ScriptedPage.open(ws) as old:
        await old.lead()
        async with ScriptedPage.open(ws) as new:
            await new.lead({"a": "1"})
            assert await old.closed() == (4002, "this page has connected again")
            await until(ws.registry, lambda: items(ws) == {"a": "1"})
            assert ws.registry.sessions["s"].pages["p"].connected


async def test_a_failure_of_the_hub_itself_costs_one_connection(caplog: pytest.LogCaptureFixture) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("as if by a bug")

    async with WebSocket(port=0) as ws, ScriptedPage.open(ws) as bad, ScriptedPage.open(ws) as good:
        await bad.lead()
        await good.lead(session_id="other")
        await until(ws.registry, lambda: loaded(ws) and loaded(ws, "other"))
        ws.registry.sessions["s"].receive = fail  # type: ignore[assignment,method-assign] # stands for a bug of ours
        await bad.say({"type": "pong"})
        assert (await bad.closed())[0] == 1011
        assert "as if by a bug" in caplog.text
        caplog.clear()
        await good.say({"type": "changes", "area": "local", "seq": 1, "changes": [["set", "a", "1"]]})
        await until(ws.registry, lambda: items(ws, "other") == {"a": "1"})


@pytest.mark.logs
@pytest.mark.parametrize("edits", [0, 1, 20])
def test_a_connection_that_is_gone_leaves_nothing_for_the_garbage_collector(edits: int) -> None:
    async def come_and_go() -> None:
        async with WebSocket(port=0) as ws:
            gone = asyncio.Event()
            async with ScriptedPage.open(ws, max_size=None) as page:
                await page.lead({"cart": "[]"})
                await until(ws.registry, lambda: loaded(ws))
                now = asyncio.get_running_loop().time()
                for _ in range(edits):
                    ws.registry.sessions["s"].edit([SetItem("cart", "1" * 2 * LONG_TEXT)], now)
                if edits:
                    await page.hear("edit")
                for connection in ws._connections.accepted:
                    weakref.finalize(connection, gone.set)
                del connection
                await page.say({"type": "bye"})
                await page.closed()
            async with asyncio.timeout(GUARD):
                await gone.wait()

    gc.disable()
    try:
        asyncio.run(come_and_go())  # not on the loop of the other tests, which keeps the tasks to look at them
    finally:
        gc.enable()


async def test_the_last_message_is_not_kept() -> None:
    async with WebSocket(port=0) as ws, ScriptedPage.open(ws) as page:
        await page.lead({"large": "x" * 2**20})
        await until(ws.registry, lambda: loaded(ws))
        kept = [each for each in gc.get_objects() if type(each) is Frame and len(each.data) > 2**20]
        assert not kept


# --- reasons ---------------------------------------------------------------------------------------------------------


def test_a_short_reason_stays_as_it_is() -> None:
    assert fitting("") == ""
    assert fitting("a reason") == "a reason"
    assert fitting("x" * 123) == "x" * 123
    assert fitting("a\ud800b") == "a?b"


@pytest.mark.parametrize("letter", ["x", "ü", "字", "𝒳"])
def test_a_long_reason_is_cut_between_characters(letter: str) -> None:
    cut = fitting(letter * 200)
    assert len(cut.encode()) <= 123
    assert len(cut.encode()) > 123 - 4 - 3
    assert cut == letter * (len(cut) - 1) + "…"


@pytest.mark.parametrize("origin", ["\ud800", "\ud800" * 200, "𝒳" * 200])
async def test_a_reason_with_what_no_close_frame_can_hold_still_closes(origin: str) -> None:
    async with WebSocket(port=0) as ws, ScriptedPage.open(ws, origin="http://shop.test") as page:
        await page.say(hello(origin=origin))
        code, reason = await page.closed()
        assert code == 1008
        assert reason.startswith("the page says that it is ")
