"""Database: the entries, and what is needed to go on after a restart. One thread uses it at a time."""

from __future__ import annotations

import contextlib
import sqlite3
from time import sleep
from typing import TYPE_CHECKING, Any, Final

import msgspec

from monitor.journal.cells import Cell
from monitor.journal.chain import GENESIS, Chain
from monitor.journal.records import Asked, Bulk, Sent, unpacked
from monitor.journal.schema import COLUMNS, STEPS, connect, prepare

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from monitor.journal.cells import Mask
    from monitor.journal.records import Record

_INSERT: Final = f"INSERT INTO entries VALUES ({', '.join('?' * (len(COLUMNS) + 1))})"
_FIELDS: Final = dict.fromkeys(COLUMNS)
_MOST_ROWS: Final = 100
"""How many entries are made and handed to SQLite before other threads may go on."""


class SavedSession(msgspec.Struct, frozen=True):
    """What was last known of a session. ``seen_at`` is in microseconds since 1970, UTC; ``items`` are cells."""

    session: Cell
    origin: Cell
    user: Cell | None
    label: Cell | None
    secret_digest: bytes
    seen_at: int
    items: list[tuple[Cell, Cell]] | None


_encode_items = msgspec.msgpack.Encoder().encode
decode_items = msgspec.msgpack.Decoder(list[tuple[Cell, Cell]]).decode


class Database:
    """The open file at ``path``, made if there is none. ``copied_to`` is the copy of an older version, if it was one.

    Raises:
        NewerError: it was written by a later version of this app.
        sqlite3.DatabaseError: it is damaged, or not a database. Its subclasses: it cannot be opened now.
    """

    def __init__(self, path: Path, key: bytes, mask: Mask, stamp: str, steps: Sequence[str] = STEPS) -> None:
        self.path = path
        self.chain = Chain(key)
        self._mask = mask
        self.connection = connect(path)
        try:
            self.copied_to = prepare(self.connection, path, stamp, steps)
            self._look()
        except BaseException:
            self.connection.close()
            raise

    def _look(self) -> None:
        last = self.connection.execute("SELECT seq, digest FROM entries ORDER BY seq DESC LIMIT 1").fetchone()
        if last is None:
            anchor = self.connection.execute("SELECT seq, digest FROM attested WHERE what = 'anchor'").fetchone()
            last = anchor or (0, GENESIS)
        self.seq: int = last[0]
        """Number of the last entry."""
        self._digest: bytes = last[1]
        self._sessions: set[Cell] = set()  # of which is known that they are in the table
        self._open: dict[str, int] = dict(self.connection.execute("SELECT edit, seq FROM open_edits").fetchall())

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing of what is done within."""
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.connection.execute("COMMIT")
        except BaseException:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
            self._look()
            raise

    def spooled(self) -> tuple[bytes | None, int]:
        """Which spool was filed, and how far."""
        row = self.connection.execute("SELECT name, ends_at FROM spool").fetchone()
        return row or (None, 0)

    # --- entries -----------------------------------------------------------------------------------------------------

    def file(self, records: Iterable[Record], spool: bytes, ends_at: int) -> None:
        """Add the entries of these records, which stand in the spool of that name up to ``ends_at``."""
        with self.transaction():
            for number, record in enumerate(records):
                if not number % _MOST_ROWS:
                    sleep(0)
                if isinstance(record, Asked):
                    self._file_asked(record)
                elif isinstance(record, Bulk):
                    self._file_asked(unpacked(record, self._mask))
                elif isinstance(record, Sent):
                    self._add_one(at=record.at, kind="sent", of=self._first_of(record.edit))
                    self.connection.execute("UPDATE open_edits SET sent = 1 WHERE edit = ?", (record.edit,))
                    self.connection.execute("DELETE FROM sealed WHERE edit = ?", (record.edit,))
                else:
                    self._add_one(
                        at=record.at,
                        kind="outcome",
                        of=self._first_of(record.edit),
                        outcome=record.outcome,
                        reason=record.reason,
                        message=record.message,
                    )
                    if self._open.pop(record.edit, None) is not None:
                        self.connection.execute("DELETE FROM open_edits WHERE edit = ?", (record.edit,))
                        self.connection.execute("DELETE FROM sealed WHERE edit = ?", (record.edit,))
            self.connection.execute("DELETE FROM spool")
            self.connection.execute("INSERT INTO spool VALUES (?, ?)", (spool, ends_at))
            self.attest_head()

    def note(self, at: int, text: str) -> None:
        """Add an entry about the journal itself. Within a `transaction`."""
        self._add_one(at=at, kind="note", of=self.seq + 1, message=text)

    def attest_head(self) -> None:
        """Say which entry is the last."""
        self.attest("head", self.seq, self._digest)

    def attest(self, what: str, seq: int, digest: bytes) -> None:
        """Say that entry ``seq`` has this digest."""
        attestation = self.chain.attest(what, seq, digest)
        self.connection.execute("INSERT OR REPLACE INTO attested VALUES (?, ?, ?, ?)", (what, seq, digest, attestation))

    def _first_of(self, edit: str) -> int:
        first = self._open.get(edit)
        if first is None:
            found = self.connection.execute(
                "SELECT seq FROM entries WHERE edit = ? AND kind = 'edit'", (edit,)
            ).fetchone()
            first = found[0] if found else 0  # of one that was pruned
        return first

    def _file_asked(self, asked: Asked) -> None:
        first = self.seq + 1
        self._open[asked.edit] = first
        count = len(asked.operations)
        self.connection.execute(
            "INSERT OR REPLACE INTO open_edits VALUES (?, ?, ?, ?)", (asked.edit, first, count, asked.sending)
        )
        if asked.session not in self._sessions:
            self.connection.execute(
                "INSERT OR IGNORE INTO sessions VALUES (?, ?, ?, NULL, ?, ?, NULL)",
                (asked.session, asked.origin, asked.user, asked.secret_digest, asked.at),
            )
            self._sessions.add(asked.session)
        head = (
            asked.edit, asked.session, asked.origin, asked.user, asked.area, asked.page, asked.author, asked.operator,
            asked.intent,
        )  # fmt: skip
        blank = (None,) * len(head)
        for begin in range(0, count, _MOST_ROWS):
            rows: list[tuple[Any, ...]] = []
            seq, last = self.seq, self._digest
            for op in asked.operations[begin : begin + _MOST_ROWS]:
                seq += 1
                row = (
                    (seq, asked.at, "edit" if seq == first else "more", first)
                    + (head if seq == first else blank)
                    + (op.op, op.key, op.new_key, int(op.guarded), op.old, op.new, None, None, None)
                )
                last = self.chain.link(last, row)
                rows.append((*row, last))
                if op.sealed_old is not None or op.sealed_new is not None:
                    self.connection.execute(
                        "INSERT INTO sealed VALUES (?, ?, ?, ?)", (asked.edit, seq, op.sealed_old, op.sealed_new)
                    )
            self.connection.executemany(_INSERT, rows)
            sleep(0)
            self.seq, self._digest = seq, last

    def _add_one(self, **columns: Any) -> None:
        row = tuple({**_FIELDS, **columns, "seq": self.seq + 1}.values())
        digest = self.chain.link(self._digest, row)
        self.connection.execute(_INSERT, (*row, digest))
        self.seq, self._digest = row[0], digest

    # --- sessions ----------------------------------------------------------------------------------------------------

    def save_sessions(self, sessions: Iterable[SavedSession], gone: Iterable[Cell]) -> None:
        """Keep these in place of what was known of them, and forget those that are ``gone``."""
        with self.transaction():
            self._sessions.clear()
            self.connection.executemany("DELETE FROM sessions WHERE session = ?", ((session,) for session in gone))
            self.connection.executemany(
                "INSERT OR REPLACE INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    (
                        saved.session, saved.origin, saved.user, saved.label, saved.secret_digest, saved.seen_at,
                        None if saved.items is None else _encode_items(saved.items),
                    )
                    for saved in sessions
                ),
            )  # fmt: skip

    def close(self) -> None:
        """Close the file."""
        self.connection.close()


def is_damage(error: sqlite3.Error) -> bool:
    """Whether the error says that the file is damaged, rather than that it cannot be used now."""
    return type(error) is sqlite3.DatabaseError
