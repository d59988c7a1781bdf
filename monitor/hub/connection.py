"""PageConnection: one WebSocket to one page, read and written without a task or a queue of its own.

The library's own way reads a frame in generators, hands its message to a queue, and from there to a task that waits for
it. Here a text that comes whole is given to the core on the spot (`frames`), and the core's answers are written from
there too. Everything else is the library's: the opening handshake, texts in fragments and very long ones, pings and
keepalive, the answers to a peer's close, and all that is wrong.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, cast

from websockets.asyncio.server import ServerConnection
from websockets.frames import DATA_OPCODES, Frame, Opcode
from websockets.protocol import CONNECTING, OPEN

from monitor.core import messages
from monitor.core.long_messages import is_long
from monitor.core.page import Line
from monitor.hub.access.gate import BLOCKED, CLOSE_POLICY, Verdict
from monitor.hub.access.spending import CRUMB, Spending
from monitor.hub.access.unfinished import LONG as LONG_UNFINISHED
from monitor.hub.access.waiting import CLOSE_TRY_AGAIN_LATER
from monitor.hub.frames import LONGEST, bounds, is_close, is_whole_text, unmasked, whole_text
from monitor.hub.outbox import BREATH, UNREAD, Outbox
from monitor.hub.queue import MUCH

if TYPE_CHECKING:
    from websockets.asyncio.server import Server
    from websockets.protocol import Event
    from websockets.server import ServerProtocol

    from monitor.core.messages import Hello
    from monitor.core.page import Page
    from monitor.hub.access.accounts import Account
    from monitor.hub.connections import Connections

log = logging.getLogger(__name__)

# asyncio asks the system for 256 KiB at each read, which costs more than all the rest of a small message.
READ_SIZE = 65_536

LONG = 2**20
"""Bytes of a text that take long to read."""

AFTER_END = 4_096
"""Bytes that are looked at after the end, for the peer's close may be among them. What else it sends stays unread."""

CLOSE_UNSUPPORTED = 1003
CLOSE_INTERNAL_ERROR = 1011
CLOSE_SERVICE_RESTART = 1012
BLAMELESS = (CLOSE_INTERNAL_ERROR, CLOSE_SERVICE_RESTART)
"""Codes by which a connection is ended that did nothing wrong."""

# RFC 6455, 5.5: "All control frames MUST have a payload length of 125 bytes or less"; two of them are the code.
LONGEST_REASON = 123


class PageConnection(ServerConnection):
    """A connection that feeds the registry. ``hub`` counts it, and closes it when it takes too long.

    `opened` is the library's handler of the connection: it lasts as long as the connection does.
    """

    # Of thousands of connections each has its own: beside these, what the library gives it stays a small dictionary.
    __slots__ = (
        "_after_end",
        "_ended",
        "_fragments",
        "_gathered",
        "_head",
        "_held",
        "_hub",
        "_librarys",
        "_line",
        "_outbox",
        "_page",
        "_spending",
        "_unfinished",
        "_waits",
        "queued",
    )

    def __init__(self, hub: Connections, protocol: ServerProtocol, server: Server, **options: Any) -> None:
        super().__init__(protocol, server, **options)
        self._hub = hub
        self._page: Page | None = None
        self._line: Line | None = None
        self._fragments: bytearray | None = None
        self._gathered: list[bytes] | None = None
        self._outbox: Outbox | None = None  # of a long message, and all that is to follow it
        self._head = b""  # the beginning of a frame that has not come whole
        self._librarys = 0  # bytes still to come of a frame that the library reads
        self._held: list[bytes] | None = None  # a long text, and what came with its end
        self._unfinished = 0  # bytes that are there of a message that is not whole
        self._ended = False
        self._after_end = AFTER_END
        self._waits = False  # for the operator, who was asked about its origin
        self.queued = b""
        """What it has sent and `monitor.hub.queue` has not given it yet."""
        protocol.max_message_size = hub.settings.hello_size

    # --- the core's side ---------------------------------------------------------------------------------------------

    def transmit(self, message: messages.HubMessage) -> None:
        """Write a message, if the connection is open. Never waits, never raises."""
        if self.protocol.state is not OPEN:
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
        if self._gathered is None:
            self.transport.write(frame)
        else:
            self._gathered.append(frame)

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
        accounts = self._hub.accounts
        peer = self.remote_address
        address = accounts.of_address(peer[0] if peer else "", self.loop.time())
        self._spending = Spending((address, accounts.nobody), self._hub.settings.crumbs, self.loop.time)
        for account in self.accounts:
            account.connections += 1
        cast("Any", transport).max_size = READ_SIZE  # an attribute of asyncio's socket transports, in no interface
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

    def data_received(self, data: bytes) -> None:
        """A page that says little is heard at once; strangers and those who send much have to queue."""
        size = len(data)
        self._close_if(self._spending.of_bytes(size))
        if self.is_stranger or size >= MUCH or self.queued:
            self._hub.queue.join(self, data)
        else:
            self.take_in(data)

    def take_in(self, data: bytes) -> None:
        """Take whole texts on the spot, and leave every other frame to the library, from its first byte to its last."""
        if self._head:
            data, self._head = self._head + data, b""
        start = 0
        protocol = self.protocol
        while start < len(data) and protocol.state is OPEN:
            if self._librarys:
                end = min(len(data), start + self._librarys)
                self._librarys -= end - start
                self._unfinished += end - start
                self._hand_on(data[start:end])
                if self._unfinished > LONG_UNFINISHED:
                    self._hub.hold(self, self._unfinished)
                start = end
                continue
            found = bounds(data, start)
            if found is None:
                self._head = data[start:]
                return
            payload, end = found
            longest = min(LONGEST, protocol.max_message_size or LONGEST)
            if not is_whole_text(data, start) or end - payload > longest or protocol.current_size is not None:
                self._librarys = end - start
            elif end <= len(data):
                self._take(unmasked(data, payload, end))
                start = end
            else:
                self._head = data[start:]
                return
        if start < len(data):
            (self._look_for_close if self._ended else self._hand_on)(data[start:])

    def read_on(self) -> None:
        """All that was read has been taken in. A long message that waits for its turn reads on when it had that."""
        if self._after_end >= 0 and self._held is None:
            self.transport.resume_reading()

    @property
    def accounts(self) -> tuple[Account, Account]:
        """That of its address, and of its origin or of nobody."""
        return self._spending.accounts

    @property
    def is_stranger(self) -> bool:
        """Whether it is no page, or none any more."""
        return self._page is None

    @property
    def in_long_frame(self) -> bool:
        """Whether what comes next is only gathered."""
        return self._librarys > LONGEST

    def _look_for_close(self, data: bytes) -> None:
        """Of what comes after the end only the peer's close counts. Who goes on sending does not hear of the end, and
        is read no more until it is cut off.
        """
        self._after_end -= len(data)
        if self._after_end < 0:
            self.transport.pause_reading()
            return
        start = 0
        while start < len(data):
            found = bounds(data, start)
            if self._librarys:
                end = min(len(data), start + self._librarys)
                self._librarys -= end - start
                self._hand_on(data[start:end])
            elif found is None or found[1] > len(data):
                self._head = data[start:]
                return
            else:
                end = found[1]
                if is_close(data, start):
                    self._hand_on(data[start:end])
            start = end

    def _hand_on(self, data: bytes) -> None:
        super().data_received(data)
        if self.protocol.state is not OPEN and self.protocol.state is not CONNECTING:
            # The peer closes, or broke the WebSocket protocol. Its last messages stood before that and were taken.
            now = self.loop.time()
            if self.protocol.parser_exc is not None:
                self.accounts[0].suspect(now)
            self._leave()
            self._hub.expect_end(self, now)

    def process_event(self, event: Event) -> None:
        # A text that is whole now is charged once more when it is taken: it came in parts, or is long.
        self._close_if(self._spending.of_message())
        if not isinstance(event, Frame):
            super().process_event(event)
            return
        if event.opcode not in DATA_OPCODES or (not event.fin and len(event.data) < CRUMB):
            self._close_if(self._spending.of_crumb())
        if event.opcode is Opcode.TEXT:
            text, event.data = event.data, b""  # The library keeps the last frame until the next one comes.
            if event.fin:
                self._let_go()
                self._take(bytes(text))
            else:
                self._fragments = bytearray(text)
        elif event.opcode is Opcode.CONT:
            self._continue(event)
        elif event.opcode is Opcode.BINARY:
            if not self._ended:
                self.give_up(CLOSE_UNSUPPORTED, "this hub speaks text, not binary messages")
        else:
            super().process_event(event)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._leave()
        self._hub.lost(self, self.loop.time())

    # --- within ------------------------------------------------------------------------------------------------------

    def _continue(self, frame: Frame) -> None:
        # The library has seen to the order of frames and to the size of the whole.
        if self._fragments is None:
            return  # Of a binary message, which has been refused.
        self._fragments += frame.data
        frame.data = b""
        if frame.fin:
            text, self._fragments = bytes(self._fragments), None
            self._let_go()
            self._take(text)

    def _let_go(self) -> None:
        """The message that was held is whole, or given up."""
        if self._unfinished > LONG_UNFINISHED:
            self._hub.unfinished.forget(self)
        self._unfinished = 0

    def _close_if(self, fault: str | None) -> None:
        """End, if more has come from its address or its origin than may, and it was this connection that said it."""
        if fault is not None and not self._ended:
            log.warning("a connection is closed: %s", fault)
            self.give_up(CLOSE_POLICY, fault)

    def drop(self, reason: str) -> None:
        """Give up in the middle of a message. What there is of it is free at once, and no more of it is read."""
        self.give_up(CLOSE_TRY_AGAIN_LATER, reason)
        self._let_go()
        self._after_end = -1
        self.transport.pause_reading()
        self.protocol.reader.discard()

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
            if not self.queued:
                self.read_on()

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
            self.transport.write(b"".join(frames))

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
