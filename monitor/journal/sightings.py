"""Sightings: what was last known of each session, saved when it leaves, now and then, and at the end."""

from __future__ import annotations

import logging
import sqlite3
from typing import TYPE_CHECKING, Final, NamedTuple

from monitor.core.events import SessionForgotten, SessionLeft
from monitor.journal.cells import text_cell
from monitor.journal.damage import is_damage
from monitor.journal.database import SavedSession

if TYPE_CHECKING:
    from collections.abc import Iterable

    from monitor.core.registry import Registry
    from monitor.core.session import Session
    from monitor.core.values import Value
    from monitor.journal.cells import Cell, Mask
    from monitor.journal.database import Database
    from monitor.journal.filing import Filing

log = logging.getLogger(__name__)

AT_ONCE: Final = 100
"""How many sessions are looked at each time. What a look costs does not depend on how many there are."""


class _Sighting(NamedTuple):
    session_id: str
    origin: str
    user: str | None
    label: str | None
    secret_digest: bytes
    seen_at: int
    items: dict[str, Value] | None


class Sightings:
    """Follows ``registry``. Call `look` about once a second, and `look_at_all` at the end."""

    def __init__(self, registry: Registry, filing: Filing, mask: Mask) -> None:
        self._registry = registry
        self._filing = filing
        self._mask = mask
        self._saved: dict[str, tuple[object, ...]] = {}
        self._round: list[str] = []
        self._left: list[Session] = []
        self._gone: list[Cell] = []
        self.end = registry.subscribe_each({SessionLeft: self._take_leaving, SessionForgotten: self._forget})

    def _take_leaving(self, event: SessionLeft) -> None:
        self._left.append(event.session)

    def _forget(self, event: SessionForgotten) -> None:
        self._saved.pop(event.session.session_id, None)
        self._gone.append(text_cell(event.session.session_id))

    def know(self, session: Session) -> None:
        """It was just restored: what it holds is what is saved."""
        if not session.live:
            self._saved[session.session_id] = _state(session)

    def look(self, wall: int) -> None:
        """Save those that left, and some of those that have changed."""
        if not self._round:
            self._round = list(self._registry.sessions)
        some, self._round = self._round[:AT_ONCE], self._round[AT_ONCE:]
        sessions = [session for each in some if (session := self._registry.sessions.get(each)) is not None]
        left, self._left = self._left, []
        self._save([*(session for session in left if not session.forgotten), *sessions], wall)

    def look_at_all(self, wall: int) -> None:
        """Save all that have changed."""
        self._left.clear()
        self._save(list(self._registry), wall)

    def _save(self, sessions: Iterable[Session], wall: int) -> None:
        sightings = []
        for session in sessions:
            area = session.area()
            state = _state(session)
            if self._saved.get(session.session_id) != state and (area.loaded or session.live):
                self._saved[session.session_id] = state
                sightings.append(
                    _Sighting(
                        session.session_id,
                        session.origin,
                        session.user,
                        session.label,
                        session.secret_digest,
                        wall,
                        dict(area.items) if area.loaded else None,
                    )
                )
        gone, self._gone = self._gone, []
        if sightings or gone:
            self._filing.call(lambda database: self._write(database, sightings, gone))

    def _write(self, database: Database, sightings: list[_Sighting], gone: list[Cell]) -> None:
        try:
            database.save_sessions(map(self._saved_session, sightings), gone)
        except sqlite3.Error as error:
            log.warning("what %d sessions hold cannot be saved now: %s", len(sightings), error)
            for seen in sightings:
                self._saved.pop(seen.session_id, None)  # so that it is tried again
            self._gone += gone
            if is_damage(error):
                raise

    def _saved_session(self, seen: _Sighting) -> SavedSession:
        mask = self._mask
        items: list[tuple[Cell, Cell]] | None = None
        if seen.items is not None:
            items = []
            for key, value in seen.items.items():
                cell = mask.cell(value, hidden=mask.hides(key))
                assert cell is not None
                items.append((text_cell(key), cell))
        return SavedSession(
            text_cell(seen.session_id),
            text_cell(seen.origin),
            None if seen.user is None else text_cell(seen.user),
            None if seen.label is None else text_cell(seen.label),
            seen.secret_digest,
            seen.seen_at,
            items,
        )


def _state(session: Session) -> tuple[object, ...]:
    """Another one, if there is anything to save."""
    return session.area().revision, session.user, session.label, session.live
