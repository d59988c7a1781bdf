"""Unsaved: what the operator wrote that no browser has taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.ui.storage.outcomes import AUTHOR
from monitor.ui.words import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from monitor.core.session import Session
    from monitor.ui.storage.outcomes import Outcomes


class Unsaved:
    """Drafts, of which ``drafts`` tells the number in a session, edits that wait, and edits that were refused.
    ``is_in_use`` says whether the operator is at work in a session: what is about to be written there is not lost
    either.
    """

    def __init__(
        self, outcomes: Outcomes, drafts: Callable[[Session], int], is_in_use: Callable[[Session], bool]
    ) -> None:
        self._outcomes = outcomes
        self.drafts = drafts
        self._is_in_use = is_in_use

    def refused(self, session: Session) -> int:
        """How many refused edits of the session the operator has not dealt with."""
        return self._outcomes.refusals(session)

    def holds(self, session: Session) -> bool:
        """Whether something would be lost with a session that has left (`monitor.core.registry.Registry.keep`)."""
        return bool(self.refused(session) or self.drafts(session)) or self._is_in_use(session)

    def in_short(self, session: Session) -> str:
        """What needs the operator most, for a row of the tree: refused edits before drafts. Nothing if nothing does."""
        if refused := self.refused(session):
            return f"{refused:,} not saved"
        return "draft" if self.drafts(session) else ""

    def in_words(self, sessions: Iterable[Session], *, waiting: bool = True) -> str:
        """All of it in these sessions, with or without edits that are ``waiting``; nothing, if there is none."""
        drafts = unsettled = refused = 0
        for session in sessions:
            drafts += self.drafts(session)
            for page in (None, *session.pages.values()) if waiting else ():
                unsettled += sum(edit.author == AUTHOR for edit in session.unsettled(page))
            refused += self.refused(session)
        counts = {
            "value that is being edited|values that are being edited": drafts,
            "edit that waits for its page|edits that wait for their pages": unsettled,
            "refused edit|refused edits": refused,
        }
        return ", ".join(counted(count, *names.split("|")) for names, count in counts.items() if count)
