"""Damage: how it shows that the database's file is not as it was written."""

from __future__ import annotations

import contextlib
import sqlite3
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_NOT_NOW: Final = frozenset(
    [
        sqlite3.SQLITE_AUTH, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY,
    ]
)  # fmt: skip


def is_damage(error: sqlite3.Error) -> bool:
    """Whether the error says that the file is damaged, rather than that it cannot be used now."""
    return type(error) is sqlite3.DatabaseError


@contextlib.contextmanager
def telling_damage() -> Iterator[None]:
    """Around what reads entries that were written whole: whatever goes wrong there is damage, unless SQLite says that
    the file cannot be used now. A column of a damaged file may hold anything, of any type.

    Raises:
        sqlite3.DatabaseError: the file is damaged (`is_damage`).
        sqlite3.Error: any other: it cannot be used now.
    """
    try:
        yield
    except sqlite3.Error as error:
        if is_damage(error) or getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF in _NOT_NOW:
            raise
        raise sqlite3.DatabaseError(str(error)) from error
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        # Without the words of the error: they may quote what is in the file.
        raise sqlite3.DatabaseError("it holds something that was not written so") from error
