"""What makes Qt call the loop: the timers and the descriptor of `Wakeup`."""

from __future__ import annotations

import math
import socket
from collections.abc import Callable, Iterator
from time import monotonic

import pytest
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from monitor.loop.wakeup import Wakeup

Pair = tuple[socket.socket, socket.socket]


class Ticks:
    """Counts the ticks, and ends Qt's loop at each."""

    def __init__(self) -> None:
        self.count = 0
        self._loop = QEventLoop()
        self.then: Callable[[], object] = int

    def tick(self) -> None:
        self.count += 1
        self.then()
        self._loop.quit()

    def wait(self, milliseconds: int = 60_000) -> bool:
        """Run Qt's loop to the next tick, and tell whether it came in time."""
        before = self.count
        QTimer.singleShot(milliseconds, self._loop, self._loop.quit)
        self._loop.exec()
        return self.count > before


@pytest.fixture
def ticks(qapp: QApplication) -> Ticks:
    return Ticks()


@pytest.fixture
def wakeup(pair: Pair, ticks: Ticks) -> Iterator[Wakeup]:
    wakeup = Wakeup(pair[0].fileno(), ticks.tick)
    yield wakeup
    wakeup.close()


def test_it_ticks_in_each_pass_until_it_is_idle(wakeup: Wakeup, ticks: Ticks) -> None:
    wakeup.soon()
    assert ticks.wait()
    assert ticks.wait()
    wakeup.idle()
    assert not ticks.wait(20)


def test_it_ticks_when_there_is_something_to_read(wakeup: Wakeup, ticks: Ticks, pair: Pair) -> None:
    assert not ticks.wait(20)
    pair[1].send(b"x")
    assert ticks.wait()
    wakeup.idle(sockets=False)
    assert not ticks.wait(20)
    wakeup.idle()
    assert ticks.wait()


def test_it_ticks_at_the_deadline_and_not_before(wakeup: Wakeup, ticks: Ticks) -> None:
    deadline = monotonic() + 0.03
    wakeup.at(deadline)
    assert ticks.wait()
    assert monotonic() >= deadline - 0.001
    assert not ticks.wait(20)


def test_it_ticks_again_for_the_same_deadline(wakeup: Wakeup, ticks: Ticks) -> None:
    """Should Qt be early, the loop finds nothing due and asks for it again."""
    deadline = monotonic()
    wakeup.at(deadline)
    assert ticks.wait()
    wakeup.at(deadline)
    assert ticks.wait()


def test_a_new_deadline_replaces_the_old_one(wakeup: Wakeup, ticks: Ticks) -> None:
    wakeup.at(monotonic() + 0.005)
    wakeup.at(math.inf)
    assert not ticks.wait(30)
    wakeup.at(monotonic() + 1000)
    wakeup.at(monotonic() + 0.005)
    assert ticks.wait()


def test_it_ticks_in_a_loop_nested_in_its_own_tick(wakeup: Wakeup, ticks: Ticks) -> None:
    """Qt delivers no timer to a slot that it has not returned from. `soon` is what gets round that."""
    nested = Ticks()

    def nest() -> None:
        ticks.then = nested.tick
        wakeup.soon()
        assert nested.wait()

    ticks.then = nest
    wakeup.soon()
    assert ticks.wait()
    assert nested.count == 1


def test_it_does_nothing_once_it_is_closed(wakeup: Wakeup, ticks: Ticks, pair: Pair) -> None:
    wakeup.soon()
    wakeup.at(monotonic() + 0.005)
    pair[1].send(b"x")
    wakeup.close()
    assert not ticks.wait(30)
