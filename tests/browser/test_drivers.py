"""The drivers themselves, in both browsers: whatever else is tested in a browser rests on this."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.drivers import (
    Browser,
    Chromium,
    ChromiumPage,
    ConsoleMessage,
    DocumentLeftError,
    DriverError,
    Firefox,
    Page,
    PageError,
)
from tests.browser.sites import Site
from tests.event_loop import AsyncRunner, entered

PAGES = {
    "/": """<title>first</title><script>
        addEventListener("pageshow", (event) => { window.persisted = event.persisted; });
    </script>""",
    "/second": "<title>second</title>",
    "/tells-its-end": """<title>tells</title><script>
        addEventListener("pagehide", () => { new BroadcastChannel("ends").postMessage("told"); });
    </script>""",
    "/faulty": """<title>faulty</title><script>
        console.log("kept", 1, true);
        console.warn("careful");
        setTimeout(() => { throw new Error("thrown late"); });
        Promise.reject(new Error("refused"));
    </script>""",
    "/framed": """<title>framed</title>
        <iframe sandbox="allow-scripts" src="/without-storage"></iframe><iframe src="/plain"></iframe>""",
    "/without-storage": "<script>console.log('in the sandbox'); localStorage.length;</script>",
    "/plain": "<script>console.log('in the frame');</script>",
}


@pytest.fixture(scope="module", params=[Chromium, Firefox], ids=lambda launched: launched.name)
def browser(request: pytest.FixtureRequest, runner: AsyncRunner) -> Iterator[Browser]:
    with entered(runner, request.param.launch()) as browser:
        yield browser


@pytest.fixture(scope="module")
def site(runner: AsyncRunner) -> Iterator[Site]:
    with entered(runner, Site(PAGES)) as site:
        yield site


@pytest.fixture(scope="module")
def page(browser: Browser, site: Site, runner: AsyncRunner) -> Page:
    """A page for the tests that only evaluate something and leave it as it was."""
    return runner.run(browser.open(site.url()))


@pytest.mark.parametrize(
    "text", ["", "\0", "\ufeffx", "\ud800", "\udc00\ud800", "\u2028'\"\\`${", "日本😀", "__proto__"]
)
async def test_strings_cross_exactly(page: Page, text: str) -> None:
    assert await page.evaluate("(text) => text", text) == text
    units = memoryview(text.encode("utf-16-le", "surrogatepass")).cast("H").tolist()
    assert await page.evaluate("(text) => Array.from(text.split(''), (unit) => unit.charCodeAt(0))", text) == units


async def test_a_full_storage_area_crosses_exactly(page: Page) -> None:
    text = "日" * (5 * 1024 * 1024 - 1) + "\ud800"

    came_back = await page.evaluate("(text) => text", text)

    is_same = came_back == text  # outside the assertion, which would show the difference of two long texts
    assert is_same


@pytest.mark.parametrize(
    "value", [None, True, 0, -1.5, [], {}, [1, ["two", {"three": None}]], {"__proto__": {"length": 1}, "": "empty"}]
)
async def test_values_cross_as_json(page: Page, value: Any) -> None:
    assert await page.evaluate("(value) => value", value) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("1 + 1", 2),
        ("undefined", None),
        ("Promise.resolve('later')", "later"),
        ("await Promise.resolve('awaited')", "awaited"),
        ("() => 'called'", "called"),
        ("async function () { return 'called'; }", "called"),
        ("'a line' // and a comment", "a line"),
    ],
)
async def test_expressions_and_functions_evaluate(page: Page, source: str, value: Any) -> None:
    assert await page.evaluate(source) == value


async def test_what_the_page_throws_is_raised(page: Page) -> None:
    with pytest.raises(PageError, match=r"^RangeError: ") as raised:
        await page.evaluate("() => { throw new RangeError('too \\ud800 far'); }")
    assert (raised.value.name, raised.value.message) == ("RangeError", "too \ud800 far")
    with pytest.raises(PageError, match=r"^InvalidCharacterError: "):
        await page.evaluate("document.createElement('')")
    with pytest.raises(PageError, match=r"^a text$"):
        await page.evaluate("Promise.reject('a text')")
    with pytest.raises(PageError, match="SyntaxError"):
        await page.evaluate("1 +")
    assert page.errors == []


async def test_tabs_share_storage_and_contexts_do_not(browser: Browser, site: Site) -> None:
    first, second = await browser.open(site.url()), await browser.open(site.url())
    context = await browser.new_context()
    apart = await context.open(site.url())
    await first.evaluate(
        "window.heard = new Promise((resolve) => addEventListener('storage', resolve, { once: true }))"
        ".then((event) => [event.key, event.newValue]), null"
    )

    await second.evaluate("(key, value) => localStorage.setItem(key, value)", "shared", "text")

    assert await first.evaluate("heard") == ["shared", "text"]
    assert await first.evaluate("localStorage.getItem('shared')") == "text"
    assert await apart.evaluate("localStorage.getItem('shared')") is None
    await context.close()
    with pytest.raises(DriverError):
        await apart.evaluate("1")


async def test_two_sites_are_two_origins(browser: Browser, site: Site) -> None:
    page = await browser.open(site.url())
    await page.evaluate("localStorage.setItem('mine', 'text')")

    async with Site({"/": "<title>other</title>"}) as other:
        assert other.origin != site.origin
        await page.navigate(other.url())
        assert await page.evaluate("[origin, localStorage.getItem('mine')]") == [other.origin, None]


async def test_pages_obey_the_policy_of_their_site_and_still_evaluate(browser: Browser) -> None:
    resources = {"/": "<script src=own.js></script><script>var inline = true;</script>", "/own.js": "var own = true;"}
    async with Site(resources, headers={"Content-Security-Policy": "default-src 'self'"}) as strict:
        page = await browser.open(strict.url())

        assert await page.evaluate("() => [typeof own, typeof inline]") == ["boolean", "undefined"]


async def test_the_console_and_uncaught_errors_are_collected(browser: Browser, site: Site) -> None:
    page = await browser.open(site.url("/faulty"))

    await page.wait_for_errors(2)

    assert page.console == [ConsoleMessage("log", "kept 1 true"), ConsoleMessage("warn", "careful")]
    assert len(page.errors) == 2
    assert any("thrown late" in error for error in page.errors)
    assert any("refused" in error for error in page.errors)


async def test_frames_are_heard_too(browser: Browser, site: Site) -> None:
    page = await browser.open(site.url("/framed"))

    await page.wait_for_console("in the frame")
    await page.wait_for_console("in the sandbox")
    await page.wait_for_errors(1)

    assert "SecurityError" in page.errors[0]


async def test_a_page_returns_from_the_back_forward_cache(browser: Browser, site: Site) -> None:
    page = await browser.open(site.url())
    await page.evaluate("console.log('once'), window.kept = 'alive'")
    await page.navigate(site.url("/second"))

    await page.back()

    assert await page.evaluate("[document.title, persisted, kept]") == ["first", True, "alive"]
    await page.forward()
    assert await page.evaluate("document.title") == "second"
    with pytest.raises(DriverError, match="history"):
        await page.forward()
    assert page.console == [ConsoleMessage("log", "once")]


async def test_going_back_can_load_anew_or_stay_in_the_document(browser: Browser, site: Site) -> None:
    async with Site({"/": "<title>uncached</title>"}, headers={"Cache-Control": "no-store"}) as uncached:
        page = await browser.open(uncached.url())
        await page.evaluate("window.kept = 'alive'")
        await page.navigate(uncached.url("/#part"))
        await page.back()
        assert await page.evaluate("[location.hash, kept]") == ["", "alive"]
        await page.navigate(site.url("/second"))
        await page.back()
        assert await page.evaluate("[document.title, document.readyState, typeof kept]") == [
            "uncached",
            "complete",
            "undefined",
        ]


async def test_a_reload_loads_anew(browser: Browser, site: Site) -> None:
    page = await browser.open(site.url())
    await page.evaluate("window.kept = 'alive'")

    await page.reload()

    assert await page.evaluate("[typeof kept, persisted, document.readyState]") == ["undefined", False, "complete"]


async def test_an_address_that_cannot_be_loaded_is_an_error(browser: Browser, site: Site) -> None:
    page = await browser.open(site.url())
    async with Site({}) as closed:
        url = closed.url()

    with pytest.raises(DriverError, match="CONNECTION_REFUSED"):
        await page.navigate(url)


async def test_nothing_but_loopback_is_reached(browser: Browser, site: Site) -> None:
    page = await browser.open(site.url())

    # An address that is set aside for documents. Refused before anything is sent, and not because nobody answers there.
    with pytest.raises(DriverError, match=r"ERR_NAME_NOT_RESOLVED|NS_ERROR_PROXY_CONNECTION_REFUSED"):
        await page.navigate("http://192.0.2.1/")


async def test_waiting_ends_as_soon_as_the_condition_is_met(browser: Browser, site: Site) -> None:
    page = await browser.open(site.url())
    await page.evaluate("setTimeout(() => { document.title = 'changed'; }, 50)")

    assert await page.wait_for("(title) => document.title === title && title", "changed") == "changed"


async def test_waiting_goes_on_in_the_next_document(browser: Browser, site: Site) -> None:
    page = await browser.open(site.url())
    waiting = asyncio.ensure_future(page.wait_for("document.title === 'second' && document.title"))
    await page.evaluate("1")  # the wait was sent before this, and so it has begun

    await page.navigate(site.url("/second"))

    assert await waiting == "second"


async def test_waiting_in_vain_says_what_was_last_seen(page: Page) -> None:
    with pytest.raises(TimeoutError, match=r"0 is still 0 after 0.1 s"):
        await page.wait_for("0", timeout=0.1)
    with pytest.raises(PageError, match="ReferenceError"):
        await page.wait_for("() => missing")


async def test_what_is_evaluated_ends_with_its_document(browser: Browser, site: Site) -> None:
    page = await browser.open(site.url())
    evaluating = asyncio.ensure_future(page.evaluate("new Promise(() => {})"))
    await page.evaluate("1")
    await page.reload()
    with pytest.raises(DocumentLeftError):
        await evaluating

    evaluating = asyncio.ensure_future(page.evaluate("new Promise(() => {})"))
    await page.evaluate("1")
    await page.close()
    with pytest.raises(DocumentLeftError):
        await evaluating


async def test_a_window_that_the_page_opens_gets_its_session_storage(browser: Browser, site: Site) -> None:
    page = await browser.open(site.url())
    await page.evaluate("sessionStorage.setItem('page', 'copied')")

    opened = await page.open_window("/second")

    assert await opened.evaluate("[document.title, sessionStorage.getItem('page')]") == ["second", "copied"]


async def test_one_tab_is_in_front(browser: Browser, site: Site) -> None:
    first, second = await browser.open(site.url()), await browser.open(site.url())
    await first.wait_for("document.visibilityState === 'hidden'")

    await first.activate()

    await second.wait_for("document.visibilityState === 'hidden'")
    assert await first.evaluate("document.visibilityState") == "visible"


async def test_a_closed_page_hears_of_it(browser: Browser, site: Site) -> None:
    """What it writes to localStorage then is lost where Firefox ends its process at once; what it posts is not."""
    page, closing = await browser.open(site.url()), await browser.open(site.url("/tells-its-end"))
    await page.evaluate("new BroadcastChannel('ends').onmessage = (event) => { window.ended = event.data; }, 0")

    await closing.close()

    assert await page.wait_for("window.ended") == "told"
    with pytest.raises(DriverError):
        await closing.evaluate("1")


@pytest.mark.parametrize("browser", [Chromium], ids=["chromium"], indirect=True)
async def test_chromium_freezes_a_page(browser: Browser, site: Site) -> None:
    page = await browser.open(site.url())
    assert isinstance(page, ChromiumPage)
    for event in ("freeze", "resume"):
        await page.evaluate("(name) => document.addEventListener(name, () => { document.title += ` ${name}`; })", event)

    await page.freeze()
    await page.resume()

    assert await page.wait_for("document.title.endsWith('resume') && document.title") == "first freeze resume"
