"""A callback opens a Qt loop of its own, and everything else goes on in there."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QWidget

from monitor.loop import EventLoop

Pair = tuple[socket.socket, socket.socket]


@pytest.fixture(autouse=True)
def _errors_are_not_swallowed(qt_loop: EventLoop) -> Iterator[None]:
    errors: list[object] = []
    qt_loop.set_exception_handler(lambda _, context: errors.append(context))
    yield
    assert errors == []


@pytest.fixture(params=["first", "from a timer", "from a socket", "by a task", "from a slot"])
def enter(request: pytest.FixtureRequest, qt_loop: EventLoop, pair: Pair) -> Callable[[Callable[[], None]], None]:
    """Runs the loop and calls a function in it, in one of the ways in which Qt and asyncio may have come there."""
    way = request.param

    def enter(function: Callable[[], None]) -> None:
        def call() -> None:
            qt_loop.remove_reader(pair[0])
            function()
            qt_loop.stop()

        async def task() -> None:
            await asyncio.sleep(0.001)
            function()

        if way == "first":
            qt_loop.call_soon(call)
        elif way == "from a timer":
            qt_loop.call_later(0.001, call)
        elif way == "from a socket":
            qt_loop.add_reader(pair[0], call)
            qt_loop.call_later(0.001, pair[1].send, b"x")
        elif way == "by a task":
            qt_loop.run_until_complete(task())
            return
        else:
            QTimer.singleShot(1, call)
        qt_loop.run_forever()

    return enter


def test_everything_goes_on_in_a_nested_loop(
    qt_loop: EventLoop, enter: Callable[[Callable[[], None]], None], qapp: QApplication
) -> None:
    done: set[str] = set()
    nested = QEventLoop()
    left, right = socket.socketpair()

    def finish(what: str) -> None:
        done.add(what)
        if done >= {"soon", "later", "thread", "task", "socket", "slot"}:
            nested.quit()

    async def task() -> None:
        await asyncio.sleep(0.001)
        assert await asyncio.to_thread(lambda: 42) == 42
        finish("task")

    def read() -> None:
        finish(left.recv(100).decode())

    def open_nested_loop() -> None:
        qt_loop.call_soon(finish, "soon")
        qt_loop.call_later(0.001, finish, "later")
        tasks.append(qt_loop.create_task(task()))
        thread = threading.Thread(target=qt_loop.call_soon_threadsafe, args=(finish, "thread"))
        thread.start()
        qt_loop.add_reader(left, read)
        QTimer.singleShot(2, lambda: right.send(b"socket"))
        # After all else is asleep: asyncio is woken by a slot of the nested loop.
        QTimer.singleShot(30, lambda: qt_loop.call_soon(finish, "slot"))
        nested.exec()
        thread.join()
        qt_loop.remove_reader(left)

    tasks: list[asyncio.Task[None]] = []
    with left, right:
        enter(open_nested_loop)
    assert done == {"soon", "later", "thread", "task", "socket", "slot"}
    assert tasks[0].done()
    qt_loop.run_until_complete(qt_loop.shutdown_default_executor())


def test_a_callback_goes_on_as_before_when_its_nested_loop_ends(
    qt_loop: EventLoop, enter: Callable[[Callable[[], None]], None]
) -> None:
    called: list[str] = []

    def open_nested_loop() -> None:
        nested = QEventLoop()
        qt_loop.call_later(0.005, nested.quit)
        nested.exec()
        qt_loop.call_soon(called.append, "asked after")
        second = QEventLoop()
        qt_loop.call_later(0.005, second.quit)
        second.exec()
        called.append("second loop ended")

    enter(open_nested_loop)
    assert called == ["asked after", "second loop ended"]


def test_what_waited_behind_the_callback_is_called_in_the_nested_loop_once_and_in_order(qt_loop: EventLoop) -> None:
    called: list[int] = []

    def open_nested_loop() -> None:
        nested = QEventLoop()
        qt_loop.call_soon(called.append, 10)
        qt_loop.call_soon(nested.quit)
        nested.exec()
        called.append(11)
        qt_loop.stop()

    qt_loop.call_soon(open_nested_loop)
    for number in range(10):
        qt_loop.call_soon(called.append, number)
    qt_loop.run_forever()
    assert called == list(range(12))


def test_each_task_is_the_current_one_in_its_own_steps(qt_loop: EventLoop) -> None:
    async def other(ended: Callable[[], None]) -> bool:
        mine = asyncio.current_task()
        await asyncio.sleep(0)
        ended()
        return asyncio.current_task() is mine

    async def open_nested_loop() -> None:
        mine = asyncio.current_task()
        nested = QEventLoop()
        task = asyncio.create_task(other(nested.quit))
        QTimer.singleShot(0, lambda: seen.append(asyncio.current_task()))
        nested.exec()
        assert asyncio.current_task() is mine
        assert await task
        assert asyncio.current_task() is mine

    seen: list[object] = []
    qt_loop.run_until_complete(open_nested_loop())
    assert len(seen) == 1


def test_a_nested_loop_may_wait_for_a_task(qt_loop: EventLoop) -> None:
    """As a slot does that must have an answer, and has only a dialog's loop to wait in."""

    async def ask() -> str:
        await asyncio.sleep(0.001)
        return "answer"

    async def main() -> str:
        nested = QEventLoop()
        task = asyncio.create_task(ask())
        task.add_done_callback(lambda _: nested.quit())
        nested.exec()
        return task.result()

    assert qt_loop.run_until_complete(main()) == "answer"


def test_a_stop_ends_the_nested_loops_too(qt_loop: EventLoop) -> None:
    called: list[str] = []

    def open_nested_loop() -> None:
        qt_loop.call_later(0.005, qt_loop.stop)
        QEventLoop().exec()
        called.append("nested loop ended")

    qt_loop.call_soon(open_nested_loop)
    qt_loop.run_forever()
    assert called == ["nested loop ended"]


def test_after_a_stop_no_callback_is_called_though_qt_goes_on(qt_loop: EventLoop, qapp: QApplication) -> None:
    called: list[str] = []

    def open_nested_loop() -> None:
        qt_loop.call_soon(qt_loop.stop)
        QEventLoop().exec()
        qt_loop.call_soon(called.append, "asked after the stop")
        qapp.processEvents()

    qt_loop.call_soon(open_nested_loop)
    qt_loop.run_forever()
    assert called == []
    qt_loop.call_soon(qt_loop.stop)
    qt_loop.run_forever()
    assert called == ["asked after the stop"]


def test_a_quit_ends_the_nested_loops_too(qt_loop: EventLoop, qapp: QApplication) -> None:
    called: list[str] = []

    def open_nested_loop() -> None:
        QTimer.singleShot(0, qapp.quit)
        QEventLoop().exec()
        called.append("nested loop ended")

    qt_loop.call_soon(open_nested_loop)
    qt_loop.run_forever()
    assert called == ["nested loop ended"]
    assert not qt_loop.is_running()


@pytest.mark.parametrize("exit_with", [SystemExit, KeyboardInterrupt])
def test_an_exit_inside_ends_the_nested_loops_and_the_run(qt_loop: EventLoop, exit_with: type[BaseException]) -> None:
    called: list[str] = []

    def leave() -> None:
        raise exit_with("on purpose")

    def open_nested_loop() -> None:
        qt_loop.call_soon(leave)
        QEventLoop().exec()
        called.append("nested loop ended")

    qt_loop.call_soon(open_nested_loop)
    with pytest.raises(exit_with, match="on purpose"):
        qt_loop.run_forever()
    assert called == ["nested loop ended"]
    qt_loop.run_until_complete(asyncio.sleep(0.001))


def test_errors_inside_go_to_the_handler(qt_loop: EventLoop) -> None:
    contexts: list[str] = []

    def open_nested_loop() -> None:
        nested = QEventLoop()
        qt_loop.call_soon(lambda: 1 / 0)
        qt_loop.call_soon(nested.quit)
        nested.exec()
        qt_loop.stop()

    handler = qt_loop.get_exception_handler()
    qt_loop.set_exception_handler(lambda _, context: contexts.append(repr(context["exception"])))
    qt_loop.call_soon(open_nested_loop)
    qt_loop.run_forever()
    qt_loop.set_exception_handler(handler)
    assert contexts == ["ZeroDivisionError('division by zero')"]


def test_debug_mode_works_inside(qt_loop: EventLoop) -> None:
    qt_loop.set_debug(True)
    nested = QEventLoop()

    async def inner() -> None:
        await asyncio.sleep(0.001)
        nested.quit()

    async def outer() -> None:
        task = asyncio.create_task(inner())
        nested.exec()
        await task

    qt_loop.run_until_complete(outer())


def test_the_loop_cannot_be_run_inside_itself(qt_loop: EventLoop) -> None:
    refused: list[str] = []

    def run() -> None:
        try:
            qt_loop.run_forever()
        except RuntimeError as error:
            refused.append(str(error))
        qt_loop.stop()

    QTimer.singleShot(0, run)
    qt_loop.run_forever()
    assert refused == ["This event loop is already running"]


def test_a_dialog_is_executed_by_a_task(qt_loop: EventLoop) -> None:
    async def main() -> int:
        dialog = QDialog()
        task = asyncio.create_task(accept(dialog))
        result = dialog.exec()
        await task
        return result

    async def accept(dialog: QDialog) -> None:
        while not dialog.isVisible():  # noqa: ASYNC110  # a dialog has no event that could be awaited
            await asyncio.sleep(0)
        dialog.accept()

    assert qt_loop.run_until_complete(main()) == QDialog.DialogCode.Accepted


@pytest.mark.qt_log_ignore("This plugin does not support")  # the offscreen platform says so of every menu
def test_asyncio_goes_on_while_a_menu_is_open(qt_loop: EventLoop) -> None:
    window = QWidget()
    menu = QMenu(window)
    menu.addAction("An action")
    steps: list[bool] = []

    async def look_then_close() -> None:
        for _ in range(20):
            await asyncio.sleep(0.001)
            steps.append(menu.isVisible())
        menu.close()

    async def main() -> None:
        shown = asyncio.Event()
        menu.aboutToShow.connect(shown.set)
        QTimer.singleShot(0, lambda: menu.exec(window.mapToGlobal(window.rect().center())))
        await shown.wait()
        await look_then_close()

    window.show()
    qt_loop.run_until_complete(main())
    window.close()
    assert steps[-1]
    assert len(steps) == 20
