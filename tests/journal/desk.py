"""Desk: a registry with a journal in a folder, and simulated pages that obey."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from monitor.core.messages import SetItem
from monitor.core.registry import Registry
from monitor.journal.journal import Journal
from monitor.journal.schema import connect
from monitor.journal.verifying import Verdict, verify
from tests.ui.simulated_page import Clock, SimulatedPage

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from monitor.core.edits import Edit
    from monitor.core.messages import Operation


class Desk:
    """As a context: the journal is open within, and closed in good order at the end."""

    def __init__(self, folder: Path, name: str = "run", **options: Any) -> None:
        self.folder = folder
        self.reports: list[str] = []
        self.clock = Clock()
        self.registry = Registry(name)
        self.journal = Journal(folder, self.reports.append, **options)

    def __enter__(self) -> Self:
        self.journal.restore_sessions(self.registry, self.clock())
        self.journal.record(self.registry, self.clock())
        while self.journal.restore_some(self.clock()):
            pass
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.journal.close()

    def page(self, items: dict[str, Any] | None = None, **differing: Any) -> SimulatedPage:
        return SimulatedPage(self.registry, self.clock, items, **differing)

    def ask(self, page: SimulatedPage, *operations: Operation) -> Edit:
        return page.session.edit(operations, self.clock())

    def set(self, page: SimulatedPage, key: str, value: str, expected: str | None = None) -> Edit:
        """Ask, and let the page answer if it is there."""
        edit = self.ask(page, SetItem(key, value, expected))
        page.answer_all()
        return edit

    def filed(self) -> None:
        """Wait until all that happened is in the database."""
        self.journal.filing.call(lambda _: None).result(30)


def rows(folder: Path, *columns: str, kind: str = "") -> list[tuple[Any, ...]]:
    """These columns of the entries, oldest first."""
    connection = connect(folder / "journal.sqlite3", read_only=True)
    try:
        where = f"WHERE kind = '{kind}'" if kind else ""
        return connection.execute(f"SELECT {', '.join(columns)} FROM entries {where} ORDER BY seq").fetchall()
    finally:
        connection.close()


def verdict(folder: Path) -> Verdict:
    connection = connect(folder / "journal.sqlite3", read_only=True)
    try:
        return verify(connection, (folder / "journal.key").read_bytes())
    finally:
        connection.close()
