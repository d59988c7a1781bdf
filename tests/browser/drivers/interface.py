"""What both browsers offer: `Browser`, `Context`, `Page`."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from tests.browser.drivers.errors import DocumentLeftError
from tests.browser.drivers.expressions import evaluated, evaluation, waiting
from tests.browser.drivers.guard import COMMAND_GUARD
from tests.browser.drivers.process import BrowserProcess

WAIT = 20.0
"""Seconds that `wait_for` waits unless told otherwise: a hang guard for what takes milliseconds."""


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
        self._logged_anew = asyncio.Event()
        self._closed = False
        self._logged: dict[tuple[float, str], str] = {}

    async def evaluate(self, source: str, *arguments: Any, guard: float = COMMAND_GUARD) -> Any:
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
                outcome = await self.evaluate(waiting(condition, left * 1000), *arguments, guard=left + COMMAND_GUARD)
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
                while not (found := [message for message in self.console if part in message.text]):
                    await self._next_log()
        except TimeoutError:
            raise TimeoutError(f"no console message with {part!r} after {timeout:g} s, only {self.console}") from None
        return found[0]

    async def wait_for_errors(self, number: int, timeout: float = WAIT) -> None:  # noqa: ASYNC109 -- as in wait_for
        """Wait until `errors` holds at least `number` errors."""
        try:
            async with asyncio.timeout(timeout):
                while len(self.errors) < number:
                    await self._next_log()
        except TimeoutError:
            raise TimeoutError(f"not {number} errors after {timeout:g} s, only {self.errors}") from None

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

    async def _next_log(self) -> None:
        self._logged_anew.clear()
        await self._logged_anew.wait()

    def _wrote(self, message: ConsoleMessage) -> None:
        self.console.append(message)
        self._logged_anew.set()

    def _failed(self, error: str) -> None:
        self.errors.append(error)
        self._logged_anew.set()

    def _is_repeat(self, time: float, text: str, incarnation: str) -> bool:
        """Tell whether a log entry is known: a document that comes back from a cache repeats what it had logged.

        The repeats carry the `time` of the first telling; `incarnation` must differ each time a document comes back.
        """
        return self._logged.setdefault((time, text), incarnation) != incarnation


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

    def __init__(self, process: BrowserProcess) -> None:
        self._process = process
        self._killed = False

    @classmethod
    @abstractmethod
    def launch(cls) -> AbstractAsyncContextManager[Self]:
        """Run the browser, headless with a fresh profile, for the time of the `async with`."""

    @abstractmethod
    async def open(self, url: str) -> Page:
        """Open a new tab in front, go to `url` and wait until it has loaded."""

    @abstractmethod
    async def new_context(self) -> Context:
        """Make a context whose storage is apart from every other's."""

    def kill(self) -> None:
        """Kill the browser at once, as a crash would; every later command raises `DriverError`."""
        self._killed = True
        self._process.kill()

    @property
    def process_id(self) -> int:
        """The id of the browser's first process and of its process group."""
        return self._process.process_id

    @property
    def folder(self) -> Path:
        """The temporary folder that holds the profile and the browser's home; it goes with the browser."""
        return self._process.folder
