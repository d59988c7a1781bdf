"""Line: the network between browser and app, on loopback, which can be spoiled."""

from __future__ import annotations

import asyncio
import socket
import struct
from contextlib import suppress
from random import Random
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from types import TracebackType

_RESET: Final = struct.pack("ii", 1, 0)
_PIECE: Final = 16 * 1024
_STEP: Final = 0.02
"""Seconds between two driblets."""


class Line:
    """Takes connections at ``port`` and carries their bytes to and from the app's port while it is entered.

    ``delay`` is in seconds a piece, ``rate`` in bytes a second each way. ``refuses`` connections, or is ``held``: then
    bytes wait. Whatever is spoiled, `mend` ends it.
    """

    def __init__(self, random: Random) -> None:
        self.port = 0
        self.app_port = 0
        self.delay = 0.0
        self.rate: float | None = None
        self.refuses = False
        self.random = random
        self._passes = asyncio.Event()
        self._passes.set()
        self._tears = 0
        self._doubles = 0
        self._spoiled = asyncio.Event()
        self._connections: set[tuple[asyncio.StreamWriter, asyncio.StreamWriter]] = set()
        self._pumping: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        self.cut()
        for pump in self._pumping:
            pump.cancel()
        await asyncio.gather(*self._pumping, return_exceptions=True)

    # --- spoiling it -------------------------------------------------------------------------------------------------

    def cut(self) -> None:
        """Reset every connection, both ends."""
        for writers in self._connections:
            for writer in writers:
                _reset(writer)

    def hold(self) -> None:
        """Let bytes wait."""
        self._passes.clear()

    async def tear(self) -> None:
        """Of the next bytes, let a part through and reset the connection then. Returns when that happened."""
        self._tears = 1
        self._spoiled.clear()
        await self._spoiled.wait()

    async def double(self, count: int) -> None:
        """Let the next bytes, or the end of them, through twice; so often. Returns when that happened."""
        self._doubles = count
        self._spoiled.clear()
        await self._spoiled.wait()

    def mend(self) -> None:
        """Carry bytes as they are, and at once."""
        self.delay, self.rate, self.refuses, self._tears, self._doubles = 0.0, None, False, 0, 0
        self._passes.set()

    # --- carrying ----------------------------------------------------------------------------------------------------

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.refuses:
            _reset(writer)
            return
        try:
            app_reader, app_writer = await asyncio.open_connection("127.0.0.1", self.app_port)
        except OSError:
            _reset(writer)  # as a machine does where nobody listens
            return
        both = (writer, app_writer)
        self._connections.add(both)
        pumps = [asyncio.create_task(self._pump(*ends)) for ends in ((reader, app_writer), (app_reader, writer))]
        self._pumping.update(pumps)
        try:
            await asyncio.gather(*pumps)
        finally:
            self._pumping.difference_update(pumps)
            self._connections.discard(both)

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while piece := await reader.read(_PIECE):
                await self._passes.wait()
                if self.delay:
                    await asyncio.sleep(self.delay)
                if self._tears:
                    self._tears = 0
                    writer.write(piece[: self.random.randrange(len(piece))])
                    await writer.drain()
                    self.cut()
                    self._spoiled.set()
                    return
                if self._doubles:
                    self._doubles -= 1
                    piece += piece[self.random.choice([0, self.random.randrange(len(piece))]) :]
                    if not self._doubles:
                        self._spoiled.set()
                await self._write(writer, piece)
        with suppress(OSError):
            writer.close()

    async def _write(self, writer: asyncio.StreamWriter, piece: bytes) -> None:
        rate = self.rate
        step = len(piece) if rate is None else max(1, int(rate * _STEP))
        for start in range(0, len(piece), step):
            writer.write(piece[start : start + step])
            await writer.drain()
            if rate is not None:
                await asyncio.sleep(_STEP)


def _reset(writer: asyncio.StreamWriter) -> None:
    """End the connection as a machine does that knows nothing of it any more."""
    endpoint = writer.get_extra_info("socket")
    if endpoint is not None:
        with suppress(OSError):
            endpoint.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    writer.transport.abort()
