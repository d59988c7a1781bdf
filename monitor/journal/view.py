"""View: the journal as the window and the command line look at it, whether this process writes it or another does."""

from __future__ import annotations

import sqlite3
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from monitor.journal.exporting import Form, export
from monitor.journal.files import Files
from monitor.journal.journal import Journal, microseconds
from monitor.journal.pruning import prune
from monitor.journal.reading import all_entries, search
from monitor.journal.schema import back_up, connect

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from monitor.core.journal_entry import JournalEntry

_T = TypeVar("_T")
_NO_LIMIT = 2**40
"""Mebibytes."""


class View:
    """Looks in a thread of its own. Whoever asks gives ``then``, which gets what was found and no complaint, or
    nothing and why; it is called by ``deliver``, which brings it into the caller's thread. Call `close` at the end.

    ``journal`` is ``None`` where this process does not write it: then it can only be looked at, and ``why_read_only``
    says why.
    """

    def __init__(
        self,
        folder: Path,
        journal: Journal | None,
        why_read_only: str,
        deliver: Callable[[Callable[[], None]], object],
    ) -> None:
        self._files = Files(folder)
        self.path = self._files.database
        self.why_read_only = why_read_only
        self._journal = journal
        self._deliver = deliver
        self._looking = ThreadPoolExecutor(1, "journal view")
        self._connection: sqlite3.Connection | None = None

    def search(
        self, text: str, before: int | None, limit: int, then: Callable[[list[JournalEntry] | None, str], None]
    ) -> None:
        """The newest ``limit`` operations that match (`monitor.journal.reading.search`). A search that is under way
        is given up: its ``then`` hears so.
        """
        if self._connection is not None:
            self._connection.interrupt()
        self._look(lambda connection: search(connection, text, before, limit), then)

    def export(self, path: Path, form: Form, with_secrets: bool, then: Callable[[int | None, str], None]) -> None:
        """Write all of it to a file. ``then`` gets the number of operations."""

        def write(connection: sqlite3.Connection) -> int:
            return export(all_entries(connection), self._files.target(path), form, with_secrets=with_secrets)

        self._look(write, then)

    def back_up(self, path: Path, then: Callable[[Path | None, str], None]) -> None:
        """Write a copy of the database to a file."""

        def copy(connection: sqlite3.Connection) -> Path:
            back_up(connection, self._files.target(path))
            return path

        self._look(copy, then)

    def prune(self, days: int, then: Callable[[int | None, str], None]) -> None:
        """Remove what is older than ``days``. ``then`` gets the number of entries."""
        if self._journal is None:
            then(None, self.why_read_only)
            return
        self._answer(self._journal.filing.call(lambda database: prune(database, microseconds(), days, _NO_LIMIT)), then)

    def _look(self, look: Callable[[sqlite3.Connection], _T], then: Callable[[_T | None, str], None]) -> None:
        def do() -> _T:
            # Another one each time: the file may be another, if it was damaged.
            self._connection = connect(self.path, read_only=True)
            try:
                return look(self._connection)
            finally:
                connection, self._connection = self._connection, None
                connection.close()

        if self._journal is None:
            self._answer(self._looking.submit(do), then)
        else:
            # When all that has happened is there to be found.
            filed = self._journal.filing.call(lambda _: None)
            filed.add_done_callback(lambda _: self._answer(self._looking.submit(do), then))

    def _answer(self, future: Future[_T], then: Callable[[_T | None, str], None]) -> None:
        def answer(done: Future[_T]) -> None:
            if done.cancelled():
                return
            error = done.exception()
            if error is None:
                found = done.result()
                self._deliver(lambda: then(found, ""))
            elif isinstance(error, sqlite3.Error | OSError):
                why = str(error)
                self._deliver(lambda: then(None, why))
            else:
                raise error

        future.add_done_callback(answer)

    def close(self) -> None:
        """Look no more."""
        if (connection := self._connection) is not None:
            connection.interrupt()
        self._looking.shutdown(cancel_futures=True)
