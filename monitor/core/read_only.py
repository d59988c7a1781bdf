"""ReadOnly: where nothing may be written: in some sessions, at some origins, or anywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct
from msgspec.structs import replace

if TYPE_CHECKING:
    from monitor.core.session import Session

SESSION: Final = "this session is read-only"
ORIGIN: Final = "this origin is read-only"
EVERYTHING: Final = "everything is read-only"


class ReadOnly(Struct, frozen=True):
    """A session is read-only if its id is among ``sessions``, its origin among ``origins``, or ``everything`` is.

    Never changed: the methods return another one, for `monitor.core.registry.Registry.protect`.
    """

    everything: bool = False
    origins: frozenset[str] = frozenset()
    sessions: frozenset[str] = frozenset()

    def why(self, session: Session) -> str | None:
        """Why nothing may be written to the session, as the end of a sentence; ``None`` if something may. What applies
        to most is what is said.
        """
        if self.everything:
            return EVERYTHING
        if session.origin in self.origins:
            return ORIGIN
        return SESSION if session.session_id in self.sessions else None

    def with_everything(self, on: bool) -> ReadOnly:
        """Nothing may be written anywhere, or what is named otherwise decides."""
        return replace(self, everything=on)

    def with_origin(self, origin: str, on: bool) -> ReadOnly:
        """The same for every session at this origin, also those to come."""
        return replace(self, origins=self.origins | {origin} if on else self.origins - {origin})

    def with_session(self, session_id: str, on: bool) -> ReadOnly:
        """The same for this session."""
        return replace(self, sessions=self.sessions | {session_id} if on else self.sessions - {session_id})
