"""Kinds of faults. Each breaks something while edits flow, and mends it before it returns; the line is mended then."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping
    from random import Random

    from tests.faults.scene import Scene

    Kind = Callable[[Scene, Random], Coroutine[None, None, None]]


# --- the app ---------------------------------------------------------------------------------------------------------


async def app_killed(scene: Scene, random: Random) -> None:
    """By SIGKILL; now and then again, while it starts."""
    await scene.app.kill()
    if random.random() < 0.3:
        await scene.app.spawn()
        await asyncio.sleep(random.uniform(0.0, 1.5))
        await scene.app.kill()
    await scene.restart()


# --- the browser -----------------------------------------------------------------------------------------------------


async def browser_killed(scene: Scene, random: Random) -> None:
    """All its processes; then it is started again with its profile."""
    await scene.shop.kill()
    await scene.until_here()  # all that it said before is heard
    scene.forgotten_by_browser = set(scene.told.applied)
    await scene.shop.start()


async def page_reloaded(scene: Scene, random: Random) -> None:
    """One tab or the other, some times in a row."""
    for _ in range(random.randint(1, 3)):
        await random.choice(scene.shop.tabs).reload()
        await asyncio.sleep(random.choice([0.0, random.uniform(0.0, 0.1)]))


async def page_frozen(scene: Scene, random: Random) -> None:
    """As a browser does with hidden tabs; one or both."""
    tabs = random.sample(scene.shop.tabs, random.randint(1, len(scene.shop.tabs)))
    for tab in tabs:
        await tab.freeze()
    await asyncio.sleep(random.uniform(0.0, 3.0))
    for tab in tabs:
        await tab.resume()


async def page_cached(scene: Scene, random: Random) -> None:
    """It is left for another, kept in the back/forward cache, and brought back. The browser may choose not to keep it;
    then it is loaded anew.
    """
    tab = random.choice(scene.shop.tabs)
    await tab.evaluate("window.kept = true")
    await scene.shop.leave(tab)
    await asyncio.sleep(random.choice([0.0, random.uniform(0.0, 3.0)]))
    await tab.back()
    if not await tab.evaluate("window.kept === true"):
        scene.account.not_cached += 1


# --- the network -----------------------------------------------------------------------------------------------------


async def line_cut(scene: Scene, random: Random) -> None:
    """All connections are reset; for a while there are no new ones."""
    scene.line.refuses = random.random() < 0.5
    for _ in range(random.randint(1, 3)):
        scene.line.cut()
        await asyncio.sleep(random.uniform(0.0, 0.7))


async def line_held(scene: Scene, random: Random) -> None:
    """Nothing gets through, then all of it, or nothing any more."""
    scene.line.hold()
    await asyncio.sleep(random.choice([random.uniform(0.0, 3.0), 13.0]))  # an edit has 10 s
    if random.random() < 0.5:
        scene.line.cut()


async def line_delayed(scene: Scene, random: Random) -> None:
    """Everything comes late."""
    scene.line.delay = random.uniform(0.02, 0.4)
    await scene.outcomes(random.randint(3, 12))


async def line_throttled(scene: Scene, random: Random) -> None:
    """Everything comes by driblets; the line may be too slow for what there is."""
    scene.line.rate = random.choice([500.0, 2_000.0, 20_000.0])
    await asyncio.sleep(random.uniform(0.5, 3.0))


async def line_torn(scene: Scene, random: Random) -> None:
    """Reset in the middle of a frame, some times in a row."""
    for _ in range(random.randint(1, 3)):
        await scene.line.tear()


async def line_doubled(scene: Scene, random: Random) -> None:
    """Bytes come twice. That no stream of frames survives, unless they were whole frames."""
    await scene.line.double(random.randint(1, 5))


# --- the machine -----------------------------------------------------------------------------------------------------


async def disk_full(scene: Scene, random: Random) -> None:
    """The journal cannot be written; now and then the app is killed in that state."""
    scene.disk.fill(scene.app.pid, random.choice([0, 4_096, random.randrange(65_536)]))
    try:
        await asyncio.sleep(random.uniform(0.3, 2.5))
        killed = random.random() < 0.25
        if killed:
            await scene.app.kill()
    finally:
        scene.disk.free(scene.app.pid)
    if killed:
        await scene.restart()


async def database_locked(scene: Scene, random: Random) -> None:
    """By another process, this one, for longer than the journal waits for it."""
    with closing(sqlite3.connect(scene.disk.folder / "journal.sqlite3", isolation_level=None)) as connection:
        connection.execute("PRAGMA busy_timeout = 10000")
        connection.execute("BEGIN IMMEDIATE")
        await asyncio.sleep(random.choice([random.uniform(0.1, 1.0), 3.0]))
        if random.random() < 0.25:
            await scene.app.kill()
    if scene.app.ended:
        await scene.restart()


async def clock_stepped(scene: Scene, random: Random) -> None:
    """Back, in the app and in the page; now and then the app is killed, and the clock right when it starts again."""
    hours = random.choice([1.0, 24.0 * 365])
    await scene.app.ask("step_clock", seconds=-3_600 * hours)
    for tab in scene.shop.tabs:
        await tab.evaluate("(by) => { window.clockStep += by; }", -3_600_000 * hours)
    await scene.moment(random)
    if random.random() < 0.3:
        await scene.app.ask("step_clock", seconds=3_600 * hours)
        await scene.moment(random)
        await scene.app.kill()
        await scene.restart()
    for tab in scene.shop.tabs:
        await tab.evaluate("(by) => { window.clockStep += by; }", 3_600_000 * hours)


LINE: Final = "line-"
"""With what the names of those begin that spoil the network."""

KINDS: Final[Mapping[str, Kind]] = {
    "app-killed": app_killed,
    "browser-killed": browser_killed,
    "page-reloaded": page_reloaded,
    "page-frozen": page_frozen,
    "page-cached": page_cached,
    "line-cut": line_cut,
    "line-held": line_held,
    "line-delayed": line_delayed,
    "line-throttled": line_throttled,
    "line-torn": line_torn,
    "line-doubled": line_doubled,
    "disk-full": disk_full,
    "database-locked": database_locked,
    "clock-stepped": clock_stepped,
}
