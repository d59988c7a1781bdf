"""Who may connect, as real browsers send their Host and Origin headers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from monitor import WebSocket
from monitor.core.events import OriginAsked
from monitor.hub import Access
from tests.browser.drivers import Browser, Chromium
from tests.browser.sites import Site
from tests.browser.stage import Stage, document, script_tag, until

if TYPE_CHECKING:
    from tests.event_loop import AsyncRunner

TOKEN = "a-token-of-a-test"
pytestmark = pytest.mark.logs  # that an origin asks is a warning


async def until_asked(ws: WebSocket, origin: str) -> None:
    """Wait until pages of this origin wait."""
    await until(ws.registry, lambda: origin in ws.asking)


def site_beside(ws: WebSocket) -> Site:
    """A site whose page connects to the hub."""
    return Site({"/": document(script_tag(f"{ws.page_url}bridge.js"))})


async def test_a_page_of_another_site_waits_and_goes_on_by_itself_when_it_is_allowed(runner: AsyncRunner) -> None:
    async with WebSocket(port=0) as ws, Chromium.launch() as browser, site_beside(ws) as site:
        origin = site.origin.replace("127.0.0.1", "shop.example")
        page = await browser.open(f"{origin}/")
        await until_asked(ws, origin)
        await page.evaluate("(localStorage.setItem('cart', '3'), window.stillTheSame = true)")
        assert ws.registry.origins.asking[origin].url == f"{origin}/"
        assert not ws.registry.sessions

        ws.allow(origin)
        session = await ws.wait_for_session(origin, timeout=30)
        assert session.local_storage.data == {"cart": "3"}
        assert await page.evaluate("window.stillTheSame")
        session.local_storage.set("cart", "4")
        assert await ws.settled(30) == []
        assert await page.evaluate("localStorage.cart") == "4"
        assert [message.text for message in page.console] == ["Session Monitor: this page waits for the operator"]
        assert page.errors == []

        ws.block(origin)
        await page.wait_for_console("the operator has blocked this origin")
        assert page.errors == []


async def test_a_site_whose_name_leads_here_gets_nothing(runner: AsyncRunner) -> None:
    async with WebSocket(port=0) as ws, Chromium.launch() as browser:
        page = await browser.open(f"http://rebound.example:{ws.port}/healthz")
        said = await page.evaluate("document.body.innerText")
        assert "is not asked for by that name" in said
        assert "Session Monitor" in said
        opened = await page.evaluate(
            f"new Promise((done) => {{ const socket = new WebSocket('ws://rebound.example:{ws.port}/',"
            " 'session-monitor.v1'); socket.onopen = () => done(true); socket.onerror = () => done(false); })"
        )
        assert opened is False


async def test_a_page_of_a_name_below_localhost_is_of_this_machine(runner: AsyncRunner) -> None:
    async with WebSocket(port=0) as ws, Chromium.launch() as browser, site_beside(ws) as site:
        origin = site.origin.replace("127.0.0.1", "something.localhost")
        await browser.open(f"{origin}/")
        await ws.wait_for_session(origin, timeout=30)
        assert ws.asking == []


async def test_a_frame_without_an_origin_waits_too(browser: Browser) -> None:
    async with WebSocket(port=0) as ws, Stage.set_up(browser, ws) as stage:
        frame = '<iframe sandbox="allow-scripts" src="/second"></iframe>'
        stage.site.resources["/"] = document("", body=frame)
        heard: list[object] = []
        ws.registry.subscribe(heard.append, OriginAsked)
        await stage.context.open(stage.site.url())
        await until_asked(ws, "null")
        assert len(heard) == 1
        ws.allow("null")
        session = await ws.wait_for_session("null", timeout=30)
        assert len(session.pages) == 1


async def test_the_token_in_the_script_tag_lets_a_page_in(browser: Browser) -> None:
    async with WebSocket(port=0, access=Access(token=TOKEN)) as ws:
        async with Stage.set_up(browser, ws, token=TOKEN) as stage:
            await stage.open()
        async with Stage.set_up(browser, ws, token="another-token") as stage:
            page = await stage.context.open(stage.site.url())
            await page.wait_for_console("data-token")
            assert stage.sessions == []


async def test_the_hub_s_own_pages_take_the_token_that_the_app_hands_them(browser: Browser) -> None:
    async with WebSocket(port=0, access=Access(token=TOKEN)) as ws:
        context = await browser.new_context()
        try:
            page = await context.open(ws.sample_url)
            await ws.wait_for_session(timeout=30)
            await page.wait_for("document.readyState === 'complete'")
            assert await page.evaluate("document.querySelector('a').hash") == f"#token={TOKEN}"
            assert page.errors == []
        finally:
            await context.close()
