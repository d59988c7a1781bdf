"""The drivers themselves, in both browsers: whatever else is tested in a browser rests on this."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser.drivers import Browser, Chromium, Firefox
from tests.browser.sites import Site
from tests.event_loop import AsyncRunner, entered

PAGES = {
    "/": "<title>first</title>",
    "/second": "<title>second</title>",
}


@pytest.fixture(scope="module", params=[Chromium, Firefox], ids=lambda launched: launched.name)
def browser(request: pytest.FixtureRequest, runner: AsyncRunner) -> Iterator[Browser]:
    with entered(runner, request.param.launch()) as browser:
        yield browser


@pytest.fixture(scope="module")
def site(runner: AsyncRunner) -> Iterator[Site]:
    with entered(runner, Site(PAGES)) as site:
        yield site


@pytest.mark.parametrize(
    "text", ["", "\0", "\ufeffx", "\ud800", "\udc00\ud800", "\u2028'\"\\`${", "日本😀", "__proto__"]
)
async def test_strings_cross_exactly(browser: Browser, site: Site, text: str) -> None:
    page = await browser.open(site.url())

    assert await page.evaluate("(text) => text", text) == text
    units = memoryview(text.encode("utf-16-le", "surrogatepass")).cast("H").tolist()
    assert await page.evaluate("(text) => Array.from(text.split(''), (unit) => unit.charCodeAt(0))", text) == units
