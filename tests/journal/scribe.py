"""Scribe: a process that edits as fast as it can, and says what was sent and what was told, until it is killed.

``python -m tests.journal.scribe FOLDER RUN`` writes lines: ``sent ID`` when the page has the edit, ``told ID OUTCOME``
when it was announced.
"""

from __future__ import annotations

import os
import sys
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.core.edits import EditState, Reason
from monitor.core.events import EditUpdated
from monitor.core.messages import SetItem
from tests.journal.desk import Desk

if TYPE_CHECKING:
    from monitor.core.events import Event


def _say(*words: str) -> None:
    os.write(1, f"{' '.join(words)}\n".encode())  # at once, and whole


def _tell(event: Event) -> None:
    if isinstance(event, EditUpdated) and event.edit.state is not EditState.PENDING:
        _say("told", event.edit.id, "unknown" if event.edit.reason is Reason.UNKNOWN else event.edit.state)


def main(folder: Path, run: str) -> None:
    desk = Desk(folder, run)
    desk.registry.subscribe(_tell)
    with desk:
        page = desk.page({"n": "0"})
        _say("ready")
        for number in count():
            many = [SetItem(f"k{each}", str(number)) for each in range(300)] if number % 50 == 49 else []
            page.session.edit([SetItem("n", str(number), page.items["n"]), *many], desk.clock())  # type: ignore[arg-type]  # never redacted here
            _say("sent", page.asked[0].id)
            if number % 10 == 9:
                page.refuse("quota")
            else:
                page.answer()
            desk.journal.look()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
