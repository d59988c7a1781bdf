"""The hub's own pages in real browsers: the one that says how to connect, and the demo shop."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from monitor import WebSocket
from monitor.hub import Settings
from tests.browser.stage import until
from tests.event_loop import AsyncRunner, entered

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.hub.sessions import BrowserSession
    from tests.browser.drivers import Browser, Page

ROWS = """() => Array.from(document.querySelectorAll('#items tr'),
    (row) => [row.querySelector('.key').textContent, row.querySelector('input').value])"""


@pytest.fixture
def ws(runner: AsyncRunner) -> Iterator[WebSocket]:
    """A hub for each test: its pages are of its own origin, and so is what they store."""
    with entered(runner, WebSocket(port=0, settings=Settings(close_within=5))) as ws:
        yield ws


async def arrive(ws: WebSocket) -> BrowserSession:
    """The session of the hub's own pages."""
    return await ws.wait_for_session(origin=ws.page_url.rstrip("/"), timeout=30)


def assert_unbroken(page: Page) -> None:
    """Neither the page nor the browser complained of anything, such as the content security policy."""
    assert page.errors == []
    assert [message.text for message in page.console if message.level in ("warn", "warning", "error")] == []


async def test_the_page_that_says_how_to_connect_is_connected_itself(browser: Browser, ws: WebSocket) -> None:
    page = await browser.open(ws.page_url)
    storage = (await arrive(ws)).local_storage
    assert await page.evaluate("document.querySelector('#snippet').textContent") == ws.script_tag

    # Here to there.
    await page.evaluate("""() => {
        document.querySelector('#key').value = 'greeting';
        document.querySelector('#value').value = '<b>hello</b>';
        document.querySelector('#add button[type=submit]').click();
    }""")
    await until(ws.registry, lambda: storage.data == {"greeting": "<b>hello</b>"})

    # There to here, as text and not as markup.
    storage.set("answer", "<img src=x>")
    await page.wait_for(f"({ROWS})().length === 2")
    assert await page.evaluate(ROWS) == [["answer", "<img src=x>"], ["greeting", "<b>hello</b>"]]
    storage.pop("greeting")
    await page.wait_for(f"({ROWS})().length === 1")

    await page.evaluate("document.querySelector('#items button').click()")
    await until(ws.registry, lambda: storage.data == {})
    await page.wait_for("!document.querySelector('#none').hidden")
    assert_unbroken(page)
    await page.close()


async def test_the_demo_shop_follows_its_storage(browser: Browser, ws: WebSocket) -> None:
    page = await browser.open(f"{ws.page_url}demo")
    session = await arrive(ws)
    storage = session.local_storage
    assert storage.get("cart") == [{"sku": "sencha-100", "quantity": 1}]
    assert await page.evaluate("document.querySelector('#total').textContent") == "€13.80"

    storage.set("theme", "dark")
    await page.wait_for("document.documentElement.dataset.theme === 'dark'")
    storage.set("flags", {"freeDelivery": True})
    await page.wait_for("document.querySelector('#total').textContent === '€8.90'")
    storage.set("cart", "{broken")
    await page.wait_for("!document.querySelector('#empty').hidden")

    await page.evaluate("document.querySelector('#sign').click()")
    await until(ws.registry, lambda: "customer" in storage.data and session.user is not None)
    assert session.user == storage.get("customer")["name"]
    # The shop asks for its token to be kept in the page.
    assert "access_token" not in storage.data
    assert "access_token" in ws.registry.sessions[session.session_id].area().items
    assert_unbroken(page)
    await page.close()
