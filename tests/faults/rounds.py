"""Rounds: one fault each, of the kinds by turns."""

from __future__ import annotations

import contextlib
from random import Random
from time import monotonic
from typing import TYPE_CHECKING, Final

from tests.faults.crowd import Crowd
from tests.faults.disk import Disk
from tests.faults.kinds import KINDS
from tests.faults.line import Line
from tests.faults.scene import Scene, Wrong
from tests.faults.shop import Shop

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Iterator

    from tests.faults.account import Account

CROWD: Final = "crowd-returned"
NAMES: Final = (*KINDS, CROWD)
_SESSIONS: Final = 1_000


def turns(seed: int, names: Iterable[str], count: int) -> Iterator[tuple[str, Random]]:
    """The names by turns, in an order of each turn's own, each with random numbers that are the same for a seed."""
    random = Random(seed)
    order: list[str] = []
    for number in range(count):
        if not order:
            order = list(names)
            random.shuffle(order)
        name = order.pop()
        yield name, Random(f"{seed} {number} {name}")


async def play(
    seed: int, names: Iterable[str], count: int, answer_within: float, account: Account, say: Callable[[str], None]
) -> None:
    """Try so many faults. What is wrong goes into ``account``; after a round that does not end, all is begun anew."""
    rounds = turns(seed, names, count)
    number = 0
    while number < count:
        async with _scene(seed, answer_within, account) as scene:
            for number, (name, random) in enumerate(rounds, number + 1):  # noqa: B020 - it goes on where it was
                began, found = monotonic(), len(account.wrong)
                hung = await _try(scene, name, random)
                account.wrong[found:] = [f"round {number}, {name}: {each}" for each in account.wrong[found:]]
                say(f"{number:>4}  {name:<16} {monotonic() - began:5.1f} s  {'; '.join(account.wrong[found:])}")
                if hung:
                    break


async def _try(scene: Scene, name: str, random: Random) -> bool:
    """One round. Returns whether it hung."""
    scene.account.faults[name] += 1
    try:
        if name == CROWD:
            await _crowd_returns(scene, random)
        else:
            await scene.begin(random)
            await scene.moment(random)
            try:
                await KINDS[name](scene, random)
            finally:
                scene.line.mend()
            await scene.outcomes(random.randint(1, 30))
            await scene.end()
    except Exception as error:
        scene.account.wrong.append(str(error) if isinstance(error, Wrong) else repr(error))
        return True
    finally:
        scene.look_at_logs()
    return False


async def _crowd_returns(scene: Scene, random: Random) -> None:
    """The hub is killed and started again; all its sessions return at once, many with edits under way."""
    async with Crowd(f"ws://127.0.0.1:{scene.app.port}", _SESSIONS) as crowd:
        await scene.begin(random, crowd, pause=0.0)
        await scene.outcomes(random.randrange(1, _SESSIONS))
        await scene.app.kill()
        await scene.restart()
        await scene.until_here()
        await scene.outcomes(random.randrange(1, _SESSIONS))
        await scene.end()


@contextlib.asynccontextmanager
async def _scene(seed: int, answer_within: float, account: Account) -> AsyncIterator[Scene]:
    with Disk() as disk:
        async with Line(Random(seed)) as line:
            shop = Shop(disk.root / "browser", f"ws://127.0.0.1:{line.port}")
            scene = Scene(account, disk, line, shop, answer_within)
            await scene.app.start()
            line.app_port = scene.app.port
            try:
                async with shop:
                    yield scene
            finally:
                if not scene.app.ended:
                    await scene.app.close()
