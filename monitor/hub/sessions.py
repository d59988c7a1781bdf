"""The sessions as programs see them, and waiting for one to come."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from functools import partial
from typing import TYPE_CHECKING, cast

from monitor.core.events import AreaLoaded, PageOpened, SessionReturned, SessionUpdated
from monitor.storage import LocalStorage, SessionStorage

if TYPE_CHECKING:
    from monitor.core.events import Event
    from monitor.core.page import Page
    from monitor.core.registry import Registry
    from monitor.core.session import Session
    from monitor.hub.delivery import Delivery
    from monitor.hub.thread import HubThread
    from monitor.storage import Sender

_ARRIVALS = (AreaLoaded, PageOpened, SessionUpdated, SessionReturned)


class BrowserPage:
    """One tab or frame of a session, as it is now."""

    def __init__(self, page: Page, delivery: Delivery, ws: Sender) -> None:
        self._page = page
        self._delivery = delivery
        self._ws = ws

    def __repr__(self) -> str:
        return f"<BrowserPage {self.page_id} at {self.url}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, BrowserPage) and other._page is self._page

    def __hash__(self) -> int:
        return hash(self._page)

    @property
    def page_id(self) -> str:
        """The same before and after a reload."""
        return self._page.page_id

    @property
    def url(self) -> str:
        """Its address."""
        return self._page.url

    @property
    def title(self) -> str:
        """Its title."""
        return self._page.title

    @property
    def visible(self) -> bool:
        """Whether a person could see it, as far as the browser knows."""
        return self._page.visible

    @property
    def session_storage(self) -> SessionStorage:
        """Its SessionStorage; ``data`` follows the browser."""
        return cast("SessionStorage", self._delivery.storage(self._ws, self._page.session, self._page))


class BrowserSession:
    """One browser profile at one origin, as it is now."""

    def __init__(self, session: Session, delivery: Delivery, ws: Sender) -> None:
        self._session = session
        self._delivery = delivery
        self._ws = ws

    def __repr__(self) -> str:
        return f"<BrowserSession {self.session_id} at {self.origin}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, BrowserSession) and other._session is self._session

    def __hash__(self) -> int:
        return hash(self._session)

    @property
    def session_id(self) -> str:
        """The id that the browser keeps; what `monitor.WebSocket.send_message` takes."""
        return self._session.session_id

    @property
    def origin(self) -> str:
        """Scheme, host and port of its pages, ``http://localhost:3000``."""
        return self._session.origin

    @property
    def user(self) -> str | None:
        """The user as the site named it, if it did."""
        return self._session.user

    @property
    def live(self) -> bool:
        """Whether it has a page, or had one a moment ago."""
        return self._session.live

    @property
    def pages(self) -> list[BrowserPage]:
        """Its pages, oldest first."""
        return [BrowserPage(page, self._delivery, self._ws) for page in list(self._session.pages.values())]

    @property
    def local_storage(self) -> LocalStorage:
        """Its LocalStorage; ``data`` follows the browser. Redacted items are not in it."""
        return cast("LocalStorage", self._delivery.storage(self._ws, self._session))


class Arrivals:
    """Programs that wait for a session."""

    def __init__(self, registry: Registry, thread: HubThread) -> None:
        self._registry = registry
        self._thread = thread
        self._waiting: list[tuple[str | None, str | None, Future[Session]]] = []
        registry.subscribe(self._hear, *_ARRIVALS)

    async def wait(self, origin: str | None, user: str | None) -> Session:
        """The first session that fits and whose LocalStorage is known. From any thread and event loop."""
        arrival: Future[Session] = Future()
        arrival.set_running_or_notify_cancel()  # so that nobody can cancel it between a question and an answer
        waiting = (origin, user, arrival)
        with self._thread.lock:
            self._waiting.append(waiting)
            for session in self._registry:
                self._look_at(session)
        try:
            return await asyncio.wrap_future(arrival)
        finally:
            with self._thread.lock:
                self._waiting = [other for other in self._waiting if other is not waiting]

    def _hear(self, event: Event) -> None:
        if self._waiting:
            assert isinstance(event, _ARRIVALS)
            self._thread.later(partial(self._look_at, event.session))

    def _look_at(self, session: Session) -> None:
        if not _is_here(session):
            return
        for origin, user, arrival in self._waiting:
            if not arrival.done() and origin in (None, session.origin) and user in (None, session.user):
                arrival.set_result(session)


def _is_here(session: Session) -> bool:
    if session.local_storage.in_step:
        return True
    # Pages that may not touch their storage are here as well, with nothing in it.
    return session.area().error is not None and any(page.connected for page in session.pages.values())
