"""Answers: the outcomes that are still to come of edits that were sent."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from monitor.core.edits import EditState
from monitor.core.events import EditUpdated

if TYPE_CHECKING:
    from monitor.core.events import Event
    from monitor.core.registry import Registry


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

    unsubscribe = registry.subscribe(hear)
    try:
        await all_there.wait()
    finally:
        unsubscribe()
