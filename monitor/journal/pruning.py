"""Pruning: letting go of the oldest entries, so that it shows that this was done, and what is left still verifies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from monitor.journal.database import Database

_PORTION: Final = 0.1
"""The part of all entries that goes at once while there are too many."""
_DAY: Final = 86_400 * 10**6


def prune(database: Database, wall: int, days: int, size: int) -> int:
    """Remove what is older than ``days``, and the oldest while the file is larger than ``size`` mebibytes. Edits
    without an outcome stay, and all that came after them. ``wall`` is now in microseconds since 1970. Returns how many
    entries went.
    """
    connection = database.connection
    # By the first entry that is younger: a clock that was wrong for a while takes nothing along that came later.
    young = connection.execute("SELECT min(seq) FROM entries WHERE at >= ?", (wall - days * _DAY,)).fetchone()[0]
    removed = _remove(database, wall, (young or database.seq + 1) - 1)
    while _bytes(database) > size * 2**20:
        first, count = connection.execute("SELECT min(seq), count(*) FROM entries").fetchone()
        if not count or not (more := _remove(database, wall, first + max(1, int(count * _PORTION)))):
            break
        removed += more
    connection.execute("DELETE FROM sessions WHERE seen_at < ? AND session NOT IN "
        "(SELECT session FROM entries JOIN open_edits USING (seq))", (wall - days * _DAY,))  # fmt: skip
    return removed


def _remove(database: Database, wall: int, last: int) -> int:
    connection = database.connection
    first_open = connection.execute("SELECT min(seq) FROM open_edits").fetchone()[0]
    if first_open is not None:
        last = min(last, first_open - 1)
    # An edit goes with all its operations, or not at all.
    following = connection.execute("SELECT kind, of FROM entries WHERE seq = ?", (last + 1,)).fetchone()
    if following is not None and following[0] == "more":
        last = following[1] - 1
    found = connection.execute(
        "SELECT seq, digest FROM entries WHERE seq <= ? ORDER BY seq DESC LIMIT 1", (last,)
    ).fetchone()
    if found is None:
        return 0
    with database.transaction():
        count = connection.execute("DELETE FROM entries WHERE seq <= ?", (last,)).rowcount
        database.attest("anchor", *found)
        database.note(wall, f"pruned: {count} entries, up to {found[0]}")
        database.attest_head()
    connection.executescript("PRAGMA incremental_vacuum")  # `execute` would stop after one page
    return count


def _bytes(database: Database) -> int:
    (pages,) = database.connection.execute("PRAGMA page_count").fetchone()
    (free,) = database.connection.execute("PRAGMA freelist_count").fetchone()
    (size,) = database.connection.execute("PRAGMA page_size").fetchone()
    return int((pages - free) * size)
