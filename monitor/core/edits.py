"""Edits: what an operator asked a browser to do with its storage, and what came of it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from monitor.core.messages import AreaKind, Clear, Operation, RemoveItem, RenameItem, SetItem
from monitor.core.values import Value, canonical

if TYPE_CHECKING:
    from collections.abc import Sequence


class EditState(StrEnum):
    """Where an edit stands. The last two are final."""

    PENDING = "pending"
    APPLIED = "applied"
    REFUSED = "refused"


class Reason(StrEnum):
    """Why an edit was refused; the words stand in the ``error`` of a `monitor.core.messages.Result`."""

    CONFLICT = "conflict"
    """The browser holds something else than the operator saw, or the new key is taken."""
    QUOTA = "quota"
    """The area would grow over what the browser lets it hold."""
    DENIED = "denied"
    """The browser does not let the page touch its storage, or the write failed in another way."""
    REDACTED = "redacted"
    """The page keeps the value to itself."""
    TIMED_OUT = "timed-out"
    """The page came to it too late, and left it."""
    GONE = "gone"
    """The page left, and its area with it, or the session was forgotten. If the edit had been sent (``edit.sent``),
    the browser may have applied it: nobody is left to say.
    """
    READ_ONLY = "read-only"
    """Nothing may be written here (`monitor.core.read_only`); the edit's message says to what that applies. Never on
    the wire: no page hears of it. If the edit had been sent (``edit.sent``), the browser may have applied it.
    """
    NOT_RECORDED = "not-recorded"
    """It could not be written down before it was sent (`monitor.core.recording`), and so was not sent. Never on the
    wire.
    """
    UNKNOWN = "unknown"
    """It was sent, and the app ended before the browser answered: it may have been applied. It is not sent again; an
    answer that comes after all is taken. Never on the wire.
    """


OF_THE_HUB = frozenset({Reason.READ_ONLY, Reason.NOT_RECORDED, Reason.UNKNOWN})
"""Reasons that are for no page to give."""


class Intent(StrEnum):
    """What the author of an edit was about."""

    DO = "do"
    UNDO = "undo"
    """To take back an edit that the browser had applied."""
    REDO = "redo"
    """To apply it once more."""


class Replace(Struct, frozen=True):
    """Make the area hold exactly ``items``: the one operation that is only ever alone in an edit (the specification's
    message).
    """

    items: dict[str, str]


class Outcome(Struct, frozen=True):
    """What came of an edit, before it is told."""

    state: EditState
    settled_at: float
    reason: Reason | None = None
    message: str = ""
    current: dict[str, Value | None] = {}


class Edit(Struct, eq=False):
    """An ordered group of operations on one area, applied all or none; one object from asking to outcome.

    ``current`` holds what the browser said the named keys held when it refused. ``sent`` counts how often it went out.
    ``deadline`` and ``created_at`` are seconds on the clock that is passed to the core. ``sent_to`` is the document
    that may still write it until the ``deadline``, if any. ``recorded_as_sent``: it was written down that it is sent
    (`monitor.core.recording`).
    """

    id: str
    area: AreaKind
    operations: Sequence[Operation] | Replace
    author: str
    created_at: float
    state: EditState = EditState.PENDING
    reason: Reason | None = None
    message: str = ""
    current: dict[str, Value | None] = {}
    sent: int = 0
    deadline: float = 0.0
    sent_to: str | None = None
    settled_at: float | None = None
    intent: Intent = Intent.DO
    recorded_as_sent: bool = False

    named_keys: frozenset[str] = frozenset()
    """Every key that the operations name; empty for an edit of the whole area. Found from them: do not give it."""

    def __post_init__(self) -> None:
        """Find the keys, once."""
        if not isinstance(self.operations, Replace):
            self.named_keys = frozenset(key for operation in self.operations for key in _named_by(operation))

    def settle(self, outcome: Outcome) -> None:
        """Take the outcome."""
        self.state = outcome.state
        self.settled_at = outcome.settled_at
        self.reason = outcome.reason
        self.message = outcome.message
        self.current = outcome.current


def _named_by(operation: Operation) -> tuple[str, ...]:
    match operation:
        case RenameItem(key=key, new_key=new_key):
            return key, new_key
        case SetItem(key=key) | RemoveItem(key=key):
            return (key,)
        case Clear():
            return ()


class Canonical(tuple[Operation, ...]):
    """Operations whose texts have the one form that equal texts have already, for those that know (`canonical`): to
    look through the longest again takes as long as all else together.
    """

    __slots__ = ()


def canonical_operations(operations: Sequence[Operation] | Replace) -> Sequence[Operation] | Replace:
    """The same with every text in the one form that equal texts have, so that they compare equal here and there."""
    if isinstance(operations, Canonical):
        return operations
    if isinstance(operations, Replace):
        return Replace({canonical(key): canonical(value) for key, value in operations.items.items()})
    return tuple(_canonical_operation(operation) for operation in operations)


def _canonical_operation(operation: Operation) -> Operation:
    match operation:
        case SetItem(key=key, value=value, expected=expected):
            seen = canonical(expected) if isinstance(expected, str) else expected
            return SetItem(canonical(key), canonical(value), seen)
        case RemoveItem(key=key, expected=expected):
            return RemoveItem(canonical(key), canonical(expected) if isinstance(expected, str) else expected)
        case RenameItem(key=key, new_key=new_key, expected=text):
            return RenameItem(canonical(key), canonical(new_key), canonical(text) if isinstance(text, str) else text)
        case Clear():
            return operation
