"""JournalEntry: what the journal says of one operation, for who looks at it."""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

from monitor.core.values import Value


class Masked(Struct, frozen=True):
    """Stands for a value that the journal does not have: equal ones have equal digests. ``units`` is its length."""

    digest: str
    units: int


JournalValue: TypeAlias = Value | Masked | None


class JournalEntry(Struct, frozen=True):
    """``at`` is in microseconds since 1970, UTC. ``outcome`` is empty as long as there is none; all else that may be
    missing is an empty text.

    ``author`` is the part in which ``operator``, the user of this computer, asked for it: ``operator`` in the window,
    ``program`` by the Python API.
    """

    seq: int
    at: int
    edit: str
    operator: str
    author: str
    intent: str
    origin: str
    session: str
    user: str
    area: str
    page: str
    op: str
    key: str
    new_key: str
    old: JournalValue
    new: JournalValue
    outcome: str
    reason: str
    message: str
