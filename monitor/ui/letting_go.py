"""LettingGo: nothing that the operator has not saved is lost unasked, with a session or with the window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from monitor.ui.questions import Answer, ask, is_asked
from monitor.ui.words import counted

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from monitor.core.registry import Registry
    from monitor.core.session import Session
    from monitor.ui.unsaved import Unsaved

_QUIT: Final = "Quit"


class LettingGo:
    """Asks in ``window``, and does what the operator answers."""

    def __init__(self, registry: Registry, unsaved: Unsaved, window: QWidget) -> None:
        self._registry = registry
        self._unsaved = unsaved
        self._window = window
        self._quits = False
        self.keeps_waiting = False
        """Whether edits that wait for their page outlive the window."""

    def forget(self, sessions: list[Session]) -> None:
        """Forget these, which have left: after a question, unless it is a single one and nothing is lost with it."""
        at_stake = self._unsaved.in_words(sessions)
        if len(sessions) == 1 and not at_stake:
            self._registry.forget(sessions[0])
            return
        text = f"Forget {counted(len(sessions), 'session')} that left, with what they last held?"
        more = f"What you have not saved there is lost: {at_stake}." if at_stake else ""
        ask("Forget", text, more, [Answer("Forget", lambda: self._forget_all(sessions))], self._window)

    def _forget_all(self, sessions: list[Session]) -> None:
        for session in sessions:
            if not session.live and self._registry.sessions.get(session.session_id) is session:
                self._registry.forget(session)

    def may_close(self) -> bool:
        """Whether the window may close now. If not, the operator is asked, and it closes by the answer."""
        at_stake = "" if self._quits else self._unsaved.in_words(self._registry, waiting=not self.keeps_waiting)
        if not at_stake:
            return True
        # Asked once, however often it is closed.
        if not is_asked(_QUIT, self._window):
            ask(_QUIT, "Quit, and lose what is not saved?", f"{at_stake}.", [Answer("Quit", self._quit)], self._window)
        return False

    def _quit(self) -> None:
        self._quits = True
        self._window.close()
