"""page-cost: what the bridge costs the page that it is in, in a real Chromium."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from statistics import median
from typing import TYPE_CHECKING, Final

from tests.bench.child import Child
from tests.bench.figures import Figure, Goal, Judged
from tests.browser.drivers import Chromium
from tests.browser.sites import Site

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.bench.size import Size
    from tests.browser.drivers import ChromiumPage

_CALLS: Final = """(count) => {
  const began = performance.now();
  for (let call = 0; call < count; call += 1) localStorage.setItem(`key-${call % 100}`, `value ${call}`);
  return performance.now() - began;
}"""
_FILL: Final = """() => {
  for (let item = 0; item < 1280; item += 1) localStorage.setItem(`k${item}`.padEnd(5), 'x'.repeat(4091));
}"""
_WRITE: Final = """() => {
  for (let item = 0; item < 50; item += 1) localStorage.setItem(`k${item}`.padEnd(5), 'y');
}"""
_WATCH: Final = """<script>
  window.longest = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.longest = Math.max(window.longest, entry.duration);
  }).observe({ type: 'longtask', buffered: true });
  localStorage.length;
</script>"""
_REPORTING: Final = 0.5
"""Seconds after the calls in which the bridge reports them."""
_WATCHED: Final = 1.5
"""Seconds in which the page's long tasks are looked for after all has been reported."""


def measure(size: Size) -> list[Figure]:
    """The hub is the app's own, with its window, in a process of its own."""
    return asyncio.run(_measure(size))


async def _measure(size: Size) -> list[Figure]:
    calls, times = size.pick(10_000, 1_000), size.pick(3, 1)
    with Child("app") as app:
        port = app.ask("serve")
        tag = f'<script src="http://127.0.0.1:{port}/bridge.js"></script>'
        pages = {
            f"/{name}": f"<!doctype html><title>{name}</title>{head}<body></body>"
            for name, head in {
                "with": tag,
                "without": "",
                "watched-with": _WATCH + tag,
                "watched-without": _WATCH,
            }.items()
        }
        async with Site(pages) as site, Chromium.launch() as browser:
            place = _Place(app, site, browser)
            spent: dict[str, list[float]] = {"with": [], "without": []}
            busy: dict[str, list[float]] = {"with": [], "without": []}
            longest: dict[str, list[float]] = {"with": [], "without": []}
            for _ in range(size.repetitions):
                for name in ("without", "with"):
                    taken, thread = await place.calls(name, calls, times)
                    spent[name].append(taken)
                    busy[name].append(thread)
            for _ in range(size.repetitions):
                for name in ("without", "with"):
                    longest[name].append(await place.longest_task(name, size.pick(_WATCHED, 0.3)))
    return [
        Figure(f"{calls:,} setItem calls", "ms", spent["with"], spent["without"], Goal(1.05)),
        Figure(
            f"{calls:,} setItem calls: the page's thread busy until all is reported",
            "ms",
            busy["with"],
            busy["without"],
        ),
        Figure(
            "longest task, 5 MiB stored",
            "ms",
            longest["with"],
            longest["without"],
            Goal(50, Judged.VALUE),
            "0: none over 50 ms",
        ),
    ]


class _Place:
    """A site, of which each page is opened in a profile of its own."""

    def __init__(self, app: Child, site: Site, browser: Chromium) -> None:
        self._app = app
        self._site = site
        self._browser = browser
        self._joined = 0

    async def calls(self, name: str, calls: int, times: int) -> tuple[float, float]:
        """Milliseconds that the calls take, and that the page's thread works in all: medians of so many ``times``."""
        async with self._opened(f"/{name}", joins=name == "with") as page:
            await page.send("Performance.enable")
            await page.evaluate(_CALLS, calls)
            await asyncio.sleep(_REPORTING)
            taken, busy = [], []
            for _ in range(times):
                before = await _busy(page)
                taken.append(await page.evaluate(_CALLS, calls))
                await asyncio.sleep(_REPORTING)
                busy.append(await _busy(page) - before)
            return median(taken), median(busy)

    async def longest_task(self, name: str, seconds: float) -> float:
        """Milliseconds of the longest task of a page that opens with a full storage, goes on for a while and writes."""
        context = await self._browser.new_context()
        try:
            filling = await context.open(self._site.url("/without"))
            await filling.evaluate(_FILL)
            await filling.close()
            page = await context.open(self._site.url(f"/watched-{name}"))
            if name == "with":
                await self._until_joined()
            await asyncio.sleep(seconds)
            await page.evaluate(
                "() => { for (let n = 0; n < 50; n += 1) localStorage.setItem(`k${n}`.padEnd(5), 'y'); }"
            )
            await asyncio.sleep(seconds)
            return float(await page.evaluate("window.longest"))
        finally:
            await context.close()

    @asynccontextmanager
    async def _opened(self, path: str, *, joins: bool) -> AsyncIterator[ChromiumPage]:
        context = await self._browser.new_context()
        try:
            page = await context.open(self._site.url(path))
            if joins:
                await self._until_joined()
            yield page
        finally:
            await context.close()

    async def _until_joined(self) -> None:
        self._joined += 1
        await asyncio.to_thread(self._app.ask, "joined", count=self._joined)


async def _busy(page: ChromiumPage) -> float:
    """Milliseconds that the page's main thread has worked so far."""
    metrics = (await page.send("Performance.getMetrics"))["metrics"]
    return 1000 * float(next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration"))
