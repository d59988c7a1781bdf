"""Scene: the app, a real browser, and what is between them, while edits flow."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final, Protocol

from tests.faults.agreement import Recorded, Told, compare, late_answers
from tests.faults.operator import TAG
from tests.faults.running_app import RunningApp

if TYPE_CHECKING:
    from random import Random

    from tests.faults.account import Account
    from tests.faults.disk import Disk
    from tests.faults.line import Line
    from tests.faults.shop import Shop

HANG: Final = 75.0
"""Seconds after which what was to happen counts as never happening. A page that the hub refused waits for up to 30, and
an edit that nobody answers is asked again after 11.
"""
LONGEST_GAP: Final = 5_000.0
"""Milliseconds after which a window that does not answer counts as frozen."""
_FRAMES: Final = 2.0
"""Seconds within which the table shows what the app knows."""
_TRIES: Final = 8
"""A page may still read its last mail when its area is looked at."""
_NAMED: Final = 8
"""How many findings of a kind of one round are told one by one."""


class Browsers(Protocol):
    """Who holds the areas: real browsers or simulated ones."""

    @property
    def origin(self) -> str:
        """Of all their sessions."""

    @property
    def pages(self) -> int:
        """How many are connected when nothing is broken."""

    async def areas(self) -> dict[str, dict[str, str]]:
        """What they hold, by session id."""

    async def read(self) -> list[list[str]]:
        """The tags of the mails that each page has read."""

    async def clean(self) -> None:
        """Remove what edits have left behind."""


class Wrong(Exception):  # noqa: N818 - it is what is found, not a failure of the test's own
    """What should have happened has not."""


class Scene:
    """`begin` a round, break something, mend it, and `end` the round."""

    def __init__(self, account: Account, disk: Disk, line: Line, shop: Shop, answer_within: float) -> None:
        self.account = account
        self.disk = disk
        self.line = line
        self.shop = shop
        self.told = Told(account)
        self.app = RunningApp(disk.folder, disk.root / "app.log", self._hear, answer_within)
        self.forgotten_by_browser: set[str] = set()
        """Tags of edits that a browser which was killed had not on disk."""
        self._browsers: Browsers = shop
        self._work: dict[str, Any] = {}
        self._counted: dict[str, int] = {}
        self._outcomes = 0
        self._one_more = asyncio.Event()
        self._edits = 0  # in the journal, at the end of the last round
        self._late = 0

    def _hear(self, kind: str, what: Any) -> None:
        if kind == "told":
            self.told.hear(**what)
            self._outcomes += 1
            self._one_more.set()
        elif kind == "gap":
            self.account.longest_gap = max(self.account.longest_gap, what)
            if what > LONGEST_GAP:
                self.account.wrong.append(f"a window did not answer for {what:,.0f} ms")

    # --- a round -----------------------------------------------------------------------------------------------------

    async def begin(self, random: Random, browsers: Browsers | None = None, pause: float | None = None) -> None:
        """Let edits flow to the shop, or to other browsers."""
        self._browsers = browsers or self.shop
        await self._browsers.clean()
        await self.until_here()
        areas = await self._agreed()
        self._counted = {session: int(items["n"]) for session, items in areas.items()}
        self.told.forget()
        self.forgotten_by_browser.clear()
        self._work = {
            "origin": self._browsers.origin,
            "pause": random.choice([0.002, 0.005, 0.02]) if pause is None else pause,
            "depth": random.randint(1, 6),
            "seed": random.randrange(2**32),
        }
        await self.app.ask("work", **self._work)

    async def outcomes(self, count: int, within: float = HANG) -> None:
        """Wait until so many more outcomes were told.

        Raises:
            Wrong: that has not happened within so many seconds.
        """
        until = self._outcomes + count
        try:
            async with asyncio.timeout(within):
                while self._outcomes < until:
                    self._one_more.clear()
                    await self._one_more.wait()
        except TimeoutError:
            raise Wrong(f"{until - self._outcomes} of {count} edits have no outcome after {within:g} s") from None

    async def moment(self, random: Random) -> None:
        """Let so many edits be made as the seed says; it may be none. Then it is any moment of the next one."""
        await self.outcomes(random.choice([0, 1, 2, 5, random.randrange(100)]))
        await asyncio.sleep(random.uniform(0.0, 0.03))

    async def until_here(self) -> None:
        """Wait until all pages are connected.

        Raises:
            Wrong: they do not come.
        """
        origin, pages = self._browsers.origin, self._browsers.pages
        if not await self.app.ask("connected", origin=origin, pages=pages, within=HANG):
            raise Wrong(f"not all of {pages} pages are connected after {HANG:g} s")

    async def restart(self) -> None:
        """Start the app that was killed, and let its operator go on."""
        await self.app.start()
        await self.app.ask("work", **self._work)

    async def end(self) -> None:
        """Let all edits come to their outcome, and note whether all agree.

        Raises:
            Wrong: it does not even come to that.
        """
        without = await self.app.ask("rest", origin=self._browsers.origin, within=HANG)
        if without:
            raise Wrong(f"without outcome after {HANG:g} s: {', '.join(without)}")
        await self.until_here()
        areas = await self._agreed()
        await self.app.ask("filed")
        recorded = Recorded(self.disk.folder)
        recorded.look()
        self._forgive(areas)
        account = self.account
        counted = {} if self.forgotten_by_browser else self._counted
        wrong, lost, twice, two = compare(areas, counted, await self._browsers.read(), self.told, recorded)
        account.checked += len(self.told.applied)
        account.lost += lost
        account.twice += twice
        account.two_outcomes += two
        edits, late = recorded.edits, late_answers(recorded)
        account.edits += edits - self._edits
        account.late += late - self._late
        self._edits, self._late = edits, late
        account.wrong += wrong[:_NAMED]

    async def _agreed(self) -> dict[str, dict[str, str]]:
        """What the browsers hold, which is what the app knows and its window shows.

        Raises:
            Wrong: it is not.
        """
        for _ in range(_TRIES):
            areas = await self._browsers.areas()
            if await self.app.ask("holds", areas=areas, within=HANG / _TRIES):
                break
        else:
            raise Wrong(_differences(areas, await self.app.ask("view", origin=self._browsers.origin)))
        session_id = min(areas)
        shown = await self.app.ask("shows", session_id=session_id, items=areas[session_id], within=_FRAMES)
        if shown != areas[session_id]:
            raise Wrong(f"the window shows otherwise: {_differences({'': areas[session_id]}, {'': shown})}")
        return areas

    def _forgive(self, areas: dict[str, dict[str, str]]) -> None:
        """A browser that is killed may forget what it wrote last, and nothing that it wrote before that."""
        held = {key.removeprefix(TAG) for items in areas.values() for key in items}
        in_order = [tag for tag in self.told.outcomes if tag in self.forgotten_by_browser]
        forgotten = [tag for tag in in_order if tag not in held]
        if in_order[len(in_order) - len(forgotten) :] != forgotten:
            self.account.wrong.append("a browser that was killed forgot something, and not what came after it")
        self.account.rolled_back += len(forgotten)
        for tag in forgotten:
            del self.told.outcomes[tag]

    # --- all of it ---------------------------------------------------------------------------------------------------

    def look_at_logs(self) -> None:
        """Note what was said of errors of our own."""
        said = (self.disk.root / "app.log").read_text(errors="replace")
        if "Traceback" in said:
            self.account.wrong.append(f"the app said:\n{said[said.index('Traceback') :][:4000]}")
        self.account.wrong += [f"in the page: {error}" for error in self.shop.errors()]


def _differences(one: dict[str, dict[str, Any]], other: dict[str, dict[str, Any]]) -> str:
    found = [f"no session {session}" for session in one if session not in other]
    for session, items in one.items():
        known = other.get(session, {})
        found += [
            f"{session} {key!r}: {items.get(key)!r} in the browser, {known.get(key)!r} in the app"
            for key in {**items, **known}
            if items.get(key) != known.get(key)
        ]
    return f"browser and app disagree, {len(found)} times: {'; '.join(found[:_NAMED])}"
