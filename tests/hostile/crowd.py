"""The crowd: a process of hostile connections, told what to do by the test (`tests.bench.child`)."""

from __future__ import annotations

import asyncio
import resource
from collections import Counter
from contextlib import suppress
from itertools import count as counting
from time import monotonic
from typing import Final

from tests.bench.child import obey
from tests.hostile.kinds import FLOOD, KINDS
from tests.hostile.visit import Visit

AT_ONCE: Final = 100
"""Connections that are being opened at a time: as many as a listening socket lets wait."""

CUT_OFF: Final = "cut off"


class Crowd:
    """Each method is a command."""

    def __init__(self) -> None:
        self._numbers = counting()
        self._gate = asyncio.Semaphore(AT_ONCE)
        self._places: list[asyncio.Task[None]] = []
        self._until = 0.0
        self._ends: dict[str, Counter[str]] = {}
        self._visits: set[Visit] = set()

    async def attack(self, port: int, count: int, seconds: float, pause: float, kinds: list[str], address: str) -> int:
        """Keep ``count`` connections for so many seconds, of all ``kinds`` by turns. In the place of one that the hub
        has let go of there comes another after ``pause`` seconds. Returns how many there were.
        """
        before = next(self._numbers)
        self._until = monotonic() + seconds
        self._places = [
            asyncio.create_task(self._place(port, kinds[number % len(kinds)], pause, address))
            for number in range(count)
        ]
        await asyncio.sleep(seconds)
        return next(self._numbers) - before - 1

    async def ended(self, within: float) -> dict[str, dict[str, int]]:
        """Wait until the hub has let go of all. Returns how often each kind ended how."""
        _, pending = await asyncio.wait(self._places, timeout=within)
        for place in pending:
            place.cancel()
        if pending:
            await asyncio.wait(pending)
        for place in self._places:
            if not place.cancelled() and (error := place.exception()) is not None:
                raise error
        ends, self._ends = self._ends, {}
        return {kind: dict(ways) for kind, ways in ends.items()}

    async def _place(self, port: int, kind: str, pause: float, address: str) -> None:
        ends = self._ends.setdefault(kind, Counter())
        while monotonic() < self._until:
            try:
                ends[await self._visit(port, kind, address)] += 1
            except asyncio.CancelledError:
                ends["still open"] += 1
                raise
            await asyncio.sleep(pause)

    async def _visit(self, port: int, kind: str, address: str) -> str:
        async with self._gate:
            visit = await Visit.begin(next(self._numbers), port, address)
        doing = asyncio.ensure_future((KINDS | FLOOD)[kind](visit))
        try:
            await visit.over.wait()
        finally:
            doing.cancel()
            with suppress(asyncio.CancelledError, ConnectionError):
                await doing
            await visit.finish()
        return visit.ended or CUT_OFF


async def _main() -> None:
    crowd = Crowd()
    await obey({"attack": crowd.attack, "ended": crowd.ended})


if __name__ == "__main__":
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    asyncio.run(_main())
