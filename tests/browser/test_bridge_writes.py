"""Every way in which a page can write to its LocalStorage is seen at the hub, and what is seen is exact."""

from __future__ import annotations

import asyncio
import time
from statistics import median
from typing import TYPE_CHECKING

import pytest

from monitor.core.events import ItemsChanged
from tests.browser.stage import document, stored

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.core.events import Event
    from tests.browser.drivers import Browser, Page
    from tests.browser.stage import Stage

BEFORE = {"kept": "1", "old": "2"}

WAYS = {
    "setItem": ("localStorage.setItem('new', 'x')", {**BEFORE, "new": "x"}),
    "dot": ("localStorage.new = 'x'", {**BEFORE, "new": "x"}),
    "bracket": ("localStorage['a key'] = 5", {**BEFORE, "a key": "5"}),
    "overwrite": ("localStorage.old = 'x'", {**BEFORE, "old": "x"}),
    "removeItem": ("localStorage.removeItem('old')", {"kept": "1"}),
    "delete": ("delete localStorage.old", {"kept": "1"}),
    "Reflect.deleteProperty": ("Reflect.deleteProperty(localStorage, 'old')", {"kept": "1"}),
    "clear": ("localStorage.clear()", {}),
    "clear and set": ("localStorage.clear(), localStorage.setItem('kept', '1')", {"kept": "1"}),
    "Object.assign": ("Object.assign(localStorage, { new: 'x', old: 'y' })", {"kept": "1", "new": "x", "old": "y"}),
    "defineProperty": (
        "Object.defineProperty(localStorage, 'new', { value: 'x', configurable: true, enumerable: true })",
        {**BEFORE, "new": "x"},
    ),
    "Reflect.set": ("Reflect.set(localStorage, 'new', 'x')", {**BEFORE, "new": "x"}),
    "Storage.prototype": ("Storage.prototype.setItem.call(localStorage, 'new', 'x')", {**BEFORE, "new": "x"}),
    "back and forth": (
        "localStorage.old = 'x', localStorage.old = '2', localStorage.new = 'x'",
        {**BEFORE, "new": "x"},
    ),
    "the same again, then another": ("localStorage.old = '2', localStorage.new = 'x'", {**BEFORE, "new": "x"}),
}


SOON = 0.1
"""Seconds within which a write is to be seen. The bridge's second way to see it, a look at all items, comes every two
seconds: it would be in time for one write in twenty, and for two of five hardly ever.
"""


async def seen_soon(stage: Stage, page: Page, script: str, after: dict[str, str]) -> None:
    """Do it five times, and assert that it was seen soon. Other work on the machine only ever adds to a delay, so the
    second best of the five counts.
    """
    delays = []
    for _ in range(5):
        await page.evaluate("(items) => { localStorage.clear(); Object.assign(localStorage, items) }", BEFORE)
        await stage.until_items(BEFORE)
        began = time.perf_counter()
        await asyncio.gather(page.evaluate(f"void ({script})"), stage.until_items(after))
        delays.append(time.perf_counter() - began)
    assert sorted(delays)[1] <= SOON


@pytest.mark.parametrize("way", WAYS)
async def test_a_write_is_seen_soon(stage: Stage, way: str) -> None:
    script, after = WAYS[way]
    page = await stage.open()

    await seen_soon(stage, page, script, after)

    assert await stored(page) == after
    assert page.errors == []


async def test_a_write_of_another_tab_is_seen_soon(stage: Stage) -> None:
    first = await stage.open()
    other = await stage.context.open(stage.site.url("/plain"))
    after = {**BEFORE, "from": "a tab without the bridge"}

    await seen_soon(stage, other, "localStorage.setItem('from', 'a tab without the bridge')", after)

    assert await stored(first) == after


async def test_a_write_of_a_frame_is_seen_soon(stage: Stage) -> None:
    stage.site.resources["/"] = str(stage.site.resources["/"]).replace("<body>", '<body><iframe src="/plain"></iframe>')
    page = await stage.open()

    await seen_soon(stage, page, "frames[0].localStorage.setItem('from', 'a frame')", {**BEFORE, "from": "a frame"})


async def test_a_write_of_a_frame_with_the_bridge_is_seen_once(stage: Stage) -> None:
    stage.site.resources["/framing"] = document("", body='<iframe src="/"></iframe><iframe src="/second"></iframe>')
    page = await stage.context.open(stage.site.url("/framing"))
    await stage.until_connected(2)
    seen: list[Event] = []
    unsubscribe = stage.ws.registry.subscribe(seen.append)

    await page.evaluate("frames[1].localStorage.setItem('from', 'a frame')")

    await stage.until_items({"from": "a frame"})
    unsubscribe()
    assert len([event for event in seen if isinstance(event, ItemsChanged)]) == 1


async def test_what_was_there_before_the_bridge_is_seen(stage: Stage) -> None:
    early = await stage.context.open(stage.site.url("/plain"))
    await early.evaluate("(items) => Object.assign(localStorage, items)", BEFORE)

    await stage.open()

    await stage.until_items(BEFORE)


async def test_what_is_written_on_the_way_out_is_seen(stage: Stage, browser: Browser) -> None:
    """Firefox closes the socket before `pagehide`: there the next page of the site tells of it."""
    page = await stage.open()
    await page.evaluate(
        "addEventListener('pagehide', () => { localStorage.left = 'for good'; }),"
        "document.addEventListener('visibilitychange', () => { localStorage.hidden = 'too'; })"
    )

    await page.navigate(stage.site.url("/plain"))
    if browser.name == "firefox":
        await page.navigate(stage.site.url("/second"))

    await stage.until(lambda: stage.items == {"left": "for good", "hidden": "too"})


async def test_the_session_storage_of_each_page_is_seen(stage: Stage) -> None:
    first = await stage.open()
    second = await stage.open("/second")
    here, there = stage.connected

    await first.evaluate("sessionStorage.setItem('tab', 'one')")
    await second.evaluate("sessionStorage.tab = 'two'")

    await stage.until(lambda: here.session_storage.area.items == {"tab": "one"})
    await stage.until(lambda: there.session_storage.area.items == {"tab": "two"})
    await first.evaluate("sessionStorage.clear()")
    await stage.until(lambda: here.session_storage.area.items == {})
    assert stage.items == {}


STRANGE = ["", "__proto__", "length", "getItem", "constructor", "key", "0", "\0", "\u2028", "\ufeff", "\ud800", "😀"]


async def test_strange_keys_and_values_are_exact(stage: Stage) -> None:
    page = await stage.open()
    items = {key: f"value of {key}" for key in [*STRANGE, "long" * 25_000]}
    items |= {
        "empty": "",
        "lone": "\ud800x\udc00",
        "mark": "\ufeff",
        "nul": "\0\0",
        "words": "日本語😀",
        "lines": "\r\n\u2029",
    }

    await page.evaluate("(items) => Object.keys(items).forEach((key) => localStorage.setItem(key, items[key]))", items)

    await stage.until_items(items)
    await page.reload()
    await stage.until_connected(1)
    assert stage.items == items
    await page.evaluate("(keys) => keys.forEach((key) => localStorage.removeItem(key))", list(items))
    await stage.until_items({})


@pytest.mark.parametrize("filling", ["x", "日", "\ud800", "\0"], ids=["ascii", "cjk", "surrogate", "nul"])
async def test_a_full_area_is_exact(stage: Stage, filling: str) -> None:
    page = await stage.open()
    await page.evaluate(
        "(filling) => { for (const key of 'abcde') localStorage.setItem(key, filling.repeat(1024 * 1024 - 1)); }",
        filling,
    )
    full = dict.fromkeys("abcde", filling * (1024 * 1024 - 1))
    await stage.until(lambda: stage.items == full)

    await page.reload()

    await stage.until_connected(1)
    is_full = stage.items == full  # outside the assertion, which would show the difference of two long texts
    assert is_full


async def test_a_hidden_page_is_seen_at_once(stage: Stage) -> None:
    page = await stage.open()
    await stage.context.open(stage.site.url("/plain"))
    await page.wait_for("document.visibilityState === 'hidden'")

    await page.evaluate("localStorage.setItem('from', 'behind')")

    await stage.until_items({"from": "behind"})


async def test_changes_are_seen_within_a_tenth_of_a_second(
    stage: Stage, record_property: Callable[[str, object], None]
) -> None:
    page = await stage.open()
    delays: list[float] = []

    def measure(event: Event) -> None:
        if isinstance(event, ItemsChanged):
            delays.extend(time.time() * 1000 - float(str(change.new_value)) for change in event.changes)

    unsubscribe = stage.ws.registry.subscribe(measure)
    for number in range(40):
        await page.evaluate(
            "(number) => localStorage.setItem('at', performance.timeOrigin + performance.now())", number
        )
        await stage.until(lambda: len(delays) > number)  # noqa: B023 - it has been awaited before the next
    unsubscribe()

    record_property("median delay in ms", round(median(delays), 1))
    assert median(delays) <= 100, sorted(delays)
