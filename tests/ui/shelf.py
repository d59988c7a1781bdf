"""Shelf: a journal to be looked at, which answers when a test says so."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from monitor.core.journal_entry import JournalEntry

if TYPE_CHECKING:
    from collections.abc import Callable


def entry(seq: int, **differing: Any) -> JournalEntry:
    fields = {
        "seq": seq, "at": 1_795_400_000_000_000 + seq, "edit": f"run-{seq}", "operator": "ada", "author": "operator",
        "intent": "do", "origin": "https://shop.example", "session": "0123456789", "user": "Grace", "area": "local",
        "page": "", "op": "set", "key": f"key {seq}", "new_key": "", "old": "1", "new": "2", "outcome": "applied",
        "reason": "", "message": "",
    }  # fmt: skip
    return JournalEntry(**{**fields, **differing})


class Shelf:
    """A journal of ``entries``; it answers when a test says so."""

    def __init__(self, entries: list[JournalEntry], why_read_only: str = "") -> None:
        self.path = Path("/data/journal.sqlite3")
        self.why_read_only = why_read_only
        self.entries = entries
        self.waiting: list[Callable[[], None]] = []
        self.asked: list[tuple[Any, ...]] = []
        self.broken = ""

    def answer(self) -> None:
        waiting, self.waiting = self.waiting, []
        for answer in waiting:
            answer()

    def search(
        self, text: str, before: int | None, limit: int, then: Callable[[list[JournalEntry] | None, str], None]
    ) -> None:
        found = [each for each in reversed(self.entries) if text in each.key and (before is None or each.seq < before)]
        why = self.broken
        self.waiting.append(lambda: then(None if why else found[:limit], why))

    def export(self, path: Path, form: str, with_secrets: bool, then: Callable[[int | None, str], None]) -> None:
        self.asked.append((path, form, with_secrets))
        self.waiting.append(lambda: then(None, self.broken) if self.broken else then(len(self.entries), ""))

    def back_up(self, path: Path, then: Callable[[Path | None, str], None]) -> None:
        self.asked.append((path,))
        self.waiting.append(lambda: then(path, ""))

    def prune(self, days: int, then: Callable[[int | None, str], None]) -> None:
        self.asked.append((days,))
        self.waiting.append(lambda: then(3, ""))
