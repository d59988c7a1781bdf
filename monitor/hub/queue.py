"""Queue: strangers, and those who send much, are taken in by turns, a little in each turn of the loop.

The loop serves every socket that is ready in each of its turns. A page that has one small thing to say would wait for
all that a thousand others have sent, if that were taken in at once.
"""

from __future__ import annotations

import asyncio
from collections import deque
from time import perf_counter
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from monitor.hub.text_connection import TextConnection

MUCH: Final = 16_384
"""Bytes in one read, from which on a page has to queue."""
PIECE: Final = 2_048
"""Bytes that are taken in at a time: some thirty small messages, one long one in part."""
SLICE: Final = 0.002
"""Seconds of a turn that belong to those who queue."""
REST: Final = 0.005
"""Seconds between two such slices for strangers from an address from which something wrong has come lately."""
FEW: Final = 4
"""Connections in the middle of a long message that are read as fast as they send: a page with a large value or two."""
BREAK: Final = 0.001
"""Seconds between two reads where there are more. 64 KiB each makes 64 MiB a second, of all of them together."""


class Queue:
    """Of connections with what they have sent. No more is read of those that send more meanwhile."""

    def __init__(self) -> None:
        self._waiting: deque[TextConnection] = deque()
        self._suspects: deque[TextConnection] = deque()
        self._gathering: deque[TextConnection] = deque()
        self._left = SLICE  # of this turn, for those who need not wait

    def join(self, connection: TextConnection, data: bytes) -> None:
        """Take in ``data`` when it is its turn, and read on after that; at once if there is time in this turn."""
        loop = asyncio.get_running_loop()
        if connection.queued:
            connection.transport.pause_reading()
            connection.queued += data
            return
        suspect = connection.is_stranger and connection.accounts[0].is_suspect(loop.time())
        if not suspect and not self._waiting and self._left > 0 and len(data) <= PIECE:
            self._take_at_once(connection, data)
            return
        connection.queued = data
        # Who says little has said all by its turn, most often: to pause it and to go on takes as long as to hear it.
        if suspect or len(data) > PIECE:
            connection.transport.pause_reading()
        waiting = self._suspects if suspect else self._waiting
        if not waiting:
            loop.call_soon(self._next, waiting)
        waiting.append(connection)

    def _take_at_once(self, connection: TextConnection, data: bytes) -> None:
        if self._left == SLICE:
            asyncio.get_running_loop().call_soon(self._begin_turn)
        began = perf_counter()
        connection.take_in(data)
        self._left -= perf_counter() - began

    def _begin_turn(self) -> None:
        self._left = SLICE

    def _next(self, waiting: deque[TextConnection]) -> None:
        until = perf_counter() + SLICE
        try:
            while waiting and perf_counter() < until:
                self._take_piece(waiting.popleft(), waiting)
        finally:
            if waiting is self._suspects and waiting:
                asyncio.get_running_loop().call_later(REST, self._next, waiting)
            elif waiting:
                asyncio.get_running_loop().call_soon(self._next, waiting)

    def _take_piece(self, connection: TextConnection, waiting: deque[TextConnection]) -> None:
        data = connection.queued
        if not data:
            return  # It ended, and all was taken in.
        size = len(data) if connection.in_long_frame else PIECE
        connection.queued = data[size:]
        connection.take_in(data[:size])
        if connection.queued:
            waiting.append(connection)
        elif connection.in_long_frame:
            self._gather(connection)
        else:
            connection.read_on()

    def _gather(self, connection: TextConnection) -> None:
        connection.transport.pause_reading()
        if not self._gathering:
            asyncio.get_running_loop().call_soon(self._read_next)
        self._gathering.append(connection)

    def _read_next(self) -> None:
        gathering = self._gathering
        gathering.popleft().read_on()
        if len(gathering) >= FEW:
            asyncio.get_running_loop().call_later(BREAK, self._read_next)
        elif gathering:
            asyncio.get_running_loop().call_soon(self._read_next)
