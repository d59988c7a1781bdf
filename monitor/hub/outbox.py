"""Outbox: what a connection sends in turns of its own, because it is long, and all that has to follow it."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

from websockets.protocol import OPEN

from monitor.core.long_messages import encode_in_parts, is_long
from monitor.core.messages import encode
from monitor.hub.access.waiting import CLOSE_TRY_AGAIN_LATER
from monitor.hub.frames import end_of_text, part_of_text, whole_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.core.messages import HubMessage
    from monitor.hub.connection import PageConnection
    from monitor.hub.settings import Settings

BREATH: Final = 0.005
"""Seconds for others between two parts of what takes long."""
UNREAD: Final = "the page does not read what it is sent"


class Outbox:
    """A part of a long message is a frame of its own. `put` messages until `is_empty`, in order: no other goes out
    between the parts of one. A page that reads nothing for long is given up.
    """

    def __init__(self, connection: PageConnection, settings: Settings) -> None:
        self._connection = connection
        self._full = settings.write_buffer // 2
        self._patience = settings.read_within
        self._waiting: deque[HubMessage | bytes] = deque()
        self._parts: Iterator[bytes] | None = None  # frames of the message that is being sent
        self._read_at = connection.loop.time()
        self.waiting = 0
        """Bytes of the messages that are not long themselves."""
        self.is_empty = False
        self._go_on_later()

    def put(self, message: HubMessage) -> None:
        """Send this after all the others."""
        if is_long(message):
            self._waiting.append(message)
        else:
            frame = whole_text(encode(message))
            self.waiting += len(frame)
            self._waiting.append(frame)

    def clear(self) -> None:
        """Send no more."""
        self._waiting.clear()
        self._parts = None
        self.waiting = 0
        self.is_empty = True

    def _go_on_later(self) -> None:
        self._connection.loop.call_later(BREATH, self._go_on)

    def _go_on(self) -> None:
        """Send what is short, and one part of what is long."""
        connection = self._connection
        if connection.protocol.state is not OPEN:
            self.clear()
        while not self.is_empty and connection.transport.get_write_buffer_size() <= self._full:
            self._read_at = connection.loop.time()
            if self._parts is not None:
                part = next(self._parts, None)
                if part is not None:
                    connection.write(part)
                    break
                self._parts = None
            elif not self._waiting:
                self.is_empty = True
            else:
                self._begin(self._waiting.popleft())
        if self.is_empty:
            return
        if connection.loop.time() - self._read_at > self._patience:
            connection.give_up(CLOSE_TRY_AGAIN_LATER, UNREAD)
            return
        self._go_on_later()

    def _begin(self, message: HubMessage | bytes) -> None:
        if isinstance(message, bytes):
            self.waiting -= len(message)
            self._connection.write(message)
        else:
            self._parts = _frames(message)


def _frames(message: HubMessage) -> Iterator[bytes]:
    is_first = True
    for part in encode_in_parts(message):
        yield part_of_text(part, is_first=is_first)
        is_first = False
    yield end_of_text()
