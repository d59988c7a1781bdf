"""What is there to stay is kept from Python's garbage collector, and what has died is still found."""

import gc
import weakref
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from monitor.garbage import Garbage


class Node:
    """Something that holds itself, so that only the collector can free it."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def at_work() -> list[bool]:
    return [True]


@pytest.fixture
def garbage(qtbot: QtBot, at_work: list[bool]) -> Iterator[Garbage]:
    garbage = Garbage(at_work=lambda: at_work[0])
    yield garbage
    garbage.end()


def test_what_outlives_a_collection_is_not_looked_at_again(garbage: Garbage) -> None:
    kept: list[list[int]] = [[] for _ in range(1000)]
    before = gc.get_freeze_count()
    gc.collect(1)
    assert gc.get_freeze_count() >= before + len(kept)
    assert len(gc.get_objects(generation=2)) == 0


def test_the_young_that_die_are_found_at_once(garbage: Garbage) -> None:
    died = weakref.ref(Node())
    gc.collect(0)
    assert died() is None


def test_a_sweep_finds_what_died_of_old_age(garbage: Garbage) -> None:
    node = Node()
    gc.collect()
    died = weakref.ref(node)
    del node
    gc.collect()
    assert died() is not None, "a collection does not look at it any more"
    garbage.sweep()
    assert died() is None


def test_nobody_who_works_is_kept_waiting_but_not_for_ever(garbage: Garbage, at_work: list[bool]) -> None:
    node = Node()
    gc.collect()
    died = weakref.ref(node)
    del node
    garbage.sweep_if_idle()
    assert died() is not None
    at_work[0] = False
    garbage.sweep_if_idle()
    assert died() is None

    at_work[0] = True
    node = Node()
    gc.collect()
    died = weakref.ref(node)
    del node
    for _ in range(6):
        garbage.sweep_if_idle()
        assert died() is not None
    garbage.sweep_if_idle()
    assert died() is None


def test_in_the_end_all_is_as_it_was(qtbot: QtBot) -> None:
    before = gc.get_threshold(), list(gc.callbacks)
    Garbage().end()
    assert (gc.get_threshold(), list(gc.callbacks)) == before
    assert gc.get_freeze_count() == 0
