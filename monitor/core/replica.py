"""Replica: a storage area as it is known here, kept in step with the browser, and the edits on their way to it.

How it stays true: the reporting page sends one snapshot, then counted changes and results in order. After each of
them the items here are those of the browser at the moment the page sent it. An edit changes nothing here until the
page says it is applied.
"""

from __future__ import annotations

from collections import OrderedDict
from functools import partial
from math import inf
from typing import TYPE_CHECKING

from msgspec import UNSET

from monitor.core.area import Change, StorageArea, units_of
from monitor.core.edits import OF_THE_HUB, Edit, EditState, Outcome, Reason, Replace
from monitor.core.events import AreaLoaded, EditUpdated, ItemsChanged
from monitor.core.messages import (
    AreaKind,
    Changes,
    Clear,
    EditRequest,
    HubMessage,
    ItemRemoved,
    ItemSet,
    LocalStorageMap,
    Operation,
    ProtocolError,
    RemoveItem,
    RenameItem,
    Result,
    Resync,
    SessionStorageMap,
    SetItem,
    Snapshot,
    WireValue,
)
from monitor.core.values import QUOTA, Redacted, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from monitor.core.events import Source
    from monitor.core.session import Session

# No browser holds this much. A page that reports more is broken or hostile.
LARGEST_AREA = 2 * QUOTA
TOO_LARGE = "the area is larger than any browser's"
RECORD_AGAIN = 1.0
"""Seconds until it is tried again to write down that an edit is sent."""


class Replica:
    """An area, whether it is in step, and its edits that have no outcome yet (``unsettled``, in order)."""

    __slots__ = (
        "_document_id",
        "_expected_part",
        "_held",
        "_interrupted",
        "_parts",
        "_parts_units",
        "_send",
        "_seq",
        "_session",
        "_unknown",
        "_waiting",
        "area",
        "in_step",
        "unsettled",
    )

    def __init__(self, session: Session, kind: AreaKind, page_id: str | None = None) -> None:
        self.area = StorageArea(kind, page_id)
        self.unsettled: dict[str, Edit] = {}
        self._held: dict[str, Edit] = {}  # their outcome is known and not written yet
        self._unknown: dict[str, Edit] = {}  # sent before the app ended
        self._session = session
        self._seq = 0
        self._expected_part = 1
        self._interrupted = False
        self.report_through(None)

    # --- who reports -------------------------------------------------------------------------------------------------

    def report_through(self, send: Callable[[HubMessage], None] | None, document_id: str | None = None) -> None:
        """Another document reports from now on, or (``None``) nobody. Edits wait until its snapshot is complete."""
        self._send = send
        self._document_id = document_id
        # The unsettled edits that have not gone out over this line; the others will bring their results. A dict would
        # take ever longer to find its first item while items are taken from its front.
        self._waiting = OrderedDict(self.unsettled)
        self._await_snapshot()

    def release(self, document_id: str) -> None:
        """This document writes nothing more that it was sent: what it left unanswered may go to another."""
        for edit in self.unsettled.values():
            if edit.sent_to == document_id:
                edit.sent_to = None

    def resync(self) -> None:
        """Ask the reporting page for a new snapshot."""
        if self._send is not None:
            self._await_snapshot(interrupted=self._interrupted or self._expected_part > 1)
            self._send(Resync(self.area.kind))

    def _await_snapshot(self, *, interrupted: bool = False) -> None:
        self._interrupted = interrupted  # the rest of a snapshot that is no longer wanted may be on its way
        self.in_step = False
        self._parts: dict[str, Value] = {}
        self._parts_units = 0
        self._expected_part = 1

    # --- what the page says ------------------------------------------------------------------------------------------

    def take_snapshot(self, message: Snapshot, now: float) -> None:
        """One part of a snapshot; the last one brings the area in step and lets waiting edits go.

        Raises:
            ProtocolError: the part is out of turn, or the area is larger than any browser's.
        """
        if message.part == 1:
            self._await_snapshot()
        elif self._interrupted:
            return
        if message.part != self._expected_part or not 1 <= message.part <= message.parts:
            raise ProtocolError(f"part {message.part} of {message.parts} of a snapshot is out of turn")
        received = {key: _received(value) for key, value in message.items}
        self._parts.update(received)
        self._parts_units += units_of(received)
        if self._parts_units > LARGEST_AREA:
            raise ProtocolError(TOO_LARGE, 1009)
        if message.part < message.parts:
            self._expected_part += 1
            return
        items = self._parts
        self._await_snapshot()
        self._seq = message.seq
        self.in_step = True
        self.area.error = None
        self._announce_changes(self.area.load(items, now), "page")
        self._session.announce(AreaLoaded(self._session, self.area))
        self.send_waiting(now)

    def take_changes(self, message: Changes, now: float) -> None:
        """What the browser changed. A gap in the count leads to a new snapshot.

        Raises:
            ProtocolError: it comes in the middle of a snapshot, or the area is larger than any browser's.
        """
        self._refuse_amid_snapshot()
        if not self.in_step:
            return  # From before a snapshot that was asked for, and contained in it.
        if message.seq != self._seq + 1:
            self.resync()
            return
        self._seq = message.seq
        area = self.area
        changes: list[Change] = []
        for change in message.changes:
            if isinstance(change, ItemSet):
                done = area.set(change.key, _received(change.value), now)
            elif isinstance(change, ItemRemoved):
                done = area.remove(change.key, now)
            else:
                changes += area.clear(now)
                continue
            if done is not None:
                changes.append(done)
        self._announce_changes(changes, "page")
        self._refuse_too_large()

    def take_result(self, message: Result, now: float) -> None:
        """The outcome of an edit. One that has its outcome already, or was not asked of this page, is not heard.

        Out of step, no more is learned of the items than ``values`` says: the rest comes with the snapshot.

        Raises:
            ProtocolError: it comes in the middle of a snapshot, or the area is larger than any browser's.
        """
        self._refuse_amid_snapshot()
        edit = self.unsettled.get(message.id) or self._unknown.pop(message.id, None)
        if edit is None or edit.id in self._waiting:
            return
        changes: list[Change] = []
        applied = message.outcome == "applied"
        # A repeated outcome does not count again: what it did was in the snapshot.
        if applied and self.in_step and message.seq == self._seq + 1:
            self._seq = message.seq
            changes += self._apply(edit, now)
        current = {key: None if value is None else _received(value) for key, value in message.values}
        for key, value in current.items():
            change = self.area.remove(key, now) if value is None else self.area.set(key, value, now)
            if change is not None:
                changes.append(change)
        self._announce_changes(changes, "operator" if applied else "page")
        if applied:
            self._settle(edit, Outcome(EditState.APPLIED, now), changes)
        else:
            self.refuse(edit, _reason(message.error), message.message or "", now, current)
        if self.in_step and message.seq != self._seq:
            self.resync()
        self._refuse_too_large()

    def _apply(self, edit: Edit, now: float) -> Iterable[Change]:
        if isinstance(edit.operations, Replace):
            # Redacted items are not the sender's to see, nor to remove.
            kept = {key: value for key, value in self.area.items.items() if isinstance(value, Redacted)}
            return self.area.replace({**edit.operations.items, **kept}, now)
        changes: list[Change | None] = []
        for operation in edit.operations:
            match operation:
                case SetItem(key=key, value=value):
                    changes.append(self.area.set(key, value, now))
                case RemoveItem(key=key):
                    changes.append(self.area.remove(key, now))
                case RenameItem(key=key, new_key=new_key):
                    moved = self.area.items.get(key)
                    if moved is not None:
                        changes.append(self.area.remove(key, now))
                        changes.append(self.area.set(new_key, moved, now))
                case Clear():
                    changes += self.area.clear(now)
        return [change for change in changes if change is not None]

    def _announce_changes(self, changes: list[Change], source: Source) -> None:
        if changes:
            self._session.announce(ItemsChanged(self._session, self.area, changes, source))

    def _refuse_amid_snapshot(self) -> None:
        # It would be neither in the snapshot nor after it, and be lost.
        if self._expected_part > 1:
            raise ProtocolError("the parts of a snapshot must follow one another")

    def _refuse_too_large(self) -> None:
        if self.area.units > LARGEST_AREA:
            raise ProtocolError(TOO_LARGE, 1009)

    # --- what the operator wants -------------------------------------------------------------------------------------

    def edit(self, edit: Edit, now: float) -> None:
        """Take the edit in as pending, and send it if a page is in step to take it. It is written down before."""
        refusal = self._refusal(edit)
        session = self._session
        sending = refusal is None and self.in_step and not self._waiting and session.why_read_only is None
        why_not = session.recording.ask(session, self.area, edit, sending=sending)
        if why_not is not None:
            refusal = Reason.NOT_RECORDED, why_not
        elif refusal is None:
            self.unsettled[edit.id] = self._waiting[edit.id] = edit
        self._session.announce(EditUpdated(self._session, self.area, edit))
        if refusal is not None:
            self.refuse(edit, *refusal, now)
        self.send_waiting(now)

    def _refusal(self, edit: Edit) -> tuple[Reason, str] | None:
        """Why there is no point in sending the edit."""
        if self.area.error is not None:
            return Reason.DENIED, self.area.error
        if any(isinstance(self.area.items.get(key), Redacted) for key in edit.named_keys):
            return Reason.REDACTED, ""
        return None

    def restore(self, edit: Edit) -> None:
        """Take in what was asked for before this process began: what waited waits on, what was sent and refused as
        `Reason.UNKNOWN` may still be answered.
        """
        if edit.state is EditState.PENDING:
            self.unsettled[edit.id] = self._waiting[edit.id] = edit
        else:
            self._unknown[edit.id] = edit
        self._session.announce(EditUpdated(self._session, self.area, edit))

    def refuse(
        self, edit: Edit, reason: Reason, message: str, now: float, current: dict[str, Value | None] | None = None
    ) -> None:
        """Settle the edit as refused."""
        self._settle(edit, Outcome(EditState.REFUSED, now, reason, message, current or {}))

    def withdraw(self, edit: Edit) -> bool:
        """Take back an edit that never went out; ``False`` if it did, for then only the browser knows."""
        if edit.sent or edit.id not in self.unsettled:
            return False
        del self.unsettled[edit.id], self._waiting[edit.id]
        self._session.recording.settle(edit, None, _nothing)
        return True

    def without_outcome(self) -> list[Edit]:
        """The edits whose outcome was not announced yet, oldest first."""
        return [*self._held.values(), *self.unsettled.values()]

    def abandon(self, now: float) -> None:
        """Nobody will answer any more: refuse what has no outcome yet, and say so where that may be untrue."""
        for edit in list(self.unsettled.values()):
            message = "nobody answered; it may have been applied" if edit.sent else "nobody was there to take it"
            self.refuse(edit, Reason.GONE, message, now)

    def refuse_waiting(self, now: float) -> None:
        """Nothing may be written any more: refuse what is not under way, and say so where it was once."""
        for edit in list(self._waiting.values()):
            why = self._session.why_read_only or ""
            self.refuse(edit, Reason.READ_ONLY, f"{why}; it may have been applied" if edit.sent else why, now)

    def answer_due(self) -> float:
        """When the first answer to an edit that was sent is due, in seconds; infinity if none is."""
        return min((edit.deadline for edit in self.unsettled.values() if edit.id not in self._waiting), default=inf)

    def _settle(self, edit: Edit, outcome: Outcome, changes: Sequence[Change] = ()) -> None:
        self.unsettled.pop(edit.id, None)
        self._waiting.pop(edit.id, None)
        if outcome.reason is not Reason.NOT_RECORDED and not self._session.recording.settle(
            edit, outcome, partial(self._tell, edit, outcome, changes)
        ):
            self._held[edit.id] = edit
            return
        self._tell(edit, outcome, changes)

    def _tell(self, edit: Edit, outcome: Outcome, changes: Sequence[Change]) -> None:
        self._held.pop(edit.id, None)
        edit.settle(outcome)
        self._session.announce(EditUpdated(self._session, self.area, edit, changes))

    def send_waiting(self, now: float) -> None:
        """Send in order what has not gone out over this line yet.

        An edit that another document may still write holds up all behind it: sent to both it could be written twice.
        """
        if self._session.why_read_only is not None:
            self.refuse_waiting(now)  # The one door: what is new, what waits, what the line took with it.
            return
        # In step is asked each time: a listener that is told of one edit may ask for a new snapshot.
        while self._waiting and self.in_step:
            edit = next(iter(self._waiting.values()))
            if edit.sent_to not in (None, self._document_id):
                free_at = edit.deadline + self._session.timing.answer_margin
                if now < free_at:
                    self._session.schedule(free_at)
                    return
            if not self._session.recording.send(edit):
                self._session.schedule(now + RECORD_AGAIN)
                return
            self._transmit(edit, now)

    def _transmit(self, edit: Edit, now: float) -> None:
        assert self._send is not None, "in step without a page to be in step with"
        edit.deadline = now + self._session.timing.answer_within
        request = self._request(edit, now)
        if request is None:
            self.refuse(edit, Reason.CONFLICT, "the area changed before it could be cleared", now)
            return
        edit.sent += 1
        edit.sent_to = self._document_id
        del self._waiting[edit.id]
        self._send(request)
        self._session.schedule(edit.deadline)
        self._session.announce(EditUpdated(self._session, self.area, edit))

    def _request(self, edit: Edit, now: float) -> HubMessage | None:
        deadline, time, again = edit.deadline * 1000, now * 1000, edit.sent > 0
        if isinstance(edit.operations, Replace):
            if self.area.kind == "local":
                return LocalStorageMap(edit.operations.items, edit.id, deadline, time, again)
            return SessionStorageMap(edit.operations.items, edit.id, deadline, time, again)
        operations: list[Operation] = []
        for operation in edit.operations:
            if isinstance(operation, Clear) and operation.expected is not UNSET:
                expected = self._seq
                if operation.expected != self.area.revision:
                    if not again:
                        return None
                    # It may have been applied already, which only the page knows; if not, no count may let it through.
                    expected = -1
                operations.append(Clear(expected=expected))
            else:
                operations.append(operation)
        return EditRequest(edit.id, self.area.kind, operations, deadline, time, again)


def _received(value: WireValue) -> Value:
    return value if isinstance(value, str) else Redacted(value)


def _reason(error: str | None) -> Reason:
    try:
        reason = Reason(error or "")
    except ValueError:
        return Reason.DENIED
    return Reason.DENIED if reason in OF_THE_HUB else reason


def _nothing() -> None:
    """What there is to do once it is written that an edit was withdrawn."""
