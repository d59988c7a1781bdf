"""Verifying: whether the entries are those that were written, none changed, none missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from monitor.journal.chain import GENESIS, Chain
from monitor.journal.damage import telling_damage
from monitor.journal.schema import COLUMNS

if TYPE_CHECKING:
    import sqlite3


class Verdict(Struct, frozen=True):
    """``broken`` is the number of the first entry that is not as it was written, or is missing; ``None`` if all are.
    ``entries`` is how many were looked at, ``first`` and ``last`` which.
    """

    entries: int
    first: int
    last: int
    broken: int | None = None
    why: str = ""


def verify(connection: sqlite3.Connection, key: bytes) -> Verdict:
    """Look at every entry, oldest first.

    Raises:
        sqlite3.Error: the file cannot be read, now or at all.
    """
    with telling_damage():
        return _verify(connection, Chain(key))


def _verify(connection: sqlite3.Connection, chain: Chain) -> Verdict:
    with_digest = f"SELECT {', '.join(COLUMNS)}, digest FROM entries ORDER BY seq"
    connection.execute("BEGIN")  # so that all is of one moment
    try:
        attested = {
            what: (seq, digest, attestation)
            for what, seq, digest, attestation in connection.execute("SELECT * FROM attested")
        }
        seq, last, count, first = 0, GENESIS, 0, 0
        if "anchor" in attested:
            seq, last, attestation = attested["anchor"]
            if not chain.is_attested("anchor", seq, last, attestation):
                return Verdict(0, 0, 0, seq + 1, "where the journal was pruned is not attested")
        for *columns, digest in connection.execute(with_digest):
            first = first or columns[0]
            if columns[0] != seq + 1:
                return Verdict(count, first, seq, seq + 1, "the entry is missing")
            if chain.link(last, columns) != digest:
                return Verdict(count, first, seq, columns[0], "the entry is not as it was written")
            seq, last = columns[0], digest
            count += 1
        head_seq, head_digest, attestation = attested.get("head", (0, GENESIS, b""))
        if not chain.is_attested("head", head_seq, head_digest, attestation):
            return Verdict(count, first, seq, seq + 1, "the last entry is not attested")
        if head_seq > seq:
            return Verdict(count, first, seq, seq + 1, f"the entries up to {head_seq} are missing")
        if (head_seq, head_digest) != (seq, last):
            return Verdict(count, first, seq, head_seq + 1, "the entries from here on are not attested")
        return Verdict(count, first, seq)
    finally:
        connection.execute("ROLLBACK")
