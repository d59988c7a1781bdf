"""Filing: the thread that takes records from the spool into the database, and sees to it that the disk has them."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections import deque
from concurrent.futures import Future
from itertools import islice
from typing import TYPE_CHECKING, Final, TypeVar

from monitor.journal.damage import is_damage
from monitor.journal.records import Asked, Bulk

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.journal.database import Database
    from monitor.journal.records import Record
    from monitor.journal.spool import Spool

log = logging.getLogger(__name__)

_T = TypeVar("_T")
DELAY: Final = 0.2
"""Seconds that records are gathered for, before the disk is to have them and they are filed."""
AGAIN: Final = 1.0
"""Seconds until what failed is tried again."""
PATIENCE: Final = 5.0
"""Seconds for which it may fail before the operator is told."""
EMPTIED_AT: Final = 2**20
"""Bytes of the spool at which a new one is begun, once all of it is filed."""
_ROWS: Final = 5_000
"""How many entries are filed in one transaction, unless a single edit has more."""


class Filing:
    """The thread, and what waits for it. Only it uses the database from `start` on, until `stop` returns.

    ``report`` is told, in that thread, what the operator should know. ``replace`` makes a new database in place of a
    damaged one, and ``again`` gives all that the spool holds, to be filed there.
    """

    def __init__(
        self,
        database: Database,
        spool: Spool,
        report: Callable[[str], None],
        replace: Callable[[Database, sqlite3.Error], tuple[Database, list[tuple[Record, int]]]],
    ) -> None:
        self._database = database
        self._spool = spool
        self._report = report
        self._replace = replace
        self._waiting: deque[tuple[Record, int]] = deque()
        self._tasks: deque[Callable[[], None]] = deque()
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._damage: sqlite3.Error | None = None
        self._damaged = False
        self._failing_since: float | None = None
        self._reported = False
        self._synced = 0
        self.stuck = ""
        """Why nothing can be filed at the moment, if so."""
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)

    @property
    def database(self) -> Database:
        """For tests, and for who knows that the thread does not run."""
        return self._database

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def put(self, record: Record, end: int) -> None:
        """The record stands in the spool, up to ``end``."""
        self._waiting.append((record, end))
        if not self._wake.is_set():
            self._wake.set()

    def call(self, task: Callable[[Database], _T]) -> Future[_T]:
        """Do something with the database in the thread, when all that was put before is filed, and soon."""
        future: Future[_T] = Future()

        def do() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(task(self._database))
            except BaseException as error:
                if isinstance(error, sqlite3.Error) and is_damage(error):
                    self._damage = error
                future.set_exception(error)

        self._tasks.append(do)
        self._wake.set()
        return future

    def set_aside(self, error: sqlite3.Error) -> None:
        """Who reads the database has found that it is damaged. It is dealt with at once before `start`, afterwards in
        the thread, soon.
        """
        if self._thread.ident is None:
            self._set_aside(error)
            self._work()
            return

        def tell(_database: Database) -> None:
            raise error

        self.call(tell)

    def stop(self) -> None:
        """File what there is, and end. What cannot be filed stays in the spool."""
        self._stop.set()
        self._wake.set()
        if self._thread.ident is not None:  # It was started.
            self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            self._wake.wait(None if self._failing_since is None else AGAIN)
            self._wake.clear()
            if not self._tasks:
                self._stop.wait(DELAY)
            self._work()
            if self._failing_since is not None:
                self._stop.wait(AGAIN)
        self._work()
        if not self._waiting:  # of the tasks, one may have found that the database is damaged
            self._attempt(lambda: self._begin_anew(0))

    def _work(self) -> None:
        self._attempt(self._file_all)
        while self._tasks:
            self._tasks.popleft()()
        damage, self._damage = self._damage, None
        if damage is not None:
            self._set_aside(damage)
        if self._damaged:  # now, or before the tasks: all is to be filed anew
            self._damaged = False
            self._attempt(self._file_all)
        if not self._waiting:
            self._attempt(lambda: self._begin_anew(EMPTIED_AT))

    def _attempt(self, what: Callable[[], None]) -> None:
        try:
            what()
            self._failing_since, self._reported, self.stuck = None, False, ""
        except sqlite3.Error as error:
            if is_damage(error):
                self._set_aside(error)
            else:
                self._note_failure(error)
        except OSError as error:
            self._note_failure(error)
        except Exception as error:
            # A fault of ours. Nothing is lost: it stays in the spool, and is tried again.
            log.exception("filing failed")
            self._note_failure(error)

    def _file_all(self) -> None:
        self._sync()
        while self._waiting:
            self._file_some()

    def _sync(self) -> None:
        if self._spool.end != self._synced:
            self._synced = self._spool.end
            self._spool.sync()

    def _file_some(self) -> None:
        batch: list[tuple[Record, int]] = []
        rows = 0
        # Others append meanwhile, which a deque allows; it does not allow to go through it for long.
        for entry in list(islice(self._waiting.copy(), _ROWS)):
            batch.append(entry)
            record = entry[0]
            rows += _ROWS if isinstance(record, Bulk) else len(record.operations) if isinstance(record, Asked) else 1
            if rows >= _ROWS:
                break
        self._database.file((record for record, _ in batch), self._spool.name, batch[-1][1])
        for _ in batch:
            self._waiting.popleft()

    def _begin_anew(self, larger_than: int) -> None:
        """Empty the spool, if it is that large."""
        if self._spool.end > larger_than:
            _, filed = self._database.spooled()
            self._spool.empty_if_ends_at(filed)

    def _note_failure(self, error: Exception) -> None:
        now = time.monotonic()
        if self._failing_since is None:
            self._failing_since = now
            log.warning("the journal cannot be filed: %s", error)
        self.stuck = str(error)
        if now - self._failing_since > PATIENCE and not self._reported:
            self._reported = True
            self._report(
                f"The journal's database cannot be written ({error}). What happens is kept beside it, and filed later."
            )

    def _set_aside(self, error: sqlite3.Error) -> None:
        try:
            self._database, spooled = self._replace(self._database, error)
        except (sqlite3.Error, OSError) as failure:
            self._note_failure(failure)
        else:
            # All that is in the spool, and so all that waits: what is appended from now on is behind it.
            end = spooled[-1][1] if spooled else 0
            later = [entry for entry in self._waiting.copy() if entry[1] > end]
            self._waiting.clear()
            self._waiting.extend(spooled + later)
            self._damaged = True
