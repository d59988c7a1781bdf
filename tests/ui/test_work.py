"""Long work gives way to the window, is done to its end once, and never for somebody who has gone on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QObject

from monitor.core.parts import at_once
from monitor.ui.work import Work

if TYPE_CHECKING:
    from collections.abc import Generator

    from pytestqt.qtbot import QtBot


def count(to: int, log: list[object], result: object = "done") -> Generator[None, None, object]:
    """Gives way before each number but the first; says so if it is given up."""
    try:
        for number in range(to):
            log.append(number)
            if number < to - 1:
                yield
    except GeneratorExit:
        log.append("given up")
        raise
    return result


@pytest.fixture
def owner(qapp: QObject) -> QObject:
    return QObject(qapp)


def test_what_does_not_give_way_is_done_at_once(owner: QObject) -> None:
    log: list[object] = []
    work = Work(owner)
    work.begin(count(1, log), log.append)
    assert log == [0, "done"]
    assert not work.runs


def test_what_gives_way_goes_on_later_and_says_when_it_is_done(owner: QObject, qtbot: QtBot) -> None:
    log: list[object] = []
    work = Work(owner)
    work.begin(count(500, log), log.append)
    assert log == [0]
    assert work.runs
    qtbot.waitUntil(lambda: not work.runs)
    assert log == [*range(500), "done"]


def test_it_can_be_finished_now(owner: QObject, qtbot: QtBot) -> None:
    log: list[object] = []
    work = Work(owner)
    work.begin(count(3, log), log.append)
    work.finish()
    assert log == [0, 1, 2, "done"]
    work.finish()
    with qtbot.assertNotEmitted(owner.destroyed, wait=20):
        pass
    assert log == [0, 1, 2, "done"]


def test_what_is_begun_takes_the_place_of_what_was_not_finished(owner: QObject, qtbot: QtBot) -> None:
    first: list[object] = []
    second: list[object] = []
    work = Work(owner)
    work.begin(count(3, first), first.append)
    work.begin(count(3, second), second.append)
    qtbot.waitUntil(lambda: not work.runs)
    assert first == [0, "given up"]
    assert second == [0, 1, 2, "done"]


def test_who_is_told_may_begin_something_else(owner: QObject, qtbot: QtBot) -> None:
    log: list[object] = []
    work = Work(owner)
    work.begin(count(2, log), lambda _: work.begin(count(2, log, "again"), log.append))
    qtbot.waitUntil(lambda: not work.runs)
    assert log == [0, 1, 0, 1, "again"]


def test_work_that_fails_is_over(owner: QObject) -> None:
    def failing() -> Generator[None, None, None]:
        yield
        raise ValueError("in a part")

    log: list[object] = []
    work = Work(owner)
    work.begin(failing(), log.append)
    with pytest.raises(ValueError, match="in a part"):
        work.finish()
    assert not work.runs
    assert not log
    work.begin(count(1, log), log.append)
    assert log == [0, "done"]


def test_what_nobody_wants_is_given_up(owner: QObject) -> None:
    log: list[object] = []
    work = Work(owner)
    work.begin(count(3, log), log.append)
    work.stop()
    assert log == [0, "given up"]
    assert not work.runs


def test_it_can_all_be_done_at_once() -> None:
    log: list[object] = []
    assert at_once(count(5, log)) == "done"
    assert log == [0, 1, 2, 3, 4]
