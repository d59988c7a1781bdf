"""Chromium by the DevTools protocol (https://chromedevtools.github.io/devtools-protocol/)."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Self

from tests.browser.drivers.connection import DebuggingConnection, debugging_connection
from tests.browser.drivers.errors import DocumentLeftError, DriverError, PageError, ProtocolError
from tests.browser.drivers.expressions import LOADED, evaluated, opening
from tests.browser.drivers.guard import COMMAND_GUARD, hang_guard
from tests.browser.drivers.interface import Browser, ConsoleMessage, Context, Page
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
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE *.localhost, EXCLUDE 127.0.0.1, EXCLUDE [::1]",
    "about:blank",
)

ANNOUNCEMENT = re.compile(r"DevTools listening on (ws://\S+)")

# What Runtime.evaluate answers when the document goes away under it.
_LEFT_DOCUMENT = ("Inspected target navigated or closed", "Cannot find context", "Execution context was destroyed")


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
    async def launch(cls) -> AsyncIterator[Self]:
        """Run Chromium, headless with a fresh profile, for the time of the `async with`."""
        async with browser_process(PROGRAMS, ARGUMENTS, {}, ANNOUNCEMENT) as process:
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


class ChromiumPage(Page):
    """One tab of Chromium."""

    def __init__(self, browser: Chromium, target_id: str, session_id: str) -> None:
        super().__init__()
        self._browser = browser
        self._target_id = target_id
        self._session_id = session_id
        self._shown: list[str] = []  # what the tab showed one after the other, each by the id of its load
        self._loaded: set[str] = set()
        self._incarnations = 0
        self._travelled = asyncio.Event()

    async def start(self) -> None:
        """Ask for the events that `hear` understands, and for those that came before."""
        await self.send("Page.enable")
        await self.send("Page.setLifecycleEventsEnabled", {"enabled": True})
        await self.send("Runtime.enable")
        await self.send("Log.enable")

    async def send(
        self, method: str, parameters: dict[str, Any] | None = None, *, guard: float = COMMAND_GUARD
    ) -> dict[str, Any]:
        """Send any command of the protocol to this tab and return its result."""
        return await self._browser.send(method, parameters, guard=guard, session_id=self._session_id)

    async def navigate(self, url: str) -> None:
        steps = len(self._shown)
        navigated = await self.send("Page.navigate", {"url": url})
        if "errorText" in navigated:
            raise DriverError(f"{url}: {navigated['errorText']}")
        await self._arrive(steps)

    async def reload(self) -> None:
        steps = len(self._shown)
        await self.send("Page.reload")
        await self._arrive(steps)

    async def back(self) -> None:
        await self._traverse(-1)

    async def forward(self) -> None:
        await self._traverse(1)

    async def activate(self) -> None:
        await self.send("Page.bringToFront")

    async def freeze(self) -> None:
        """Freeze the page as Chromium does with tabs hidden for long: its tasks stand still, its sockets stay open."""
        await self.send("Page.setWebLifecycleState", {"state": "frozen"})

    async def resume(self) -> None:
        """End what `freeze` began."""
        await self.send("Page.setWebLifecycleState", {"state": "active"})

    async def open_window(self, url: str) -> ChromiumPage:
        opened = self._browser.expect_opening(self._target_id)
        address = evaluated(await self._evaluate(opening(url), user_gesture=True, guard=COMMAND_GUARD))
        async with hang_guard("no new window"):
            page = await self._browser.attach(await opened)
        await page.wait_for(LOADED, address)
        return page

    async def close(self) -> None:
        await self._browser.send("Target.closeTarget", {"targetId": self._target_id})
        async with hang_guard("the tab did not close"):
            while not self._closed:
                self._travelled.clear()
                await self._travelled.wait()

    def hear(self, method: str, parameters: dict[str, Any]) -> None:
        """Take in an event of this tab."""
        match method:
            case "Page.frameNavigated" if "parentId" not in parameters["frame"]:
                self._show(parameters["frame"]["loaderId"])
            case "Page.navigatedWithinDocument" if parameters["frameId"] == self._target_id and self._shown:
                self._show(self._shown[-1])
            case "Page.lifecycleEvent" if parameters["frameId"] == self._target_id and parameters["name"] == "load":
                self._loaded.add(parameters["loaderId"])
                self._travelled.set()
            case "Runtime.executionContextsCleared":
                self._incarnations += 1
            case "Runtime.consoleAPICalled":
                level = {"warning": "warn"}.get(parameters["type"], parameters["type"])
                text = " ".join(map(_shown_text, parameters["args"]))
                self._log(parameters["timestamp"], ConsoleMessage(level, text))
            case "Log.entryAdded":
                entry = parameters["entry"]
                text = f"{entry['text']} {entry.get('url', '')}".rstrip()
                self._log(entry["timestamp"], ConsoleMessage(entry["level"], text, by_browser=True))
            case "Runtime.exceptionThrown":
                text = _exception_text(parameters["exceptionDetails"])
                if not self._is_repeat(parameters["timestamp"], text, str(self._incarnations)):
                    self._failed(text)
            case "Inspector.targetCrashed":
                self._failed("the page's process crashed")
            case "Target.detachedFromTarget":
                self._closed = True
                self._travelled.set()
                self._browser.forget(self._session_id)

    def _log(self, time: float, message: ConsoleMessage) -> None:
        if not self._is_repeat(time, message.text, str(self._incarnations)):
            self._wrote(message)

    async def _traverse(self, step: int) -> None:
        history = await self.send("Page.getNavigationHistory")
        index = history["currentIndex"] + step
        if not 0 <= index < len(history["entries"]):
            raise DriverError(f"the tab's history has nothing {abs(step)} {'back' if step < 0 else 'forward'}")
        steps = len(self._shown)
        await self.send("Page.navigateToHistoryEntry", {"entryId": history["entries"][index]["id"]})
        await self._arrive(steps)

    def _show(self, loader_id: str) -> None:
        self._shown.append(loader_id)
        self._travelled.set()

    async def _arrive(self, steps: int) -> None:
        """Wait until the tab went on from its first `steps` and what it shows has loaded, a cached page long ago."""
        async with hang_guard("the page did not load"):
            while not (len(self._shown) > steps and self._shown[-1] in self._loaded):
                self._travelled.clear()
                await self._travelled.wait()

    async def _evaluate_text(self, expression: str, guard: float) -> str:
        return await self._evaluate(expression, user_gesture=False, guard=guard)

    async def _evaluate(self, expression: str, *, user_gesture: bool, guard: float) -> str:
        parameters = {
            "expression": expression,
            "awaitPromise": True,
            "returnByValue": True,
            "userGesture": user_gesture,
        }
        try:
            answer = await self.send("Runtime.evaluate", parameters, guard=guard)
        except ProtocolError as error:
            if error.message.startswith(_LEFT_DOCUMENT):
                raise DocumentLeftError(error.message) from None
            raise
        if details := answer.get("exceptionDetails"):
            raise PageError("", _exception_text(details))
        text: str = answer["result"]["value"]
        return text


def _shown_text(argument: dict[str, Any]) -> str:
    """What the console shows of one argument, a RemoteObject."""
    if argument["type"] == "string":
        return str(argument["value"])
    if "value" in argument:
        return json.dumps(argument["value"])
    return str(argument.get("unserializableValue") or argument.get("description") or argument["type"])


def _exception_text(details: dict[str, Any]) -> str:
    exception = details.get("exception", {})
    return f"{details['text']} {exception.get('description', exception.get('value', ''))}".rstrip()
