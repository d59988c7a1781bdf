"""Records: what the spool holds, one for each thing that happens to an edit."""

from __future__ import annotations

from os import urandom
from time import sleep
from typing import TYPE_CHECKING, Final, TypeAlias

import msgspec
from msgspec import UNSET, Struct

from monitor.core.edits import Reason, Replace
from monitor.core.messages import Clear, RemoveItem, RenameItem, SetItem
from monitor.core.values import Redacted
from monitor.journal.cells import Cell, text_cell

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from monitor.core import messages
    from monitor.core.area import StorageArea
    from monitor.core.edits import Edit, Outcome
    from monitor.core.session import Session
    from monitor.core.values import Value
    from monitor.journal.cells import Mask


class Operation(Struct, array_like=True, frozen=True, gc=False):
    """``op`` is what is asked for: ``set``, ``remove``, ``rename``, ``clear`` or ``replace``. After the last two stand
    the items concerned: ``cleared`` ones go, an ``item`` is what the area is to hold.

    ``old`` is what the operator saw, and must still be there if ``guarded``; else what was last known here. The
    ``sealed`` ones are values that are masked and still to be delivered.
    """

    op: str
    key: Cell | None = None
    new_key: Cell | None = None
    guarded: bool = False
    old: Cell | None = None
    new: Cell | None = None
    sealed_old: bytes | None = None
    sealed_new: bytes | None = None


class Asked(Struct, array_like=True, tag="asked", frozen=True):
    """``at`` is in microseconds since 1970, UTC, by the clock on the wall. ``operator`` is who uses this computer. With
    ``secret_digest`` the session is known again after a restart.
    """

    at: int
    edit: str
    session: Cell
    origin: Cell
    user: Cell | None
    area: str
    page: Cell | None
    author: str
    operator: Cell
    intent: str
    sending: bool
    secret_digest: bytes
    operations: list[Operation]


class Bulk(Struct, array_like=True, tag="bulk", frozen=True):
    """An edit of many operations that is asked for: ``head`` has none of them. They stand in ``content`` as the core
    has them, closed (`monitor.journal.cells.Mask.close`), for to mask each would take too long where it must be quick.
    """

    head: Asked
    content: bytes


class Sent(Struct, array_like=True, tag="sent", frozen=True):
    """The edit, which waited, is being sent."""

    at: int
    edit: str


class Settled(Struct, array_like=True, tag="settled", frozen=True):
    """The edit has its outcome: ``applied``, ``refused``, ``withdrawn`` or ``unknown``."""

    at: int
    edit: str
    outcome: str
    reason: str | None = None
    message: Cell | None = None


class Part(Struct, array_like=True, tag="part", frozen=True):
    """A part of the cell of a long text, to which an edit that is asked for later may refer (`monitor.journal.ahead`).
    All parts of one are in order, and have the same number.
    """

    text: bytes
    content: Cell


Record: TypeAlias = Asked | Bulk | Sent | Settled | Part
MANY: Final = 100
"""Operations, and items concerned, from which on an edit is written in bulk."""
_BREATH: Final = 100
"""Operations after which the thread that reads them lets others go on."""

encode = msgspec.msgpack.Encoder().encode
decode = msgspec.msgpack.Decoder(Record).decode


def asked(
    at: int, session: Session, area: StorageArea, edit: Edit, operator: Cell, mask: Mask, *, sending: bool
) -> Asked | Bulk:
    """The record of an edit that is asked for."""
    head = Asked(
        at,
        edit.id,
        text_cell(session.session_id),
        text_cell(session.origin),
        None if session.user is None else text_cell(session.user),
        area.kind,
        None if area.page_id is None else text_cell(area.page_id),
        edit.author,
        operator,
        edit.intent.value,
        sending,
        session.secret_digest,
        [],
    )
    content = _in_bulk(edit, area.items)
    if content is not None:
        return Bulk(head, mask.close(content, urandom(16)))
    head.operations.extend(_operations(edit.operations, area.items, mask, queued=not sending))
    return head


class _Content(Struct, array_like=True):
    operations: list[SetItem | RemoveItem | RenameItem | Clear]
    replace: dict[str, str] | None
    items: dict[str, str | int]


_encode_content = msgspec.msgpack.Encoder().encode
_decode_content = msgspec.msgpack.Decoder(_Content).decode


def _in_bulk(edit: Edit, items: Mapping[str, Value]) -> bytes | None:
    """The operations of an edit that has many, and the items that they may concern."""
    operations = edit.operations
    if isinstance(operations, Replace):
        of_all, count = True, len(operations.items)
    else:
        of_all, count = any(type(operation) is Clear for operation in operations), len(operations)
    if count + (len(items) if of_all else 0) < MANY:
        return None
    concerned = items if of_all else {key: items[key] for key in edit.named_keys if key in items}
    known = {key: value if isinstance(value, str) else int(value) for key, value in concerned.items()}
    replaced = operations.items if isinstance(operations, Replace) else None
    try:
        return _encode_content(_Content([] if isinstance(operations, Replace) else list(operations), replaced, known))
    except UnicodeEncodeError:
        return None  # There is a lone surrogate. It takes longer then.


def unpacked(bulk: Bulk, mask: Mask) -> Asked:
    """The same, operation by operation. Takes some seconds for the largest, and lets other threads go on."""
    content = _decode_content(mask.open(bulk.content))
    items = {key: value if isinstance(value, str) else Redacted(value) for key, value in content.items.items()}
    operations = content.operations if content.replace is None else Replace(content.replace)
    for number, operation in enumerate(_operations(operations, items, mask, queued=not bulk.head.sending)):
        bulk.head.operations.append(operation)
        if not number % _BREATH:
            sleep(0)
    return bulk.head


def settled(at: int, edit: Edit, outcome: Outcome | None) -> Settled:
    """The record of an outcome; ``None`` is that of an edit that was withdrawn."""
    if outcome is None:
        return Settled(at, edit.id, "withdrawn")
    reason = None if outcome.reason is None else outcome.reason.value
    word = "unknown" if outcome.reason is Reason.UNKNOWN else outcome.state.value
    return Settled(at, edit.id, word, reason, text_cell(outcome.message) if outcome.message else None)


def _operations(
    operations: Sequence[messages.Operation] | Replace, items: Mapping[str, Value], mask: Mask, *, queued: bool
) -> Iterator[Operation]:
    line = _Line(items, mask, queued)
    if isinstance(operations, Replace):
        wanted = operations.items
        yield Operation("replace")
        for key, value in wanted.items():
            yield line.operation("item", key, UNSET, value)
        for key in items:
            if key not in wanted:
                yield line.operation("cleared", key, UNSET)
        return
    for operation in operations:
        if type(operation) is SetItem:
            yield line.operation("set", operation.key, operation.expected, operation.value)
        elif type(operation) is RemoveItem:
            yield line.operation("remove", operation.key, operation.expected)
        elif type(operation) is RenameItem:
            yield line.operation("rename", operation.key, operation.expected, new_key=operation.new_key)
        elif type(operation) is Clear:
            yield Operation("clear", guarded=operation.expected is not UNSET)
            for key in items:
                yield line.operation("cleared", key, UNSET)


class _Line(Struct, frozen=True):
    items: Mapping[str, Value]
    mask: Mask
    queued: bool

    def operation(
        self,
        op: str,
        key: str,
        expected: str | msgspec.UnsetType | None,
        new: str | None = None,
        new_key: str | None = None,
    ) -> Operation:
        guarded = expected is not UNSET
        old: Value | None = self.items.get(key) if expected is UNSET else expected
        mask = self.mask
        hidden = mask.hides(key) if new_key is None else mask.hides(key, new_key)
        seals = hidden and self.queued
        return Operation(
            op,
            text_cell(key),
            None if new_key is None else text_cell(new_key),
            guarded,
            mask.cell(old, hidden=hidden),
            mask.cell(new, hidden=hidden),
            mask.seal(old, urandom(16)) if seals else None,
            mask.seal(new, urandom(16)) if seals else None,
        )
