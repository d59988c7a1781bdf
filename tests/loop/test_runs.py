"""Running, stopping, running again, closing; and what is left after that: nothing."""

from __future__ import annotations

import asyncio
import gc
import os
import socket
import subprocess
import sys
import threading
import weakref
from asyncio import AbstractEventLoop
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QEventLoop, QObject, QSocketNotifier, QTimer
from PySide6.QtWidgets import QApplication

from monitor.loop import EventLoop


async def answer() -> int:
    await asyncio.sleep(0)
    return 42


def test_a_coroutine_runs_to_its_result(loop: AbstractEventLoop) -> None:
    assert loop.run_until_complete(answer()) == 42
    assert loop.run_until_complete(answer()) == 42


def test_a_future_runs_to_its_error(loop: AbstractEventLoop) -> None:
    future: asyncio.Future[None] = loop.create_future()
    loop.call_soon(future.set_exception, LookupError("on purpose"))
    with pytest.raises(LookupError, match="on purpose"):
        loop.run_until_complete(future)


def test_a_stop_leaves_the_future_undone(loop: AbstractEventLoop) -> None:
    future: asyncio.Future[None] = loop.create_future()
    loop.call_soon(loop.stop)
    with pytest.raises(RuntimeError, match="stopped before Future completed"):
        loop.run_until_complete(future)
    loop.call_soon(future.set_result, None)
    loop.run_until_complete(future)


def test_a_stop_ends_the_turn_and_nothing_before_it(loop: AbstractEventLoop) -> None:
    called: list[str] = []

    def stop() -> None:
        loop.call_soon(called.append, "asked in the turn of the stop")
        loop.stop()

    loop.call_soon(stop)
    loop.call_soon(called.append, "waiting in the turn of the stop")
    loop.run_forever()
    assert called == ["waiting in the turn of the stop"]
    loop.call_soon(loop.stop)
    loop.run_forever()
    assert called == ["waiting in the turn of the stop", "asked in the turn of the stop"]


def test_a_stop_ends_no_turn_early_however_long_it_takes(loop: AbstractEventLoop) -> None:
    called: list[int] = []

    def take_time(number: int) -> None:
        called.append(number)
        end = loop.time() + 0.003
        while loop.time() < end:
            pass

    loop.call_soon(loop.stop)
    for number in range(5):
        loop.call_soon(take_time, number)
    loop.run_forever()
    assert called == list(range(5))


def test_a_stop_by_a_reader_is_the_last_of_the_run(loop: AbstractEventLoop) -> None:
    called: list[str] = []
    left, right = socket.socketpair()

    def stop() -> None:
        loop.call_soon(called.append, "asked in the turn of the stop")
        loop.stop()

    with left, right:
        loop.add_reader(left, stop)
        loop.call_later(0.01, right.send, b"x")
        loop.run_forever()
        loop.remove_reader(left)
    assert called == []


def test_a_stop_ahead_of_the_run_gives_it_one_turn(loop: AbstractEventLoop) -> None:
    called: list[str] = []
    loop.call_soon(lambda: loop.call_soon(called.append, "second turn"))
    loop.call_soon(called.append, "first turn")
    loop.stop()
    loop.run_forever()
    assert called == ["first turn"]


@pytest.mark.skipif(sys.version_info[:3] == (3, 13, 0), reason="asyncio forgot that it ran")
def test_a_running_loop_cannot_run_again_or_close(loop: AbstractEventLoop) -> None:
    async def main() -> None:
        assert loop.is_running()
        with pytest.raises(RuntimeError, match="already running"):
            loop.run_forever()
        coroutine = answer()
        with pytest.raises(RuntimeError, match="already running"):
            loop.run_until_complete(coroutine)
        coroutine.close()
        with pytest.raises(RuntimeError, match="Cannot close a running event loop"):
            loop.close()

    loop.run_until_complete(main())
    assert not loop.is_running()


def test_another_loop_cannot_run_inside(loop: AbstractEventLoop, loop_factory: Callable[[], AbstractEventLoop]) -> None:
    async def main() -> None:
        other = loop_factory()
        with pytest.raises(RuntimeError, match="another loop is running"):
            other.run_forever()
        other.close()

    loop.run_until_complete(main())


@pytest.mark.parametrize("exit_with", [SystemExit, KeyboardInterrupt])
def test_an_exit_ends_the_run_which_can_go_on(loop: AbstractEventLoop, exit_with: type[BaseException]) -> None:
    called: list[str] = []

    def leave() -> None:
        raise exit_with("on purpose")

    loop.call_soon(leave)
    loop.call_soon(called.append, "next")
    with pytest.raises(exit_with, match="on purpose"):
        loop.run_forever()
    assert not loop.is_running()
    assert called == []
    assert loop.run_until_complete(answer()) == 42
    assert called == ["next"]


def test_an_exit_in_a_task_ends_the_run(loop: AbstractEventLoop) -> None:
    async def leave() -> None:
        raise SystemExit(3)

    with pytest.raises(SystemExit, match="3"):
        loop.run_until_complete(leave())


def test_a_closed_loop_stays_closed(loop: AbstractEventLoop) -> None:
    assert not loop.is_closed()
    loop.close()
    loop.close()
    assert loop.is_closed()
    with pytest.raises(RuntimeError, match="closed"):
        loop.run_forever()


def test_asyncio_runner_runs_it(loop_factory: Callable[[], AbstractEventLoop]) -> None:
    ended: list[str] = []

    async def main() -> int:
        asyncio.create_task(background())  # noqa: RUF006  # it is the runner that has to find it
        await asyncio.sleep(0)
        return await asyncio.to_thread(lambda: 42)

    async def background() -> None:
        try:
            await asyncio.sleep(1000)
        finally:
            ended.append("background")

    with asyncio.Runner(loop_factory=loop_factory) as runner:
        assert runner.run(main()) == 42
        assert runner.run(answer()) == 42
        loop = runner.get_loop()
    assert loop.is_closed()
    assert ended == ["background"]


def test_asynchronous_generators_are_closed_at_the_end(loop: AbstractEventLoop) -> None:
    closed: list[str] = []

    async def count() -> AsyncIterator[int]:
        try:
            yield 1
        finally:
            await asyncio.sleep(0)
            closed.append("closed")

    generator = count()

    async def main() -> None:
        await anext(generator)

    loop.run_until_complete(main())
    loop.run_until_complete(loop.shutdown_asyncgens())
    assert closed == ["closed"]


def test_a_dropped_asynchronous_generator_is_closed_by_the_loop(loop: AbstractEventLoop) -> None:
    async def main() -> None:
        closed = asyncio.Event()

        async def count() -> AsyncIterator[int]:
            try:
                yield 1
            finally:
                await asyncio.sleep(0)
                closed.set()

        async for _ in count():
            break
        gc.collect()
        await closed.wait()

    loop.run_until_complete(main())


def open_descriptors() -> set[str]:
    """What the process has open, apart from the listing itself."""
    entries = list(Path("/proc/self/fd").iterdir())
    return {f"{entry.name} {entry.readlink()}" for entry in entries if entry.is_symlink()}


def qt_objects() -> int:
    return sum(isinstance(one, QSocketNotifier | QTimer | QEventLoop) for one in shiboken6.getAllValidWrappers())


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="descriptors are counted where Linux lists them")
def test_a_loop_leaves_nothing_behind(loop_factory: Callable[[], AbstractEventLoop]) -> None:
    async def busy() -> None:
        server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
        host, port = server.sockets[0].getsockname()
        reader, writer = await asyncio.open_connection(host, port)
        assert await reader.read() == b""
        writer.close()
        await writer.wait_closed()
        server.close()
        await server.wait_closed()
        await asyncio.to_thread(int)
        asyncio.get_running_loop().call_later(1000, pytest.fail)

    def live() -> weakref.ref[AbstractEventLoop]:
        loop = loop_factory()
        loop.run_until_complete(busy())
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()
        return weakref.ref(loop)

    live()
    gc.collect()
    before = open_descriptors(), set(threading.enumerate()), qt_objects()
    loop = live()
    gc.collect()
    assert (open_descriptors(), set(threading.enumerate()), qt_objects()) == before
    assert loop() is None


def test_a_loop_that_is_not_closed_is_told_of(loop_factory: Callable[[], AbstractEventLoop]) -> None:
    def forget() -> None:
        loop_factory()
        gc.collect()

    with pytest.warns(ResourceWarning, match="unclosed event loop"):
        forget()


# Ours only


def test_with_closes_the_loop(qapp: QApplication) -> None:
    with EventLoop(qapp) as loop:
        assert loop.run_until_complete(answer()) == 42
    assert loop.is_closed()


def test_with_closes_the_loop_after_an_error(qapp: QApplication) -> None:
    with pytest.raises(LookupError), EventLoop(qapp) as loop:  # noqa: PT012  # the loop is closed on the way out
        loop.run_until_complete(answer())
        raise LookupError
    assert loop.is_closed()


def test_nothing_of_it_is_in_qt_while_it_does_not_run(qt_loop: EventLoop, qapp: QApplication) -> None:
    before = qt_objects()
    called: list[str] = []
    qt_loop.run_until_complete(answer())
    assert qt_objects() == before
    qt_loop.call_soon(called.append, "soon")
    qt_loop.call_soon_threadsafe(called.append, "from a thread")
    qapp.processEvents()
    assert called == []
    qt_loop.run_until_complete(answer())
    assert called == ["soon", "from a thread"]


def test_quit_does_what_stop_does(qt_loop: EventLoop, qapp: QApplication) -> None:
    async def main() -> None:
        QTimer.singleShot(0, qapp.quit)
        await asyncio.sleep(1000)

    async def end(task: asyncio.Task[None]) -> None:
        task.cancel()
        await asyncio.wait([task])

    task = qt_loop.create_task(main())
    with pytest.raises(RuntimeError, match="stopped before Future completed"):
        qt_loop.run_until_complete(task)
    assert not qt_loop.is_running()
    qt_loop.run_until_complete(end(task))
    assert task.cancelled()


def test_quit_from_a_callback_ends_the_run(qt_loop: EventLoop, qapp: QApplication) -> None:
    qt_loop.call_soon(qapp.quit)
    qt_loop.run_forever()
    qt_loop.call_later(0.001, qapp.quit)
    qt_loop.run_forever()
    assert qt_loop.run_until_complete(answer()) == 42


def test_qt_tells_of_the_end_of_each_run(qt_loop: EventLoop, qapp: QApplication) -> None:
    ends: list[bool] = []
    connection = qapp.aboutToQuit.connect(lambda: ends.append(qt_loop.is_running()))
    qt_loop.run_until_complete(answer())
    qt_loop.run_until_complete(answer())
    QObject.disconnect(connection)
    assert ends == [True, True]


def test_it_refuses_to_run_inside_a_running_qt_loop(qt_loop: EventLoop) -> None:
    refusals: list[str] = []
    inner = QEventLoop()

    def run() -> None:
        try:
            qt_loop.run_forever()
        except RuntimeError as error:
            refusals.append(str(error))
        inner.quit()

    QTimer.singleShot(0, run)
    inner.exec()
    assert len(refusals) == 1
    assert "Qt's event loop is running already" in refusals[0]
    assert not qt_loop.is_running()
    assert qt_loop.run_until_complete(answer()) == 42


def test_all_but_the_waking_is_asyncios_own(qt_loop: EventLoop) -> None:
    """A method that a new qasync redefines must not come between."""
    ours = {
        member
        for base in EventLoop.__mro__
        if base.__module__.startswith("monitor.") and base.__name__ != "SelectorLoop"
        for member in vars(base)
    }
    differing = {
        member
        for member in dir(asyncio.SelectorEventLoop)
        if not member.startswith("__") and getattr(EventLoop, member) is not getattr(asyncio.SelectorEventLoop, member)
    }
    assert differing - ours == set()
    assert {member for member in differing if not member.startswith("_")} == {
        "call_at",
        "call_soon",
        "remove_signal_handler",
        "stop",
    }


def test_qt_api_meant_for_other_programs_is_not_obeyed() -> None:
    environment = os.environ | {"QT_API": "pyqt5"}
    script = "import os, monitor.loop, qasync; print(qasync.QtModuleName, os.environ['QT_API'])"
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["PySide6", "pyqt5"]
