"""Switches: the actions that make a session, its origin or everything read-only, and the sessions that they are for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from monitor.ui.sessions.rows import OriginRow, session_of
from monitor.ui.words import quoted

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QWidget

    from monitor.core.session import Session
    from monitor.ui.read_only.protection import Protection
    from monitor.ui.sessions.rows import Row

    Make = Callable[[str, str, Callable[[], object], QWidget | None, str], QAction]

_NOT_KEPT: Final = "The next start will not know of it: the settings cannot be written."


class Switches:
    """They are about the row that ``chosen`` returns: the one that the operator has chosen in the tree. ``make`` makes
    an action of text, shortcut, what it does, where it works and its picture; ``tell`` takes a sentence for the status
    bar. Call `follow` when something else is chosen or read-only.
    """

    def __init__(
        self, protection: Protection, chosen: Callable[[], Row | None], make: Make, tell: Callable[[str], None]
    ) -> None:
        self._protection = protection
        self._chosen = chosen
        self._tell = tell
        self.session = make("This &session read-only", "Ctrl+Shift+L", self._switch_session, None, "")
        self.origin = make("This &origin read-only", "Ctrl+Alt+L", self._switch_origin, None, "")
        self.everything = make("&Everything read-only", "Ctrl+Alt+Shift+L", self._switch_everything, None, "")
        for action in self.actions():
            action.setCheckable(True)

    def actions(self) -> list[QAction]:
        """Those of the menus, from one session to everything."""
        return [self.session, self.origin, self.everything]

    def follow(self) -> None:
        """Show what is switched on, and what could be."""
        read_only, session, origin = self._protection.read_only, self._session, self._origin
        self.session.setEnabled(session is not None)
        self.session.setChecked(session is not None and session.session_id in read_only.sessions)
        self.origin.setEnabled(origin is not None)
        self.origin.setChecked(origin is not None and origin in read_only.origins)
        self.everything.setChecked(read_only.everything)

    @property
    def _session(self) -> Session | None:
        return session_of(self._chosen())

    @property
    def _origin(self) -> str | None:
        row = self._chosen()
        if isinstance(row, OriginRow):
            return row.origin
        session = session_of(row)
        return None if session is None else session.origin

    def _switch_session(self) -> None:
        session = self._session
        if session is not None:
            on = session.session_id not in self._protection.read_only.sessions
            kept = self._protection.apply(self._protection.read_only.with_session(session.session_id, on))
            still = session.why_read_only
            self._say("This session is read-only now." if on else _allowed("this session", still), kept)

    def _switch_origin(self) -> None:
        origin = self._origin
        if origin is not None:
            on = origin not in self._protection.read_only.origins
            kept = self._protection.apply(self._protection.read_only.with_origin(origin, on))
            still = "everything is read-only" if self._protection.read_only.everything else None
            name = quoted(origin, 80)
            done = f"Every session at {name} is read-only now." if on else _allowed(f"sessions at {name}", still)
            self._say(done, kept)

    def _switch_everything(self) -> None:
        on = not self._protection.read_only.everything
        kept = self._protection.apply(self._protection.read_only.with_everything(on))
        self._say("Everything is read-only now." if on else "No longer is everything read-only.", kept)

    def _say(self, done: str, kept: bool) -> None:
        self._tell(done if kept else f"{done} {_NOT_KEPT}")


def _allowed(what: str, still: str | None) -> str:
    """What to say when something is switched off, and something else may still be on."""
    return f"It stays so: {still}." if still else f"Values of {what} can be edited again."
