"""One tab of Firefox."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.browser.drivers.errors import PageError
from tests.browser.drivers.expressions import LOADED, evaluated, opening
from tests.browser.drivers.guard import COMMAND_GUARD, hang_guard
from tests.browser.drivers.interface import ConsoleMessage, Page

if TYPE_CHECKING:
    from tests.browser.drivers.firefox import Firefox


class FirefoxPage(Page):
    """One tab of Firefox."""

    def __init__(self, browser: Firefox, tab_id: str) -> None:
        super().__init__()
        self._browser = browser
        self._tab_id = tab_id

    async def navigate(self, url: str) -> None:
        await self._send("browsingContext.navigate", {"url": url, "wait": "complete"})

    async def reload(self) -> None:
        await self._send("browsingContext.reload", {"wait": "complete"})

    async def back(self) -> None:
        await self._traverse(-1)

    async def forward(self) -> None:
        await self._traverse(1)

    async def activate(self) -> None:
        await self._send("browsingContext.activate")

    async def open_window(self, url: str) -> FirefoxPage:
        opened = self._browser.expect_opening(self._tab_id)
        address = evaluated(await self._evaluate(opening(url), user_activation=True, guard=COMMAND_GUARD))
        async with hang_guard("no new window"):
            page = self._browser.attach(await opened)
        await page.wait_for(LOADED, address)
        return page

    async def close(self) -> None:
        await self._send("browsingContext.close")

    def hear(self, method: str) -> None:
        """Take in an event of this tab."""
        match method:
            case "browsingContext.navigationCommitted":
                self._browser.abandon(self._tab_id, "the tab went on to another document")
            case "browsingContext.contextDestroyed":
                self._closed = True
                self._browser.abandon(self._tab_id, "the tab was closed")

    def log(self, entry: dict[str, Any]) -> None:
        """Take in a log entry of the tab or of a frame in it."""
        text = entry["text"] or ""
        # A document that comes back from the cache has got a new realm.
        if self._is_repeat(entry["timestamp"], text, entry["source"]["realm"]):
            return
        if entry["type"] == "console":
            self._wrote(ConsoleMessage(entry["method"], text))
        elif entry["level"] == "error":
            self._failed(text)
        else:
            self._wrote(ConsoleMessage(entry["level"], text, by_browser=True))

    async def _traverse(self, step: int) -> None:
        await self._send("browsingContext.traverseHistory", {"delta": step})
        self._browser.abandon(self._tab_id, "the tab went on to another document")
        await self.wait_for("document.readyState === 'complete'", timeout=COMMAND_GUARD)

    async def _send(self, method: str, parameters: dict[str, Any] | None = None) -> dict[str, Any]:
        return await self._browser.send(method, {"context": self._tab_id, **(parameters or {})})

    async def _evaluate_text(self, expression: str, guard: float) -> str:
        return await self._evaluate(expression, user_activation=False, guard=guard)

    async def _evaluate(self, expression: str, *, user_activation: bool, guard: float) -> str:
        parameters = {
            "expression": expression,
            "target": {"context": self._tab_id},
            "awaitPromise": True,
            "userActivation": user_activation,
        }
        answer = await self._browser.send("script.evaluate", parameters, guard=guard, tied_to=self._tab_id)
        if answer["type"] == "exception":
            raise PageError("", answer["exceptionDetails"]["text"])
        text: str = answer["result"]["value"]
        return text
