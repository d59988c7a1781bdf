"""Listening: the socket that a hub has, on the port that is wanted or on one after it."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
from functools import partial
from typing import TYPE_CHECKING, Any, Final, cast

from websockets.asyncio.server import serve
from websockets.exceptions import NegotiationError

from monitor.core.messages import SUBPROTOCOL
from monitor.hub.connection import PageConnection
from monitor.hub.ports import PortTakenError, holder, ports_after

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Sequence

    from websockets.asyncio.server import Server, ServerConnection
    from websockets.http11 import Request, Response
    from websockets.typing import Subprotocol

    from monitor.hub.connections import Connections

    Answer = Callable[[ServerConnection, Request], Response | None]

log = logging.getLogger(__name__)

ACCEPTED_AT_ONCE: Final = 2
"""Connections that are accepted in one turn of the loop, some half a millisecond."""
WAITING_TO_BE_ACCEPTED: Final = 1_024
"""Connections that the system lets wait for that. Those beyond try again after a second."""


async def listen(
    host: str, wanted_port: int, connections: Connections, tls: ssl.SSLContext | None, answer: Answer
) -> tuple[Server, str | None]:
    """Serve ``connections`` there, or on the next free port. Returns a sentence for the user if it is another.

    Raises:
        PortTakenError: the port is taken, and the settings say not to take another.
        OSError: the system does not let us listen there.
    """
    serve_at = partial(_serve, host, connections=connections, tls=tls, answer=answer)
    try:
        return await serve_at(wanted_port), None
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
    taken = f"port {wanted_port} is taken by {await holder(host, wanted_port)}"
    if not connections.settings.next_port:
        raise PortTakenError(errno.EADDRINUSE, taken)
    for port in ports_after(wanted_port):
        try:
            server = await serve_at(port)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
        else:
            notice = f"{taken[0].upper()}{taken[1:]}; serving on {server.sockets[0].getsockname()[1]}"
            log.warning("%s", notice)
            return server, notice
    raise PortTakenError(errno.EADDRINUSE, f"{taken}, and so are those after it")


async def _serve(
    host: str, port: int, *, connections: Connections, tls: ssl.SSLContext | None, answer: Answer
) -> Server:
    settings = connections.settings
    server = await serve(
        PageConnection.opened,  # type: ignore[arg-type] # every connection is made by create_connection
        host,
        port,
        ssl=tls,
        ssl_handshake_timeout=None if tls is None else settings.hello_within,
        create_connection=cast("Any", partial(PageConnection, connections)),
        process_request=answer,
        select_subprotocol=_subprotocol,
        compression=None,  # costs memory and time, and loopback has no bytes to save
        open_timeout=settings.hello_within,
        close_timeout=settings.close_within,
        ping_interval=None,  # the core pings pages; a task for each of thousands takes its time
        server_header=None,
        backlog=ACCEPTED_AT_ONCE,  # asyncio accepts as many in one turn as the system lets wait,
    )
    for listening in server.sockets:
        with listening.dup() as same:
            same.listen(WAITING_TO_BE_ACCEPTED)  # which should be more
    return server


def _subprotocol(connection: ServerConnection, offered: Sequence[Subprotocol]) -> Subprotocol:
    for subprotocol in offered:
        if subprotocol == SUBPROTOCOL:
            return subprotocol
    raise NegotiationError(f"ask for the subprotocol {SUBPROTOCOL}; this hub speaks no other")


async def accept_no_more(server: Server) -> None:
    """To be called before the server is closed: asyncio complains of a connection that it has accepted when that comes
    before the next turn.
    """
    loop = asyncio.get_running_loop()
    with contextlib.suppress(NotImplementedError):  # of loops without a selector, Windows' own
        for listening in server.sockets:
            loop.remove_reader(listening.fileno())
    for _ in range(2):
        await asyncio.sleep(0)
