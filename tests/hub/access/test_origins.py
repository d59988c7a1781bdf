"""Pages of this machine are welcome; pages of any other origin wait until the operator answers, and send nothing in."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

import pytest

from monitor.core.events import OriginAnswered, OriginAsked, OriginWithdrew
from monitor.core.origins import Answer
from monitor.hub import Access, Settings, WebSocket
from tests.hub.peers import ScriptedPage, applied, hello, snapshot, until

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from monitor.core.events import Event

SHOP = "https://shop.example"
pytestmark = pytest.mark.logs  # that an origin asks is a warning


def page_of(ws: WebSocket, origin: str) -> AbstractAsyncContextManager[ScriptedPage]:
    """A browser's connection from a page of that origin."""
    return ScriptedPage.open(ws, origin=origin)


@pytest.mark.parametrize(
    "origin", ["http://localhost:3000", "https://shop.localhost", "http://127.0.0.2", "http://[::1]"]
)
async def test_pages_of_this_machine_are_welcome(origin: str) -> None:
    async with WebSocket(port=0) as ws, page_of(ws, origin) as page:
        await page.lead(origin=origin)
        assert ws.asking == []


async def test_programs_that_are_no_browser_are_welcome() -> None:
    async with WebSocket(port=0) as ws, ScriptedPage.open(ws) as page:
        await page.lead(origin=SHOP)


@pytest.mark.parametrize("origin", [SHOP, "null", "http://10.0.0.7"])
async def test_any_other_page_waits_and_goes_on_when_it_is_allowed(origin: str) -> None:
    async with WebSocket(port=0) as ws, page_of(ws, origin) as page:
        await page.say(hello(origin=origin, title="A <b>shop</b>"))
        await page.hear("wait")
        assert ws.asking == [origin]
        asking = ws.registry.origins.asking[origin]
        assert (asking.title, asking.address) == ("A <b>shop</b>", "127.0.0.1")
        assert ws.sessions == []
        ws.allow(origin)
        await page.hear("greet")
        await page.lead({"a": "1"}, origin=origin)
        await until(ws.registry, lambda: "s" in ws.registry.sessions and ws.registry.sessions["s"].area().loaded)
        assert ws.asking == []


async def test_what_a_page_says_while_it_waits_is_not_taken_in() -> None:
    async with WebSocket(port=0) as ws, page_of(ws, SHOP) as page:
        await page.say(hello(origin=SHOP))
        await page.hear("wait")
        received = ws.registry.received
        await page.say(hello(origin=SHOP), snapshot({"a": "1"}), {"type": "edit"}, {"type": "bye"})
        await page.socket.send("no JSON")
        await page.socket.ping()
        async with ScriptedPage.open(ws) as other:  # by when this one is in, all of that has been read
            await other.lead(session_id="other", page_id="q")
            await until(ws.registry, lambda: ws.registry.sessions["other"].area().loaded)
        assert ws.registry.received == received + 2
        assert [session.session_id for session in ws.sessions] == ["other"]
        ws.allow(SHOP)
        await page.hear("greet")
        await page.lead(origin=SHOP)


async def test_a_page_that_waits_and_is_gone_without_a_word_is_noticed() -> None:
    settings = Settings(ping_interval=0.1, close_within=0.1)
    async with WebSocket(port=0, settings=settings) as ws, page_of(ws, SHOP) as page:
        await page.say(hello(origin=SHOP))
        await page.hear("wait")
        (connection,) = ws._connections.accepted
        page.socket.transport.pause_reading()  # as if nothing came through any more
        await connection.wait_closed()
        page.socket.transport.abort()


async def test_an_origin_that_waits_cannot_name_another_in_its_hello() -> None:
    async with WebSocket(port=0) as ws, page_of(ws, SHOP) as page:
        await page.say(hello(origin="http://localhost"))
        assert (await page.closed())[0] == 1008
        assert ws.asking == []


async def test_one_that_is_blocked_is_told_and_so_is_whoever_comes_later() -> None:
    async with WebSocket(port=0) as ws:
        async with page_of(ws, SHOP) as page:
            await page.say(hello(origin=SHOP))
            await page.hear("wait")
            ws.block(SHOP)
            assert await page.closed() == (1008, "the operator has blocked this origin")
        async with page_of(ws, SHOP) as page:
            await page.say(hello(origin=SHOP))
            assert await page.closed() == (1008, "the operator has blocked this origin")
        assert ws.asking == []
        assert ws.sessions == []


async def test_blocking_closes_pages_that_are_here_and_no_others() -> None:
    allowed = Access(allowed_origins=(SHOP,))
    async with WebSocket(port=0, access=allowed) as ws, page_of(ws, SHOP) as page, ScriptedPage.open(ws) as other:
        await page.lead(origin=SHOP)
        await other.lead(session_id="other", page_id="q")
        ws.block(SHOP)
        assert await page.closed() == (1008, "the operator has blocked this origin")
        await until(ws.registry, lambda: not ws.registry.sessions["s"].pages["p"].connected)
        assert ws.registry.sessions["other"].pages["q"].connected


async def test_this_machine_s_own_origins_can_be_blocked_too() -> None:
    async with WebSocket(port=0) as ws, page_of(ws, "http://localhost:3000") as page:
        ws.block("http://localhost:3000")
        await page.say(hello(origin="http://localhost:3000"))
        assert (await page.closed())[0] == 1008


async def test_an_answer_that_is_taken_back_is_asked_for_anew() -> None:
    async with WebSocket(port=0) as ws, page_of(ws, SHOP) as page:
        ws.allow(SHOP)
        await page.lead(origin=SHOP)
        ws.registry.origins.forget(SHOP)
        assert await page.closed() == (1012, "the operator is asked anew about this origin")
        async with page_of(ws, SHOP) as again:
            await again.say(hello(origin=SHOP))
            await again.hear("wait")


async def test_edits_reach_a_page_that_was_allowed() -> None:
    async with WebSocket(port=0) as ws, page_of(ws, SHOP) as page:
        ws.allow(SHOP)
        await page.lead({"a": "1"}, origin=SHOP)
        session = await ws.wait_for_session(SHOP)
        session.local_storage.set("a", "2")
        request = await page.hear("edit")
        await page.say(applied(request, 1, a="2"))
        assert await ws.settled() == []


async def test_answers_are_remembered_from_one_hub_to_the_next(tmp_path: Path) -> None:
    access = Access(answers_file=tmp_path / "origins.json")
    async with WebSocket(port=0, access=access) as ws:
        ws.allow(SHOP)
        ws.block("null")
    async with WebSocket(port=0, access=access) as ws:
        async with page_of(ws, SHOP) as page:
            await page.lead(origin=SHOP)
        async with page_of(ws, "null") as page:
            await page.say(hello(origin="null"))
            assert (await page.closed())[0] == 1008


async def test_answers_that_cannot_be_read_are_asked_for_anew_and_the_operator_is_told(tmp_path: Path) -> None:
    (tmp_path / "origins.json").write_text("{")
    async with WebSocket(port=0, access=Access(answers_file=tmp_path / "origins.json")) as ws:
        assert ws.notice is not None
        assert "origins.json" in ws.notice
        async with page_of(ws, SHOP) as page:
            await page.say(hello(origin=SHOP))
            await page.hear("wait")


async def test_a_program_may_answer_at_once_when_it_hears_the_question() -> None:
    async with WebSocket(port=0) as ws, page_of(ws, SHOP) as page:

        def answer(event: Event) -> None:
            assert isinstance(event, OriginAsked)
            ws.allow(event.asking.origin)

        ws.registry.subscribe(answer, OriginAsked)
        await page.say(hello(origin=SHOP))
        await page.hear("wait")
        await page.hear("greet")
        await page.lead(origin=SHOP)


async def test_a_question_is_taken_back_when_nobody_waits_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.hub.access.waiting.GRACE", 0.05)
    heard: list[Any] = []
    async with WebSocket(port=0) as ws:
        ws.registry.subscribe(heard.append, OriginAsked, OriginWithdrew, OriginAnswered)
        async with page_of(ws, SHOP) as page, page_of(ws, SHOP) as other:
            for each in (page, other):
                await each.say(hello(origin=SHOP))
                await each.hear("wait")
        await until(ws.registry, lambda: len(heard) == 2)
        assert heard[1] == OriginWithdrew(SHOP)
        assert ws.asking == []
        assert (ws._door.waiting._all, ws._door.waiting._counts, ws._door.waiting._gone) == ({}, {}, {})


async def test_an_allowed_page_that_does_not_go_on_is_closed() -> None:
    async with WebSocket(port=0, settings=Settings(hello_within=0.1)) as ws, page_of(ws, SHOP) as page:
        await page.say(hello(origin=SHOP))
        await page.hear("wait")
        ws.allow(SHOP)
        assert await page.closed() == (1008, "no hello within 0.1 seconds")


@pytest.mark.parametrize(
    ("settings", "origins", "reason"),
    [
        (Settings(waiting=2), ["https://a.test", "https://b.test", "https://c.test"], "2 pages wait"),
        (Settings(waiting_at_origin=2), [SHOP] * 3, "2 pages of this origin wait"),
        (Settings(asking=2), ["https://a.test", "https://b.test", "https://c.test"], "2 origins wait"),
    ],
)
async def test_only_some_may_wait(settings: Settings, origins: list[str], reason: str) -> None:
    async with WebSocket(port=0, settings=settings) as ws, AsyncExitStack() as stack:
        pages = [await stack.enter_async_context(page_of(ws, origin)) for origin in origins]
        for page, origin in zip(pages[:2], origins, strict=False):
            await page.say(hello(origin=origin))
            await page.hear("wait")
        await pages[2].say(hello(origin=origins[2]))
        await pages[2].hear("wait")
        assert await pages[2].closed() == (1013, f"{reason} for the operator's answer, no more can")
        # There is room again when one has gone.
        at_the_hub = next(c for c in ws._connections.accepted if c.remote_address == pages[0].socket.local_address)
        await pages[0].socket.close()
        await at_the_hub.wait_closed()
        async with page_of(ws, origins[0]) as page:
            await page.say(hello(origin=origins[0]))
            await page.hear("wait")
            await page.socket.ping()
            assert page.socket.protocol.state.name == "OPEN"


async def test_no_configured_origin_may_be_none() -> None:
    with pytest.raises(ValueError, match="is not an origin"):
        WebSocket(access=Access(allowed_origins=("shop.example",)))
    with pytest.raises(ValueError, match="is not an origin"):
        WebSocket().allow("https://shop.example/cart")


async def test_who_asks_is_known_to_those_who_listen() -> None:
    heard: list[Any] = []
    async with WebSocket(port=0) as ws, page_of(ws, SHOP) as page:
        ws.registry.subscribe(heard.append, OriginAsked, OriginAnswered)
        await page.say(hello(origin=SHOP, title="x" * 5000))
        await page.hear("wait")
        ws.allow(SHOP)
        assert [type(event) for event in heard] == [OriginAsked, OriginAnswered]
        assert heard[0].asking.origin == SHOP
        assert len(heard[0].asking.title) <= 200
        assert heard[1] == OriginAnswered(SHOP, Answer.ALLOWED)
