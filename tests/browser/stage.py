"""A stage for the bridge: a hub, a site of another origin, and that site's pages in a browser profile of their own.

The hub is the real one, and so is the browser. Nothing of one test is seen by the next: each has its own site, which is
an origin of its own, and its own context of the browser.
"""

from __future__ import annotations

import asyncio
import html
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Self, TypeVar

from monitor.core.edits import EditState
from monitor.resource_files import resource
from tests.browser.sites import Site

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

    from monitor import WebSocket
    from monitor.core.edits import Edit, Replace
    from monitor.core.events import Event
    from monitor.core.messages import Operation
    from monitor.core.page import Page as ConnectedPage
    from monitor.core.registry import Registry
    from monitor.core.session import Session
    from monitor.core.values import Value
    from tests.browser.drivers import Browser, Context, Page
    from tests.browser.sites import Resource

T = TypeVar("T")

WAIT = 30.0
"""Seconds that a condition may take before it counts as never met: a hang guard for what takes milliseconds."""


def script_tag(source: str, **attributes: str) -> str:
    """The tag that loads the bridge; `hub="ws://…"` becomes `data-hub`."""
    given = "".join(f' data-{name}="{html.escape(value)}"' for name, value in attributes.items())
    return f'<script src="{html.escape(source)}"{given}></script>'


def document(tag: str, title: str = "a page", body: str = "") -> str:
    """A page with the bridge in its head."""
    return f'<!doctype html><html lang="en"><title>{title}</title>{tag}<body>{body}</body></html>'


def bridge() -> str:
    """The text of the bridge, for a site that serves it itself."""
    return resource("bridge.js").read_text("utf-8")


async def until(registry: Registry, condition: Callable[[], T]) -> T:
    """Wait until something that the hub announces makes `condition` true, and return what it gave."""
    happened = asyncio.Event()

    def hear(event: Event) -> None:
        happened.set()

    unsubscribe = registry.subscribe(hear)
    try:
        async with asyncio.timeout(WAIT):
            while not (met := condition()):
                happened.clear()
                await happened.wait()
            return met
    finally:
        unsubscribe()


class Stage:
    """One site, the browser context that shows it, and the hub that its pages connect to."""

    def __init__(self, ws: WebSocket, site: Site, context: Context) -> None:
        self.ws = ws
        self.site = site
        self.context = context
        self._opened: list[Page] = []
        # The system may give a site the port, and so the origin, that another had before.
        self._earlier = {session.session_id for session in ws.registry}

    @classmethod
    @asynccontextmanager
    async def set_up(
        cls,
        browser: Browser,
        ws: WebSocket,
        resources: Mapping[str, Resource | str | bytes] | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        **attributes: str,
    ) -> AsyncIterator[Self]:
        """A site with the pages `/` and `/second`, which load the bridge from the hub, and `/plain`, which does not.

        `resources` adds to them or replaces them; `attributes` are those of the script tag.
        """
        tag = script_tag(f"{ws.page_url}bridge.js", **attributes)
        pages = {
            "/": document(tag, "first"),
            "/second": document(tag, "second"),
            "/plain": document("", "plain"),
            "/bridge.js": bridge(),
        }
        async with Site({**pages, **(resources or {})}, headers=headers) as site:
            context = await browser.new_context()
            try:
                yield cls(ws, site, context)
            finally:
                await context.close()

    # --- what the hub knows ------------------------------------------------------------------------------------------

    @property
    def sessions(self) -> list[Session]:
        """The sessions of this site, those that left included."""
        return [
            session
            for session in self.ws.registry
            if session.origin == self.site.origin and session.session_id not in self._earlier
        ]

    @property
    def session(self) -> Session:
        """The one session of this site."""
        (session,) = self.sessions
        return session

    @property
    def connected(self) -> list[ConnectedPage]:
        """The pages of this site that are connected."""
        return [page for session in self.sessions for page in session.pages.values() if page.connected]

    @property
    def items(self) -> dict[str, Value]:
        """LocalStorage as the hub knows it."""
        return dict(self.session.area().items)

    async def until(self, condition: Callable[[], T]) -> T:
        """Wait until something that the hub announces makes `condition` true, and return what it gave."""
        return await until(self.ws.registry, condition)

    async def until_items(self, items: Mapping[str, Value]) -> None:
        """Wait until LocalStorage, as the hub knows it, holds exactly `items`."""
        try:
            await self.until(lambda: self.session.local_storage.in_step and self.items == items)
        except TimeoutError:
            assert self.items == items  # says what differs
            raise

    # --- what the browser does ---------------------------------------------------------------------------------------

    async def open(self, path: str = "/") -> Page:
        """Open a page of the site in a new tab, and wait until the hub knows what it stores."""
        before = len(self.connected)
        page = await self.context.open(self.site.url(path))
        await self.until_connected(before + 1)
        self._opened.append(page)
        return page

    def assert_unbroken(self) -> None:
        """No page that was opened here has an error or a line in its console."""
        for page in self._opened:
            assert page.errors == []
            assert page.console == [], page.console

    async def until_connected(self, number: int) -> None:
        """Wait until `number` pages are connected, and the hub is in step with all they store."""
        await self.until(
            lambda: (
                len(self.connected) == number
                and all(page.session_storage.in_step for page in self.connected)
                and all(session.local_storage.in_step for session in self.sessions if session.leader)
            )
        )

    # --- what the operator does --------------------------------------------------------------------------------------

    async def edit(self, *operations: Operation, page: ConnectedPage | None = None) -> Edit:
        """Ask for `operations` on LocalStorage, or on the SessionStorage of `page`, and wait for the outcome."""
        return await self.settled(self.session.edit(operations, self.now(), page=page))

    async def replace(self, items: Replace, page: ConnectedPage | None = None) -> Edit:
        """Ask for exactly these items, and wait for the outcome."""
        return await self.settled(self.session.edit(items, self.now(), page=page))

    async def settled(self, edit: Edit) -> Edit:
        """Wait for the outcome of `edit`."""
        await self.until(lambda: edit.state is not EditState.PENDING)
        return edit

    def now(self) -> float:
        """The hub's clock."""
        return asyncio.get_running_loop().time()


async def stored(page: Page, area: str = "localStorage") -> dict[str, Any]:
    """What the browser really holds, every key included."""
    pairs = await page.evaluate(
        "(area) => Array.from({ length: window[area].length }, (_, index) => window[area].key(index))"
        ".map((key) => [key, window[area].getItem(key)])",
        area,
    )
    return dict(pairs)
