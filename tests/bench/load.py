"""The load: thousands of simulated pages in one process, told what to do by the benchmark (`child`)."""

from __future__ import annotations

import asyncio
import gc
import resource
from functools import partial, reduce
from operator import xor
from random import Random
from time import monotonic, monotonic_ns, process_time

from tests.bench.child import obey
from tests.bench.peer import Peer, digest

_AT_ONCE = 100
"""Connections that are being opened at a time: as many as a listening socket lets wait."""

_TICK = 0.005
"""Seconds between two bursts of a steady load."""


class Load:
    """The pages. Each method is a command; times are nanoseconds of the system's monotonic clock."""

    def __init__(self) -> None:
        self.peers: list[Peer] = []
        self._lost = 0
        self._joining = 0
        self._done = asyncio.Event()

    async def connect(self, port: int, count: int, items: int, item_size: int, bare: bool = False) -> list[int]:
        """Open ``count`` more sessions with ``items`` items of ``item_size`` units each, keys counted. Returns when
        that began, and when the last had said all.
        """
        first = len(self.peers)
        self._joining = count
        self._done.clear()
        gate = asyncio.Semaphore(_AT_ONCE)
        loop = asyncio.get_running_loop()

        def joined(peer: Peer) -> None:
            gate.release()
            self._joining -= 1
            if not self._joining:
                self._done.set()

        values = {f"key-{number:03d}": "v" * (item_size - 7) for number in range(items)}
        began = monotonic_ns()
        openings = []
        for number in range(first, first + count):
            await gate.acquire()
            peer = Peer(number, dict(values), joined, self._lose, bare=bare)
            self.peers.append(peer)
            openings.append(asyncio.ensure_future(loop.create_connection(partial(_same, peer), "127.0.0.1", port)))
        await asyncio.gather(*openings)
        await self._done.wait()
        gc.collect()
        gc.freeze()
        return [began, monotonic_ns()]

    def _lose(self, peer: Peer) -> None:
        self._lost += 1

    async def leave(self) -> int:
        """Close all connections. Returns how many had been lost before."""
        lost = self._lost
        for peer in self.peers:
            peer.transport.abort()
        while self._lost < len(self.peers):
            await asyncio.sleep(_TICK)
        self.peers.clear()
        self._lost = 0
        return lost

    async def reply(self, number: int, size: int) -> None:
        """Let a bare peer answer with that many bytes."""
        self.peers[number].reply = b"r" * size

    async def change(self, rate: int, seconds: float, sessions: int, keys: int = 50) -> dict[str, float]:
        """Change one item at a time, ``rate`` times a second, in the first ``sessions`` pages by turns. Returns how
        many were ``sent``, how many ``seconds`` it took, and the ``cost`` of it in seconds of this process.
        """
        peers = self.peers[:sessions]
        names = [f"key-{number:03d}" for number in range(keys)]
        random = Random(7)
        began, cost = monotonic(), process_time()
        sent = 0
        while True:
            elapsed = monotonic() - began
            for number in range(sent, round(min(elapsed, seconds) * rate)):
                peer = peers[number % len(peers)]
                peer.transport.write(peer.change(random.choice(names)))
                sent += 1
            if elapsed >= seconds:
                return {"sent": sent, "seconds": elapsed, "cost": process_time() - cost}
            await asyncio.sleep(_TICK)

    async def flood(self, count: int, sessions: int, batch: int = 10) -> int:
        """Send ``count`` changes as fast as they are taken, ``batch`` to a write. Returns when it began."""
        peers = self.peers[:sessions]
        names = [f"key-{number:03d}" for number in range(50)]
        began = monotonic_ns()
        sent = 0
        while sent < count:
            for peer in peers:
                if peer.transport.get_write_buffer_size() == 0 and sent < count:
                    peer.transport.write(b"".join(peer.change(names[(sent + at) % 50]) for at in range(batch)))
                    sent += batch
            await asyncio.sleep(0)
        return began

    async def put(self, number: int, key: str, size: int) -> int:
        """Set one item to a value of ``size`` units. Returns when."""
        peer = self.peers[number]
        message = peer.change(key, "x" * size)
        began = monotonic_ns()
        peer.transport.write(message)
        return began

    async def digest(self) -> int:
        """A number that stands for all that the pages hold."""
        return reduce(xor, (digest({**peer.items, "": peer.session_id}) for peer in self.peers), 0)


def _same(peer: Peer) -> Peer:
    return peer


async def _main() -> None:
    load = Load()
    names = ("connect", "leave", "reply", "change", "flood", "put", "digest")
    await obey({name: getattr(load, name) for name in names})


if __name__ == "__main__":
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    asyncio.run(_main())
