"""What the rows of the tree stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from monitor.core.user_agent import browser_and_system
from monitor.ui.sessions.searched import SearchedSessions

if TYPE_CHECKING:
    from monitor.core.origins import Asking
    from monitor.core.page import Page
    from monitor.core.session import Session


class AskingRow:
    """A site whose pages wait until the operator allows or blocks it."""

    __slots__ = ("asking",)

    def __init__(self, asking: Asking) -> None:
        self.asking = asking


class OriginRow:
    """A site: its sessions in the order in which they were first seen."""

    __slots__ = ("live", "matching", "open", "origin", "searched", "sessions", "shown", "shown_hits")

    def __init__(self, origin: str, is_open: bool) -> None:
        self.origin = origin
        self.sessions: dict[str, SessionRow] = {}
        self.open = is_open
        self.searched = SearchedSessions()
        self.live = 0
        """How many of its sessions have a page."""
        self.matching = 0
        """How many of its sessions matched the search when it was shown last."""
        self.shown = 0
        """How many rows of the list are its own, itself included."""
        self.shown_hits: bytes | None = b""
        """1 for each of the searched sessions that is in the list, up to the last such; ``None``, if the list has pages
        as well, or if some of those sessions have been dropped.
        """


class SessionRow:
    """A session. It remembers what was known of its pages: those of a session that left are gone from the core."""

    __slots__ = ("browser", "number", "open", "origin_row", "pages", "session")

    def __init__(self, session: Session, origin_row: OriginRow, number: int) -> None:
        self.session = session
        self.origin_row = origin_row
        self.number = number
        """Higher than that of every session that was seen before."""
        self.pages: dict[str, PageRow] = {}
        self.open = False
        self.browser = ""

    def take_page(self, page: Page) -> None:
        """The page is there, or is another than before."""
        known = self.pages.get(page.page_id)
        if known is None or known.page is not page:
            # What was remembered of a session that had left is over.
            self.pages = {page_id: row for page_id, row in self.pages.items() if page_id in self.session.pages}
            self.pages[page.page_id] = PageRow(page, self)
        self.browser = browser_and_system(page.user_agent)

    def drop_page(self, page: Page) -> None:
        """The page left. The last one is remembered, for its title and address are how a person knows the session."""
        if len(self.pages) > 1:
            self.pages.pop(page.page_id, None)

    @property
    def title(self) -> str:
        """Who this is: the user or label that the site gave, else the beginning of the id."""
        session = self.session
        named = (name for name in (session.user, session.label) if name and not name.isspace())
        return next(named, f"Session {session.session_id[:8]}")

    def search_in(self) -> str:
        """All that the search looks at, folded, one a line."""
        session = self.session
        said = [session.origin, session.user, session.label, session.session_id, self.browser]
        for row in self.pages.values():
            said += [row.page.title, row.page.url]
        return "\n".join(text for text in said if text).casefold()


class PageRow:
    """A page of a session."""

    __slots__ = ("page", "session_row")

    def __init__(self, page: Page, session_row: SessionRow) -> None:
        self.page = page
        self.session_row = session_row


Row: TypeAlias = AskingRow | OriginRow | SessionRow | PageRow


def session_of(row: Row | None) -> Session | None:
    """The session that the row is, or belongs to."""
    if isinstance(row, SessionRow):
        return row.session
    return row.session_row.session if isinstance(row, PageRow) else None


def origin_of(row: OriginRow | SessionRow | PageRow) -> OriginRow:
    """The row of the site that this one is of."""
    if isinstance(row, OriginRow):
        return row
    return row.origin_row if isinstance(row, SessionRow) else row.session_row.origin_row


def number(row: Row) -> int:
    """By which the sessions of an origin, each before its pages, ascend; the other rows have none."""
    assert isinstance(row, SessionRow | PageRow)
    return row.number if isinstance(row, SessionRow) else row.session_row.number


def rows_above(row: Row) -> list[OriginRow | SessionRow]:
    """The rows that this one stands under, the nearest first."""
    if isinstance(row, PageRow):
        return [row.session_row, row.session_row.origin_row]
    return [row.origin_row] if isinstance(row, SessionRow) else []


def level(row: Row) -> int:
    """How far in a row stands: 0 for an origin."""
    if isinstance(row, PageRow):
        return 2
    return 1 if isinstance(row, SessionRow) else 0
