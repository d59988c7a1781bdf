"""Database: the entries, and what is needed to go on after a restart. One thread uses it at a time."""

from __future__ import annotations

import contextlib
from functools import partial
from time import sleep
from typing import TYPE_CHECKING, Any, Final

import msgspec

from monitor.journal.cells import Cell
from monitor.journal.chain import GENESIS, Chain
from monitor.journal.damage import telling_damage
from monitor.journal.records import Asked, Bulk, Part, Sent, unpacked
from monitor.journal.schema import COLUMNS, STEPS, connect, is_empty, prepare

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from monitor.journal.cells import Mask
    from monitor.journal.records import Record

_INSERT: Final = f"INSERT INTO entries VALUES ({', '.join('?' * (len(COLUMNS) + 1))})"
_BLANK: Final = (None,) * (len(COLUMNS) - 4)
"""All columns of an entry after the first four, empty."""
_MOST_ROWS: Final = 40
"""How many entries are made and handed to SQLite before other threads may go on."""

checked: Final = partial(msgspec.convert, builtin_types=(bytes,))
"""What is in a column, if it is of that type: SQLite keeps anything in any."""


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
            with telling_damage():
                is_new = is_empty(self.connection)
            self.copied_to = prepare(self.connection, path, stamp, steps)
            with telling_damage():
                self._look()
                if is_new:  # So that one that is empty is not like one that was emptied.
                    self.attest_head()
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
        self._digest: bytes = checked(last[1], bytes)
        self._rows: list[tuple[Any, ...]] = []  # entries on their way into the table
        self._sealed: set[str] = set()  # edits that have masked values since the process began
        self._sessions: set[Cell] = set()  # of which is known that they are in the table
        open_edits = self.connection.execute("SELECT edit, seq FROM open_edits").fetchall()
        self._open: dict[str, int] = checked(dict(open_edits), dict[str, int])

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
        return (None, 0) if row is None else checked(row, tuple[bytes, int])

    # --- entries -----------------------------------------------------------------------------------------------------

    def file(self, records: Iterable[Record], spool: bytes, ends_at: int) -> None:
        """Add the entries of these records, which stand in the spool of that name up to ``ends_at``."""
        opened: dict[str, tuple[str, int, int, bool]] = {}
        sent: list[tuple[str]] = []
        closed: list[tuple[str]] = []
        with self.transaction():
            for record in records:
                if isinstance(record, Bulk):
                    record = unpacked(record, self._mask)
                if isinstance(record, Part):
                    continue  # the edit that refers to it has it whole
                if isinstance(record, Asked):
                    opened[record.edit] = (record.edit, self.seq + 1, len(record.operations), record.sending)
                    self._file_asked(record)
                    continue
                of = self._first_of(record.edit)
                if isinstance(record, Sent):
                    self._add((None, record.at, "sent", of, *_BLANK))
                    sent.append((record.edit,))
                else:
                    self._add(
                        (None, record.at, "outcome", of, *_BLANK[:-3], record.outcome, record.reason, record.message)
                    )
                    self._open.pop(record.edit, None)
                    if opened.pop(record.edit, None) is None:
                        closed.append((record.edit,))
                    if record.edit in self._sealed:
                        self._sealed.discard(record.edit)
                        closed.append((record.edit,))
            self._flush()
            many = self.connection.executemany
            many("INSERT INTO open_edits VALUES (?, ?, ?, ?)", opened.values())
            many("UPDATE open_edits SET sent = 1 WHERE edit = ?", sent)
            many("DELETE FROM sealed WHERE edit = ?", sent)
            many("DELETE FROM open_edits WHERE edit = ?", closed)
            many("DELETE FROM sealed WHERE edit = ?", closed)
            self.connection.execute("DELETE FROM spool")
            self.connection.execute("INSERT INTO spool VALUES (?, ?)", (spool, ends_at))
            self.attest_head()

    def note(self, at: int, text: str) -> None:
        """Add an entry about the journal itself. Within a `transaction`."""
        self._add((None, at, "note", self.seq + 1, *_BLANK[:-1], text))
        self._flush()

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
            self._flush()
            found = self.connection.execute(
                "SELECT seq FROM entries WHERE edit = ? AND kind = 'edit'", (edit,)
            ).fetchone()
            first = found[0] if found else 0  # of one that was pruned
        return first

    def _file_asked(self, asked: Asked) -> None:
        first = self._open[asked.edit] = self.seq + 1
        if asked.session not in self._sessions:
            self.connection.execute(
                "INSERT OR IGNORE INTO sessions VALUES (?, ?, ?, NULL, ?, ?, NULL)",
                (asked.session, asked.origin, asked.user, asked.secret_digest, asked.at),
            )
            self._sessions.add(asked.session)
        head: tuple[Any, ...] = (
            "edit", first, asked.edit, asked.session, asked.origin, asked.user, asked.area, asked.page, asked.author,
            asked.operator, asked.intent,
        )  # fmt: skip
        for op in asked.operations:
            self._add(
                (None, asked.at, *head, op.op, op.key, op.new_key, int(op.guarded), op.old, op.new, None, None, None)
            )
            head = ("more", first, None, None, None, None, None, None, None, None, None)
            if op.sealed_old is not None or op.sealed_new is not None:
                self._sealed.add(asked.edit)
                self.connection.execute(
                    "INSERT INTO sealed VALUES (?, ?, ?, ?)", (asked.edit, self.seq, op.sealed_old, op.sealed_new)
                )

    def _add(self, row: tuple[Any, ...]) -> None:
        """Add an entry, soon; its number and digest are found here."""
        self.seq += 1
        row = (self.seq, *row[1:])
        self._digest = self.chain.link(self._digest, row)
        self._rows.append((*row, self._digest))
        if len(self._rows) >= _MOST_ROWS:
            self._flush()

    def _flush(self) -> None:
        rows, self._rows = self._rows, []
        self.connection.executemany(_INSERT, rows)
        sleep(0)

    def digest_before(self, seq: int) -> bytes:
        """The digest that entry ``seq`` is chained to."""
        found = self.connection.execute(
            "SELECT digest FROM entries WHERE seq = ? "
            "UNION ALL SELECT digest FROM attested WHERE what = 'anchor' AND seq = ?",
            (seq - 1, seq - 1),
        ).fetchone()
        return checked(found[0], bytes) if found else GENESIS

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
