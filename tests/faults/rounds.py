"""Rounds: one fault each, of the kinds by turns."""

from __future__ import annotations

import asyncio
import contextlib
from random import Random
from time import monotonic
from typing import TYPE_CHECKING, Final, NamedTuple

from monitor.core.timing import Timing
from tests.faults.agreement import verified
from tests.faults.crowd import Crowd
from tests.faults.disk import Disk
from tests.faults.kinds import KINDS, LINE
from tests.faults.line import Line
from tests.faults.scene import Scene, Wrong
from tests.faults.shop import Shop

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Sequence

    from tests.faults.account import Account

CROWD: Final = "crowd-returned"
NAMES: Final = (*KINDS, CROWD)
_TWO_AT_ONCE: Final = 0.4
"""How often something else breaks together with the network."""


class Size(NamedTuple):
    """``answer_within``: how many seconds an edit has. ``crowd``: how many sessions return at once."""

    answer_within: float
    crowd: int


FULL: Final = Size(Timing().answer_within, 1_000)
SHORT: Final = Size(3.0, 200)


def turns(seed: int, names: Sequence[str], count: int) -> Iterator[tuple[Sequence[str], Random]]:
    """One of the names after the other, now and then with a second, in an order of each turn's own; each time with
    random numbers that are the same for a seed.
    """
    random = Random(seed)
    others = [name for name in names if name != CROWD and not name.startswith(LINE)]
    order: list[str] = []
    for number in range(count):
        if not order:
            order = list(names)
            random.shuffle(order)
        broken = [order.pop()]
        if broken[0].startswith(LINE) and others and random.random() < _TWO_AT_ONCE:
            broken.append(random.choice(others))
        yield broken, Random(f"{seed} {number} {broken}")


async def play(
    seed: int, names: Sequence[str], count: int, size: Size, account: Account, say: Callable[[str], None]
) -> None:
    """Play so many rounds. What is wrong goes into ``account``; after a round that does not end, all is begun anew."""
    rounds = enumerate(turns(seed, names, count), 1)
    hung = True
    while hung:
        hung = False
        async with _scene(seed, size, account) as scene:
            for number, (broken, random) in rounds:
                began, found, what = monotonic(), len(account.wrong), " and ".join(broken)
                hung = await _try(scene, broken, random, size)
                account.wrong[found:] = [f"round {number}, {what}: {each}" for each in account.wrong[found:]]
                say(f"{number:>4}  {what:<32} {monotonic() - began:5.1f} s  {'; '.join(account.wrong[found:])}")
                if hung:
                    break


async def _try(scene: Scene, broken: Sequence[str], random: Random, size: Size) -> bool:
    """One round. Returns whether it hung."""
    scene.account.faults.update(broken)
    try:
        if CROWD in broken:
            await _crowd_returns(scene, random, size.crowd)
        else:
            await scene.begin(random)
            await scene.moment(random)
            async with asyncio.TaskGroup() as group:
                for name in broken:
                    group.create_task(_break(scene, name, random))
            await scene.outcomes(random.randint(1, 30))
            await scene.end()
    except Exception as error:
        scene.account.wrong += _in_words(error)
        return True
    finally:
        scene.look_at_logs()
    return False


async def _break(scene: Scene, name: str, random: Random) -> None:
    try:
        await KINDS[name](scene, random)
    finally:
        if name.startswith(LINE):
            scene.line.mend()


def _in_words(error: Exception) -> list[str]:
    if isinstance(error, ExceptionGroup):
        return [words for each in error.exceptions for words in _in_words(each)]
    return [str(error) if isinstance(error, Wrong) else repr(error)]


async def _crowd_returns(scene: Scene, random: Random, count: int) -> None:
    """The hub is killed and started again; all its sessions return at once, many with edits under way."""
    async with Crowd(f"ws://127.0.0.1:{scene.app.port}", count) as crowd:
        await scene.begin(random, crowd, pause=0.001)
        await scene.outcomes(random.randrange(1, count))
        await scene.app.kill()
        await scene.restart()
        await scene.until_here()
        await scene.outcomes(random.randrange(1, count))
        await scene.end()


@contextlib.asynccontextmanager
async def _scene(seed: int, size: Size, account: Account) -> AsyncIterator[Scene]:
    with Disk() as disk:
        async with Line(Random(seed)) as line:
            shop = Shop(disk.root / "browser", f"ws://127.0.0.1:{line.port}")
            scene = Scene(account, disk, line, shop, size.answer_within)
            await scene.app.start()
            line.app_port = scene.app.port
            try:
                async with shop:
                    yield scene
            finally:
                if not scene.app.ended:
                    await scene.app.close()
                account.wrong += await verified(disk.folder)
