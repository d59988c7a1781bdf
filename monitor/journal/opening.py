"""Opening: the journal if it is ours to write; and if not, why, in words."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from monitor.journal.files import JournalError
from monitor.journal.journal import Journal, TakenError
from monitor.journal.schema import NewerError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def open_journal(
    folder: Path, report: Callable[[str], None], *, keep_secrets: bool = False
) -> tuple[Journal | None, str]:
    """The journal in ``folder``, or why it can only be looked at."""
    try:
        return Journal(folder, report, keep_secrets=keep_secrets), ""
    except TakenError:
        return None, "another instance of this app writes it"
    except NewerError as error:
        return None, f"it was written by a later version of this app ({error})"
    except (JournalError, OSError, sqlite3.Error) as error:
        return None, f"it cannot be opened in {folder}: {error}"
