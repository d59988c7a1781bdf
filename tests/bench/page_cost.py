"""page-cost: what the bridge costs the page that it is in, in a real Chromium.

All times of the page's thread are the processor's, so that other work on the machine does not count. Each page is a
fresh one, in a profile of its own; baseline and subject come in turn in the same browser, with the same warm-up.

- The page's own loop of ``setItem`` calls, without and with the bridge. The goal is about this: the page waits for it.
- All that the thread does until the calls are reported. A frame has to listen, and the browser makes an event of each
  call for it; so the same is also set beside a bare frame, whose listener does nothing.
- The longest task with 5 MiB stored: the bridge comes, sends a snapshot, looks at all items now and then, and reports
  50 writes. Before that the page reads its storage once, as any page does that has one: in that call the browser loads
  all of it from disk, which is the page's own longest task.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING, Final

from tests.bench.child import Child
from tests.bench.figures import Figure, Goal, Judged
from tests.bench.traced_chromium import Task, TracedChromium
from tests.browser.sites import Site

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.bench.size import Size
    from tests.browser.drivers import ChromiumPage
    from tests.browser.drivers.chromium import ChromiumContext

_CALLS: Final = """(count) => {
  performance.mark('calls');
  for (let call = 0; call < count; call += 1) localStorage.setItem(`key-${call % 100}`, `value ${call}`);
}"""
_FILL: Final = """() => {
  for (let item = 0; item < 1280; item += 1) localStorage.setItem(`k${item}`.padEnd(5), 'x'.repeat(4091));
}"""
_WRITE: Final = """() => {
  for (let item = 0; item < 50; item += 1) localStorage.setItem(`k${item}`.padEnd(5), 'y');
}"""
_BEGIN: Final = """(bridge) => {
  performance.mark('watched');
  const script = document.createElement('script');
  script.src = bridge;
  if (bridge) document.head.append(script);
}"""
_READ: Final = "<script>localStorage.length;</script>"
_LISTEN: Final = """<script>addEventListener('load', () => {
  const frame = document.createElement('iframe');
  document.body.append(frame);
  frame.contentWindow.localStorage.length;
  frame.contentWindow.addEventListener('storage', () => {});
});</script>"""
_REPORTING: Final = 0.7
"""Seconds after writing in which the bridge reports it."""
_WATCHED: Final = 2.5
"""Seconds in which the longest task is looked for after joining: there is a look at all items in them."""


def measure(size: Size) -> list[Figure]:
    """The hub is the app's own, with its window, in a process of its own."""
    return asyncio.run(_measure(size))


@dataclass
class _Seen:
    """Of one kind of page, one value a repetition, in milliseconds."""

    called: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)
    longest: list[float] = field(default_factory=list)
    longest_taken: list[float] = field(default_factory=list)


async def _measure(size: Size) -> list[Figure]:
    calls, times = size.pick(10_000, 1_000), size.pick(2, 1)
    with Child("app") as app:
        bridge = f"http://127.0.0.1:{app.ask('serve')}/bridge.js"
        heads = {"without": "", "heard": _LISTEN, "with": f'<script src="{bridge}"></script>', "watched": _READ}
        pages = {f"/{name}": f"<!doctype html><title>{name}</title>{head}<body></body>" for name, head in heads.items()}
        async with Site(pages) as site, TracedChromium.launch() as browser:
            place = _Place(app, site, browser)
            without, heard, with_bridge = _Seen(), _Seen(), _Seen()
            kinds = {"without": without, "heard": heard, "with": with_bridge}
            for name in kinds:
                await place.calls(name, calls, 1)  # a browser that has just started has work of its own
            for _ in range(size.repetitions):
                for name, seen in kinds.items():
                    called, busy = await place.calls(name, calls, times)
                    seen.called.append(called)
                    seen.busy.append(busy)
                for seen, script in ((without, ""), (with_bridge, bridge)):
                    tasks = await place.tasks(script, size.pick(_WATCHED, 0.3))
                    seen.longest.append(max(task.busy for task in tasks))
                    seen.longest_taken.append(max(task.taken for task in tasks))
    what = f"{calls:,} setItem calls"
    until = f"{what}, until all is reported"
    longest = "longest task, 5 MiB stored"
    return [
        Figure(what, "ms", with_bridge.called, without.called, Goal(1.05)),
        Figure(until, "ms", with_bridge.busy, without.busy),
        Figure(f"{until}: beside a bare frame that listens", "ms", with_bridge.busy, heard.busy),
        Figure(longest, "ms", with_bridge.longest, without.longest, Goal(50, Judged.VALUE)),
        Figure(f"{longest}: on the clock", "ms", with_bridge.longest_taken, without.longest_taken),
    ]


class _Place:
    """A site, of which each page is opened in a profile of its own."""

    def __init__(self, app: Child, site: Site, browser: TracedChromium) -> None:
        self._app = app
        self._site = site
        self._browser = browser
        self._joined = 0

    async def calls(self, name: str, calls: int, times: int) -> tuple[float, float]:
        """Milliseconds of the calls, and of the page's thread until all is reported: a median of so many ``times``."""
        async with self._context() as context:
            page = await context.open(self._site.url(f"/{name}"))
            if name == "with":
                await self._until_joined()
            await page.send("Performance.enable", {"timeDomain": "threadTicks"})
            await page.evaluate(_CALLS, calls)
            await asyncio.sleep(_REPORTING)
            busy = []
            for _ in range(times):
                before = await _busy(page)
                await page.evaluate(_CALLS, calls)
                await asyncio.sleep(_REPORTING)
                busy.append(await _busy(page) - before)
            async with self._browser.tracing():
                await page.evaluate(_CALLS, calls)
                await page.evaluate("0")  # in another task: the first has then ended, and is in the trace
            (loop,) = self._browser.tasks_with("calls")
            return loop.busy, median(busy)

    async def tasks(self, bridge: str, seconds: float) -> list[Task]:
        """The tasks of a page with a full storage from when the bridge comes, so long, and until it reports writes."""
        async with self._context() as context:
            filling = await context.open(self._site.url("/without"))
            await filling.evaluate(_FILL)
            await filling.close()
            page = await context.open(self._site.url("/watched"))
            async with self._browser.tracing():
                await page.evaluate(_BEGIN, bridge)
                if bridge:
                    await self._until_joined()
                await asyncio.sleep(seconds)
                await page.evaluate(_WRITE)
                await asyncio.sleep(_REPORTING)
            return self._browser.tasks_after("watched")

    @asynccontextmanager
    async def _context(self) -> AsyncIterator[ChromiumContext]:
        context = await self._browser.new_context()
        try:
            yield context
        finally:
            await context.close()

    async def _until_joined(self) -> None:
        self._joined += 1
        await asyncio.to_thread(self._app.ask, "joined", count=self._joined)


async def _busy(page: ChromiumPage) -> float:
    """Milliseconds that the page's main thread has worked so far."""
    metrics = (await page.send("Performance.getMetrics"))["metrics"]
    return 1000 * float(next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration"))
