"""Shop: a site with the bridge in its page, in two tabs of a real Chromium that keeps its profile when it is killed."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Final, Self

from tests.browser.drivers import Chromium, ChromiumPage
from tests.browser.sites import Site
from tests.browser.stage import bridge, document, script_tag
from tests.faults.operator import MAIL, TAG

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

_TABS: Final = 2

_SCRIPT: Final = f"""<script>
  const wallClock = Date.now;
  window.clockStep = 0;
  Date.now = () => wallClock() + window.clockStep;
  if (localStorage.getItem('n') === null) localStorage.setItem('n', '0');
  addEventListener('storage', ({{ key, newValue }}) => {{
    if (key !== 'mail' || newValue === null || !newValue.startsWith('{MAIL}')) return;
    const read = sessionStorage.getItem('read') || '';
    sessionStorage.setItem('read', `${{read}}${{newValue.slice({len(MAIL)})}} `);
    localStorage.setItem('mail', 'read');
  }});
</script>"""
"""The page reads its mail: an operator's write fires the page's own storage event. What it has read it keeps in its
sessionStorage, in which a mail that was written twice stands twice.
"""

_STORED: Final = """async () => {
  const open = () => new Promise((resolve, reject) => {
    const request = indexedDB.open('session-monitor', 1);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const database = await open();
  const get = database.transaction('identity').objectStore('identity').get('session');
  const identity = await new Promise((resolve) => { get.onsuccess = () => resolve(get.result); });
  database.close();
  const items = {};
  for (let at = 0; at < localStorage.length; at += 1) {
    const key = localStorage.key(at);
    items[key] = localStorage.getItem(key);
  }
  return [identity.session_id, items];
}"""

_CLEAN: Final = f"""() => {{
  for (const key of Object.keys(localStorage)) if (key.startsWith('{TAG}')) localStorage.removeItem(key);
}}"""


class Shop:
    """``hub`` is where the page finds the app. Use it as a context."""

    def __init__(self, profile: Path, hub: str) -> None:
        tag = script_tag("/bridge.js", hub=hub)
        pages = {"/": document(_SCRIPT + tag, "shop"), "/plain": document("", "plain"), "/bridge.js": bridge()}
        self._site = Site(pages)
        self._profile = profile
        self._browser: contextlib.AsyncExitStack | None = None
        self.tabs: list[ChromiumPage] = []

    @property
    def origin(self) -> str:
        """Of its one session."""
        return self._site.origin

    @property
    def pages(self) -> int:
        """How many are connected when nothing is broken."""
        return len(self.tabs)

    async def __aenter__(self) -> Self:
        await self._site.__aenter__()
        try:
            await self.start()
        except BaseException:
            await self._site.__aexit__(None, None, None)
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            await self._end()
        finally:
            await self._site.__aexit__(kind, error, trace)

    async def start(self) -> None:
        """Start the browser, with what it knows from before, and open the tabs."""
        async with contextlib.AsyncExitStack() as stack:
            browser = await stack.enter_async_context(Chromium.launch(self._profile))
            self.tabs = [await browser.open(self._site.url()) for _ in range(_TABS)]
            self._chromium = browser
            self._browser = stack.pop_all()

    async def kill(self) -> None:
        """Kill all processes of the browser, as a crash would."""
        self._chromium.kill()
        await self._end()

    async def _end(self) -> None:
        self.tabs = []
        browser, self._browser = self._browser, None
        if browser is not None:
            await browser.aclose()

    async def leave(self, tab: ChromiumPage) -> None:
        """Go to a page without the bridge."""
        await tab.navigate(self._site.url("/plain"))

    async def areas(self) -> dict[str, dict[str, str]]:
        """What localStorage holds in the browser, by the session id that the bridge keeps there too."""
        session_id, items = await self.tabs[0].evaluate(_STORED)
        return {session_id: items}

    async def read(self) -> list[list[str]]:
        """The tags of the mails that each tab has read."""
        logs: list[str] = [await tab.evaluate("sessionStorage.getItem('read') || ''") for tab in self.tabs]
        return [log.split() for log in logs]

    async def clean(self) -> None:
        """Remove what edits have left behind, as the page's own change."""
        await self.tabs[0].evaluate(_CLEAN)
        for tab in self.tabs:
            await tab.evaluate("sessionStorage.removeItem('read')")

    def errors(self) -> list[str]:
        """What no script of the pages caught, and what the bridge says of errors of its own."""
        said = [message.text for tab in self.tabs for message in tab.console if "an error of its own" in message.text]
        return [error for tab in self.tabs for error in tab.errors] + said
