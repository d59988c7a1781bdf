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
FRAMES: Final = 16
"""Frames that are taken in at a time: a piece holds hundreds of pings, each of which is answered."""
SLICE: Final = 0.001
"""Seconds of a turn that belong to those who queue."""
SUSPECTS_SLICE: Final = 0.000_5
"""Seconds at a time for strangers whose address has lately sent something wrong."""
SUSPECTS_REST: Final = 0.002
"""Seconds until their next slice."""
FEW: Final = 4
"""Connections in the middle of a long message that are read as fast as they send: a page with a large value or two."""
BREAK: Final = 0.001
"""Seconds between two reads where there are more. 64 KiB each makes 64 MiB a second, of all of them together."""


class Lane:
    """Connections that are heard by turns: for ``seconds`` in all, and again after a ``rest``."""

    def __init__(self, seconds: float, rest: float = 0.0) -> None:
        self.waiting: deque[TextConnection] = deque()
        self.seconds = seconds
        self.rest = rest
        self.goes_on = False
        """Whether their turn comes without anything more."""


class Queue:
    """Of connections with what they have sent. No more is read of those that send more meanwhile."""

    def __init__(self) -> None:
        self._lane = Lane(SLICE)
        self._suspects = Lane(SUSPECTS_SLICE, SUSPECTS_REST)
        self._gathering: deque[TextConnection] = deque()
        self._left = SLICE  # of this turn, for those who need not wait

    def join(self, connection: TextConnection, data: bytes) -> None:
        """Take in ``data`` when it is its turn, and read on after that; at once if there is time in this turn."""
        if connection.queued:
            connection.transport.pause_reading()
            connection.queued += data
            return
        suspect = self._is_suspect(connection)
        if not suspect and not self._lane.waiting and self._left > 0 and len(data) <= PIECE:
            data = self._take_at_once(connection, data)
            if not data:
                return
        # Who says little has said all by its turn, most often: to pause it and to go on takes as long as to hear it.
        if suspect or len(data) > PIECE:
            connection.transport.pause_reading()
        self.wait(connection, data)

    def wait(self, connection: TextConnection, data: bytes) -> None:
        """Take in ``data`` when it is its turn, not now. Nothing else of ``connection`` may be waiting."""
        connection.queued = data
        self._append(connection)

    def _is_suspect(self, connection: TextConnection) -> bool:
        """A page is none, whoever else is at its address: what it says does not stand behind what strangers do."""
        return connection.is_stranger and connection.accounts[0].is_suspect(asyncio.get_running_loop().time())

    def _append(self, connection: TextConnection) -> None:
        lane = self._suspects if self._is_suspect(connection) else self._lane
        lane.waiting.append(connection)
        if not lane.goes_on:
            lane.goes_on = True
            asyncio.get_running_loop().call_soon(self._next, lane)

    def _take_at_once(self, connection: TextConnection, data: bytes) -> bytes:
        if self._left == SLICE:
            asyncio.get_running_loop().call_soon(self._begin_turn)
        began = perf_counter()
        rest = connection.take_in(data, FRAMES)
        self._left -= perf_counter() - began
        return rest

    def _begin_turn(self) -> None:
        self._left = SLICE

    def _next(self, lane: Lane) -> None:
        until = perf_counter() + lane.seconds
        try:
            while lane.waiting and perf_counter() < until:
                self._take_piece(lane.waiting.popleft())
        finally:
            lane.goes_on = bool(lane.waiting)
            if lane.goes_on and lane.rest:
                asyncio.get_running_loop().call_later(lane.rest, self._next, lane)
            elif lane.goes_on:
                asyncio.get_running_loop().call_soon(self._next, lane)

    def _take_piece(self, connection: TextConnection) -> None:
        data = connection.queued
        if not data:
            return  # It ended, and all was taken in.
        size = len(data) if connection.in_long_frame else PIECE
        connection.queued = b""  # Should it fail, nobody comes back to what is left.
        connection.queued = connection.take_in(data[:size], FRAMES) + data[size:]
        if connection.queued:
            self._append(connection)
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
        try:
            gathering.popleft().read_on()
        finally:
            if len(gathering) >= FEW:
                asyncio.get_running_loop().call_later(BREAK, self._read_next)
            elif gathering:
                asyncio.get_running_loop().call_soon(self._read_next)
