"""TextConnection: a WebSocket that takes whole texts out of what comes, without a task or a queue of its own.

The library's own way reads a frame in generators, hands its message to a queue, and from there to a task that waits for
it. Here a text that comes whole is taken on the spot (`frames`). Everything else is the library's: the opening
handshake, texts in fragments and very long ones, pings, the answers to a peer's close, and all that is wrong.
"""

from __future__ import annotations

import logging
from abc import abstractmethod
from typing import TYPE_CHECKING, Any, Final, cast

from websockets.asyncio.server import ServerConnection
from websockets.frames import DATA_OPCODES, Frame, Opcode
from websockets.protocol import CONNECTING, OPEN

from monitor.hub.access.gate import CLOSE_POLICY
from monitor.hub.access.spending import CRUMB, Spending
from monitor.hub.access.unfinished import LONG as LONG_UNFINISHED
from monitor.hub.access.waiting import CLOSE_TRY_AGAIN_LATER
from monitor.hub.frames import LONGEST, bounds, is_close, is_whole_text, unmasked
from monitor.hub.loss import Loss
from monitor.hub.queue import MUCH

if TYPE_CHECKING:
    import asyncio

    from websockets.asyncio.server import Server
    from websockets.protocol import Event
    from websockets.server import ServerProtocol

    from monitor.hub.access.accounts import Account
    from monitor.hub.connections import Connections

log = logging.getLogger(__name__)

# asyncio asks the system for 256 KiB at each read, which costs more than all the rest of a small message.
READ_SIZE = 65_536

AFTER_END = 4_096
"""Bytes that are looked at after the end, for the peer's close may be among them. What else it sends stays unread."""

CLOSE_UNSUPPORTED = 1003

AT_ONCE: Final = 64
"""Frames of each page that are taken in without waiting, some 1 ms. The others of the same read have to queue."""


class TextConnection(ServerConnection):
    """What is sent is charged to its address and its origin, and waits in ``hub``'s queue where it is much. Who makes
    one says what becomes of a text (`_take`) and of an end.
    """

    # Of thousands of connections each has its own: beside these, what the library gives it stays a small dictionary.
    __slots__ = (
        "_after_end",
        "_ended",
        "_fragments",
        "_head",
        "_hub",
        "_librarys",
        "_loss",
        "_spending",
        "_unfinished",
        "queued",
    )

    def __init__(self, hub: Connections, protocol: ServerProtocol, server: Server, **options: Any) -> None:
        super().__init__(protocol, server, **options)
        self._hub = hub
        self._fragments: bytearray | None = None
        self._head = b""  # the beginning of a frame that has not come whole
        self._librarys = 0  # bytes still to come of a frame that the library reads
        self._unfinished = 0  # bytes that are there of a message that is not whole
        self._ended = False
        self._after_end = AFTER_END
        self._loss: Loss | None = None
        self.queued = b""
        """What it has sent and `monitor.hub.queue` has not given it yet."""

    # --- what it is made for -----------------------------------------------------------------------------------------

    @property
    @abstractmethod
    def is_stranger(self) -> bool:
        """Whether nothing that it said has made it known."""

    @abstractmethod
    def give_up(self, code: int, reason: str) -> None:
        """Close it."""

    @abstractmethod
    def _take(self, text: bytes) -> None:
        """A whole text has come."""

    @abstractmethod
    def _take_end(self) -> None:
        """The peer closes, or broke the WebSocket protocol. Its last messages stood before that and were taken."""

    @abstractmethod
    def _take_loss(self) -> None:
        """The socket is closed, and all that came was taken in."""

    @property
    @abstractmethod
    def _is_busy(self) -> bool:
        """Whether nothing may come at the moment."""

    # --- what comes --------------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        accounts = self._hub.accounts
        peer = self.remote_address
        address = accounts.of_address(peer[0] if peer else "", self.loop.time())
        self._spending = Spending((address, accounts.nobody), self._hub.settings.crumbs, self.loop.time)
        for account in self.accounts:
            account.connections += 1
        cast("Any", transport).max_size = READ_SIZE  # an attribute of asyncio's socket transports, in no interface

    @property
    def accounts(self) -> tuple[Account, Account]:
        """That of its address, and of its origin or of nobody."""
        return self._spending.accounts

    def data_received(self, data: bytes) -> None:
        """A page that says little is heard at once; strangers and those who send much have to queue."""
        size = len(data)
        self._close_if(self._spending.of_bytes(size))
        if not self.is_stranger and size < MUCH and not self.queued:
            data = self.take_in(data, AT_ONCE)
        if data:
            self._hub.queue.join(self, data)

    def take_in(self, data: bytes, frames: int) -> bytes:
        """Take whole texts on the spot, and leave every other frame to the library, from its first byte to its last.
        Returns what is left after so many ``frames``.
        """
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
            if not frames:
                return data[start:]
            frames -= 1
            found = bounds(data, start)
            if found is None:
                self._head = data[start:]
                return b""
            payload, end = found
            longest = min(LONGEST, protocol.max_message_size or LONGEST)
            if not is_whole_text(data, start) or end - payload > longest or protocol.current_size is not None:
                self._librarys = end - start
            elif end <= len(data):
                self._take(unmasked(data, payload, end))
                start = end
            else:
                self._head = data[start:]
                return b""
        if start < len(data):
            (self._look_for_close if self._ended else self._hand_on)(data[start:])
        return b""

    def eof_received(self) -> None:
        """No more will come. What waits in the queue came before; asyncio closes the socket next, in any case."""
        if not self.queued:
            super().eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        """The socket is closed, with or without a word before. What was sent before is taken in when it is its turn,
        unless the hub closes meanwhile.
        """
        self._loss = Loss(exc)
        if self._listens:
            self._loss.keep(self.transport)
        self.read_on()

    @property
    def _listens(self) -> bool:
        return self.protocol.state is OPEN and not self._ended

    def read_on(self) -> None:
        """All that was read has been taken in. A long message that waits for its turn reads on when it had that."""
        if self._is_busy or self.queued:
            return
        if self._loss is not None:
            self._read_rest(self._loss)
        elif self._after_end >= 0:
            self.transport.resume_reading()

    def _read_rest(self, loss: Loss) -> None:
        data = loss.read() if self._listens else b""
        if data:
            self._close_if(self._spending.of_bytes(len(data)))
        if data and self._listens:
            self._hub.queue.wait(self, data)
            return
        self._loss = None  # It ends once, though the queue may let it read on after this: it gathered a long message.
        loss.close()
        super().connection_lost(loss.reason)
        self._take_loss()

    def send_data(self) -> None:
        """Send what the library has to say. Where nobody is left to read it, asyncio would complain in the log; over
        TLS it does so all the same, for it does not tell before.
        """
        if self.transport.is_closing():
            self.protocol.data_to_send()  # which forgets it
        else:
            super().send_data()

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
            if self.protocol.parser_exc is not None:
                self.accounts[0].suspect(self.loop.time())
            self._take_end()

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
