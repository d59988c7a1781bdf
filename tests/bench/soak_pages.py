"""The pages that come and go, for `soak`."""

from __future__ import annotations

import asyncio
from functools import partial
from itertools import count as counting

from tests.bench.child import obey
from tests.bench.peer import Peer, frame

_KEYS = 5


class Pages:
    """By their numbers: one that comes again is known. Each method is a command."""

    def __init__(self) -> None:
        self._peers: dict[int, Peer] = {}
        self._items: dict[int, dict[str, str]] = {}
        self._numbers = counting()
        self._lost: dict[Peer, asyncio.Event] = {}

    async def connect(self, port: int, first: int, count: int) -> None:
        """Join, with what they had when they left."""
        loop = asyncio.get_running_loop()
        for number in range(first, first + count):
            joined = asyncio.Event()
            items = self._items.setdefault(number, {f"key-{key}": "v" * 50 for key in range(_KEYS)})
            peer = Peer(number, items, partial(_set, joined), self._lose)
            self._peers[number] = peer
            self._lost[peer] = asyncio.Event()
            await loop.create_connection(partial(_same, peer), "127.0.0.1", port)
            await joined.wait()

    async def change(self, count: int) -> None:
        """Change items, one after the other, in all pages by turns."""
        peers = list(self._peers.values())
        for turn in range(count):
            peer = peers[turn % len(peers)]
            peer.transport.write(peer.change(f"key-{next(self._numbers) % _KEYS}", f"value {next(self._numbers)}"))
            if turn % 20 == 19:
                await asyncio.sleep(0.002)

    async def leave(self, first: int) -> None:
        """All from this number on leave: every other one in order, the rest without a word."""
        for number in [each for each in self._peers if each >= first]:
            peer = self._peers.pop(number)
            if number % 2:
                peer.transport.write(frame(b'{"type":"bye"}'))
                peer.transport.close()
            else:
                peer.transport.abort()
            await self._lost[peer].wait()
            del self._lost[peer]

    def _lose(self, peer: Peer) -> None:
        if peer in self._lost:
            self._lost[peer].set()


def _same(peer: Peer) -> Peer:
    return peer


def _set(joined: asyncio.Event, _peer: Peer) -> None:
    joined.set()


async def _main() -> None:
    pages = Pages()
    await obey({"connect": pages.connect, "change": pages.change, "leave": pages.leave})


if __name__ == "__main__":
    asyncio.run(_main())
