"""View: the journal is looked at in a thread of its own, by who writes it and by who does not."""

from __future__ import annotations

import queue
import sqlite3
import threading
from typing import TYPE_CHECKING, Any

import pytest

from monitor.journal.view import View
from tests.journal.desk import Desk, verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


class Inbox:
    """Answers, as they come, in the thread that reads them."""

    def __init__(self) -> None:
        self._delivered: queue.Queue[Callable[[], None]] = queue.Queue()
        self.deliver = self._delivered.put
        self._answers: list[tuple[Any, str]] = []

    def then(self, found: Any, why: str) -> None:
        assert threading.current_thread() is threading.main_thread()
        self._answers.append((found, why))

    def next(self) -> tuple[Any, str]:
        while not self._answers:
            self._delivered.get(timeout=30)()
        return self._answers.pop(0)


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk(tmp_path / "journal") as desk:
        desk.set(desk.page({"a": "0"}), "a", "1", "0")
        yield desk


@pytest.fixture
def view(desk: Desk, inbox: Inbox) -> Iterator[View]:
    view = View(desk.folder, desk.journal, "", inbox.deliver)
    yield view
    view.close()


@pytest.fixture
def onlooker(desk: Desk, inbox: Inbox) -> Iterator[View]:
    desk.filed()
    view = View(desk.folder, None, "another instance writes it", inbox.deliver)
    yield view
    view.close()


def test_what_has_just_happened_is_found(view: View, inbox: Inbox) -> None:
    view.search("", None, 10, inbox.then)
    found, why = inbox.next()
    assert ([entry.key for entry in found], [entry.outcome for entry in found], why) == (["a"], ["applied"], "")


def test_who_does_not_write_it_finds_it_too_and_prunes_nothing(onlooker: View, inbox: Inbox) -> None:
    onlooker.search("a", None, 10, inbox.then)
    assert len(inbox.next()[0]) == 1
    onlooker.prune(1, inbox.then)
    assert inbox.next() == (None, "another instance writes it")


def test_nothing_is_written_over_the_journal_itself(view: View, desk: Desk, inbox: Inbox) -> None:
    view.export(desk.folder / "journal.sqlite3", "csv", False, inbox.then)
    view.back_up(desk.folder / "journal.key", inbox.then)
    for found, why in (inbox.next(), inbox.next()):
        assert found is None
        assert "is a file of the journal itself" in why
    assert verdict(desk.folder).broken is None


def test_it_is_exported_copied_and_pruned(view: View, inbox: Inbox, tmp_path: Path) -> None:
    view.export(tmp_path / "out.csv", "csv", False, inbox.then)
    assert inbox.next() == (1, "")
    view.back_up(tmp_path / "copy.sqlite3", inbox.then)
    assert inbox.next() == (tmp_path / "copy.sqlite3", "")
    copy = sqlite3.connect(tmp_path / "copy.sqlite3")
    assert copy.execute("SELECT count(*) FROM entries").fetchone() == (2,)
    copy.close()
    assert (tmp_path / "copy.sqlite3").stat().st_mode & 0o777 == 0o600
    view.prune(1, inbox.then)
    assert inbox.next() == (0, "")


def test_what_cannot_be_done_is_said(view: View, onlooker: View, inbox: Inbox, tmp_path: Path) -> None:
    nowhere = tmp_path / "no" / "folder"
    view.export(nowhere, "json", False, inbox.then)
    assert "No such file" in inbox.next()[1]
    view.back_up(nowhere, inbox.then)
    assert "No such file" in inbox.next()[1]
    onlooker.path = nowhere
    onlooker.search("", None, 10, inbox.then)
    found, why = inbox.next()
    assert found is None
    assert why
