"""Session: one browser profile at one origin, sans-I/O. Pages come and go; one of them leads.

Nothing that a page sends raises here. What is against the protocol closes that page's line with the reason
(`Session.receive`); the session and its other pages go on.
"""

from __future__ import annotations

import hashlib
import hmac
from math import inf
from typing import TYPE_CHECKING

from msgspec import UNSET, Struct

from monitor.core import messages
from monitor.core.edits import Edit, Intent, Replace, canonical_operations
from monitor.core.events import (
    PageLeft,
    PageOpened,
    PageUpdated,
    SessionLeft,
    SessionReturned,
    SessionUpdated,
)
from monitor.core.messages import (
    Bye,
    Changes,
    Follow,
    Hello,
    Lead,
    Operation,
    PageState,
    Ping,
    ProtocolError,
    Result,
    Snapshot,
    UnknownMessageError,
    Welcome,
)
from monitor.core.page import Line, Page
from monitor.core.replica import Replica

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from monitor.core.area import StorageArea
    from monitor.core.events import Event
    from monitor.core.read_only import ReadOnly
    from monitor.core.recording import Recording
    from monitor.core.timing import Timing

CLOSE_LEFT = 1000
_PROOF = 32
CLOSE_NO_ANSWER = 4001
CLOSE_REPLACED = 4002

_OF_AN_AREA = (Changes, Snapshot, Result)


class Known(Struct, frozen=True):
    """Which session it is, and what its site said of it. ``secret_digest`` is the `digest` of its secret."""

    session_id: str
    origin: str
    secret_digest: bytes
    user: str | None = None
    label: str | None = None

    @classmethod
    def by(cls, hello: Hello) -> Known:
        """As the first message of a page has it."""
        user = None if hello.user is UNSET else hello.user or None
        return cls(hello.session_id, hello.origin, digest(hello.secret), user, hello.label or None)


def digest(secret: str) -> bytes:
    """What is kept of a session's secret. It is long and random: nobody finds it by trying."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def own_id(hello: Hello) -> str:
    """The id of the session of a newcomer that names one which is another's: the same each time it comes. It has of its
    own what it can prove, its secret, and cannot be told beforehand by who knows the id alone.
    """
    proof = digest(f"{hello.origin}\0{hello.secret}").hex()
    return f"{hello.session_id}~{proof[:_PROOF]}"


class Session:
    """One LocalStorage and the pages that share it.

    Feed it with `join`, `receive`, `leave` and `expire`; it answers through the pages' lines and tells ``announce``
    what happened. ``schedule(when)`` asks for a call of `expire` at that time or soon after. ``session_id`` and
    ``secret`` come from the browser's own storage; a newcomer without the secret must not join (`admits`). Of the
    secret only a digest is kept. Edits go through ``recording`` before they go out.
    """

    def __init__(
        self,
        known: Known,
        *,
        announce: Callable[[Event], None],
        schedule: Callable[[Session, float], None],
        new_id: Callable[[], str],
        timing: Timing,
        limits: messages.Limits,
        read_only: ReadOnly,
        recording: Recording,
        now: float,
    ) -> None:
        self.session_id = known.session_id
        self.origin = known.origin
        self.user = known.user
        self.label = known.label
        self.opened_at = now
        self.left_at: float | None = None
        self.forgotten = False  # no registry keeps it any more
        self.pages: dict[str, Page] = {}
        self.leader: Page | None = None
        self.local_storage = Replica(self, "local")
        self.timing = timing
        self.limits = limits
        self.announce = announce
        self.why_read_only = read_only.why(self)
        """Why nothing may be written here, as the end of a sentence; ``None`` if something may."""
        self.recording = recording
        self.secret_digest = known.secret_digest
        self._schedule = schedule
        self._scheduled_for = inf
        self._new_id = new_id

    def __repr__(self) -> str:
        return f"<Session {self.session_id} at {self.origin}>"

    @property
    def live(self) -> bool:
        """Whether the session has a page, or had one within the grace period."""
        return self.left_at is None

    # --- pages come and go -------------------------------------------------------------------------------------------

    def admits(self, hello: Hello) -> bool:
        """Whether the newcomer may speak for this session: same origin, same secret. A session id alone is no
        credential.
        """
        return hello.origin == self.origin and hmac.compare_digest(digest(hello.secret), self.secret_digest)

    def join(self, hello: Hello, line: Line, now: float) -> Page:
        """A page that `admits` let in is here. Returns it; its messages go to `receive`, the end of its line to
        `leave`.
        """
        page = self.pages.get(hello.page_id)
        if page is not None and page.connected and page.document_id != hello.document_id:
            page = None  # A duplicated tab: the newcomer gets an id of its own.
            page_id = self._new_id()
        else:
            page_id = hello.page_id
        if page is not None and page.line is not None:
            page.line.close(CLOSE_REPLACED, "this page has connected again")
            self._lose(page, now)
        line.send(Welcome(page_id, self.limits, now * 1000))
        if page is None:
            page = self.pages[page_id] = Page(self, page_id, hello, line, now)
            if self.left_at is not None:
                self.left_at = None
                self.announce(SessionReturned(self))
            self.announce(PageOpened(self, page))
        else:
            page.connect(hello, line, now)
            self.announce(PageUpdated(self, page))
        if self._name(hello):
            self.announce(SessionUpdated(self))
        page.session_storage.report_through(line.send, page.document_id)
        if self.leader is None:
            self._elect()
        else:
            line.send(Follow())
        self.schedule(now + self.timing.ping_after)
        return page

    def leave(self, page: Page, now: float) -> None:
        """The line of the page is gone, whoever ended it. It has a grace period to come back."""
        if page.connected:
            self._lose(page, now)
            self.announce(PageUpdated(self, page))
            self._elect()

    def _lose(self, page: Page, now: float) -> None:
        page.disconnect(now)
        page.session_storage.report_through(None)
        if self.leader is page:
            self.leader = None
            self.local_storage.report_through(None)
        self.schedule(now + self.timing.grace)

    def _name(self, hello: Hello) -> bool:
        """Take over what the site says of its user. One page that says nothing does not unsay what another said."""
        before = (self.user, self.label)
        if hello.user is not UNSET:
            self.user = hello.user or None
        self.label = hello.label or self.label
        return (self.user, self.label) != before

    def _elect(self) -> None:
        """Let a page lead where none does: one that is visible if there is one, for browsers slow down the others."""
        if self.leader is not None:
            return
        connected = [page for page in self.pages.values() if page.connected]
        able = [page for page in connected if page.storage_error is None]
        if not able:
            self.local_storage.area.error = next((page.storage_error for page in connected), None)
            return
        self.local_storage.area.error = None
        leader = next((page for page in able if page.visible), able[0])
        assert leader.line is not None
        self.leader = leader
        self.local_storage.report_through(leader.line.send, leader.document_id)
        leader.line.send(Lead())
        self.announce(PageUpdated(self, leader))

    # --- what pages say ----------------------------------------------------------------------------------------------

    def receive(self, page: Page, text: str | bytes, now: float) -> None:
        """A message of the page. The one place where bad input becomes a closed line."""
        if page.line is None:
            return
        page.heard_at = now
        page.pinged_at = None
        try:
            self._take(page, messages.decode(text), now)
        except UnknownMessageError as error:
            page.line.send(messages.Error(f"unknown message type {str(error)!r}"))
        except ProtocolError as error:
            page.line.close(error.code, error.reason)
            self.leave(page, now)

    def _take(self, page: Page, message: messages.PageMessage, now: float) -> None:
        if isinstance(message, _OF_AN_AREA):
            replica = page.session_storage if message.area == "session" else self.local_storage
            if replica is self.local_storage and page is not self.leader:
                return  # Sent before the page heard that another leads.
            if isinstance(message, Changes):
                replica.take_changes(message, now)
            elif isinstance(message, Snapshot):
                replica.take_snapshot(message, now)
            else:
                replica.take_result(message, now)
        elif isinstance(message, PageState):
            self._update(page, message)
        elif isinstance(message, Bye):
            assert page.line is not None
            for replica in (self.local_storage, page.session_storage):
                replica.release(page.document_id)
            page.line.close(CLOSE_LEFT, "bye")
            self.leave(page, now)
        elif isinstance(message, Hello):
            raise ProtocolError("hello is the first message and comes once")
        # Pong has said all by being heard; an error is never answered.

    def _update(self, page: Page, message: PageState) -> None:
        page.url, page.title, page.visible = message.url, message.title, message.visible
        self.announce(PageUpdated(self, page))
        if message.user is not UNSET and (user := message.user or None) != self.user:
            self.user = user
            self.announce(SessionUpdated(self))

    # --- what the operator wants -------------------------------------------------------------------------------------

    def edit(
        self,
        operations: Sequence[Operation] | Replace,
        now: float,
        *,
        page: Page | None = None,
        author: str = "operator",
        intent: Intent = Intent.DO,
    ) -> Edit:
        """Ask the browser to apply ``operations``, all or none, to the ``local`` area, or to the ``session`` area of
        ``page``.

        Returns the pending edit; its outcome is announced as `EditUpdated`. It is sent at once if a page is there to
        take it, else when one returns. ``expected`` of a `Clear` is the area's ``revision`` here.

        Where nobody can take it any more, for the page has left for good or the session is forgotten, it comes back
        refused; so it does where nothing may be written (`protect`).

        Raises:
            ValueError: there are no operations, or the page is of another session.
        """
        if page is not None and page.session is not self:
            raise ValueError(f"{page!r} is not a page of {self!r}")
        if not isinstance(operations, Replace) and not operations:
            raise ValueError("an edit needs at least one operation")
        replica = self.local_storage if page is None else page.session_storage
        edit = Edit(self._new_id(), replica.area.kind, canonical_operations(operations), author, now, intent=intent)
        replica.edit(edit, now)
        if self.forgotten or (page is not None and self.pages.get(page.page_id) is not page):
            replica.abandon(now)
        return edit

    def withdraw(self, edit: Edit) -> bool:
        """Take back an edit that has not gone out yet. ``False`` if it has: then its outcome is still to come."""
        return any(replica.withdraw(edit) for replica in self._replicas())

    def protect(self, read_only: ReadOnly, now: float) -> None:
        """Let nothing be written from now on if it says so: what waits is refused. What has gone out is in the
        browser's hands.
        """
        self.why_read_only = read_only.why(self)
        if self.why_read_only is not None:
            for replica in self._replicas():
                replica.refuse_waiting(now)

    def refresh(self, now: float) -> None:
        """Ask the pages for everything anew (the operator's F5). Pages without storage have nothing to send: a ping
        lets each give a sign of life.
        """
        for replica in self._replicas():
            replica.resync()
        for page in list(self.pages.values()):
            if page.pinged_at is None:
                self._ping(page, now)
        self.schedule(now + self.timing.pong_within)

    def area(self, page: Page | None = None) -> StorageArea:
        """The ``local`` area, or the ``session`` area of ``page``."""
        return (self.local_storage if page is None else page.session_storage).area

    def unsettled(self, page: Page | None = None) -> list[Edit]:
        """The edits of that area whose outcome was not announced yet, oldest first."""
        return (self.local_storage if page is None else page.session_storage).without_outcome()

    def _replicas(self) -> list[Replica]:
        return [self.local_storage, *(page.session_storage for page in self.pages.values())]

    # --- time passes -------------------------------------------------------------------------------------------------

    def schedule(self, when: float) -> None:
        """Ask for a call of `expire`, unless an earlier one is under way: that one will look again."""
        if when < self._scheduled_for:
            self._scheduled_for = when
            self._schedule(self, when)

    def expire(self, now: float) -> None:
        """Do what time has made due: ping the silent, drop those that do not answer, let go of those that left."""
        if now < self._scheduled_for:
            return
        self._scheduled_for = inf
        due = min((self._expire_page(page, now) for page in list(self.pages.values())), default=inf)
        for replica in self._replicas():
            replica.send_waiting(now)
        if not self.pages and self.live:
            self.left_at = now
            self.announce(SessionLeft(self))
        if due < inf:
            self.schedule(due)

    def _expire_page(self, page: Page, now: float) -> float:
        """Returns when to look at the page again."""
        timing = self.timing
        if page.line is None:
            assert page.left_at is not None
            if now < page.left_at + timing.grace:
                return page.left_at + timing.grace
            self._let_go(page, now)
            return inf
        answer_due = min(self._answer_due(page) + timing.answer_margin, self._pong_due(page))
        if answer_due <= now:
            page.line.close(CLOSE_NO_ANSWER, "no answer in time")
            self.leave(page, now)
            return now + timing.grace
        ping_due = page.heard_at + timing.ping_after
        if ping_due > now:
            return min(answer_due, ping_due)
        if page.pinged_at is None:
            self._ping(page, now)
        return min(answer_due, self._pong_due(page))

    def _ping(self, page: Page, now: float) -> None:
        if page.line is not None:
            page.pinged_at = now
            page.line.send(Ping(now * 1000))

    def _answer_due(self, page: Page) -> float:
        led = self.local_storage.answer_due() if page.leads else inf
        return min(led, page.session_storage.answer_due())

    def _pong_due(self, page: Page) -> float:
        return inf if page.pinged_at is None else page.pinged_at + self.timing.pong_within

    def _let_go(self, page: Page, now: float) -> None:
        del self.pages[page.page_id]
        page.session_storage.abandon(now)
        self.announce(PageLeft(self, page))
