"""WebSocket: the hub. It serves the port that pages connect to, and is what programs use to reach their sessions."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Self, cast

from monitor import __version__
from monitor.core.messages import VERSION
from monitor.core.registry import Registry
from monitor.core.values import one_line
from monitor.descriptors import allow
from monitor.hub.access import Access
from monitor.hub.access.addresses import normal_origin
from monitor.hub.access.door import Door
from monitor.hub.answers import until_answered, warn_of_unsettled
from monitor.hub.connection import PageConnection
from monitor.hub.connections import Connections
from monitor.hub.delivery import AREAS, Delivery
from monitor.hub.listening import accept_no_more, listen
from monitor.hub.pages import Pages, respond
from monitor.hub.ports import APP, addresses_of, exposure
from monitor.hub.sessions import Arrivals, BrowserSession
from monitor.hub.settings import Settings
from monitor.hub.thread import HubThread
from monitor.hub.whereabouts import Whereabouts

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping
    from types import TracebackType

    from websockets.asyncio.server import Server, ServerConnection
    from websockets.http11 import Request, Response

    from monitor.core.edits import Edit

    Expire = Callable[[float], bool]

log = logging.getLogger(__name__)

CLOSE_GOING_AWAY = 1001
TICK = 0.2
"""Seconds between two looks at what time has made due."""
AT_A_TICK = 40
"""Sessions that are looked at in one turn, a millisecond: after a sleep of the machine all are due."""
SOON = 0.01
"""Seconds until the next turn where more are."""


class WebSocket:
    """The hub: ``async with WebSocket() as ws`` serves pages until the block ends.

    It can be made anywhere, without an event loop. Port 0 lets the system pick a port. ``registry`` holds what is
    known of the sessions; listen there (`monitor.core.registry.Registry.subscribe`). ``settings`` hold for that
    registry too; without them it keeps its own timing and limits, and ``settings`` says which. ``notice`` tells the
    user when the hub had to take another port, and when other machines can reach it.

    ``access`` says who may connect (`monitor.hub.access.Access`). Pages of this machine are welcome, all others wait
    until `allow` or `block` is called for their origin; who waits stands in `asking`, and comes as
    `monitor.core.events.OriginAsked` to those who listen at the registry.

    Raises:
        ValueError: ``host`` is empty (all of this machine's addresses are ``0.0.0.0`` and ``::``), an origin in
            ``access`` is none, or its token too short.
    """

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 8765,
        *,
        registry: Registry | None = None,
        settings: Settings | None = None,
        access: Access | None = None,
    ) -> None:
        if not host:
            raise ValueError("an empty host would be every address of this machine; write 0.0.0.0 or :: for that")
        self.host = host
        self.registry = registry or Registry()
        self.settings = settings or Settings.of(self.registry)
        self.settings.apply(self.registry)
        self.notice: str | None = None
        self._wanted_port = port
        self._thread = HubThread()
        self._delivery = Delivery(self.registry, self._thread, self.settings.kept_maps)
        self._arrivals = Arrivals(self.registry, self._thread)
        access = access or Access()
        self._where = Whereabouts(host, port, access)
        self._door = Door(access, self.registry, self.settings)
        self._connections = Connections(self.registry, self.settings, self._door)
        self._pages = Pages(self._facts, self._health)
        self._server: Server | None = None
        self._ticks: dict[Expire, asyncio.TimerHandle] = {}

    # --- where it is -------------------------------------------------------------------------------------------------

    @property
    def port(self) -> int:
        """Where it listens; until then, where it is to."""
        return self._where.port

    @property
    def url(self) -> str:
        """What a bridge on this machine connects to, ``ws://127.0.0.1:8765``."""
        return self._where.url

    @property
    def page_url(self) -> str:
        """The page that says how to connect a page, ``http://127.0.0.1:8765/``."""
        return self._where.page_url

    @property
    def script_tag(self) -> str:
        """What to put into a page so that it connects, with the token if one is asked for. It is a secret then."""
        return self._where.script_tag(self._door.gate.token)

    @property
    def sample_url(self) -> str:
        """`page_url` for the operator's own browser, with the token if one is asked for. It is a secret then."""
        return self._where.sample_url(self._door.gate.token)

    # --- who may connect ---------------------------------------------------------------------------------------------

    @property
    def asking(self) -> list[str]:
        """The origins whose pages wait, longest first."""
        return list(self.registry.origins.asking)

    def allow(self, origin: str) -> None:
        """Let pages of this origin connect, those that wait too. From any thread.

        Raises:
            ValueError: it is no origin, as ``https://shop.example`` and ``null`` are.
        """
        self._thread.perform(partial(self.registry.origins.allow, normal_origin(origin)))

    def block(self, origin: str) -> None:
        """Refuse pages of this origin, and close those that are here. As `allow`."""
        self._thread.perform(partial(self.registry.origins.block, normal_origin(origin)))

    @property
    def asks_for_token(self) -> bool:
        """Whether pages need the token, now that the hub serves."""
        return self._door.gate.token is not None

    def when_told(self, listener: Callable[[str], object]) -> None:
        """Call ``listener``, in the hub's thread, with a sentence for the user when another process has changed the
        token, or an answer cannot be kept.
        """
        self._door.told = listener

    def rotate_token(self) -> str:
        """Make a new token and return it; every connection ends that came by the one before. For the hub's thread.

        Raises:
            TokenError: it cannot be kept; the one before stays.
        """
        token = self._door.rotate()
        if self._door.gate.token is not None:
            self._connections.end_all()
        return token

    # --- for programs ------------------------------------------------------------------------------------------------

    @property
    def sessions(self) -> list[BrowserSession]:
        """The sessions that are here, first come first."""
        return [BrowserSession(session, self._delivery, self) for session in self.registry if session.live]

    async def wait_for_session(
        self,
        origin: str | None = None,
        user: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - a caller with one line to spare should not need asyncio
    ) -> BrowserSession:
        """The first session of that origin and that user, as soon as it is here and its LocalStorage is known.

        Raises:
            TimeoutError: there was none within ``timeout`` seconds.
        """
        async with asyncio.timeout(timeout):
            return BrowserSession(await self._arrivals.wait(origin, user), self._delivery, self)

    def send_message(self, data: Mapping[str, Mapping[str, Any]], session_id: str) -> Coroutine[Any, Any, None]:
        """Make the storage of one session hold what ``data`` says; to be awaited.

        ``data`` is ``{"localstorage": {…}}``, ``{"sessionstorage": {…}}`` or both, with the whole map of a storage.
        For a SessionStorage, ``session_id`` may be the id of a page. What is sent to the browser is the difference to
        what the same map last was, so that what the browser wrote since stays; the first map of a storage that this
        hub did not hand out replaces the area. For a session that is not here, it is kept until it is.

        The map is read before this returns; when the awaiting ends, it has been handed over. Its outcome is waited
        for with `settled`. Whatever fails is logged, and not raised.
        """
        try:
            self._send(data, session_id)
        except Exception:
            log.exception("a message for session %s could not be taken in", one_line(str(session_id)))
        return _handed_over()

    async def settled(
        self,
        timeout: float | None = None,  # noqa: ASYNC109 - as above
    ) -> list[Edit]:
        """Wait until the browsers have answered all that programs have sent so far to sessions that are here. One that
        leaves is not waited for any longer, nor is any when the hub closes.

        Returns what was not applied: none, if all was. First the edits that were refused since this was last asked,
        with their reasons. Then those that are still pending, for their session or page is not here: they go out when
        it comes, and are returned each time until they have an outcome. Of a map that has not gone out yet, there
        stands the edit that it would be by now, which has no id.

        Raises:
            TimeoutError: not all had been answered within ``timeout`` seconds.
        """
        async with asyncio.timeout(timeout):
            return await self._delivery.settled()

    def _send(self, data: Mapping[str, Mapping[str, Any]], session_id: str) -> None:
        if not isinstance(session_id, str) or not session_id:
            log.error("a message is not sent: %s is no session's id", one_line(repr(session_id)))
            return
        for name, items in data.items():
            area = AREAS.get(name)
            if area is None:
                log.error("a message has no part %r, only %s", name, " and ".join(AREAS))
            else:
                self._delivery.send(area, session_id, items)

    # --- serving -----------------------------------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        """Listen.

        Raises:
            UnprotectedError: other machines could reach it, and what protects it then is missing.
            PortTakenError: the port is taken, and the settings say not to take another.
            OSError: the system does not let us listen there.
        """
        if self._server is not None:
            raise RuntimeError("this hub is serving already")
        self._door.prepare(self.host, await addresses_of(self.host))
        self._connections.open(allow(self.settings.connections))
        self._thread.start()
        try:
            self._server, self.notice = await listen(
                self.host, self._wanted_port, self._connections, self._door.tls, self._answer
            )
        except BaseException:
            self._thread.stop()
            raise
        names = [listening.getsockname() for listening in self._server.sockets]
        self._where.port = names[0][1]
        if exposed := exposure([name[0] for name in names], self.port, tls=self._door.tls is not None):
            log.warning("%s", exposed)
        self.notice = ". ".join(text for text in (self.notice, exposed, self._door.notice) if text) or None
        self._expire(partial(self.registry.expire, most=AT_A_TICK))
        self._expire(self._connections.expire)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            await self._last_answers()
        finally:
            await self._close()

    async def _last_answers(self) -> None:
        """Give the browsers some time to answer the edits that were sent, up to the last moment and by any thread."""
        self._thread.work_off()
        with contextlib.suppress(TimeoutError):  # `_close` says what is left
            async with asyncio.timeout(self.settings.settle_within):
                await until_answered(self.registry)

    async def _close(self) -> None:
        server, self._server = self._server, None
        assert server is not None
        await accept_no_more(server)
        server.close(code=CLOSE_GOING_AWAY, reason="the hub is closing")
        self._connections.close()
        try:
            await server.wait_closed()
        finally:
            for tick in self._ticks.values():
                tick.cancel()
            self._ticks.clear()
            self._thread.stop()
            warn_of_unsettled(self.registry, self._delivery.undelivered())

    def _expire(self, expire: Expire) -> None:
        """Have it done again and again what time has made due."""
        loop = asyncio.get_running_loop()
        is_more = False
        try:
            is_more = expire(loop.time())
        finally:  # If it fails once, it is tried again.
            self._ticks[expire] = loop.call_later(SOON if is_more else TICK, self._expire, expire)

    # --- requests ----------------------------------------------------------------------------------------------------

    def _answer(self, connection: ServerConnection, request: Request) -> Response | None:
        """A page, a refusal, or ``None``: let the WebSocket open."""
        if not self._door.is_for_us(request.headers.get_all("Host"), _address_in(connection.local_address)):
            return respond(
                HTTPStatus.MISDIRECTED_REQUEST,
                f"{APP} is not asked for by that name. If pages may reach it by that name, say so: --host-name NAME\n",
            )
        if not any(value.lower() == "websocket" for value in request.headers.get_all("Upgrade")):
            return self._pages.answer(request)
        address = cast("PageConnection", connection).accounts[0]
        if address.is_crowded:
            log.warning("one connection too many: %s", address.crowded)
            return respond(HTTPStatus.SERVICE_UNAVAILABLE, f"{address.crowded}.\n")
        if self._connections.full:
            log.warning("one connection too many: %d are served", self._connections.most)
            return respond(HTTPStatus.SERVICE_UNAVAILABLE, f"{APP} serves {self._connections.most} pages, no more.\n")
        return None

    def _facts(self) -> dict[str, str]:
        # Anybody may ask for these pages: the token is not in them.
        tag = self._where.script_tag(None if self._door.gate.token is None else "…")
        return {"url": self.url, "page_url": self.page_url, "script_tag": tag, "version": __version__}

    def _health(self) -> dict[str, object]:
        return {
            "app": APP,
            "version": __version__,
            "protocol": VERSION,
            "pid": os.getpid(),
            "sessions": sum(session.live for session in self.registry),
            "connections": len(self._connections.accepted) - 1,  # without the one that asks
        }


def _address_in(socket_name: Any) -> str:
    """The address without the port. There is none if the peer was gone at once."""
    return str(socket_name[0]) if socket_name else ""


async def _handed_over() -> None:
    """What `WebSocket.send_message` gives to await: all was done before."""
