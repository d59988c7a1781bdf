"""Badges: what there is to know of an origin or a session before it is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from monitor.ui.sessions.rows import AskingRow, OriginRow, SessionRow
from monitor.ui.sessions.sentences import is_read_only
from monitor.ui.words import share

if TYPE_CHECKING:
    from monitor.ui.unsaved import Unsaved


class Badge(NamedTuple):
    """A few words at the end of a row, the names of their colours, and that of a picture before them."""

    text: str
    ink: str
    ground: str
    picture: str = ""


ANSWER: Final = Badge("Answer…", "accent", "base")
"""Asks the operator about the origin, when it is clicked."""


def badges_of(row: AskingRow | OriginRow | SessionRow, unsaved: Unsaved | None) -> list[Badge]:
    """From the right: how many sessions an origin has, or what of a session is ``unsaved``; and whether nothing may be
    written there.
    """
    if isinstance(row, AskingRow):
        return [ANSWER]
    badges = []
    if isinstance(row, OriginRow):
        badges.append(Badge(share(row.matching, len(row.sessions)), "muted", "window"))
    elif unsaved is not None and (words := unsaved.in_short(row.session)):
        refused = unsaved.refused(row.session)
        badges.append(Badge(words, "error", "error_ground") if refused else Badge(words, "accent", "base"))
    if is_read_only(row):
        # Where something else is told as well, the picture alone leaves room for the name.
        words = "" if badges and isinstance(row, SessionRow) else "read-only"
        badges.append(Badge(words, "warning", "warning_ground", "read-only"))
    return badges
