"""The sessions as programs see them, and waiting for one."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from monitor import WebSocket
from monitor.core.messages import PageState
from monitor.core.registry import Registry
from monitor.core.timing import Timing
from monitor.hub import Settings
from tests.hub.peers import ORIGIN, LivingPage, ScriptedPage, applied, hello, snapshot, until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.core.session import Session


async def test_sessions_tell_what_they_are() -> None:
    async with WebSocket(port=0) as ws, ScriptedPage.open(ws) as page:
        await page.lead(user="Ada", title="Cart")
        session = await ws.wait_for_session(timeout=60)
        assert (session.session_id, session.origin, session.user, session.live) == ("s", ORIGIN, "Ada", True)
        (tab,) = session.pages
        assert (tab.page_id, tab.url, tab.title, tab.visible) == ("p", f"{ORIGIN}/", "Cart", True)
        await page.say({"type": "page", "url": f"{ORIGIN}/pay", "title": "Pay", "visible": False, "user": "Bob"})
        await until(ws.registry, lambda: session.user == "Bob")
        assert (tab.url, tab.title, tab.visible) == (f"{ORIGIN}/pay", "Pay", False)


async def test_waiting_for_a_session_waits_for_the_one_that_fits() -> None:
    async with WebSocket(port=0) as ws:
        by_user = asyncio.create_task(ws.wait_for_session(user="Ada"))
        by_origin = asyncio.create_task(ws.wait_for_session(origin="http://other.test"))
        browsers = [LivingPage("one"), LivingPage("two", user="Ada"), LivingPage("three", origin="http://other.test")]
        async with browsers[0].connected(ws), browsers[1].connected(ws), browsers[2].connected(ws):
            assert (await by_user).session_id == "two"
            assert (await by_origin).session_id == "three"


class CountingRegistry(Registry):
    """Counts how often all sessions are gone through."""

    walks = 0

    def __iter__(self) -> Iterator[Session]:
        self.walks += 1
        return super().__iter__()


async def test_waiting_looks_only_at_the_session_something_happens_to() -> None:
    registry = CountingRegistry()
    async with WebSocket(port=0, registry=registry) as ws:
        waiting = asyncio.create_task(ws.wait_for_session(user="Ada"))
        browser = LivingPage("other")
        async with browser.connected(ws):
            await ws.wait_for_session()
            walks = registry.walks
            for number in range(20):
                browser.page.send(PageState(browser.page.url, f"title {number}", visible=True, user=f"user {number}"))
            browser.page.send(PageState(browser.page.url, "A shop", visible=True, user="Ada"))
            assert (await waiting).session_id == "other"
            assert registry.walks == walks


async def test_a_session_is_here_when_its_items_are_known() -> None:
    async with WebSocket(port=0) as ws, ScriptedPage.open(ws) as page:
        waiting = asyncio.create_task(ws.wait_for_session())
        await page.say(hello())
        await page.hear("welcome")
        await page.hear("lead")
        await page.say({**snapshot({"a": "1"}), "parts": 2})
        await page.say({**snapshot({"b": "2"}), "part": 2, "parts": 2})
        assert (await waiting).local_storage.data == {"a": "1", "b": "2"}


async def test_waiting_may_be_limited() -> None:
    async with WebSocket(port=0) as ws, ScriptedPage.open(ws) as page:
        with pytest.raises(TimeoutError):
            await ws.wait_for_session(timeout=0.01)
        await page.lead()
        session = await ws.wait_for_session()
        session.local_storage.set("a", "1")
        with pytest.raises(TimeoutError):
            await ws.settled(timeout=0.01)
        edit = await page.hear("edit")
        await page.say(applied(edit, 1, a="1"))
        assert await ws.settled(timeout=60) == []


async def test_sessions_that_left_are_no_longer_listed() -> None:
    browser = LivingPage()
    async with WebSocket(port=0, settings=Settings(timing=Timing(grace=0.05))) as ws:
        async with browser.connected(ws):
            session = await ws.wait_for_session()
        await until(ws.registry, lambda: not session.live)
        assert ws.sessions == []
