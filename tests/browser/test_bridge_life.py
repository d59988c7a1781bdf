"""Pages are loaded anew, cached, doubled and closed, and the hub restarts: sessions, their items and edits live on."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from monitor import WebSocket
from monitor.core.edits import EditState
from monitor.core.messages import SetItem
from tests.browser.drivers import Browser, Chromium, ChromiumPage
from tests.browser.scripted_hub import ScriptedHub
from tests.browser.stage import Stage, stored

if TYPE_CHECKING:
    from tests.browser.drivers import Page


async def assert_in_touch(stage: Stage, page: Page) -> None:
    """What the page writes is seen, and what the operator asks for is done."""
    await page.evaluate("localStorage.setItem('touch', performance.timeOrigin + performance.now())")
    value = await page.evaluate("localStorage.touch")
    await stage.until(lambda: stage.items.get("touch") == value)
    edit = await stage.edit(SetItem("touch", "seen", value))
    assert edit.state is EditState.APPLIED, edit.message
    # Another tab may have done it, and a browser tells the processes of its tabs one after the other.
    await page.wait_for("localStorage.touch === 'seen'")


async def test_a_reload_is_the_same_page_of_the_same_session(stage: Stage) -> None:
    page = await stage.open()
    await page.evaluate("localStorage.kept = '1', sessionStorage.kept = '2'")
    await stage.until(lambda: stage.items == {"kept": "1"})
    (before,) = stage.session.pages.values()
    document = before.document_id

    await page.reload()

    await stage.until(lambda: before.connected and before.document_id != document)
    await stage.until_connected(1)
    assert list(stage.session.pages.values()) == [before]
    assert stage.items == {"kept": "1"}
    assert before.session_storage.area.items == {"kept": "2"}
    assert await stored(page, "sessionStorage") == {"kept": "2"}
    await assert_in_touch(stage, page)


async def test_the_page_id_is_never_seen_by_the_page(stage: Stage) -> None:
    look = "<script>window.keys = Object.keys(sessionStorage); addEventListener('pagehide', () => {"
    look += " sessionStorage.atTheEnd = JSON.stringify(Object.keys(sessionStorage)); });</script>"
    for path in ("/", "/second"):
        stage.site.resources[path] = str(stage.site.resources[path]).replace("<body>", f"<body>{look}")
    page = await stage.open()

    await page.reload()
    await stage.until_connected(1)

    assert await page.evaluate("keys") == ["atTheEnd"]
    assert await stored(page, "sessionStorage") == {"atTheEnd": "[]"}
    (known,) = stage.connected
    assert known.session_storage.area.items == {"atTheEnd": "[]"}


async def test_the_next_page_of_the_tab_is_the_same_page(stage: Stage) -> None:
    page = await stage.open()
    (before,) = stage.session.pages.values()

    await page.navigate(stage.site.url("/second"))

    await stage.until(lambda: before.connected and before.title == "second")
    assert list(stage.session.pages.values()) == [before]


async def test_a_page_comes_back_from_another(stage: Stage, browser: Browser) -> None:
    """Chromium keeps it in its back/forward cache; Firefox loads it anew, as it does any page with an open socket."""
    page = await stage.open()
    await page.evaluate("localStorage.kept = '1', window.alive = true")
    await stage.until_items({"kept": "1"})
    await page.navigate(stage.site.url("/plain"))
    await stage.until_connected(0)
    await page.evaluate("localStorage.meanwhile = '2'")

    await page.back()

    await stage.until_connected(1)
    assert await page.evaluate("window.alive === true") is (browser.name == "chromium")
    assert stage.items == {"kept": "1", "meanwhile": "2"}
    assert await stored(page, "sessionStorage") == {}
    assert len(stage.sessions) == 1
    await assert_in_touch(stage, page)


async def test_a_page_that_comes_back_from_the_cache_connects_at_once(browser: Browser, ws: WebSocket) -> None:
    """Both browsers cache a page that has no open socket. One that was refused would wait 15 s for its next try."""
    async with ScriptedHub.serving() as hub, Stage.set_up(browser, ws, hub=hub.url) as stage:
        page = await stage.context.open(stage.site.url())
        await page.evaluate("window.alive = true")
        line = await hub.line()
        first = await line.hear("hello")
        await line.close(1008, "come back later")
        await page.wait_for_console("come back later")
        await page.navigate(stage.site.url("/plain"))

        await page.back()

        async with asyncio.timeout(10):
            second = await (await hub.line()).hear("hello")
        assert await page.evaluate("window.alive === true")
        assert {**second, "visible": None} == {**first, "visible": None}
        assert await stored(page, "sessionStorage") == {}


async def test_a_tab_with_a_copied_page_id_gets_its_own(stage: Stage) -> None:
    first = await stage.open()
    (known,) = stage.connected
    second = await stage.context.open(stage.site.url("/plain"))
    await second.evaluate("(id) => sessionStorage.setItem('session-monitor.page', id)", known.page_id)

    await second.navigate(stage.site.url())

    await stage.until_connected(2)
    assert len({page.page_id for page in stage.connected}) == 2
    assert stage.session.pages[known.page_id] is known
    assert await stored(second, "sessionStorage") == {}
    await assert_in_touch(stage, first)
    await assert_in_touch(stage, second)


async def test_a_window_that_a_page_opens_is_a_page_of_its_own(stage: Stage) -> None:
    page = await stage.open()
    await page.evaluate("sessionStorage.setItem('copied', '1')")

    opened = await page.open_window("/second")

    await stage.until_connected(2)
    assert len({known.page_id for known in stage.connected}) == 2
    await stage.until(lambda: [known.session_storage.area.items for known in stage.connected] == [{"copied": "1"}] * 2)
    await assert_in_touch(stage, opened)


async def test_a_follower_takes_over_when_the_leader_is_closed(stage: Stage) -> None:
    first = await stage.open()
    second = await stage.open("/second")
    leader, follower = stage.connected
    assert leader.leads
    await first.evaluate("localStorage.kept = '1'")
    await stage.until_items({"kept": "1"})

    await first.close()

    await stage.until(lambda: follower.leads)
    await stage.until_items({"kept": "1"})
    await assert_in_touch(stage, second)


async def test_a_session_outlives_its_browser_tab(stage: Stage) -> None:
    page = await stage.open()
    await page.evaluate("localStorage.kept = '1'")
    await stage.until_items({"kept": "1"})
    session = stage.session

    await page.close()
    await stage.until(lambda: not session.live)

    assert stage.items == {"kept": "1"}
    await stage.open("/second")
    assert stage.session is session
    assert session.live


async def test_the_hub_restarts(browser: Browser, stage: Stage) -> None:
    async with WebSocket(port=0) as ws, Stage.set_up(browser, ws) as restarted:
        page = await restarted.open()
        await page.evaluate("localStorage.before = '1'")
        await restarted.until_items({"before": "1"})
        session_id, page_id = restarted.session.session_id, restarted.connected[0].page_id
        await ws.__aexit__(None, None, None)
        await page.evaluate("localStorage.meanwhile = '2'")

        async with WebSocket(port=ws.port) as restarted.ws:
            await restarted.until_connected(1)
            assert (restarted.session.session_id, restarted.connected[0].page_id) == (session_id, page_id)
            assert restarted.items == {"before": "1", "meanwhile": "2"}
            await assert_in_touch(restarted, page)
            await page.close()
        await ws.__aenter__()


async def test_a_page_that_stops_leaves_nothing(stage: Stage) -> None:
    page = await stage.open()

    await page.evaluate("localStorage.last = '1', SessionMonitor.stop(), SessionMonitor.stop()")

    await stage.until_connected(0)
    assert stage.items == {"last": "1"}
    assert await page.evaluate("document.querySelector('session-monitor')") is None
    await page.evaluate("localStorage.unseen = '1'")
    other = await stage.open("/second")
    await stage.until_items({"last": "1", "unseen": "1"})
    await assert_in_touch(stage, other)


@pytest.mark.parametrize("browser", [Chromium], ids=["chromium"], indirect=True)
async def test_a_frozen_page_has_left_and_comes_back(stage: Stage) -> None:
    page = await stage.open()
    assert isinstance(page, ChromiumPage)
    (known,) = stage.connected

    await page.freeze()
    await stage.until_connected(0)
    await page.resume()

    await stage.until_connected(1)
    assert stage.connected == [known]
    await assert_in_touch(stage, page)


async def test_private_profiles_are_sessions_of_their_own(browser: Browser, stage: Stage) -> None:
    page = await stage.open()
    await page.evaluate("localStorage.mine = '1'")
    await stage.until_items({"mine": "1"})
    context = await browser.new_context()

    await context.open(stage.site.url())

    await stage.until(lambda: len(stage.sessions) == 2)
    await stage.until_connected(2)
    assert [dict(session.area().items) for session in stage.sessions] == [{"mine": "1"}, {}]
    await context.close()
