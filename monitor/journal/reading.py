"""Reading: the operations that were asked for, newest first, those that match a search."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from monitor.core.journal_entry import JournalEntry
from monitor.journal.cells import text_of, value_of
from monitor.journal.damage import telling_damage
from monitor.journal.database import checked

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

_COLUMNS: Final = (
    "e.seq, h.at, h.edit, h.operator, h.author, h.intent, h.origin, h.session, h.user, h.area, h.page, "
    "e.op, e.key, e.new_key, e.old, e.new, o.outcome, o.reason, o.message"
)
# Of several outcomes the last counts: one that was unknown may have become known.
_FROM: Final = (
    "FROM entries e JOIN entries h ON h.seq = e.of LEFT JOIN entries o ON o.seq = "
    "(SELECT max(seq) FROM entries WHERE kind = 'outcome' AND of = e.of) WHERE e.kind IN ('edit', 'more')"
)
_SEARCHED: Final = (
    "e.key", "e.new_key", "e.old", "e.new", "e.op", "h.session", "h.origin", "h.user", "h.operator", "h.author",
    "o.outcome", "o.reason",
)  # fmt: skip
_LATEST: Final = 253_402_300_799_999_999
"""The last microsecond of the year 9999."""
LONGEST_WORD: Final = 1_000
"""Characters of a word that are looked for."""


def search(connection: sqlite3.Connection, text: str, before: int | None, limit: int) -> list[JournalEntry]:
    """The newest ``limit`` operations, of those before entry ``before`` if it is given, in which each word of ``text``
    stands somewhere: in key, value, session, origin, user, operator or outcome. Capitals of ASCII do not matter.

    Raises:
        sqlite3.Error: the file cannot be read, now or at all.
    """
    condition, arguments = _matching(text)
    if before is not None:
        condition += " AND e.seq < ?"
        arguments.append(before)
    query = f"SELECT {_COLUMNS} {_FROM}{condition} ORDER BY e.seq DESC LIMIT ?"
    with telling_damage():
        return [_entry(row) for row in connection.execute(query, (*arguments, limit))]


def all_entries(connection: sqlite3.Connection) -> Iterator[JournalEntry]:
    """Every operation, oldest first. Raises as `search` does."""
    with telling_damage():
        rows = connection.execute(f"SELECT {_COLUMNS} {_FROM} ORDER BY e.seq")
    while True:
        with telling_damage():
            row = rows.fetchone()
            if row is None:
                return
            entry = _entry(row)
        yield entry


def _matching(text: str) -> tuple[str, list[Any]]:
    condition, arguments = "", []
    for word in text.split():
        # As a cell has it, should it be escaped there.
        forms = {word[:LONGEST_WORD], word[:LONGEST_WORD].encode("unicode_escape").decode()}
        found = []
        for form in sorted(form for form in forms if form.isascii() or _is_text(form)):
            pattern = "%" + form.replace("!", "!!").replace("%", "!%").replace("_", "!_") + "%"
            for column in _SEARCHED:
                found.append(f"CAST({column} AS TEXT) LIKE ? ESCAPE '!'")  # some SQLites match no BLOB
                arguments.append(pattern)
        condition += f" AND ({' OR '.join(found)})"
    return condition, arguments


def _is_text(form: str) -> bool:
    try:
        form.encode()
    except UnicodeEncodeError:
        return False
    return True


def _entry(row: tuple[Any, ...]) -> JournalEntry:
    seq, at, edit, operator, author, intent, origin, session, user, area, page, op, key, new_key, old, new, *end = row
    outcome, reason, message = end
    for text in (edit, author, intent, area, op, outcome or "", reason or ""):
        checked(text, str)
    if not 0 <= at <= _LATEST:
        raise ValueError("no time at which anything was asked for")
    return JournalEntry(
        seq,
        at,
        edit,
        text_of(operator),
        author,
        intent,
        text_of(origin),
        text_of(session),
        text_of(user),
        area,
        text_of(page),
        op,
        text_of(key),
        text_of(new_key),
        value_of(old),
        value_of(new),
        outcome or "",
        reason or "",
        text_of(message),
    )
