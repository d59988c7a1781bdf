"""asyncio and Qt share one thread: each wakes the other, and neither starves the other."""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import Callable
from contextlib import ExitStack

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QSocketNotifier, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from monitor.loop import BUDGET, EventLoop

# Slots wake asyncio


def test_a_slot_may_call_all_of_asyncio(qt_loop: EventLoop) -> None:
    """Each time after the loop has fallen asleep, with nothing to wake it but the slot."""
    called: list[str] = []

    async def step(what: str) -> None:
        called.append(what)
        after(next(actions))

    def after(action: Callable[[], object]) -> None:
        QTimer.singleShot(5, action)

    future: asyncio.Future[None] = qt_loop.create_future()
    waiting = qt_loop.create_task(wait_for(future, lambda: step("future")))
    tasks: list[object] = []
    actions = iter(
        [
            lambda: tasks.append(asyncio.create_task(step("task"))),
            lambda: tasks.append(qt_loop.create_task(step("task of the loop"))),
            lambda: qt_loop.call_soon(lambda: tasks.append(asyncio.ensure_future(step("soon")))),
            lambda: qt_loop.call_later(0.001, lambda: tasks.append(asyncio.ensure_future(step("later")))),
            lambda: qt_loop.call_soon_threadsafe(lambda: tasks.append(asyncio.ensure_future(step("threadsafe")))),
            lambda: future.set_result(None),
            qt_loop.stop,
        ]
    )
    after(next(actions))
    qt_loop.run_forever()
    assert called == ["task", "task of the loop", "soon", "later", "threadsafe", "future"]
    assert waiting.done()


async def wait_for(future: asyncio.Future[None], then: Callable[[], object]) -> None:
    await future
    result = then()
    assert asyncio.iscoroutine(result)
    await result


def test_a_slot_may_set_a_deadline_before_the_next(qt_loop: EventLoop) -> None:
    qt_loop.call_later(1000, pytest.fail)
    QTimer.singleShot(5, lambda: qt_loop.call_later(0.001, qt_loop.stop))
    qt_loop.run_forever()


def test_a_slot_may_cancel_the_next_deadline(qt_loop: EventLoop) -> None:
    called: list[str] = []

    def set_and_cancel() -> None:
        timer = qt_loop.call_later(0.001, called.append, "cancelled")
        qt_loop.call_later(0.005, qt_loop.stop)
        timer.cancel()

    QTimer.singleShot(5, set_and_cancel)
    qt_loop.run_forever()
    assert called == []


def test_the_loop_is_the_running_one_in_slots(qt_loop: EventLoop) -> None:
    seen: list[object] = []

    def look() -> None:
        seen.append(asyncio.get_running_loop())
        seen.append(asyncio.current_task())
        qt_loop.stop()

    QTimer.singleShot(0, look)
    qt_loop.run_forever()
    assert seen == [qt_loop, None]


def test_a_sleeping_loop_lets_qt_sleep(qt_loop: EventLoop, qapp: QApplication) -> None:
    woken = 0

    def count() -> None:
        nonlocal woken
        woken += 1

    async def main() -> None:
        await asyncio.sleep(0.001)
        qapp.eventDispatcher().awake.connect(count)
        await asyncio.sleep(0.2)
        qapp.eventDispatcher().awake.disconnect(count)

    qt_loop.run_until_complete(main())
    assert woken < 20


# asyncio does not starve Qt


class Chain:
    """Callbacks without end, each of which asks for the next."""

    def __init__(self, loop: EventLoop) -> None:
        self._loop = loop
        self._ended = False
        self._loop.call_soon(self._go_on)

    def _go_on(self) -> None:
        if not self._ended:
            self._loop.call_soon(self._go_on)

    def end(self) -> None:
        self._ended = True
        self._loop.stop()


class Painted(QWidget):
    """Asks for the next paint in each, and tells after some."""

    def __init__(self, times: int, then: Callable[[], None]) -> None:
        super().__init__()
        self._left = times
        self._then = then

    def paintEvent(self, event: QPaintEvent) -> None:
        self._left -= 1
        if self._left:
            QTimer.singleShot(0, self.update)
        else:
            self._then()


def test_qt_timers_beat_while_callbacks_never_end(qt_loop: EventLoop) -> None:
    chain = Chain(qt_loop)
    beats = 0

    def beat() -> None:
        nonlocal beats
        beats += 1
        if beats == 20:
            chain.end()

    timer = QTimer()
    timer.timeout.connect(beat)
    timer.start(5)
    qt_loop.run_forever()


def test_windows_are_painted_while_callbacks_never_end(qt_loop: EventLoop) -> None:
    chain = Chain(qt_loop)
    widget = Painted(20, chain.end)
    widget.show()
    qt_loop.run_forever()
    widget.close()


def test_keys_are_heard_while_callbacks_never_end(qt_loop: EventLoop) -> None:
    chain = Chain(qt_loop)
    editor = QLineEdit()
    editor.show()
    text = "typed while busy"

    def press(index: int) -> None:
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            key = QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, text[index])
            QCoreApplication.postEvent(editor, key)

    def go_on(typed: str) -> None:
        if typed == text:
            chain.end()
        else:
            press(len(typed))

    editor.textChanged.connect(go_on)
    press(0)
    qt_loop.run_forever()
    assert editor.text() == text
    editor.close()


class Spin:
    """A callback that takes its time. It and Qt's beat note who had the thread."""

    def __init__(self, notes: list[str], seconds: float = BUDGET) -> None:
        self._notes = notes
        self._seconds = seconds

    def __call__(self, *_: object) -> None:
        end = time.monotonic() + self._seconds
        while time.monotonic() < end:
            pass
        self._notes.append("asyncio")


def most_between_beats(notes: list[str]) -> int:
    """How many callbacks were called in a row, at most."""
    return max(len(run.split()) for run in " ".join(notes).split("qt"))


@pytest.fixture
def notes() -> list[str]:
    return []


def beat_of_qt(loop: EventLoop, notes: list[str], callbacks: int) -> QTimer:
    """Qt's timer that is always due; it stops the loop when as many callbacks have been noted."""

    def beat() -> None:
        notes.append("qt")
        if notes.count("asyncio") >= callbacks:
            loop.stop()

    timer = QTimer()
    timer.timeout.connect(beat)
    timer.start(0)
    return timer


@pytest.mark.parametrize("portion", [1, 2, 4])
def test_waiting_callbacks_have_a_tick_s_time_between_two_beats_of_qt(
    qt_loop: EventLoop, notes: list[str], portion: int
) -> None:
    timer = beat_of_qt(qt_loop, notes, 40)
    for _ in range(40):
        qt_loop.call_soon(Spin(notes, BUDGET / portion))
    qt_loop.run_forever()
    timer.stop()
    assert most_between_beats(notes) <= portion


def test_many_timers_due_at_once_let_qt_in_between(qt_loop: EventLoop, notes: list[str]) -> None:
    timer = beat_of_qt(qt_loop, notes, 40)
    when = qt_loop.time() + 0.005
    for _ in range(40):
        qt_loop.call_at(when, Spin(notes))
    qt_loop.run_forever()
    timer.stop()
    assert most_between_beats(notes) == 1


def test_many_ready_sockets_let_qt_in_between(qt_loop: EventLoop, notes: list[str]) -> None:
    timer = beat_of_qt(qt_loop, notes, 60)
    with ExitStack() as stack:
        for _ in range(20):
            left, right = socket.socketpair()
            stack.enter_context(left)
            stack.enter_context(right)
            right.send(b"x")  # never read, and so always ready
            qt_loop.add_reader(left, Spin(notes))
            stack.callback(qt_loop.remove_reader, left)
        qt_loop.run_forever()
    timer.stop()
    assert most_between_beats(notes) == 1


def test_ready_sockets_take_turns_with_waiting_callbacks(qt_loop: EventLoop, notes: list[str]) -> None:
    """Callbacks that use up the time of each tick, for ever, leave the sockets theirs."""
    read = 0

    def spin() -> None:
        Spin(notes)()
        qt_loop.call_soon(spin)

    def receive() -> None:
        nonlocal read
        read += len(left.recv(1))
        if read == 10:
            qt_loop.stop()

    left, right = socket.socketpair()
    with left, right:
        right.send(bytes(10))
        qt_loop.add_reader(left, receive)
        qt_loop.call_soon(spin)
        qt_loop.call_soon(spin)
        qt_loop.run_forever()
        qt_loop.remove_reader(left)


# Qt does not starve asyncio


class Reposting(QObject):
    """Posts itself an event in each, for ever."""

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.User:
            self.post()
            return True
        return super().event(event)

    def post(self) -> None:
        QCoreApplication.postEvent(self, QEvent(QEvent.Type.User))


def test_asyncio_goes_on_while_qt_never_rests(qt_loop: EventLoop) -> None:
    reposting = Reposting()
    reposting.post()
    timer = QTimer()
    timer.timeout.connect(int)
    timer.start(0)
    readable, writable = os.pipe()
    os.write(writable, b"x")
    notifier = QSocketNotifier(readable, QSocketNotifier.Type.Read)
    notifier.activated.connect(lambda: time.sleep(0))

    async def main() -> None:
        left, right = socket.socketpair()
        reader, writer = await asyncio.open_connection(sock=left)
        peer_reader, peer_writer = await asyncio.open_connection(sock=right)
        for _ in range(50):
            await asyncio.sleep(0)
            await asyncio.sleep(0.001)
            writer.write(b"there\n")
            assert await peer_reader.readline() == b"there\n"
            peer_writer.write(b"back\n")
            assert await reader.readline() == b"back\n"
            assert await asyncio.to_thread(lambda: 42) == 42
        for each in (writer, peer_writer):
            each.close()
            await each.wait_closed()

    qt_loop.run_until_complete(main())
    notifier.setEnabled(False)
    timer.stop()
    os.close(readable)
    os.close(writable)
    QCoreApplication.removePostedEvents(reposting)
    qt_loop.run_until_complete(qt_loop.shutdown_default_executor())
