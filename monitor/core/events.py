"""What the core announces. Every event is past tense: when a listener hears it, it is already so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from monitor.core.area import Change, StorageArea
    from monitor.core.edits import Edit
    from monitor.core.origins import Answer, Asking
    from monitor.core.page import Page
    from monitor.core.read_only import ReadOnly
    from monitor.core.session import Session

Source: TypeAlias = Literal["page", "operator"]


class SessionOpened(Struct, frozen=True):
    """A session was seen for the first time. Its first `PageOpened` follows."""

    session: Session


class SessionUpdated(Struct, frozen=True):
    """The session's user or label is another."""

    session: Session


class SessionLeft(Struct, frozen=True):
    """The last page of the session is gone; its items stay as they were last seen."""

    session: Session


class SessionReturned(Struct, frozen=True):
    """A session that had left has a page again."""

    session: Session


class SessionForgotten(Struct, frozen=True):
    """The session is no longer kept."""

    session: Session


class PageOpened(Struct, frozen=True):
    """A page joined the session."""

    session: Session
    page: Page


class PageUpdated(Struct, frozen=True):
    """The page's address, title, visibility, line or part (leader or follower) is another."""

    session: Session
    page: Page


class PageLeft(Struct, frozen=True):
    """The page left and did not come back within the grace period."""

    session: Session
    page: Page


class AreaLoaded(Struct, frozen=True):
    """A whole snapshot was taken in: the items are the browser's. What differed was announced before, as
    `ItemsChanged`.
    """

    session: Session
    area: StorageArea


class ItemsChanged(Struct, frozen=True):
    """Items were added, changed or removed, by the page or by an edit that the browser applied."""

    session: Session
    area: StorageArea
    changes: Sequence[Change]
    source: Source


class EditUpdated(Struct, frozen=True):
    """The edit was taken in (pending), sent, applied or refused; ``edit.state`` says which. If it was applied,
    ``changes`` are what it changed, as they were announced before.
    """

    session: Session
    area: StorageArea
    edit: Edit
    changes: Sequence[Change] = ()


class ReadOnlyUpdated(Struct, frozen=True):
    """Something may be written where nothing might before, or the other way round; each session says itself
    (`monitor.core.session.Session.why_read_only`). What waited there was refused before this.
    """

    read_only: ReadOnly


class OriginAsked(Struct, frozen=True):
    """Pages of an origin wait until the operator allows or blocks it (`monitor.core.origins.Origins`)."""

    asking: Asking


class OriginWithdrew(Struct, frozen=True):
    """The pages of that origin have gone without an answer."""

    origin: str


class OriginAnswered(Struct, frozen=True):
    """The operator has allowed or blocked the origin, or, with ``None``, has taken back what was answered before."""

    origin: str
    answer: Answer | None


Event: TypeAlias = (
    SessionOpened
    | SessionUpdated
    | SessionLeft
    | SessionReturned
    | SessionForgotten
    | PageOpened
    | PageUpdated
    | PageLeft
    | AreaLoaded
    | ItemsChanged
    | EditUpdated
    | ReadOnlyUpdated
    | OriginAsked
    | OriginWithdrew
    | OriginAnswered
)

if TYPE_CHECKING:
    Listener: TypeAlias = Callable[[Event], None]
