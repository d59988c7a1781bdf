"""JournalSource: what the window asks of the journal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from monitor.core.journal_entry import JournalEntry


class JournalSource(Protocol):
    """Each method gives its answer to ``then``, later, in the window's thread: what was asked for and no complaint, or
    ``None`` and why not. ``why_read_only`` says why the journal can only be looked at; it is empty if it can be pruned.
    """

    path: Path
    why_read_only: str

    def search(
        self, text: str, before: int | None, limit: int, then: Callable[[list[JournalEntry] | None, str], None]
    ) -> None:
        """The newest entries in which every word of ``text`` stands, of those before entry ``before``."""

    def export(
        self,
        path: Path,
        form: Literal["json", "csv"],
        with_secrets: bool,
        then: Callable[[int | None, str], None],
    ) -> None:
        """Write all of it to a file; answers with the number of operations."""

    def back_up(self, path: Path, then: Callable[[Path | None, str], None]) -> None:
        """Write a copy of the database to a file."""

    def prune(self, days: int, then: Callable[[int | None, str], None]) -> None:
        """Remove what is older; answers with the number of entries."""
