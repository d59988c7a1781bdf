"""Opening: the journal if it is ours to write; and if not, why, in words."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, NamedTuple

from monitor.core.recording import RecordingError
from monitor.journal.files import JournalError
from monitor.journal.journal import Journal, TakenError
from monitor.journal.schema import NewerError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

    from monitor.core.area import StorageArea
    from monitor.core.edits import Edit, Outcome
    from monitor.core.session import Session


class Opened(NamedTuple):
    """The journal, or why it can only be looked at; ``failed`` if that is so for no good reason."""

    journal: Journal | None
    why_not: str = ""
    failed: bool = False


def open_journal(folder: Path, report: Callable[[str], None], *, keep_secrets: bool = False) -> Opened:
    """The journal in ``folder``, as far as it can be opened."""
    try:
        return Opened(Journal(folder, report, keep_secrets=keep_secrets))
    except TakenError:
        return Opened(None, "another instance of this app writes it")
    except NewerError as error:
        return Opened(None, f"it was written by a later version of this app ({error})")
    except (JournalError, OSError, sqlite3.Error) as error:
        return Opened(None, f"it cannot be opened in {folder}: {error}", failed=True)


class Refusing:
    """In place of a journal that should be there and cannot be opened: nothing is asked of a browser that is not
    written down (`monitor.core.recording.Recorder`).
    """

    def __init__(self, why: str) -> None:
        self._why = why

    def preparing(self, key: str, text: str) -> Generator[None, None, None]:
        """Nothing: what is to come of it is refused."""
        yield from ()

    def asked(self, session: Session, area: StorageArea, edit: Edit, *, sending: bool) -> None:
        """Raises RecordingError."""
        raise RecordingError(self._why)

    def sending(self, edit: Edit) -> None:
        """Raises RecordingError."""
        raise RecordingError(self._why)

    def settled(self, edit: Edit, outcome: Outcome | None) -> None:
        """Nothing: what has an outcome was asked before there was this."""
