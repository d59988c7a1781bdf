"""Journal: the recorder of the core, on the files of one folder."""

from __future__ import annotations

import contextlib
import logging
import os
import sqlite3
import sys
import time
from collections import deque
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from monitor.core.recording import RecordingError
from monitor.journal import records
from monitor.journal.ahead import Ahead, whole_records
from monitor.journal.cells import Mask, text_cell
from monitor.journal.damage import is_damage, telling_damage
from monitor.journal.database import Database
from monitor.journal.files import Files, JournalError, Lock, sync_folder
from monitor.journal.filing import Filing
from monitor.journal.restoring import restore_edits, restore_items, restore_sessions
from monitor.journal.schema import connect, is_empty
from monitor.journal.sightings import Sightings
from monitor.journal.spool import Spool

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from pathlib import Path

    from monitor.core.area import StorageArea
    from monitor.core.edits import Edit, Outcome
    from monitor.core.registry import Registry
    from monitor.core.session import Session
    from monitor.journal.records import Record

log = logging.getLogger(__name__)

_AT_ONCE: Final = 20
"""How many sessions are restored before the window goes on."""
LARGEST_SPOOL: Final = 512 * 2**20
"""Bytes that wait to be filed, beyond which nothing more is asked of browsers."""


class TakenError(JournalError):
    """Another process writes this journal."""


def microseconds() -> int:
    """Now, since 1970, UTC, by the clock on the wall."""
    return time.time_ns() // 1000


def stamp() -> str:
    """Now, as part of a file's name."""
    return datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")


class Journal:
    """Open the journal in ``folder``. What is recorded is in the spool when the method returns, and filed soon after.

    ``report`` is told in words what the operator should know, in any thread. Call `close` at the end.

    Raises:
        TakenError: another process writes it.
        NewerError: it was written by a later version of this app.
        JournalError: it cannot be used.
        OSError, sqlite3.Error: it cannot be opened or made.
    """

    def __init__(self, folder: Path, report: Callable[[str], None], *, keep_secrets: bool = False) -> None:
        self.files = Files(folder)
        self._report = report
        self.operator = text_cell(_user())
        self.files.make_folder()
        self._sightings: Sightings | None = None
        self._looking: sqlite3.Connection | None = None
        self._failing = False
        self.set_aside: Path | None = None
        """Where the file is that was found damaged, if one was."""
        self._unrestored: deque[Session] = deque()
        self._lock = Lock(self.files.lock)
        if not self._lock.take():
            raise TakenError("another instance of this app writes the journal")
        with contextlib.ExitStack() as undo:
            undo.callback(self._lock.release)
            was_here = self.files.database.exists()
            if was_here and not self.files.key.exists():
                report(f"The journal's key is gone ({self.files.key}): what was written before cannot be verified.")
            self.key = self.files.read_key()
            self.mask = Mask(self.key, keep_secrets=keep_secrets)
            self._spool = Spool(self.files.spool, self.key)
            undo.callback(self._spool.close)
            self._ahead = Ahead(self._spool, self.mask, self._record)
            database = self._open(was_here)
            undo.callback(database.close)
            if database.copied_to is not None:
                report(f"The journal was of an older version of this app. A copy of it as it was: {database.copied_to}")
            self._filing = Filing(database, self._spool, report, self._replace)
            sync_folder(folder)
            undo.pop_all()

    def _open(self, was_here: bool) -> Database:
        left = whole_records(self._spool.read())
        try:
            with telling_damage():
                if was_here:
                    self._check_not_empty()
            return self._opened(left)
        except sqlite3.Error as error:
            if not is_damage(error):
                raise
            self._move_aside(error)
            return self._opened(left)

    def _check_not_empty(self) -> None:
        with contextlib.closing(connect(self.files.database, read_only=True)) as connection:
            if is_empty(connection):
                raise sqlite3.DatabaseError("there is nothing in it")

    def _opened(self, left: list[tuple[Record, int]]) -> Database:
        """The database, with what the last process had no time to file, before anything is read. ``left`` is all that
        the spool holds.
        """
        database = Database(self.files.database, self.key, self.mask, stamp())
        try:
            with telling_damage():
                spool, filed = database.spooled()
                if spool == self._spool.name:
                    left = [entry for entry in left if entry[1] > filed]
                if left:
                    database.file((record for record, _ in left), self._spool.name, left[-1][1])
        except BaseException:
            database.close()
            raise
        return database

    @property
    def filing(self) -> Filing:
        """What has the database."""
        return self._filing

    # --- a registry --------------------------------------------------------------------------------------------------

    def restore_sessions(self, registry: Registry, now: float) -> None:
        """Make the sessions known that were here before: before pages connect. ``now`` is the core's time."""
        with self._setting_aside():
            restore_sessions(self._filing.database.connection, registry, now, microseconds())

    def record(self, registry: Registry, now: float) -> None:
        """Restore the edits, when all who should hear of it listen; then record what happens, and begin to file. What
        the sessions held is restored by `restore_some`, to be called until there is no more.
        """
        self._sightings = Sightings(registry, self._filing, self.mask)
        self._unrestored = deque(session for session in registry if not session.live)
        with self._setting_aside():
            restore_edits(self._filing.database, self, registry, now, microseconds())
        registry.recording.recorder = self
        self._looking = connect(self.files.database, read_only=True)
        with self._setting_aside():
            # Reads now, and so opens what is beside the file: later, that might be another's, should this be set aside.
            is_empty(self._looking)
        self._filing.start()

    def restore_some(self, now: float) -> bool:
        """Let some of the sessions hold what they held. Returns whether there are more."""
        assert self._sightings is not None
        assert self._looking is not None
        for _ in range(_AT_ONCE):
            if not self._unrestored:
                break
            session = self._unrestored.popleft()
            if not session.forgotten:
                with self._setting_aside():
                    restore_items(self._looking, session, now)
                self._sightings.know(session)
        return bool(self._unrestored)

    def look(self) -> None:
        """Save what sessions hold. To be called about once a second."""
        if self._sightings is not None:
            self._sightings.look(microseconds())

    # --- recording ---------------------------------------------------------------------------------------------------

    def preparing(self, key: str, text: str) -> Generator[None, None, None]:
        """Write a long text ahead (`monitor.core.recording.Recorder`)."""
        if self._spool.end <= LARGEST_SPOOL:
            # What cannot be written was reported, and is said of the edit if it cannot be then either.
            with contextlib.suppress(RecordingError):
                yield from self._ahead.writing(text, lambda: self.mask.hides(key))

    def asked(self, session: Session, area: StorageArea, edit: Edit, *, sending: bool) -> None:
        """Write that an edit is asked for (`monitor.core.recording.Recorder`)."""
        if self._spool.end > LARGEST_SPOOL:
            raise RecordingError(f"the journal's database cannot be written: {self._filing.stuck}")
        self._record(records.asked(microseconds(), session, area, edit, self.operator, self.mask, sending=sending))
        self._ahead.forget()

    def sending(self, edit: Edit) -> None:
        """Write that an edit that waited is sent."""
        self._record(records.Sent(microseconds(), edit.id))

    def settled(self, edit: Edit, outcome: Outcome | None) -> None:
        """Write the outcome of an edit."""
        self._record(records.settled(microseconds(), edit, outcome))

    def _record(self, record: Record) -> None:
        try:
            end = self._append(record)
        except OSError as error:
            why = f"the journal cannot be written: {error.strerror or error}"
            if not self._failing:
                self._failing = True
                log.error("%s", why)
                self._report(f"{why[0].upper()}{why[1:]}. Until it can, no edit is sent, and no outcome is shown.")
            raise RecordingError(why) from error
        if self._failing:
            self._failing = False
            self._report("The journal can be written again.")
        self._filing.put(record, end)

    def _append(self, record: Record) -> int:
        if isinstance(record, records.Asked):
            spool = self._spool.name
            end = self._spool.append_to(spool, records.encode(self._ahead.shortened(record, spool)))
            if end is not None:
                return end
        return self._spool.append(records.encode(record))

    # --- when the database is damaged --------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _setting_aside(self) -> Iterator[None]:
        """Go on without what cannot be restored."""
        try:
            with telling_damage():
                yield
        except sqlite3.Error as error:
            if not is_damage(error):
                log.error("what was before cannot be restored: %s", error)
                self._report(f"The journal cannot be read now ({error}): what was before is not restored.")
                return
            self._unrestored.clear()  # The next file knows nothing of them.
            self._filing.set_aside(error)

    def _replace(self, database: Database, error: sqlite3.Error) -> tuple[Database, list[tuple[Record, int]]]:
        database.close()
        self._move_aside(error)
        new = Database(self.files.database, self.key, self.mask, stamp())
        return new, whole_records(self._spool.contents())

    def _move_aside(self, error: sqlite3.Error) -> None:
        path = self.files.database
        aside = path.with_name(f"{path.stem}-damaged-{stamp()}{path.suffix}")
        path.rename(aside)
        self.set_aside = aside
        for beside in self.files.beside():
            if beside.exists():
                beside.rename(aside.with_name(f"{aside.name}{beside.name[len(path.name) :]}"))
        log.error("the journal is damaged (%s): it is now %s", error, aside)
        self._report(f"The journal was damaged ({error}). It was set aside as {aside}, and a new one begun.")

    def close(self) -> None:
        """Save all, file all, and let another process have the journal. What cannot be filed now is at the next
        start.
        """
        if self._sightings is not None:
            self._sightings.end()
            self._sightings.look_at_all(microseconds())
            self._filing.stop()
        if self._looking is not None:
            self._looking.close()
        self._filing.database.close()
        self._spool.close()
        self._lock.release()


def _user() -> str:
    """Who uses this computer, as the operating system has it: not as the environment does, which anybody may set."""
    try:
        if sys.platform == "win32":
            return os.getlogin()
        import pwd

        return pwd.getpwuid(os.getuid()).pw_name
    except (KeyError, OSError):
        return f"user {os.getuid()}" if sys.platform != "win32" else "unknown"
