"""The page that has the large value, for `big_value`."""

from __future__ import annotations

import asyncio
from functools import partial

from tests.bench.big_value import KEY
from tests.bench.child import obey
from tests.bench.peer import Peer, frame, text


class Page:
    """One to the app, one to the bare server. Each method is a command."""

    def __init__(self) -> None:
        self._peers: dict[bool, Peer] = {}

    async def connect(self, port: int, bare: bool) -> None:
        """Join, with a few items."""
        joined = asyncio.Event()
        items = {"locale": "pt-BR", "theme": "dark"}
        peer = Peer(0, items, lambda _: joined.set(), lambda _: None, bare=bare)
        loop = asyncio.get_running_loop()
        await loop.create_connection(partial(_same, peer), "127.0.0.1", port)
        self._peers[bare] = peer
        await joined.wait()

    async def put(self, kind: str, units: int, number: int, bare: bool) -> None:
        """Set the item to a value of so many units, another for each ``number``."""
        peer = self._peers[bare]
        peer.seq += 1
        peer.items[KEY] = value = _VALUES[kind](units, number)
        change = {"type": "changes", "area": "local", "seq": peer.seq, "changes": [["set", KEY, value]]}
        peer.transport.write(frame(text(change)))


def _lines(units: int, number: int) -> str:
    line = f"{number} " + "All of this is the value of one item, and one of its lines. " + "\n"
    return (line * (units // len(line) + 1))[:units]


def _json(units: int, number: int) -> str:
    member = '{"id":%d,"name":"customer","tags":["one","two"],"open":true,"total":12.50},'
    members = "".join(member % each for each in range(1_000_000, 1_000_000 + (units - 20) // len(member % 1_000_000)))
    return f"[{members}{number}]".ljust(units)


def _escaped(units: int, number: int) -> str:
    """What Qt's editors would not hold: line breaks of two characters, and half a sign now and then."""
    line = f"{number} All of this is the value of one item, \ud83d and one of its lines.\r\n"
    return (line * (units // len(line) + 1))[:units]


_VALUES = {"text": _lines, "JSON": _json, "escaped text": _escaped}


def _same(peer: Peer) -> Peer:
    return peer


async def _main() -> None:
    page = Page()
    await obey({"connect": page.connect, "put": page.put})


if __name__ == "__main__":
    asyncio.run(_main())
