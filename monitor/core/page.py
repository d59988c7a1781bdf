"""Page: one tab or frame of a session, and the line to it while it is connected."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from monitor.core.replica import Replica

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.core.messages import Hello, HubMessage
    from monitor.core.session import Session


class Line(NamedTuple):
    """The two things that can be done with a connection. Neither waits, neither raises."""

    send: Callable[[HubMessage], None]
    close: Callable[[int, str], None]
    """Close with a code and a reason. Whatever the peer sends afterwards must not be handed in any more."""


class Page:
    """What is known of a page. ``line`` is ``None`` while it is not connected; it stays with its session for a grace
    period.

    ``document_id`` tells one loading of the page from the next; ``heard_at`` is when it last said anything.
    """

    __slots__ = (
        "document_id",
        "heard_at",
        "left_at",
        "line",
        "page_id",
        "pinged_at",
        "session",
        "session_storage",
        "storage_error",
        "title",
        "top_site",
        "url",
        "user_agent",
        "visible",
    )

    def __init__(self, session: Session, page_id: str, hello: Hello, line: Line, now: float) -> None:
        self.session = session
        self.page_id = page_id
        self.session_storage = Replica(session, "session", page_id)
        self.connect(hello, line, now)

    def connect(self, hello: Hello, line: Line, now: float) -> None:
        """The page is here, for the first time or again."""
        self.document_id = hello.document_id
        self.url = hello.url
        self.title = hello.title
        self.visible = hello.visible
        self.user_agent = hello.user_agent
        self.top_site = hello.top_site
        self.storage_error = self.session_storage.area.error = hello.storage_error
        self.line: Line | None = line
        self.heard_at = now
        self.pinged_at: float | None = None
        self.left_at: float | None = None

    def disconnect(self, now: float) -> None:
        """The line is gone. The page may come back: a reload takes 20 to 90 ms."""
        self.line = None
        self.left_at = now

    @property
    def connected(self) -> bool:
        return self.line is not None

    @property
    def leads(self) -> bool:
        """Whether this page reports the session's ``local`` area."""
        return self.session.leader is self

    def __repr__(self) -> str:
        return f"<Page {self.page_id} of {self.session.session_id}{'' if self.connected else ' (away)'}>"
