"""Outbox: what a connection sends in turns of its own, because it is long, and all that has to follow it."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

from websockets.protocol import OPEN

from monitor.core.long_messages import encode_in_parts, is_long
from monitor.core.messages import encode
from monitor.hub.frames import end_of_text, part_of_text, whole_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.core.messages import HubMessage
    from monitor.hub.connection import PageConnection

BREATH: Final = 0.005
"""Seconds for others between two parts of what takes long."""


class Outbox:
    """A part of a long message is a frame of its own. `put` messages until `is_empty`, in order: no other goes out
    between the parts of one.
    """

    def __init__(self, connection: PageConnection, full: int) -> None:
        self._connection = connection
        self._full = full
        """Bytes that wait to be written, beyond which they are not added to."""
        self._messages: deque[HubMessage] = deque()
        self._frames = self._all_frames()
        self.is_empty = False
        self._go_on_later()

    def put(self, message: HubMessage) -> None:
        """Send this after all the others."""
        self._messages.append(message)

    def _go_on_later(self) -> None:
        self._connection.loop.call_later(BREATH, self._go_on)

    def _go_on(self) -> None:
        connection = self._connection
        if connection.protocol.state is not OPEN:
            self.is_empty = True
            return
        if connection.transport.get_write_buffer_size() <= self._full:
            frame = next(self._frames, None)
            if frame is None:
                self.is_empty = True
                return
            connection.write(frame)
        self._go_on_later()

    def _all_frames(self) -> Iterator[bytes]:
        while self._messages:
            message = self._messages.popleft()
            if not is_long(message):
                yield whole_text(encode(message))
                continue
            is_first = True
            for part in encode_in_parts(message):
                yield part_of_text(part, is_first=is_first)
                is_first = False
            yield end_of_text()
