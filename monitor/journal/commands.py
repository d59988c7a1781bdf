"""Commands: ``session-monitor journal verify|export|prune|path``, without a window."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from typing import TYPE_CHECKING

from monitor.journal.exporting import Form, export
from monitor.journal.files import Files, JournalError, default_folder
from monitor.journal.journal import microseconds
from monitor.journal.opening import open_journal
from monitor.journal.pruning import prune
from monitor.journal.reading import all_entries
from monitor.journal.schema import connect
from monitor.journal.verifying import verify

if TYPE_CHECKING:
    import argparse
    from pathlib import Path


def run(options: argparse.Namespace) -> int:
    """Do what the command line says. Returns the exit code: 1 where something is wrong with the journal."""
    folder = options.folder or options.journal_folder or default_folder()
    files = Files(folder)
    if options.command == "path":
        _say(str(files.database))
        return 0
    try:
        if not files.database.exists():
            raise JournalError(f"there is no journal at {files.database}")
        if not files.key.exists():
            raise JournalError(f"the journal's key is missing: {files.key}")
        if options.command == "prune":
            return _prune(folder, options)
        target = files.target(options.file) if options.command == "export" else None
        _file_the_rest(folder)
        with closing(connect(files.database, read_only=True)) as connection:
            if options.command == "verify":
                return _verify(connection, files)
            assert target is not None
            count = export(all_entries(connection), target, _form(options.file), with_secrets=options.secrets)
            _say(f"{count:,} operations in {options.file}")
            return 0
    except (JournalError, OSError, sqlite3.Error) as error:
        _complain(str(error))
        return 1


def _form(path: Path) -> Form:
    return "csv" if path.suffix.lower() == ".csv" else "json"


def _verify(connection: sqlite3.Connection, files: Files) -> int:
    verdict = verify(connection, files.read_key())
    if verdict.broken is not None:
        _complain(f"broken at entry {verdict.broken}: {verdict.why}")
        return 1
    _say(f"{verdict.entries:,} entries, {verdict.first} to {verdict.last}: all as they were written")
    return 0


def _prune(folder: Path, options: argparse.Namespace) -> int:
    journal, why, _ = open_journal(folder, _complain)
    if journal is None:
        raise JournalError(f"the journal cannot be pruned: {why}")
    try:
        count = prune(journal.filing.database, microseconds(), options.days, options.size)
    finally:
        journal.close()
    _say(f"{count:,} entries removed")
    return 0


def _file_the_rest(folder: Path) -> None:
    """Let the database have what an app that was killed has left in the spool."""
    journal, why, _ = open_journal(folder, _complain)
    if journal is not None:
        aside = journal.set_aside
        journal.close()
        if aside is not None:
            raise JournalError(f"there is nothing to look at: the journal was damaged, and is now {aside}")
    else:
        _complain(f"The journal is looked at as it is, without what happened in the last moments: {why}.")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def _complain(text: str) -> None:
    sys.stderr.write(f"{text}\n")
