"""One tab of Chromium."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from tests.browser.drivers.errors import DocumentLeftError, DriverError, PageError, ProtocolError
from tests.browser.drivers.expressions import LOADED, evaluated, opening
from tests.browser.drivers.guard import COMMAND_GUARD, hang_guard
from tests.browser.drivers.interface import ConsoleMessage, Page

if TYPE_CHECKING:
    from tests.browser.drivers.chromium import Chromium

# What Runtime.evaluate answers when the document goes away under it.
_LEFT_DOCUMENT = ("Inspected target navigated or closed", "Cannot find context", "Execution context was destroyed")


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
        tree = await self.send("Page.getFrameTree")
        if not self._shown:
            self._shown.append(tree["frameTree"]["frame"]["loaderId"])
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
        await self._arrive(steps, navigated.get("loaderId"))  # there is none for a step within the document

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
            case "Page.navigatedWithinDocument" if parameters["frameId"] == self._target_id:
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

    async def _arrive(self, steps: int, loader_id: str | None = None) -> None:
        """Wait until the tab went on from its first `steps`, by `loader_id` if given, and what it shows has loaded."""

        def has_arrived() -> bool:
            went_on = len(self._shown) > steps if loader_id is None else loader_id in self._shown[steps:]
            return went_on and self._shown[-1] in self._loaded

        async with hang_guard("the page did not load"):
            while not has_arrived():
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
