"""Callbacks below a Qt loop of their own, on the stack: none is called again, and nothing of theirs is lost."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Iterator
from contextvars import copy_context

import pytest
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from monitor.loop import BUDGET, EventLoop

Pair = tuple[socket.socket, socket.socket]


@pytest.fixture(autouse=True)
def _errors_are_not_swallowed(qt_loop: EventLoop) -> Iterator[None]:
    errors: list[object] = []
    qt_loop.set_exception_handler(lambda _, context: errors.append(context))
    yield
    assert errors == []


def test_a_callback_is_not_called_again_while_it_runs(qt_loop: EventLoop, pair: Pair) -> None:
    left, right = pair
    depth = 0
    received: list[bytes] = []
    other_left, other_right = socket.socketpair()

    def read() -> None:
        nonlocal depth
        assert depth == 0
        depth += 1
        received.append(left.recv(1))
        if len(received) == 1:
            nested = QEventLoop()
            # More of the same, and something for another reader, who ends it all.
            right.send(b"bc")
            qt_loop.add_reader(other_left, nested.quit)
            QTimer.singleShot(30, lambda: other_right.send(b"x"))
            nested.exec()
            qt_loop.remove_reader(other_left)
            assert received == [b"a"]
        if len(received) == 3:
            qt_loop.stop()
        depth -= 1

    qt_loop.add_reader(left, read)
    right.send(b"a")
    with other_left, other_right:
        qt_loop.run_forever()
    qt_loop.remove_reader(left)
    assert received == [b"a", b"b", b"c"]


def test_the_writer_of_a_socket_goes_on_while_its_reader_is_busy(qt_loop: EventLoop, pair: Pair) -> None:
    left, right = pair
    nested = QEventLoop()

    def read() -> None:
        left.recv(1)
        right.send(b"more")
        qt_loop.add_writer(left, nested.quit)
        nested.exec()
        qt_loop.remove_writer(left)
        qt_loop.remove_reader(left)
        qt_loop.stop()

    qt_loop.add_reader(left, read)
    right.send(b"x")
    qt_loop.run_forever()


def test_waiting_for_a_busy_callback_does_not_keep_the_processor_busy(
    qt_loop: EventLoop, pair: Pair, qapp: QApplication
) -> None:
    left, right = pair
    woken = 0

    def count() -> None:
        nonlocal woken
        woken += 1

    def read() -> None:
        left.recv(1)
        right.send(b"more")
        nested = QEventLoop()
        qt_loop.call_later(0.2, nested.quit)
        connection = qapp.eventDispatcher().awake.connect(count)
        nested.exec()
        qapp.eventDispatcher().awake.disconnect(connection)
        qt_loop.remove_reader(left)
        qt_loop.stop()

    qt_loop.add_reader(left, read)
    right.send(b"x")
    qt_loop.run_forever()
    assert woken < 200


def test_a_signal_that_comes_while_it_is_handled_is_handled_after(qt_loop: EventLoop) -> None:
    handled: list[str] = []

    def handle() -> None:
        handled.append("begins")
        if len(handled) == 1:
            nested = QEventLoop()
            signal.raise_signal(signal.SIGUSR1)
            signal.raise_signal(signal.SIGUSR1)
            qt_loop.call_later(0.02, nested.quit)
            nested.exec()
        handled.append("ends")
        if len(handled) >= 4:
            qt_loop.stop()

    qt_loop.add_signal_handler(signal.SIGUSR1, handle)
    qt_loop.call_soon(signal.raise_signal, signal.SIGUSR1)
    qt_loop.run_forever()
    qt_loop.remove_signal_handler(signal.SIGUSR1)
    assert handled[:4] == ["begins", "ends", "begins", "ends"]


def test_what_shares_the_context_of_a_busy_callback_waits_for_it(qt_loop: EventLoop) -> None:
    called: list[str] = []
    shared = copy_context()

    async def task() -> None:
        called.append("task")
        await asyncio.sleep(0)
        called.append("task goes on")
        qt_loop.stop()

    def open_nested_loop() -> None:
        tasks.append(qt_loop.create_task(task(), context=shared))
        qt_loop.call_soon(called.append, "shared", context=shared)
        nested = QEventLoop()
        qt_loop.call_soon(called.append, "own")
        qt_loop.call_later(0.01, nested.quit)
        nested.exec()
        called.append("busy one ends")

    tasks: list[asyncio.Task[None]] = []
    qt_loop.call_soon(open_nested_loop, context=shared)
    qt_loop.run_forever()
    assert called == ["own", "busy one ends", "task", "shared", "task goes on"]
    assert tasks[0].done()


def test_a_turn_that_a_nested_loop_interrupts_calls_a_reader_once_for_one_readiness(qt_loop: EventLoop) -> None:
    shared = copy_context()
    nested = QEventLoop()
    pairs = [socket.socketpair() for _ in range(4)]
    called: list[str] = []

    def read(end: socket.socket) -> None:
        nested.quit()
        called.append(f"read {end.recv(1).decode()}")
        until = qt_loop.time() + 2 * BUDGET
        while qt_loop.time() < until:
            pass
        if len(called) == 5:
            qt_loop.call_later(0.02, qt_loop.stop)

    # One turn: it opens the nested loop, has a callback that the nested one must leave, and then the readers.
    qt_loop.call_soon(nested.exec, context=shared)
    qt_loop.call_soon(called.append, "shared", context=shared)
    for number, (left, right) in enumerate(pairs):
        left.settimeout(10)
        right.send(str(number).encode())
        qt_loop.add_reader(left, read, left)
    qt_loop.run_forever()
    for left, right in pairs:
        qt_loop.remove_reader(left)
        left.close()
        right.close()
    assert sorted(called) == ["read 0", "read 1", "read 2", "read 3", "shared"]


def test_loops_nest_in_nested_loops(qt_loop: EventLoop) -> None:
    called: list[str] = []

    def open_loop(level: int) -> None:
        nested = QEventLoop()
        if level < 8:
            qt_loop.call_soon(open_loop, level + 1)
        qt_loop.call_later(0.02, nested.quit)
        nested.exec()
        called.append(f"level {level} ended")
        if level == 0:
            qt_loop.stop()

    qt_loop.call_soon(open_loop, 0)
    qt_loop.run_forever()
    assert sorted(called) == [f"level {level} ended" for level in range(9)]


def test_a_thousand_callbacks_may_all_process_events(qt_loop: EventLoop, qapp: QApplication) -> None:
    called: list[int] = []

    def process_events(number: int) -> None:
        called.append(number)
        qapp.processEvents()

    for number in range(1000):
        qt_loop.call_soon(process_events, number)
    qt_loop.call_later(0.01, qt_loop.stop)
    qt_loop.run_forever()
    while len(called) < 1000:
        qt_loop.call_later(0.01, qt_loop.stop)
        qt_loop.run_forever()
    assert called == list(range(1000))
