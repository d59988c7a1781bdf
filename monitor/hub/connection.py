"""PageConnection: one WebSocket to one page. What the page says is given to the core on the spot, and the core's
answers are written from there too (`monitor.hub.text_connection`).
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from websockets.protocol import CONNECTING, OPEN

from monitor.core import messages
from monitor.core.long_messages import is_long
from monitor.core.page import Line
from monitor.hub.access.gate import BLOCKED, CLOSE_POLICY, Verdict
from monitor.hub.access.waiting import CLOSE_TRY_AGAIN_LATER
from monitor.hub.frames import whole_text
from monitor.hub.outbox import BREATH, UNREAD, Outbox
from monitor.hub.text_connection import TextConnection

if TYPE_CHECKING:
    from websockets.asyncio.server import Server
    from websockets.server import ServerProtocol

    from monitor.core.messages import Hello
    from monitor.core.page import Page
    from monitor.hub.connections import Connections

log = logging.getLogger(__name__)

LONG = 2**20
"""Bytes of a text that take long to read."""

CLOSE_INTERNAL_ERROR = 1011
CLOSE_SERVICE_RESTART = 1012
BLAMELESS = (CLOSE_INTERNAL_ERROR, CLOSE_SERVICE_RESTART)
"""Codes by which a connection is ended that did nothing wrong."""

# RFC 6455, 5.5: "All control frames MUST have a payload length of 125 bytes or less"; two of them are the code.
LONGEST_REASON = 123


class PageConnection(TextConnection):
    """A connection that feeds the registry. ``hub`` counts it, and closes it when it takes too long.

    `opened` is the library's handler of the connection: it lasts as long as the connection does.
    """

    # Of thousands of connections each has its own: beside these, what the library gives it stays a small dictionary.
    __slots__ = (
        "_gathered",
        "_held",
        "_line",
        "_outbox",
        "_page",
        "_waits",
    )

    def __init__(self, hub: Connections, protocol: ServerProtocol, server: Server, **options: Any) -> None:
        super().__init__(hub, protocol, server, **options)
        self._page: Page | None = None
        self._line: Line | None = None
        self._gathered: list[bytes] | None = None
        self._outbox: Outbox | None = None  # of a long message, and all that is to follow it
        self._held: list[bytes] | None = None  # a long text, and what came with its end
        self._waits = False  # for the operator, who was asked about its origin
        protocol.max_message_size = hub.settings.hello_size

    # --- the core's side ---------------------------------------------------------------------------------------------

    def transmit(self, message: messages.HubMessage) -> None:
        """Write a message, if the connection is open. Never waits, never raises."""
        if self.protocol.state is not OPEN or self.transport.is_closing():
            return
        if self._outbox is not None and self._outbox.is_empty:
            self._outbox = None
        unread = self.transport.get_write_buffer_size() + (0 if self._outbox is None else self._outbox.waiting)
        if unread > self._hub.settings.write_buffer:
            self.end(CLOSE_TRY_AGAIN_LATER, UNREAD)
            self.loop.call_soon(self._leave)  # later: the core is in the middle of something
            return
        if self._outbox is None and is_long(message):
            self._outbox = Outbox(self, self._hub.settings)
        if self._outbox is not None:
            self._outbox.put(message)
        else:
            self.write(whole_text(messages.encode(message)))

    def write(self, frame: bytes) -> None:
        """Write what is a frame already, after what was gathered before it."""
        if self._gathered is not None:
            self._gathered.append(frame)
        elif not self.transport.is_closing():
            self.transport.write(frame)

    def end(self, code: int, reason: str) -> None:
        """Begin the closing handshake. Nothing that the peer sends from now on is taken in."""
        self._ended = True
        if code not in BLAMELESS:
            self.accounts[0].suspect(self.loop.time())
        self._write_gathered()
        if self.protocol.state is OPEN:
            self.protocol.send_close(code, fitting(reason))
            self.send_data()
        self._hub.expect_end(self, self.loop.time())

    # --- the operator's side -----------------------------------------------------------------------------------------

    def obey(self, verdict: Verdict) -> None:
        """The operator has answered for the origin of this page."""
        if verdict is Verdict.BLOCKED:
            self.give_up(CLOSE_POLICY, BLOCKED)
        elif self._waits and verdict is Verdict.WELCOME:
            self._waits = False
            now = self.loop.time()
            self._hub.door.waiting.discard(self, now)
            self._hub.expect_hello(self, now)
            self.transmit(messages.Greet())
        elif self._page is not None and verdict is Verdict.ASK:
            self.give_up(CLOSE_SERVICE_RESTART, "the operator is asked anew about this origin")

    def give_up(self, code: int, reason: str) -> None:
        """End for a reason of this side's own, of which the core does not know yet."""
        self._take_held()  # it came before that
        self.end(code, reason)
        self._leave()

    # --- the library's side ------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._hub.accept(self)

    async def opened(self) -> None:
        """The opening handshake is done."""
        self._hub.expect_hello(self, self.loop.time())
        for handshake in (self.request, self.response):
            if handshake is not None:
                handshake.headers.clear()  # 3 KiB, for which nobody asks any more
        handling = asyncio.current_task()
        assert handling is not None
        handling.add_done_callback(self._untie)
        await self.wait_closed()

    def _untie(self, _handling: asyncio.Task[None]) -> None:
        """All is over. Cut the circles of references that the library and asyncio leave behind, so that the memory is
        free at once: the garbage collector seldom looks at what has been there for long (`monitor.garbage`).
        """
        for owner, name in (
            (self, "recv_messages"),
            (self.protocol, "parser_exc"),
            (self.protocol, "select_subprotocol"),
            (self.transport, "_read_ready_cb"),
        ):
            vars(owner).pop(name, None)

    @property
    def is_stranger(self) -> bool:
        """Whether it is no page, or none any more."""
        return self._page is None

    @property
    def _is_busy(self) -> bool:
        return self._held is not None

    def _take_end(self) -> None:
        self._leave()
        self._hub.expect_end(self, self.loop.time())

    def _take_loss(self) -> None:
        self._leave()
        self._hub.lost(self, self.loop.time())

    # --- within ------------------------------------------------------------------------------------------------------

    def item_count(self) -> int:
        """The items that this page answers for."""
        page = self._page
        if page is None:
            return 0
        local = len(page.session.local_storage.area.items) if page.leads else 0
        return local + len(page.session_storage.area.items)

    def _take(self, text: bytes) -> None:
        self._close_if(self._spending.of_message())
        if self._held is not None:
            self._held.append(text)
        elif len(text) > LONG:
            # To put it together took long already: it is read in a turn of its own, and nothing overtakes it.
            self._held = [text]
            self.transport.pause_reading()
            self.loop.call_later(BREATH, self._take_held)
        else:
            self._take_now(text)

    def _take_held(self) -> None:
        held, self._held = self._held, None
        if held is not None:
            for text in held:
                self._take_now(text)
            self.loop.call_soon(self.read_on)  # later: it may be the end, and whoever asked for these goes on

    def _take_now(self, text: bytes) -> None:
        if self._ended:
            return
        now = self.loop.time()
        try:
            if self._page is not None:
                self._hub.registry.receive(self._page, text, now)
            elif not self._waits:  # Of one that waits nothing is taken in.
                self._greet(text, now)
        except Exception:
            log.exception("a message of %s could not be taken in", self._page or self.remote_address)
            self.give_up(CLOSE_INTERNAL_ERROR, "the hub failed at this message; its log says how")

    def _greet(self, text: bytes, now: float) -> None:
        if self.protocol.state is CONNECTING:
            # RFC 6455, 4.1: the client must have the server's answer before it sends any data.
            self._ended = True
            self.transport.abort()
            return
        self._hub.greeted(self)
        self._line = Line(self.transmit, self.end)
        # The answers to a greeting are several: written at once, they cost the system one call.
        self._gathered = []
        try:
            self._hub.accounts.opening = self
            self._page = self._hub.registry.greet(text, self._line, now, self.protocol.origin, self._admit)
        finally:
            self._hub.accounts.opening = None
            self._write_gathered()
        if self._page is not None:
            self.protocol.max_message_size = self._hub.registry.limits.message

    def _admit(self, hello: Hello) -> bool:
        door = self._hub.door
        if door.gate.admit(hello, self.protocol.origin):
            self._open_account(hello)
            return True
        self._waits = True
        if self.keepalive_task is None:  # It may have waited before.
            # Who waits says nothing, and the core does not know it: nobody else would notice that its network is gone.
            self.ping_interval = self.ping_timeout = self._hub.settings.ping_interval
            self.start_keepalive()
        self.transmit(messages.Wait())
        door.wait(self, hello, self.loop.time())  # At which a program may answer at once.
        return False

    def _open_account(self, hello: Hello) -> None:
        """Raises ProtocolError where its address or its origin has enough of what it asks for, or has sent too much:
        who is closed for that, and comes again, has nothing new to spend.
        """
        accounts, (address, _) = self._hub.accounts, self.accounts
        if self.protocol.origin is not None:
            accounts.nobody.connections -= 1
            account = accounts.of_origin(self.protocol.origin, self.loop.time())
            account.connections += 1
            self._spending.accounts = (address, account)
            if account.is_crowded:
                raise messages.ProtocolError(account.crowded)
        session = self._hub.registry.resumed_by(hello)
        for account in self.accounts:
            account.admit(self.loop.time(), opens=session is None or not session.live)

    def _write_gathered(self) -> None:
        frames, self._gathered = self._gathered, None
        if frames and self.protocol.state is OPEN:
            self.write(b"".join(frames))

    def _leave(self) -> None:
        self._take_held()
        if self._outbox is not None:
            self._outbox.clear()
            self._outbox = None
        page, line = self._page, self._line
        self._page = self._line = None
        self._ended = True
        self._fragments = None
        self._let_go()
        if page is not None and line is not None:
            self._hub.registry.leave(page, line, self.loop.time())


def fitting(reason: str) -> str:
    """As much of ``reason`` as a close frame holds, in whole characters; a lone surrogate becomes a question mark."""
    encoded = reason[: LONGEST_REASON + 1].encode("utf-8", "replace")
    if len(encoded) > LONGEST_REASON:
        ellipsis = "…".encode()
        encoded = encoded[: LONGEST_REASON - len(ellipsis)].decode("utf-8", "ignore").encode() + ellipsis
    return encoded.decode()
