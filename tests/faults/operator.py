"""The operator in the app's process, who asks for one edit after the other.

Every edit adds one item, whose key is `TAG` and the tag. One kind counts up the item ``n`` besides, guarded by what was
seen; the other writes ``mail``, guarded by nothing: the page reads each mail and puts another value in its place, so
that one that is written twice is read twice.
"""

from __future__ import annotations

import asyncio
import time
from itertools import count
from random import Random
from typing import TYPE_CHECKING, Any, Final

from monitor.core.edits import EditState
from monitor.core.events import EditUpdated, Event
from monitor.core.messages import Operation, SetItem

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.core.edits import Edit
    from monitor.core.registry import Registry
    from monitor.core.session import Session

TAG: Final = "e "
MAIL: Final = "to "
MOST_WAITING: Final = 8
"""Edits of one session without outcome, beyond which nothing more is asked of it."""


def tag_of(edit: Edit) -> str:
    """What tells the edit from all others, also of other lives of the app."""
    assert not isinstance(edit.operations, dict)
    (tag,) = (each.key for each in edit.operations if isinstance(each, SetItem) and each.key.startswith(TAG))  # type: ignore[union-attr]  # no edit of this operator replaces an area
    return tag.removeprefix(TAG)


class Operator:
    """``tell`` is given each outcome at the moment it is announced."""

    def __init__(self, registry: Registry, life: str, tell: Callable[[dict[str, Any]], None]) -> None:
        self._registry = registry
        self._life = life
        self._tell = tell
        self._numbers = count(1)
        self._counted: dict[str, int] = {}  # by session: what the last edit that counts will have made of n
        self._working: asyncio.Task[None] | None = None
        self._settled = asyncio.Event()
        registry.subscribe(self._hear)

    def work(self, origin: str, pause: float, depth: int, seed: int) -> None:
        """Ask for an edit every ``pause`` seconds, in the sessions of that origin by turns, as long as no more than
        ``depth`` of a session have no outcome yet.
        """
        self._working = asyncio.create_task(self._work(origin, pause, min(depth, MOST_WAITING), Random(seed)))

    async def rest(self, origin: str, within: float) -> list[str]:
        """Ask for nothing more, and wait for all outcomes. Returns the edits that have none ``within`` seconds."""
        if self._working is not None:
            self._working.cancel()
            await asyncio.wait([self._working])
            self._working = None
        try:
            async with asyncio.timeout(within):
                while self._unsettled(origin):
                    self._settled.clear()
                    await self._settled.wait()
        except TimeoutError:
            return self._unsettled(origin)
        return []

    def sessions(self, origin: str) -> list[Session]:
        """Those of that origin, whether they are here or away."""
        return [session for session in self._registry if session.origin == origin]

    def _unsettled(self, origin: str) -> list[str]:
        return [edit.id for session in self.sessions(origin) for edit in session.unsettled()]

    async def _work(self, origin: str, pause: float, depth: int, random: Random) -> None:
        for turn in count():
            sessions = self.sessions(origin)
            if sessions:
                session = sessions[turn % len(sessions)]
                if len(session.unsettled()) < depth:
                    self._ask(session, counts=random.random() < 0.7)
            await asyncio.sleep(pause)

    def _ask(self, session: Session, *, counts: bool) -> None:
        held = session.area().items.get("n")
        if not isinstance(held, str):
            return  # nothing is known of it yet
        tag = f"{self._life}.{next(self._numbers)}"
        operations: list[Operation] = [SetItem(f"{TAG}{tag}", session.session_id)]
        if counts:
            if not session.unsettled():
                self._counted[session.session_id] = int(held)
            seen = self._counted.get(session.session_id)
            if seen is None:
                return  # what waits is of another life of the app
            self._counted[session.session_id] = seen + 1
            operations.append(SetItem("n", str(seen + 1), str(seen)))
        else:
            operations.append(SetItem("mail", f"{MAIL}{tag}"))
        session.edit(operations, time.monotonic())

    def _hear(self, event: Event) -> None:
        if isinstance(event, EditUpdated) and event.edit.state is not EditState.PENDING:
            edit = event.edit
            self._tell({"edit": edit.id, "tag": tag_of(edit), "outcome": str(edit.reason or edit.state)})
            self._settled.set()
