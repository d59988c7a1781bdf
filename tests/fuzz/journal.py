"""The journal's files, damaged in any way: the app starts, says so, goes on, and does nothing that was not asked."""

from __future__ import annotations

import atexit
import shutil
import sqlite3
from contextlib import closing
from itertools import count
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from monitor.core.edits import EditState, Replace
from monitor.core.messages import Clear, RemoveItem, SetItem
from monitor.core.registry import Registry
from monitor.journal.exporting import export
from monitor.journal.files import Files
from monitor.journal.opening import open_journal
from monitor.journal.reading import all_entries, search
from monitor.journal.schema import COLUMNS, back_up, connect
from monitor.journal.verifying import verify
from tests.fuzz.reading import Reader
from tests.journal.desk import Desk
from tests.ui.simulated_page import Clock, SimulatedPage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.core.messages import Operation

_folder = TemporaryDirectory(prefix="fuzz-journal-")
atexit.register(_folder.cleanup)
_FOLDER: Final = Path(_folder.name)
_numbers = count()
_ITEMS: Final = {"a": "1", "password": "hunter2", "\ud800": "\0"}
# Each waits when the app ends: the one that is restored must be this one, or none.
_QUEUED: Final[tuple[Sequence[Operation], ...]] = (
    (SetItem("a", "queued", "1"), RemoveItem("\ud800", "\0")),
    (SetItem("password", "correct horse", "hunter2"),),
    (Clear(),),
)
_ASKED: Final[list[object]] = [list(operations) for operations in _QUEUED]
_SENT: Final = [SetItem("sent", "and not answered")]


def _make() -> Path:
    """A journal with all that it can hold: settled edits, one that was sent, those that wait, the last in the spool."""
    folder, copy = _FOLDER / "lived in", _FOLDER / "whole"
    copy.mkdir()
    with Desk(folder, "before") as desk:
        page = desk.page(dict(_ITEMS))
        for number in range(3):
            desk.set(page, "n", str(number))
        desk.ask(page, *_SENT)
        desk.page(session_id="another", page_id="other", items={"x": "y"})
        desk.journal.look()
        page.leave()
        for operations in _QUEUED[:-1]:
            page.session.edit(operations, desk.clock())
        desk.filed()
        with closing(connect(desk.journal.files.database, read_only=True)) as connection:
            back_up(connection, copy / "journal.sqlite3")
        page.session.edit(_QUEUED[-1], desk.clock())
        for name in ("journal.spool", "journal.key"):
            shutil.copy(folder / name, copy)
    return copy


_WHOLE: Final = _make()
_DATABASE: Final = (_WHOLE / "journal.sqlite3").read_bytes()
_SPOOL: Final = (_WHOLE / "journal.spool").read_bytes()
_KEY: Final = (_WHOLE / "journal.key").read_bytes()
# Nearly all of a small database is nothing.
_TELLING: Final = tuple(place for place, byte in enumerate(_DATABASE) if byte)
_ROW: Final = f"SELECT {', '.join(COLUMNS)} FROM entries ORDER BY seq"


def _rows(path: Path) -> list[tuple[Any, ...]]:
    with closing(connect(path, read_only=True)) as connection:
        return connection.execute(_ROW).fetchall()


_ROWS: Final = _rows(_WHOLE / "journal.sqlite3")
with closing(connect(_WHOLE / "journal.sqlite3", read_only=True)) as _connection:
    _TABLES: Final = {
        table: [column[1] for column in _connection.execute(f"PRAGMA table_info({table})")]
        for table in ("entries", "open_edits", "sealed", "sessions", "attested", "spool")
    }
_WITH_ROW_IDS: Final = ("entries", "attested", "spool", "sessions")
_VALUES: Final = (
    "NULL", "-1", "0", "9223372036854775807", "1.5", "'text'", "''", "x''", "x'ff'", "x'7265'", "x'6430'",
    "CAST(x'ff' AS TEXT)", "x'655c75'", "x'643a2d31'",
)  # fmt: skip

SEEDS: Final = (
    b"",
    b"\0\0\0\1",
    b"\1\0\x10\xff\1\1\2\3",
    b"\2\0\0\x20\7",
    b"\3\0\5\2\5\4\6\1",
    b"\3\3\4\0\1\3\1\2\0\1",
    b"\4\0\x90\4\1\0",
    b"\5\5",
    # It was set aside while another connection had opened it, and not yet what is beside it: the process died (SIGBUS).
    b"\1:J\xff\xff\xffH",
    *(b"\3" + Random(number).randbytes(12) for number in range(60)),
)


def check(content: bytes) -> None:
    """Damage a journal as these bytes say; then start, work, end, and look at it."""
    folder = _FOLDER / str(next(_numbers))
    folder.mkdir()
    try:
        _damage(Reader(content), Files(folder))
        _live(folder, whole=not content)
        _look(folder)
    finally:
        shutil.rmtree(folder)


def _damage(reader: Reader, files: Files) -> None:
    database, spool, key = bytearray(_DATABASE), bytearray(_SPOOL), _KEY
    statements: list[str] = []
    while reader.more:
        match reader.number(6):
            case 0 | 1:
                database[_TELLING[reader.number(len(_TELLING))] % len(database)] ^= reader.number(256)
            case 2:
                place = reader.number(1 + len(spool))
                spool[place : place + 1] = reader.some(1)
            case 3:
                table = reader.choice(tuple(_TABLES))
                column, value = reader.choice(_TABLES[table]), reader.choice(_VALUES)
                which = f"WHERE rowid % 4 = {reader.number(4)}" if table in _WITH_ROW_IDS else ""
                statements.append(f"UPDATE {table} SET {column} = {value} {which}")
            case 4:
                del database[reader.number(len(database)) + 1 :]
            case _:
                what = reader.number(4)
                if what == 0:
                    del spool[reader.number(1 + len(spool)) :]
                elif what == 1:
                    key = reader.some(40)
                elif what == 2:
                    statements.append(f"PRAGMA user_version = {reader.number(256) - 128}")
    files.database.write_bytes(database)
    files.spool.write_bytes(spool)
    files.key.write_bytes(key)
    with closing(sqlite3.connect(files.database, isolation_level=None)) as connection:
        for statement in statements:
            try:
                connection.execute(statement)
            except (sqlite3.Error, UnicodeDecodeError):
                continue  # It is too damaged for that already.


def _live(folder: Path, *, whole: bool) -> None:
    """One life of the app. It may say that it cannot use the journal; what it does record, it finds again."""
    reports: list[str] = []
    journal, why, _ = open_journal(folder, reports.append)
    if journal is None:
        assert why
        assert (folder / "journal.sqlite3").exists(), "it cannot be used, and is not there any more"
        return
    clock, registry = Clock(), Registry("now")
    try:
        journal.restore_sessions(registry, clock())
        journal.record(registry, clock())
        while journal.restore_some(clock()):
            pass
        restored = _restored(registry)
        # Whether an edit was sent is kept beside the chain: who changes that can have one sent again.
        assert all(operations in (*_ASKED, _SENT) for operations in restored), f"nobody asked for this: {restored}"
        assert not whole or restored == _ASKED, "what waited is lost"
        page = SimulatedPage(registry, clock, {"a": "1"}, session_id="new")
        edit = page.session.edit([SetItem("a", "2", "1")], clock())
        page.answer_all()
        assert edit.state is EditState.APPLIED
        journal.look()
    finally:
        registry.recording.recorder = None
        journal.close()
    if any("set aside" in report for report in reports):
        assert list(folder.glob("journal-damaged-*.sqlite3")), "what was damaged is gone"


def _restored(registry: Registry) -> list[object]:
    edits = [edit for session in registry for edit in session.unsettled()]
    return [[*edit.operations] if not isinstance(edit.operations, Replace) else edit.operations for edit in edits]


def _look(folder: Path) -> None:
    files = Files(folder)
    try:
        with closing(connect(files.database, read_only=True)) as connection:
            verdict = verify(connection, files.read_key() if len(files.key.read_bytes()) == 32 else bytes(32))
            if verdict.broken is None and not list(folder.glob("journal-damaged-*")):
                first = connection.execute(_ROW).fetchmany(len(_ROWS))
                same = [row for row in first if row in _ROWS]
                assert not same or first == _ROWS, "it was changed, and nobody would know"
            list(search(connection, "a", None, 100))
            for form in ("json", "csv"):
                export(all_entries(connection), folder / "export", form)
    except sqlite3.Error as error:
        assert str(error)
