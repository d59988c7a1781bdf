"""Chromium by the DevTools protocol (https://chromedevtools.github.io/devtools-protocol/)."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self

from tests.browser.drivers.chromium_page import ChromiumPage
from tests.browser.drivers.connection import DebuggingConnection, debugging_connection
from tests.browser.drivers.guard import COMMAND_GUARD
from tests.browser.drivers.interface import Browser, Context
from tests.browser.drivers.process import BrowserProcess, browser_process

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")

ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",  # tests may run as root, where the sandbox does not work
    "--remote-debugging-port=0",
    "--user-data-dir={profile}",
    "--window-size=1280,800",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-breakpad",
    "--disable-crash-reporter",
    "--disable-extensions",
    "--disable-popup-blocking",
    "--no-first-run",
    "--no-default-browser-check",
    "--password-store=basic",
    "--use-mock-keychain",
    # Off the network: no service of the vendor is called, and no name but loopback's is found.
    "--no-proxy-server",
    "--no-pings",
    "--disable-background-networking",
    "--disable-client-side-phishing-detection",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    # Not isolated, so that a page's session hears its sandboxed frames as well.
    "--disable-features=IsolateSandboxedIframes,MediaRouter,OptimizationHints,Translate",
    # Names below .example lead to this machine, as a web site's name does that wants to be taken for it.
    "--host-resolver-rules=MAP *.example 127.0.0.1, MAP * ~NOTFOUND, "
    "EXCLUDE localhost, EXCLUDE *.localhost, EXCLUDE 127.0.0.1, EXCLUDE [::1]",
    "about:blank",
)

ANNOUNCEMENT = re.compile(r"DevTools listening on (ws://\S+)")


class Chromium(Browser):
    """A running Chromium; made by `launch`."""

    name = "chromium"

    def __init__(self, process: BrowserProcess) -> None:
        super().__init__(process)
        self._connection: DebuggingConnection
        self._pages: dict[str, ChromiumPage] = {}  # by the id of the debugging session
        self._openings: dict[str, asyncio.Future[str]] = {}  # by the id of the opening tab

    @classmethod
    @asynccontextmanager
    async def launch(cls, folder: Path | None = None) -> AsyncIterator[Self]:
        """Run the browser; in ``folder``, if one is given, it finds the profile that it had there the last time."""
        async with browser_process(PROGRAMS, ARGUMENTS, {}, ANNOUNCEMENT, folder) as process:
            browser = cls(process)
            async with debugging_connection(await process.address(), browser._hear) as connection:
                browser._connection = connection
                await browser.send("Target.setDiscoverTargets", {"discover": True})
                yield browser

    async def open(self, url: str) -> ChromiumPage:
        return await self.open_in(None, url)

    async def open_in(self, context_id: str | None, url: str) -> ChromiumPage:
        """Open `url` in the context that has `context_id`, None for the browser's own."""
        place = {} if context_id is None else {"browserContextId": context_id}
        created = await self.send("Target.createTarget", {"url": "about:blank", **place})
        page = await self.attach(created["targetId"])
        await page.navigate(url)
        return page

    async def attach(self, target_id: str) -> ChromiumPage:
        """Start to hear and command the tab that has `target_id`."""
        attached = await self.send("Target.attachToTarget", {"targetId": target_id, "flatten": True})
        page = ChromiumPage(self, target_id, attached["sessionId"])
        self._pages[attached["sessionId"]] = page
        await page.start()
        return page

    async def new_context(self) -> ChromiumContext:
        created = await self.send("Target.createBrowserContext")
        return ChromiumContext(self, created["browserContextId"])

    async def send(
        self,
        method: str,
        parameters: dict[str, Any] | None = None,
        *,
        guard: float = COMMAND_GUARD,
        session_id: str | None = None,
    ) -> dict[str, Any]:
        """Send any command of the protocol, to the browser or to the tab of `session_id`, and return its result."""
        envelope = {} if session_id is None else {"sessionId": session_id}
        return await self._connection.send(method, parameters, guard=guard, tied_to=session_id, **envelope)

    def forget(self, session_id: str) -> None:
        """Stop hearing and commanding the tab of `session_id`, which is closed."""
        del self._pages[session_id]
        self._connection.abandon(session_id, "the tab was closed")

    def expect_opening(self, opener_id: str) -> asyncio.Future[str]:
        """Return what becomes the id of the next tab that the tab `opener_id` opens."""
        opened: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._openings[opener_id] = opened
        return opened

    def _hear(self, event: dict[str, Any]) -> None:
        method, parameters = event["method"], event["params"]
        session_id = parameters["sessionId"] if method == "Target.detachedFromTarget" else event.get("sessionId", "")
        if page := self._pages.get(session_id):
            page.hear(method, parameters)
        elif method == "Target.targetCreated":
            opened = self._openings.pop(parameters["targetInfo"].get("openerId"), None)
            if opened is not None and not opened.done():
                opened.set_result(parameters["targetInfo"]["targetId"])


class ChromiumContext(Context):
    """A context beside the browser's own."""

    def __init__(self, browser: Chromium, context_id: str) -> None:
        self._browser = browser
        self._context_id = context_id

    async def open(self, url: str) -> ChromiumPage:
        return await self._browser.open_in(self._context_id, url)

    async def close(self) -> None:
        await self._browser.send("Target.disposeBrowserContext", {"browserContextId": self._context_id})
