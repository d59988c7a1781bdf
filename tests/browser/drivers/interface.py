"""What both browsers offer: `Browser`, `Context`, `Page`."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

from tests.browser.drivers.errors import DocumentLeftError
from tests.browser.drivers.expressions import evaluated, evaluation, waiting

WAIT = 20.0
"""Seconds that `wait_for` waits unless told otherwise: a hang guard for what takes milliseconds."""

EVALUATION_GUARD = 60.0
"""Seconds that `evaluate` may take unless told otherwise."""


@dataclass(frozen=True, slots=True)
class ConsoleMessage:
    """One line of a page's console.

    `level` is the method of `console` that wrote it (`log`, `warn`, `error`, …); a line of the browser's own, such as
    Chromium's about a refused connection, has `level` as the browser rates it and `by_browser` true.
    """

    level: str
    text: str
    by_browser: bool = False


class Page(ABC):
    """One tab. `console` and `errors` grow in the order in which the page wrote and failed, over all its documents."""

    def __init__(self) -> None:
        self.console: list[ConsoleMessage] = []
        """What was written to the console."""
        self.errors: list[str] = []
        """Errors and rejections that no one in the page caught, one text each."""
        self._console_grew = asyncio.Event()
        self._closed = False

    async def evaluate(self, source: str, *arguments: Any, guard: float = EVALUATION_GUARD) -> Any:
        """Evaluate the JavaScript expression `source` in the page and return its value, awaited if it is a promise.

        When the value is a function it is called with `arguments`, and its result counts. Arguments and result cross
        as JSON does it, strings exactly; `undefined` gives None. Raises `PageError` if the page's code throws,
        `DocumentLeftError` if the document goes away meanwhile, `DriverError` if no answer comes in `guard` seconds.
        """
        return evaluated(await self._evaluate_text(evaluation(source, arguments), guard))

    async def wait_for(self, condition: str, *arguments: Any, timeout: float = WAIT) -> Any:  # noqa: ASYNC109 -- the deadline is the page's
        """Wait in the page until `condition`, a source as for `evaluate`, gives a truthy value, and return that.

        Goes on in the next document when the page travels meanwhile. Raises `PageError` as soon as the condition
        throws, `TimeoutError` with the last value after `timeout` seconds.
        """
        clock = asyncio.get_running_loop().time
        deadline = clock() + timeout
        while True:
            left = max(deadline - clock(), 0.0)
            try:
                outcome = await self.evaluate(
                    waiting(condition, left * 1000), *arguments, guard=left + EVALUATION_GUARD
                )
            except DocumentLeftError:
                if self._closed or clock() >= deadline:
                    raise
                continue
            if "met" in outcome:
                return outcome["met"]
            raise TimeoutError(f"{condition} is still {outcome['unmet']!r} after {timeout:g} s")

    async def wait_for_console(self, part: str, timeout: float = WAIT) -> ConsoleMessage:  # noqa: ASYNC109 -- as in wait_for
        """Return the first console message that contains `part`, waiting for it if need be."""
        try:
            async with asyncio.timeout(timeout):
                while True:
                    self._console_grew.clear()
                    if found := next((message for message in self.console if part in message.text), None):
                        return found
                    await self._console_grew.wait()
        except TimeoutError:
            raise TimeoutError(f"no console message with {part!r} after {timeout:g} s, only {self.console}") from None

    @abstractmethod
    async def navigate(self, url: str) -> None:
        """Go to `url` and wait until it has loaded. Raises `DriverError` if it cannot be loaded."""

    @abstractmethod
    async def reload(self) -> None:
        """Load the document anew and wait until it has loaded."""

    @abstractmethod
    async def back(self) -> None:
        """Go one step back in the tab's history and wait until that document is shown, loaded anew or from a cache."""

    @abstractmethod
    async def forward(self) -> None:
        """Go one step forward in the tab's history, as `back`."""

    @abstractmethod
    async def activate(self) -> None:
        """Bring the tab to the front; the tab that was there becomes hidden."""

    @abstractmethod
    async def open_window(self, url: str) -> Page:
        """Let the page `window.open` `url` and return the new tab, loaded; it has a copy of its sessionStorage."""

    @abstractmethod
    async def close(self) -> None:
        """Close the tab as its user would; the page hears `pagehide`."""

    @abstractmethod
    async def _evaluate_text(self, expression: str, guard: float) -> str:
        """Evaluate `expression`, a promise of a string, and return the string.

        Raises `PageError` for a syntax error, all others are caught in the page.
        """

    def _wrote(self, message: ConsoleMessage) -> None:
        self.console.append(message)
        self._console_grew.set()


class Context(ABC):
    """One profile's worth of cookies and storage beside the browser's own."""

    @abstractmethod
    async def open(self, url: str) -> Page:
        """Open a new tab in front, go to `url` and wait until it has loaded."""

    @abstractmethod
    async def close(self) -> None:
        """Close the context with its tabs and forget what it stored; ending the browser does so too."""


class Browser(ABC):
    """A running browser with a fresh profile, made by its class method `launch`."""

    name: str
    """`chromium` or `firefox`."""

    @abstractmethod
    async def open(self, url: str) -> Page:
        """Open a new tab in front, go to `url` and wait until it has loaded."""

    @abstractmethod
    async def new_context(self) -> Context:
        """Make a context whose storage is apart from every other's."""

    @property
    @abstractmethod
    def process_id(self) -> int:
        """The id of the browser's first process and of its process group."""

    @abstractmethod
    def kill(self) -> None:
        """Kill the browser at once, as a crash would; every later command raises `DriverError`."""
