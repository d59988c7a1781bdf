"""Registry: the sessions, live and remembered, and the one place to subscribe to what happens in them."""

from __future__ import annotations

import logging
import secrets
from collections import OrderedDict
from heapq import heappop, heappush
from itertools import count
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from monitor.core import messages
from monitor.core.events import ReadOnlyUpdated, SessionForgotten, SessionOpened
from monitor.core.messages import Hello, Limits, ProtocolError, UnknownMessageError
from monitor.core.origins import Origins
from monitor.core.page import Line, Page
from monitor.core.read_only import ReadOnly
from monitor.core.recording import Recording
from monitor.core.session import Known, Session, own_id
from monitor.core.timing import Timing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from monitor.core.events import Event, Listener

    Subscription = Callable[[type[Event]], Listener | None]
    Hold = Callable[[Session], bool]
    Admit = Callable[[Hello], bool]

log = logging.getLogger(__name__)

LIMITS = Limits(message=64 * 2**20)
"""A full area is 5 Mi units of UTF-16, six times as many bytes when all of it is escaped."""

LONGEST_ID = 4096
"""UTF-16 units of an id or a secret."""
REMEMBERED = 1000
"""How many sessions that have left are kept."""
LOOKED_AT = 10
"""How many of them are looked at when one is to go, so that it takes no longer the more there are."""


class Registry:
    """Every session by its id.

    Feeding it: `greet` with the first message of a connection, `receive` with each later one, `leave` when the
    connection is gone, and `expire` some times a second. Listening: `subscribe`. ``name`` is part of every id made
    here; two registries that talk to the same browsers, one after the other, must differ in it, for browsers remember
    edits by id. Of the sessions that left, ``remembered`` are kept; beyond that the one that is gone longest is
    forgotten, unless edits wait for it or somebody holds it (`keep`).
    """

    def __init__(
        self,
        name: str | None = None,
        timing: Timing | None = None,
        limits: Limits | None = None,
        remembered: int = REMEMBERED,
    ) -> None:
        self.sessions: dict[str, Session] = {}
        self.received = 0
        """Messages taken in so far."""
        self.timing = timing or Timing()
        self.limits = limits or LIMITS
        self.remembered = remembered
        self.read_only = ReadOnly()
        """Where nothing may be written (`protect`)."""
        self.recording = Recording()
        """What writes edits down, once it has a recorder."""
        self.origins = Origins(self.announce)
        """Which sites the operator has allowed or blocked, and which ask."""
        self._name = name or secrets.token_hex(4)
        self._numbers = count(1)
        self._reminders = count()  # settles the order of equal times; sessions have none
        self._subscriptions: list[Subscription] = []
        self._listeners: dict[type[Event], tuple[Listener, ...]] = {}
        self._holds: list[Hold] = []
        self._left: OrderedDict[str, Session] = OrderedDict()  # longest gone first
        self._due: list[tuple[float, int, Session]] = []
        self.now = 0.0
        """The time that was last passed in: that of what is being announced."""

    def configure(self, *, timing: Timing, limits: Limits, remembered: int) -> None:
        """Wait and allow otherwise from now on, also in the sessions that are here."""
        self.timing = timing
        self.limits = limits
        self.remembered = remembered
        for session in self:
            session.timing = timing
            session.limits = limits

    def protect(self, read_only: ReadOnly, now: float) -> None:
        """Let nothing be written where ``read_only`` says so, whoever asks for it, from now on. Edits that wait there
        are refused.
        """
        if read_only == self.read_only:
            return
        self.now = now
        self.read_only = read_only
        for session in self:
            session.protect(read_only, now)
        self.announce(ReadOnlyUpdated(read_only))

    # --- listening ---------------------------------------------------------------------------------------------------

    def subscribe(self, listener: Listener, *kinds: type[Event]) -> Callable[[], None]:
        """Call ``listener`` with every event of these ``kinds`` from now on, of all kinds if none is named. Returns
        what ends that.
        """
        return self._subscribe(lambda kind: listener if not kinds or kind in kinds else None)

    def subscribe_each(self, listeners: Mapping[type[Event], Callable[[Any], None]]) -> Callable[[], None]:
        """Call each of ``listeners`` with every event of its kind from now on. Returns what ends that."""
        return self._subscribe(listeners.get)

    def _subscribe(self, subscription: Subscription) -> Callable[[], None]:
        self._subscriptions.append(subscription)
        self._listeners.clear()

        def unsubscribe() -> None:
            self._subscriptions = [other for other in self._subscriptions if other is not subscription]
            self._listeners.clear()

        return unsubscribe

    def _listening(self, kind: type[Event]) -> tuple[Listener, ...]:
        asked = (subscription(kind) for subscription in self._subscriptions)
        listeners = self._listeners[kind] = tuple(listener for listener in asked if listener is not None)
        return listeners

    def announce(self, event: Event) -> None:
        """Tell every listener. One that fails is logged, and the others go on."""
        kind = type(event)
        listeners = self._listeners.get(kind)
        for listener in self._listening(kind) if listeners is None else listeners:
            try:
                listener(event)
            except Exception:
                log.exception("%r failed at %s", listener, type(event).__name__)

    def keep(self, hold: Hold) -> Callable[[], None]:
        """Let no session that left make room for others while ``hold`` says of it that there is something to keep.

        It is asked of a few sessions whenever one leaves, and must answer at once. `forget` does not ask. Returns what
        ends that.
        """
        self._holds = [*self._holds, hold]

        def let_go() -> None:
            self._holds = [other for other in self._holds if other is not hold]

        return let_go

    # --- feeding -----------------------------------------------------------------------------------------------------

    def greet(
        self, text: str | bytes, line: Line, now: float, origin: str | None = None, admit: Admit | None = None
    ) -> Page | None:
        """Take the first message of a new connection, and open or resume its session. A newcomer with the id of a
        session, but without its secret, gets a session of its own, beside that.

        ``origin`` is what the connection itself says of the page's origin, if it says anything. ``admit`` is asked
        about a greeting that is in order: it refuses the page by a `ProtocolError`, or returns ``False``, whereupon
        nothing is kept of the greeting, and the page must greet again when it may. Returns the page, or ``None`` where
        the line was closed with a reason, or has to wait.
        """
        self.received += 1
        self.now = now
        try:
            hello = messages.decode(text)
            if not isinstance(hello, Hello):
                raise ProtocolError("the first message must be hello")
            if hello.version != messages.VERSION:
                raise ProtocolError(f"this hub speaks version {messages.VERSION} of the protocol, not {hello.version}")
            if origin is not None and origin != hello.origin:
                raise ProtocolError(f"the page says that it is {hello.origin}, the browser says {origin}")
            if not hello.session_id or not hello.page_id:
                raise ProtocolError("session id and page id must not be empty")
            if max(map(len, (hello.session_id, hello.secret, hello.page_id, hello.document_id))) > LONGEST_ID:
                raise ProtocolError(f"ids and secrets have at most {LONGEST_ID} characters")
            if admit is not None and not admit(hello):
                return None
            session = self.sessions.get(hello.session_id)
            if session is not None and not session.admits(hello):
                # Who knows an id, and comes first with it, takes nothing from the browser whose id it is but the id.
                hello = replace(hello, session_id=own_id(hello))
                session = self.sessions.get(hello.session_id)
                if session is not None and not session.admits(hello):
                    raise ProtocolError("this session belongs to another browser")
        except UnknownMessageError:
            line.close(1008, "the first message must be hello")
            return None
        except ProtocolError as error:
            line.close(error.code, error.reason)
            return None
        if session is None:
            session = self._open(Known.by(hello), now)
            self.announce(SessionOpened(session))
        self._left.pop(session.session_id, None)
        return session.join(hello, line, now)

    def resumed_by(self, hello: Hello) -> Session | None:
        """The session that this greeting resumes; ``None`` if it opens one."""
        session = self.sessions.get(hello.session_id)
        return session if session is None or session.admits(hello) else self.sessions.get(own_id(hello))

    def receive(self, page: Page, text: str | bytes, now: float) -> None:
        """Take a later message of a page."""
        self.received += 1
        self.now = now
        page.session.receive(page, text, now)

    def leave(self, page: Page, line: Line, now: float) -> None:
        """The connection behind ``line`` is gone. Nothing happens if the page has another by now."""
        if page.line is line:
            page.session.leave(page, now)

    def expire(self, now: float, most: int | None = None) -> bool:
        """Do in every session, or in as many as ``most``, what time has made due. Returns whether there is more. What
        it costs depends on what is due, not on how many sessions there are; after a sleep of the machine all are.
        """
        self.now = now
        self.recording.retry()
        done = 0
        while self._due and self._due[0][0] <= now:
            if done == most:
                return True
            done += 1
            _, _, session = heappop(self._due)
            session.expire(now)
            if not session.live and not session.forgotten and session.session_id not in self._left:
                self._left[session.session_id] = session
                self._forget_some()
        return False

    def _forget_some(self) -> None:
        for _ in range(LOOKED_AT):
            if len(self._left) <= self.remembered:
                return
            session_id, session = next(iter(self._left.items()))
            if self._is_held(session):
                self._left.move_to_end(session_id)  # Its turn comes again.
            else:
                self.forget(session)

    def _is_held(self, session: Session) -> bool:
        # Areas of pages have nothing that waits: a session has left when its last page has, and took that along.
        if session.unsettled():
            return True
        for hold in self._holds:
            try:
                if hold(session):
                    return True
            except Exception:
                log.exception("%r failed at %r", hold, session)
                return True  # Better too much is kept than what nobody has another copy of is lost.
        return False

    def forget(self, session: Session) -> None:
        """Keep nothing of a session that has left. Edits that still waited for it are refused.

        Raises:
            ValueError: the session is live.
        """
        if session.live:
            raise ValueError(f"{session!r} is live")
        del self.sessions[session.session_id]
        self._left.pop(session.session_id, None)
        session.forgotten = True
        session.local_storage.abandon(self.now)
        self.announce(SessionForgotten(session))

    def __iter__(self) -> Iterator[Session]:
        return iter(list(self.sessions.values()))

    def restore(self, known: Known, left_at: float, now: float) -> Session | None:
        """A session that was here before this process began, and left then. Restore the longest gone first. Returns
        ``None`` where it is known already.
        """
        if known.session_id in self.sessions:
            return None
        session = self._left[known.session_id] = self._open(known, now)
        session.opened_at = session.left_at = left_at
        self.announce(SessionOpened(session))
        return session

    def _open(self, known: Known, now: float) -> Session:
        session = self.sessions[known.session_id] = Session(
            known,
            announce=self.announce,
            schedule=self._remind,
            new_id=self._new_id,
            timing=self.timing,
            limits=self.limits,
            read_only=self.read_only,
            recording=self.recording,
            now=now,
        )
        return session

    def _new_id(self) -> str:
        return f"{self._name}-{next(self._numbers)}"

    def _remind(self, session: Session, when: float) -> None:
        heappush(self._due, (when, next(self._reminders), session))
