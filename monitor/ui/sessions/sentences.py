"""The rows of the tree in words: what is drawn, what a tooltip says, and what is read aloud."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.core.read_only import SESSION
from monitor.core.user_agent import browser_and_system
from monitor.core.values import one_line
from monitor.ui.sessions.rows import AskingRow, OriginRow, Row, SessionRow
from monitor.ui.words import counted, share

if TYPE_CHECKING:
    from monitor.core.origins import Asking
    from monitor.core.page import Page
    from monitor.core.session import Session
    from monitor.ui.words import WallClock


def row_title(row: Row) -> str:
    """The first line of a row."""
    if isinstance(row, AskingRow):
        return origin_in_words(row.asking.origin)
    if isinstance(row, OriginRow):
        return origin_in_words(row.origin)
    if isinstance(row, SessionRow):
        return one_line(row.title, 120)
    return one_line(row.page.title or row.page.url, 120)


def row_subtitle(row: Row, wall: WallClock) -> str:
    """The second line of a row."""
    if isinstance(row, AskingRow):
        return ", ".join(part for part in (_asks(row.asking.origin), who_asks(row.asking)) if part)
    if isinstance(row, OriginRow):
        left = len(row.sessions) - row.live
        return ", ".join(f"{count:,} {word}" for count, word in ((row.live, "live"), (left, "left")) if count)
    if isinstance(row, SessionRow):
        state = state_in_words(row.session, wall)
        if row.session.live:
            return f"{row.browser}, {counted(len(row.session.pages), 'page')}" + (
                f", {state}" if state != "live" else ""
            )
        return f"{row.browser}, {state}" if row.browser else state  # of one from before, no page was seen yet
    return page_in_words(row.page)


def origin_in_words(origin: str) -> str:
    """Pages of files and of sandboxed frames have an origin that says nothing."""
    return "Pages without an origin" if origin == "null" else one_line(origin, 120)


def origin_asks(origin: str) -> str:
    """What the operator has to answer."""
    return f"{origin_in_words(origin)} {_asks(origin)}"


def _asks(origin: str) -> str:
    return "ask to connect" if origin == "null" else "asks to connect"


def who_asks(asking: Asking) -> str:
    """The page that came first, as it describes itself, and where it is."""
    title = f"“{one_line(asking.title, 80)}”" if asking.title else ""
    browser = browser_and_system(asking.user_agent)
    return ", ".join(part for part in (title, browser, f"from {asking.address}" if asking.address else "") if part)


def state_in_words(session: Session, wall: WallClock) -> str:
    """Whether the session is there: ``live``, ``away`` for a moment, or when it left."""
    if session.left_at is not None:
        return f"left at {wall.words(session.left_at)}"
    return "live" if any(page.connected for page in session.pages.values()) else "away"


def is_read_only(row: OriginRow | SessionRow) -> bool:
    """Whether nothing may be written to the session, or to any at the origin."""
    if isinstance(row, SessionRow):
        return row.session.why_read_only is not None
    # What applies to an origin applies to each of its sessions, and is told before what applies to one alone.
    any_of_them = next(iter(row.sessions.values()), None)
    return any_of_them is not None and any_of_them.session.why_read_only not in (None, SESSION)


def page_in_words(page: Page) -> str:
    """The part that the page has, and its address."""
    parts = []
    if page.page_id not in page.session.pages:
        parts.append("left")
    elif not page.connected:
        parts.append("away")
    elif page.storage_error is not None:
        parts.append("no storage")
    elif page.leads:
        parts.append("leader")
    if page.connected and not page.visible:
        parts.append("hidden")
    if page.top_site is not None:
        parts.append(f"framed by {one_line(page.top_site, 80)}")
    address = page.url.removeprefix(page.session.origin) or "/"
    return ", ".join([*parts, one_line(address, 200)])


def row_in_words(row: Row, wall: WallClock, is_open: bool | None, unsaved: str = "") -> str:
    """All that a row shows, for a tooltip, or with ``is_open`` for one who cannot see the list. ``unsaved`` says what
    of a session needs the operator.
    """
    if isinstance(row, AskingRow):
        address = one_line(row.asking.url, 200)
        return f"{row_title(row)} {row_subtitle(row, wall)}{', ' if address else ''}{address}"
    if isinstance(row, OriginRow):
        matching = "" if row.matching == len(row.sessions) else f" ({share(row.matching, len(row.sessions))} shown)"
        words = f"{row_title(row)}: {row_subtitle(row, wall)}{matching}{', read-only' if is_read_only(row) else ''}"
    elif isinstance(row, SessionRow):
        read_only = "read-only" if is_read_only(row) else ""
        state = ", ".join(part for part in (row_subtitle(row, wall), unsaved, read_only) if part)
        session_id = one_line(row.session.session_id, 80)
        words = f"{row_title(row)}: {state}. Session id {session_id}"
    else:
        words = f"{one_line(row.page.title, 200)}: {page_in_words(row.page)}"
        return words if is_open is None else f"Page {words}"
    if is_open is None:
        return words
    what = "Origin " if isinstance(row, OriginRow) else "" if words.startswith("Session ") else "Session "
    return f"{what}{words}, {'expanded' if is_open else 'collapsed'}"
