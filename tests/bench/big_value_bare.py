"""A bare `websockets` server that takes the large value, for `big_value`."""

from __future__ import annotations

import asyncio
import contextlib
from time import perf_counter

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from monitor.core.messages import SUBPROTOCOL
from tests.bench.child import obey

_BEAT = 0.016
_SMALL = 10_000
"""Bytes; what is said first is less."""


class Bare:
    """Each method is a command."""

    def __init__(self) -> None:
        self._server: Server
        self._came = asyncio.Event()
        self._last = self._longest = 0.0

    async def serve(self) -> int:
        """Listen. Returns the port."""
        self._server = await serve(
            self._take,
            "127.0.0.1",
            0,
            compression=None,
            max_size=None,
            subprotocols=[SUBPROTOCOL],  # type: ignore[list-item] # a name
        )
        self._beat()
        port: int = next(iter(self._server.sockets)).getsockname()[1]
        return port

    async def watch(self) -> None:
        """Look for gaps from now on."""
        self._came.clear()
        self._last, self._longest = perf_counter(), 0.0

    async def arrived(self) -> float:
        """Wait for the value. Returns the milliseconds of the longest gap between two beats until then."""
        await self._came.wait()
        self._look()
        return self._longest * 1000

    async def _take(self, connection: ServerConnection) -> None:
        with contextlib.suppress(ConnectionClosed):
            async for message in connection:
                if len(message) > _SMALL:
                    self._came.set()

    def _beat(self) -> None:
        self._look()
        asyncio.get_running_loop().call_later(_BEAT, self._beat)

    def _look(self) -> None:
        now = perf_counter()
        self._longest = max(self._longest, now - self._last)
        self._last = now


async def _main() -> None:
    bare = Bare()
    await obey({"serve": bare.serve, "watch": bare.watch, "arrived": bare.arrived})


if __name__ == "__main__":
    asyncio.run(_main())
