"""Ahead: a long text that was written in parts, before its edit was asked for, is in the journal as any other is."""

from __future__ import annotations

from itertools import pairwise
from shutil import copytree
from threading import Event
from typing import TYPE_CHECKING

import pytest

from monitor.core.edits import EditState
from monitor.core.journal_entry import Masked
from monitor.core.long_messages import LONG_TEXT
from monitor.core.parts import at_once
from monitor.core.secret_keys import KeyRules, apply_rules
from monitor.journal import records
from monitor.journal.ahead import Ahead
from monitor.journal.cells import Mask, value_of
from monitor.journal.spool import Spool
from tests.journal.desk import Desk, rows, verdict

if TYPE_CHECKING:
    from pathlib import Path

    from tests.ui.simulated_page import SimulatedPage

KINDS = {
    "plain": "one line of many\r\n" * 40_000,
    "beyond ASCII": "één 😀 " * 80_000,
    "a NUL, late": "é" * 600_000 + "\0",
    "half signs": "\ud83d, \udc00; " * 80_000,
}
OLD = "what was there " * 40_000


def prepare(desk: Desk, key: str, *texts: str) -> None:
    at_once(desk.registry.recording.preparing(key, texts))


def save(desk: Desk, page: SimulatedPage, key: str, new: str, old: str) -> EditState:
    prepare(desk, key, new, old)
    return desk.set(page, key, new, old).state


def values(folder: Path) -> list[tuple[object, ...]]:
    """What each edit found, and what it set."""
    return [tuple(map(value_of, row)) for row in rows(folder, "old", "new", kind="edit")]


def unfiled(folder: Path) -> Desk:
    """As if it was killed before anything is filed: close its journal."""
    desk = Desk(folder)
    desk.registry.recording.recorder = desk.journal
    return desk


def asked(operation: records.Operation) -> records.Asked:
    where = ("session", "https://shop.example", None, "local", None)
    return records.Asked(1, "run-1", *where, "operator", "me", "do", True, b"", [operation])


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_filed_whole(tmp_path: Path, kind: str) -> None:
    with Desk(tmp_path) as desk:
        page = desk.page({"a": OLD})
        assert save(desk, page, "a", KINDS[kind], OLD) is EditState.APPLIED
    assert values(tmp_path) == [(OLD, KINDS[kind])]
    assert verdict(tmp_path).broken is None


@pytest.mark.parametrize("kind", KINDS)
def test_it_survives_the_death_of_the_process(tmp_path: Path, kind: str) -> None:
    desk = unfiled(tmp_path)
    page = desk.page({"a": OLD, "b": "1"})
    assert save(desk, page, "a", KINDS[kind], OLD) is EditState.APPLIED
    assert save(desk, page, "a", OLD, KINDS[kind]) is EditState.APPLIED
    desk.journal.close()
    with Desk(tmp_path, "second"):
        pass
    assert values(tmp_path) == [(OLD, KINDS[kind]), (KINDS[kind], OLD)]
    assert verdict(tmp_path).broken is None


def test_it_is_not_written_again_with_the_edit(tmp_path: Path) -> None:
    desk = unfiled(tmp_path)
    page, spool = desk.page({"a": OLD}), desk.journal.files.spool
    prepare(desk, "a", KINDS["plain"], OLD)
    before = spool.stat().st_size
    assert before > len(KINDS["plain"]) + len(OLD)
    desk.set(page, "a", KINDS["plain"], OLD)
    assert spool.stat().st_size - before < 2_000
    desk.journal.close()


def test_what_is_written_in_one_turn_is_short(tmp_path: Path) -> None:
    desk = unfiled(tmp_path)
    spool = desk.journal.files.spool
    turns = desk.registry.recording.preparing("a", ["\ud800" * 8 * LONG_TEXT])
    sizes = [spool.stat().st_size, *(spool.stat().st_size for _ in turns)]
    assert max(after - before for before, after in pairwise(sizes)) < 2 * 2**20
    assert sizes[-1] - sizes[0] > 8 * LONG_TEXT
    desk.journal.close()


def test_other_edits_may_come_between_also_if_they_are_filed_before_it(tmp_path: Path) -> None:
    with Desk(tmp_path) as desk:
        page = desk.page({"a": OLD, "b": "1"})
        prepare(desk, "a", KINDS["plain"])
        desk.set(page, "b", "2", "1")
        desk.filed()
        desk.set(page, "a", KINDS["plain"], OLD)
    assert values(tmp_path) == [("1", "2"), (OLD, KINDS["plain"])]


def test_a_death_after_the_parts_were_filed_leaves_it_whole(tmp_path: Path) -> None:
    alive, dead = tmp_path / "alive", tmp_path / "dead"
    goes_on = Event()
    with Desk(alive) as desk:
        page = desk.page({"a": OLD, "b": "1"})
        prepare(desk, "a", KINDS["plain"])
        desk.set(page, "b", "2", "1")
        desk.filed()
        desk.journal.filing.call(lambda _: goes_on.wait(30))
        desk.set(page, "a", KINDS["plain"], OLD)
        copytree(alive, dead)
        goes_on.set()
    with Desk(dead, "second"):
        pass
    assert values(dead) == [("1", "2"), (OLD, KINDS["plain"])]


def test_what_stands_in_another_spool_is_not_referred_to(tmp_path: Path) -> None:
    spool, mask = Spool(tmp_path / "spool", b"k" * 32), Mask(b"k" * 32)
    spool.read()
    ahead = Ahead(spool, mask, lambda part: spool.append(records.encode(part)))
    at_once(ahead.writing(OLD, lambda: False))
    name = spool.name
    edit = asked(records.Operation("set", "a", new=mask.cell(OLD, hidden=False)))
    short = ahead.shortened(edit, name)
    assert short != edit
    spool.empty()
    assert ahead.shortened(edit, spool.name) == edit
    assert spool.append_to(name, records.encode(short)) is None
    assert spool.contents() == []
    spool.close()


def test_a_secret_is_not_written_ahead(tmp_path: Path) -> None:
    desk = unfiled(tmp_path)
    page = desk.page({"token": "before"})
    assert save(desk, page, "token", KINDS["plain"], "before") is EditState.APPLIED
    assert KINDS["plain"][:100].encode() not in desk.journal.files.spool.read_bytes()
    desk.journal.close()
    with Desk(tmp_path, "second"):
        pass
    ((_, new),) = values(tmp_path)
    assert isinstance(new, Masked)
    assert new.units == len(KINDS["plain"])


def test_a_secret_by_a_rule_that_is_made_meanwhile_is_written_no_further(tmp_path: Path) -> None:
    desk = unfiled(tmp_path)
    page = desk.page({"a": "before"})
    text = "".join(f"{number:09}\n" for number in range(100_000))
    parts = desk.registry.recording.preparing("a", [text])
    for _ in range(2):
        next(parts)
    apply_rules(KeyRules(secret=("a",)))
    try:
        at_once(parts)
        assert desk.set(page, "a", text, "before").state is EditState.APPLIED
    finally:
        apply_rules(KeyRules())
    assert text[-1_000:].encode() not in desk.journal.files.spool.read_bytes()
    desk.journal.close()
    with Desk(tmp_path, "second"):
        pass
    ((_, new),) = values(tmp_path)
    assert isinstance(new, Masked)


def test_a_text_that_the_spool_refers_to_and_has_not_is_not_kept(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    desk = unfiled(tmp_path)
    desk.journal.close()
    spool = Spool(desk.journal.files.spool, desk.journal.key)
    spool.read()
    spool.append(records.encode(asked(records.Operation("set", "a", new=b"p" + b"n" * 16))))
    spool.close()
    with Desk(tmp_path, "second"):
        pass
    assert "refers to a text that is not there" in caplog.text
    assert values(tmp_path) == [(None, Masked("", 0))]
