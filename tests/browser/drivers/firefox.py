"""Firefox by WebDriver BiDi (https://w3c.github.io/webdriver-bidi/)."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Self

from tests.browser.drivers.connection import DebuggingConnection, debugging_connection
from tests.browser.drivers.errors import DriverError
from tests.browser.drivers.firefox_page import FirefoxPage
from tests.browser.drivers.guard import COMMAND_GUARD
from tests.browser.drivers.interface import Browser, Context
from tests.browser.drivers.process import BrowserProcess, browser_process

PROGRAMS = ("firefox-esr", "firefox")

ARGUMENTS = (
    "--headless",
    "--no-remote",
    "--new-instance",
    "--remote-debugging-port=0",
    "--profile",
    "{profile}",
    "about:blank",
)

ANNOUNCEMENT = re.compile(r"WebDriver BiDi listening on (ws://\S+)")

PREFERENCES: dict[str, bool | int | str] = {
    # Off the network: whatever is not loopback is asked of a proxy that does not exist.
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
    "network.proxy.no_proxies_on": "localhost, 127.0.0.1, ::1",
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.dns.disablePrefetch": True,
    "network.http.speculative-parallel-limit": 0,
    "network.trr.mode": 5,
    "app.normandy.enabled": False,
    "app.update.disabledForTesting": True,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.search.update": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.enabledScopes": 0,
    "extensions.update.enabled": False,
    "geo.provider.testing": True,
    "media.gmp-manager.updateEnabled": False,
    "messaging-system.rsexperimentloader.enabled": False,
    "nimbus.rollouts.enabled": False,
    "services.settings.server": "data:,none",
    "toolkit.telemetry.enabled": False,
    "toolkit.telemetry.server": "",
    # A quick start without pages of its own.
    "browser.newtabpage.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage": "about:blank",
    "browser.startup.homepage_override.mstone": "ignore",
    "browser.startup.page": 0,
    "startup.homepage_welcome_url": "about:blank",
    "datareporting.policy.dataSubmissionPolicyBypassNotification": True,
    # As users have it, though automation may have it otherwise: pages wait in the back/forward cache.
    "browser.sessionhistory.max_total_viewers": 8,
    # Windows open when a test opens them.
    "dom.disable_open_during_load": False,
}


class Firefox(Browser):
    """A running Firefox; made by `launch`."""

    name = "firefox"

    def __init__(self, process: BrowserProcess) -> None:
        super().__init__(process)
        self._connection: DebuggingConnection
        self._pages: dict[str, FirefoxPage] = {}  # by the id of their browsing context
        self._openings: dict[str, asyncio.Future[str]] = {}  # by the id of the opening tab
        self._tabs_of_frames: dict[str, str] = {}

    @classmethod
    @asynccontextmanager
    async def launch(cls) -> AsyncIterator[Self]:
        preferences = (f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in PREFERENCES.items())
        files = {"user.js": "".join(preferences)}
        async with browser_process(PROGRAMS, ARGUMENTS, files, ANNOUNCEMENT) as process:
            browser = cls(process)
            async with debugging_connection(f"{await process.address()}/session", browser._hear) as connection:
                browser._connection = connection
                prompts = {"unhandledPromptBehavior": {"default": "ignore"}}
                await browser.send("session.new", {"capabilities": {"alwaysMatch": prompts}})
                try:
                    await browser.send("session.subscribe", {"events": ["browsingContext", "log.entryAdded"]})
                    yield browser
                finally:
                    await browser._end_session()

    async def open(self, url: str) -> FirefoxPage:
        return await self.open_in("default", url)

    async def open_in(self, context_id: str, url: str) -> FirefoxPage:
        """Open `url` in the user context that has `context_id`."""
        created = await self.send("browsingContext.create", {"type": "tab", "userContext": context_id})
        page = self.attach(created["context"])
        await page.navigate(url)
        return page

    def attach(self, tab_id: str) -> FirefoxPage:
        """Start to hear and command the tab that has `tab_id`."""
        page = FirefoxPage(self, tab_id)
        self._pages[tab_id] = page
        return page

    async def new_context(self) -> FirefoxContext:
        created = await self.send("browser.createUserContext")
        return FirefoxContext(self, created["userContext"])

    async def send(
        self,
        method: str,
        parameters: dict[str, Any] | None = None,
        *,
        guard: float = COMMAND_GUARD,
        tied_to: str | None = None,
    ) -> dict[str, Any]:
        """Send any command of the protocol and return its result; see `DebuggingConnection.send`."""
        return await self._connection.send(method, parameters, guard=guard, tied_to=tied_to)

    def abandon(self, tab_id: str, reason: str) -> None:
        """Stop waiting for what is being evaluated in the tab: its document is gone, and Firefox never answers."""
        self._connection.abandon(tab_id, reason)

    def expect_opening(self, opener_id: str) -> asyncio.Future[str]:
        """Return what becomes the id of the next tab that the tab `opener_id` opens."""
        opened: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._openings[opener_id] = opened
        return opened

    async def _end_session(self) -> None:
        try:
            await self.send("session.end")
        except DriverError:
            if not self._killed:
                raise

    def _hear(self, event: dict[str, Any]) -> None:
        method, parameters = event["method"], event["params"]
        if method == "browsingContext.contextCreated":
            if parameters["parent"] is not None:
                self._tabs_of_frames[parameters["context"]] = self._tab_of(parameters["parent"])
            opened = self._openings.pop(parameters["originalOpener"], None)
            if opened is not None and not opened.done():
                opened.set_result(parameters["context"])
        elif method == "log.entryAdded":
            if page := self._pages.get(self._tab_of(parameters["source"].get("context"))):
                page.log(parameters)
        elif page := self._pages.get(parameters.get("context")):
            page.hear(method)

    def _tab_of(self, context_id: str) -> str:
        """Return the id of the tab that has the frame `context_id`; a tab is its own."""
        return self._tabs_of_frames.get(context_id, context_id)


class FirefoxContext(Context):
    """A context beside the browser's own."""

    def __init__(self, browser: Firefox, context_id: str) -> None:
        self._browser = browser
        self._context_id = context_id

    async def open(self, url: str) -> FirefoxPage:
        return await self._browser.open_in(self._context_id, url)

    async def close(self) -> None:
        await self._browser.send("browser.removeUserContext", {"userContext": self._context_id})
