"""The baseline of everything on the network: `websockets` on asyncio's own loop, and nothing else."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import resource
from time import monotonic_ns, perf_counter, process_time

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from monitor.core.messages import SUBPROTOCOL
from tests.bench.child import obey
from tests.bench.probes import garbage_collections, resident

_LOOK = 0.005
"""Seconds between two looks at a count that nothing announces."""

_OPENING = 3
"""Messages that a peer says first: as many as to the app."""


class Bare:
    """A server whose connections are read message by message; each method is a command."""

    def __init__(self) -> None:
        self.received = 0
        self._connections: list[ServerConnection] = []
        self._joined = 0
        self._joined_at = 0
        self._one_more = asyncio.Event()
        self._echoes = False
        self._server: Server

    async def handle(self, connection: ServerConnection) -> None:
        """Read, and parse; in `echoes` the command itself reads."""
        for _ in range(_OPENING):
            json.loads(await connection.recv())
        self._connections.append(connection)
        self._joined += 1
        self._joined_at = monotonic_ns()
        self._one_more.set()
        if self._echoes:
            await connection.wait_closed()
            return
        with contextlib.suppress(ConnectionClosed):  # The load ends without a word.
            async for message in connection:
                json.loads(message)
                self.received += 1

    async def serve(self, echoes: bool = False) -> int:
        """Listen. Returns the port."""
        self._echoes = echoes
        self._server = await serve(
            self.handle,
            "127.0.0.1",
            0,
            compression=None,
            subprotocols=[SUBPROTOCOL],  # type: ignore[list-item] # a name
        )
        gc.collect()
        gc.freeze()
        port: int = next(iter(self._server.sockets)).getsockname()[1]
        return port

    async def joined(self, count: int) -> int:
        """Wait for so many connections. Returns when the last one had said all."""
        while self._joined < count:
            self._one_more.clear()
            await self._one_more.wait()
        return self._joined_at

    async def echoes(self, number: int, count: int, size: int) -> list[float]:
        """Send so many bytes and wait for the answer, ``count`` times. Returns seconds."""
        connection, message, times = self._connections[number], "s" * size, []
        for _ in range(count):
            began = perf_counter()
            await connection.send(message)
            await connection.recv()
            times.append(perf_counter() - began)
        return times

    async def cost(self) -> list[float]:
        """Processor seconds and messages so far."""
        return [process_time(), self.received]

    async def took(self, count: int) -> int:
        """Wait for so many messages. Returns when."""
        while self.received < count:
            await asyncio.sleep(_LOOK)
        return monotonic_ns()

    async def resident(self) -> int:
        """Bytes of memory in use."""
        gc.collect()
        return resident()

    async def collect(self, times: int) -> list[float]:
        """Seconds of full garbage collections."""
        return garbage_collections(times)


async def _main() -> None:
    bare = Bare()
    names = ("serve", "joined", "echoes", "cost", "took", "resident", "collect")
    await obey({name: getattr(bare, name) for name in names})


if __name__ == "__main__":
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    asyncio.run(_main())
