"""Answers: the outcomes that are still to come of what was sent: waiting for them, and saying which never came."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import Future
from typing import TYPE_CHECKING

from monitor.core.edits import EditState
from monitor.core.events import EditUpdated
from monitor.core.values import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from monitor.core.edits import Edit
    from monitor.core.events import Event
    from monitor.core.registry import Registry
    from monitor.hub.ledger import Ledger

log = logging.getLogger(__name__)

NAMED = 5
"""How many sessions a line of the log names."""


def unanswered(registry: Registry) -> set[str]:
    """The ids of the edits that pages which are connected have been sent and not answered."""
    edits: set[str] = set()
    for session in registry:
        if session.leader is not None:
            edits.update(edit.id for edit in session.unsettled() if edit.sent)
        for page in session.pages.values():
            if page.connected:
                edits.update(edit.id for edit in session.unsettled(page) if edit.sent)
    return edits


async def until_answered(registry: Registry) -> None:
    """Wait for the outcome of all edits that are `unanswered` now."""
    missing = unanswered(registry)
    if not missing:
        return
    all_there = asyncio.Event()

    def hear(event: Event) -> None:
        if isinstance(event, EditUpdated) and event.edit.state is not EditState.PENDING:
            missing.discard(event.edit.id)
            if not missing:
                all_there.set()

    unsubscribe = registry.subscribe(hear, EditUpdated)
    try:
        await all_there.wait()
    finally:
        unsubscribe()


def warn_of_unsettled(registry: Registry, undelivered: Iterable[str]) -> None:
    """Log what a hub that has closed leaves without an outcome: the edits that nobody answered, whether their page is
    connected or gone, and the sessions for which something never went out, ``undelivered`` among them.
    """
    sent: list[str] = []
    waiting = set(undelivered)
    for session in registry:
        for page in (None, *session.pages.values()):
            for edit in session.unsettled(page):
                if edit.sent:
                    sent.append(session.session_id)
                else:
                    waiting.add(session.session_id)
    if sent:
        log.warning("the hub closes without the answers to %d edits: %s", len(sent), _named(sent))
    if waiting:
        log.warning("%d sessions are not here to get what they were sent: %s", len(waiting), _named(waiting))


def _named(session_ids: Iterable[str]) -> str:
    names = sorted(set(session_ids))
    return ", ".join(one_line(name, 40) for name in names[:NAMED]) + (", …" if len(names) > NAMED else "")


class Watch:
    """Waits for the outcome of what has been sent, and of what is about to be; then ``outcome`` is done."""

    def __init__(self, edits: set[str], unsent: set[Ledger]) -> None:
        self.outcome: Future[None] = Future()
        self.outcome.set_running_or_notify_cancel()  # so that nobody can cancel it between a question and an answer
        self._edits = edits
        self._unsent = unsent
        self._look()

    def sent(self, ledger: Ledger, edit: Edit) -> None:
        """What waited is on its way as that edit."""
        if ledger in self._unsent:
            self._unsent.discard(ledger)
            self._edits.add(edit.id)

    def settled(self, edit: Edit) -> None:
        """The edit has its outcome."""
        self._edits.discard(edit.id)
        self._look()

    def keep(self, edits: set[str], unsent: set[Ledger]) -> None:
        """Only of these will there be an outcome."""
        self._edits &= edits
        self._unsent &= unsent
        self._look()

    def _look(self) -> None:
        if not self._edits and not self._unsent and not self.outcome.done():
            self.outcome.set_result(None)
