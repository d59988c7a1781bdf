"""Restoring: the sessions and the edits without outcome that the last process left behind."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

from msgspec import UNSET

from monitor.core.edits import Edit, EditState, Intent, Outcome, Reason, Replace
from monitor.core.events import AreaLoaded, ItemsChanged
from monitor.core.journal_entry import Masked
from monitor.core.messages import AreaKind, Clear, RemoveItem, RenameItem, SetItem
from monitor.core.session import Known
from monitor.core.values import NotRecorded, Redacted
from monitor.journal.cells import text_cell, text_of, value_of
from monitor.journal.database import checked, decode_items
from monitor.journal.schema import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.core.messages import Operation
    from monitor.core.registry import Registry
    from monitor.core.session import Session
    from monitor.core.values import Value
    from monitor.journal.cells import Cell, Mask
    from monitor.journal.database import Database
    from monitor.journal.journal import Journal

MASKED_LOST = "its value was masked, and cannot be read any more"
NOT_AS_WRITTEN = "what the journal holds of it is not as it was written"
PAGE_LEFT = "the app ended, and the page's area with it"


def restore_sessions(connection: sqlite3.Connection, registry: Registry, now: float, wall: int) -> None:
    """Make the sessions known that were seen last, and those that edits wait for: without their items, which takes
    longer. ``wall`` is now in microseconds since 1970.
    """
    columns = "session, origin, user, label, secret_digest, seen_at"
    rows = connection.execute(
        f"SELECT {columns} FROM (SELECT {columns} FROM sessions ORDER BY seen_at DESC LIMIT ?) UNION "
        f"SELECT {columns} FROM sessions WHERE session IN "
        "(SELECT session FROM entries JOIN open_edits USING (seq)) ORDER BY seen_at",
        (registry.remembered,),
    )
    for session, origin, user, label, secret_digest, seen_at in rows.fetchall():
        known = Known(text_of(session), text_of(origin), checked(secret_digest, bytes), _some(user), _some(label))
        registry.restore(known, now - max(0, wall - checked(seen_at, int)) / 1e6, now)


def restore_items(connection: sqlite3.Connection, session: Session, now: float) -> None:
    """Let a session that has not come back yet hold what it was last seen to hold. Of a masked value there is only the
    length.
    """
    area = session.area()
    if session.live or area.loaded:
        return
    row = connection.execute(
        "SELECT items FROM sessions WHERE session = ?", (text_cell(session.session_id),)
    ).fetchone()
    if row is None or row[0] is None:
        return
    items = {
        key if isinstance(key, str) else text_of(key): value if isinstance(value, str) else _last_known(value)
        for key, value in decode_items(row[0])
    }
    changes = area.load(items, now)
    session.announce(ItemsChanged(session, area, changes, "page"))
    session.announce(AreaLoaded(session, area))


def _last_known(cell: Cell) -> Value:
    value = value_of(cell)
    assert value is not None, "an item has a value"
    return NotRecorded(value.units) if isinstance(value, Masked) else value


def restore_edits(database: Database, journal: Journal, registry: Registry, now: float, wall: int) -> None:
    """Let the edits that waited wait on; settle those that were sent as unknown, and those that nobody can take. Who
    came in the meantime with the id of a session and not its secret gets none of them.
    """
    connection = database.connection
    for edit_id, first, count, sent in connection.execute("SELECT * FROM open_edits ORDER BY seq").fetchall():
        rows, as_written = _entries(database, edit_id, first, count)
        sealed = {
            seq: (old, new)
            for seq, old, new in connection.execute("SELECT seq, old, new FROM sealed WHERE edit = ?", (edit_id,))
        }
        session = registry.sessions.get(text_of(rows[0]["session"]))
        secret = connection.execute("SELECT secret_digest FROM sessions WHERE session = ?", (rows[0]["session"],))
        if session is not None and secret.fetchone() == (session.secret_digest,):
            restore_items(connection, session, now)
            _restore(_Rows(rows, sealed, journal.mask), as_written, bool(sent), journal, session, now, wall)


def _entries(database: Database, edit: str, first: int, count: int) -> tuple[list[dict[str, Any]], bool]:
    """The entries of an edit that is open, and whether they are as they were written: what is not must not be done.

    Raises:
        sqlite3.DatabaseError: there is no such edit, or it has its outcome already.
    """
    rows: list[dict[str, Any]] = []
    as_written, last = True, database.digest_before(first)
    for *columns, digest in database.connection.execute(
        f"SELECT {', '.join(COLUMNS)}, digest FROM entries WHERE seq >= ? AND seq <= ?", (first, first + count)
    ):
        row = dict(zip(COLUMNS, columns, strict=True))
        if row["seq"] == first + count and row["kind"] != "more":
            break
        as_written = as_written and database.chain.link(last, columns) == digest
        last = digest
        rows.append(row)
    outcome = "SELECT 1 FROM entries WHERE kind = 'outcome' AND of = ?"
    if not rows or rows[0]["edit"] != edit or database.connection.execute(outcome, (first,)).fetchone():
        raise sqlite3.DatabaseError("an edit is said to be open that is not")
    return rows, as_written and len(rows) == count


def _restore(
    rows: _Rows, as_written: bool, sent: bool, journal: Journal, session: Session, now: float, wall: int
) -> None:
    head = rows.rows[0]
    operations = rows.operations() if as_written else None
    edit = Edit(
        checked(head["edit"], str),
        checked(head["area"], AreaKind),
        operations if operations is not None else (),
        checked(head["author"], str),
        now - max(0, wall - head["at"]) / 1e6,
        sent=int(sent),
        intent=Intent(head["intent"]),
        recorded_as_sent=sent,
    )
    outcome: Outcome | None = None
    if sent:
        outcome = Outcome(EditState.REFUSED, now, Reason.UNKNOWN)
    elif head["area"] == "session":
        outcome = Outcome(EditState.REFUSED, now, Reason.GONE, PAGE_LEFT)
    elif operations is None:
        outcome = Outcome(EditState.REFUSED, now, Reason.NOT_RECORDED, MASKED_LOST if as_written else NOT_AS_WRITTEN)
    if outcome is not None:
        journal.settled(edit, outcome)
        edit.settle(outcome)
    session.local_storage.restore(edit)
    session.local_storage.send_waiting(now)  # should the session be here already


class _Rows:
    """The entries of one edit."""

    def __init__(
        self, rows: list[dict[str, Any]], sealed: Mapping[int, tuple[bytes | None, bytes | None]], mask: Mask
    ) -> None:
        self.rows = rows
        self._sealed = sealed
        self._mask = mask

    def operations(self) -> list[Operation] | Replace | None:
        """What was asked for; ``None`` where a masked value cannot be read any more."""
        try:
            if self.rows[0]["op"] == "replace":
                return Replace({text_of(row["key"]): self._new(row) for row in self.rows if row["op"] == "item"})
            return [operation for row in self.rows for operation in self._operation(row)]
        except LookupError:
            return None

    def _operation(self, row: dict[str, Any]) -> list[Operation]:
        key = text_of(row["key"])
        match row["op"]:
            case "set":
                return [SetItem(key, self._new(row), self._expected(row))]
            case "remove":
                return [RemoveItem(key, self._expected(row))]
            case "rename":
                expected = self._expected(row)
                return [RenameItem(key, text_of(row["new_key"]), UNSET if expected is None else expected)]
            case "clear" if not row["guarded"]:
                return [Clear()]
            case "cleared" if self._clears_what_was_seen(row):
                # No count of changes holds over a restart: what was seen goes, if it is still that.
                return [RemoveItem(key, old)] if (old := self._text(row, "old", 0)) is not None else []
        return []

    def _clears_what_was_seen(self, row: dict[str, Any]) -> bool:
        clears = [other for other in self.rows if other["op"] == "clear" and other["seq"] < row["seq"]]
        return bool(clears and clears[-1]["guarded"])

    def _expected(self, row: dict[str, Any]) -> Any:
        return self._text(row, "old", 0) if row["guarded"] else UNSET

    def _new(self, row: dict[str, Any]) -> str:
        new = self._text(row, "new", 1)
        if new is None:
            raise LookupError
        return new

    def _text(self, row: dict[str, Any], column: str, place: int) -> str | None:
        value = value_of(row[column])
        if not isinstance(value, Masked):
            return None if isinstance(value, Redacted) else value
        sealed = self._sealed.get(row["seq"], (None, None))[place]
        text = None if sealed is None else self._mask.unseal(sealed, row[column])
        if text is None:
            raise LookupError
        return text


def _some(cell: Cell | None) -> str | None:
    return None if cell is None else text_of(cell)
