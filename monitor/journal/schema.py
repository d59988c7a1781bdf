"""Schema: the tables, and how a database of an older version comes to have them."""

from __future__ import annotations

import os
import sqlite3
from typing import TYPE_CHECKING, Final

from monitor.journal.files import open_private

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

STEPS: Final = (
    """
    CREATE TABLE entries (
        seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, of INTEGER NOT NULL,
        edit TEXT, session, origin, user, area TEXT, page, author TEXT, operator, intent TEXT,
        op TEXT, key, new_key, guarded INTEGER, old, new,
        outcome TEXT, reason TEXT, message,
        digest BLOB NOT NULL
    );
    CREATE INDEX edits ON entries (edit) WHERE kind = 'edit';
    CREATE INDEX outcomes ON entries (of) WHERE kind = 'outcome';
    CREATE TABLE open_edits (edit TEXT PRIMARY KEY, seq INTEGER NOT NULL, operations INTEGER NOT NULL, sent INTEGER)
        WITHOUT ROWID;
    CREATE TABLE sealed (edit TEXT NOT NULL, seq INTEGER NOT NULL, old BLOB, new BLOB, PRIMARY KEY (edit, seq))
        WITHOUT ROWID;
    CREATE TABLE sessions (
        session PRIMARY KEY, origin, user, label, secret_digest BLOB NOT NULL, seen_at INTEGER NOT NULL, items BLOB
    );
    CREATE TABLE attested (
        what TEXT PRIMARY KEY, seq INTEGER NOT NULL, digest BLOB NOT NULL, attestation BLOB NOT NULL
    );
    CREATE TABLE spool (name BLOB NOT NULL, ends_at INTEGER NOT NULL);
    """,
)
"""What makes a database of each version out of the one before; an empty file is of version 0.

``entries``: ``kind`` is ``edit`` for the first operation of an edit, ``more`` for the others, ``sent``, ``outcome``, or
``note`` for what was done to the journal itself. ``of`` is the first entry of the edit that it belongs to, which alone
says who, where and when. ``open_edits`` are those without an outcome. ``spool``: how far it is filed.
"""

COLUMNS: Final = (
    "seq", "at", "kind", "of", "edit", "session", "origin", "user", "area", "page", "author", "operator", "intent",
    "op", "key", "new_key", "guarded", "old", "new", "outcome", "reason", "message",
)  # fmt: skip
"""Of an entry, in the order in which its digest takes them."""


class NewerError(Exception):
    """The file was written by a later version of this app."""


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """Open the database, to be used by one thread at a time."""
    if not read_only:
        open_private(path, os.O_RDWR | os.O_CREAT).close()  # SQLite gives what it makes beside it the same mode
    how = "ro" if read_only else "rw"
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={how}", uri=True, timeout=1.0, isolation_level=None, check_same_thread=False
    )
    connection.execute("PRAGMA trusted_schema = OFF")
    # Not that of the module: its error quotes what it cannot read.
    connection.text_factory = bytes.decode
    return connection


def is_empty(connection: sqlite3.Connection) -> bool:
    """Whether there are no tables, as in a file that was cut off: SQLite would begin it anew."""
    return not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]


def prepare(connection: sqlite3.Connection, path: Path, stamp: str, steps: Sequence[str] = STEPS) -> Path | None:
    """Bring the database to the version of ``steps``. Returns the copy that was made of an older one before.

    Raises:
        NewerError: it is of a later version.
        sqlite3.Error: it cannot be read or written.
    """
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except UnicodeDecodeError as error:  # It says what is malformed, and cannot say it.
        raise sqlite3.DatabaseError("its schema is malformed") from error
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > len(steps):
        raise NewerError(f"version {version}")
    if version < 0:
        raise sqlite3.DatabaseError("it is of no version")
    if not version:
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")  # off the window's thread; then the spool may go
    connection.execute("PRAGMA secure_delete = ON")
    copy: Path | None = None
    if 0 < version < len(steps):
        copy = path.with_name(f"{path.stem}-version-{version}-{stamp}{path.suffix}")
        back_up(connection, copy)
    for number in range(version, len(steps)):
        try:
            connection.executescript(f"BEGIN IMMEDIATE;{steps[number]};PRAGMA user_version = {number + 1};COMMIT;")
        except sqlite3.Error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
    return copy


def back_up(connection: sqlite3.Connection, path: Path) -> None:
    """Write a copy of the whole database to ``path``, which only this user may read, in place of what was there."""
    new = path.with_name(f"{path.name}.{os.getpid()}.new")
    open_private(new, os.O_RDWR | os.O_CREAT | os.O_TRUNC).close()
    copy = sqlite3.connect(new)
    try:
        connection.backup(copy, pages=256)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file alone
    except BaseException:
        copy.close()
        new.unlink(missing_ok=True)
        raise
    copy.close()
    new.replace(path)
