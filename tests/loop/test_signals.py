"""Signals, Ctrl+C, and other processes."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
from asyncio import AbstractEventLoop
from asyncio.subprocess import PIPE
from collections.abc import Iterator
from typing import cast

import pytest
from PySide6.QtWidgets import QApplication

from monitor.loop import EventLoop


@pytest.fixture
def _sigusr1_is_restored() -> Iterator[None]:
    handler = signal.getsignal(signal.SIGUSR1)
    yield
    signal.signal(signal.SIGUSR1, handler)


def kill_from_outside(number: signal.Signals) -> None:
    """Send ourselves a signal while the loop sleeps, as another process does."""
    subprocess.Popen([sys.executable, "-c", f"import os; os.kill({os.getpid()}, {number})"]).wait()


async def test_a_signal_wakes_the_loop_and_is_handled() -> None:
    loop = asyncio.get_running_loop()
    handled: asyncio.Queue[str] = asyncio.Queue()
    loop.add_signal_handler(signal.SIGUSR1, handled.put_nowait, "handled")
    for _ in range(2):
        sending = asyncio.create_task(asyncio.to_thread(kill_from_outside, signal.SIGUSR1))
        assert await handled.get() == "handled"
        await sending
    assert loop.remove_signal_handler(signal.SIGUSR1)
    assert not loop.remove_signal_handler(signal.SIGUSR1)
    assert signal.getsignal(signal.SIGUSR1) is signal.SIG_DFL


async def test_a_signal_handler_can_be_replaced_and_put_back() -> None:
    loop = asyncio.get_running_loop()
    handled: asyncio.Queue[str] = asyncio.Queue()
    loop.add_signal_handler(signal.SIGUSR1, pytest.fail, "replaced")
    loop.add_signal_handler(signal.SIGUSR1, handled.put_nowait, "second")
    os.kill(os.getpid(), signal.SIGUSR1)
    assert await handled.get() == "second"
    loop.remove_signal_handler(signal.SIGUSR1)
    loop.add_signal_handler(signal.SIGUSR1, handled.put_nowait, "third")
    os.kill(os.getpid(), signal.SIGUSR1)
    assert await handled.get() == "third"
    loop.remove_signal_handler(signal.SIGUSR1)


def test_signal_handlers_end_with_the_loop(loop: AbstractEventLoop) -> None:
    loop.add_signal_handler(signal.SIGUSR1, print)
    loop.call_soon(loop.stop)
    loop.run_forever()
    loop.close()
    assert signal.getsignal(signal.SIGUSR1) is signal.SIG_DFL
    assert signal.set_wakeup_fd(-1) == -1


def test_a_run_leaves_no_trace_in_the_signals(loop: AbstractEventLoop) -> None:
    before = signal.getsignal(signal.SIGINT)
    loop.call_soon(loop.stop)
    loop.run_forever()
    assert signal.getsignal(signal.SIGINT) is before
    assert signal.set_wakeup_fd(-1) == -1


def test_a_signal_that_cannot_be_caught_is_refused(loop: AbstractEventLoop) -> None:
    with pytest.raises(RuntimeError, match="cannot be caught"):
        loop.add_signal_handler(signal.SIGKILL, print)
    with pytest.raises(ValueError, match="invalid signal number"):
        loop.add_signal_handler(1000, print)


# Ctrl+C, in a process of its own: `loop` is made, the body runs, and after it says "ready" it is sent SIGINT.

MAKE = {
    "asyncio": "make = asyncio.SelectorEventLoop",
    "qt": """
        from functools import partial
        from PySide6.QtCore import QEventLoop, QTimer
        from PySide6.QtWidgets import QApplication
        from monitor.loop import EventLoop
        app = QApplication([])
        make = partial(EventLoop, app)
    """,
}


def interrupt(make: str, body: str) -> str:
    """What the script prints after "ready" and the SIGINT, if it ends well and has nothing else to say."""
    script = "import asyncio, signal, sys\n" + textwrap.dedent(MAKE[make]) + "\n" + textwrap.dedent(body)
    process = subprocess.Popen(
        [sys.executable, "-X", "dev", "-W", "error", "-c", script],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n", process.communicate(timeout=60)
            process.send_signal(signal.SIGINT)
            output, errors = process.communicate(timeout=60)
        finally:
            process.kill()
    assert errors == ""
    assert process.returncode == 0
    return output


both = pytest.mark.parametrize("make", MAKE)


@both
def test_ctrl_c_cancels_what_the_runner_runs(make: str) -> None:
    assert interrupt(
        make,
        """
        async def main():
            asyncio.get_running_loop().slow_callback_duration = 1000
            asyncio.get_running_loop().call_soon(print, "ready")
            try:
                await asyncio.Event().wait()
            finally:
                await asyncio.sleep(0.001)
                print("cleaned up")

        sys.stdout.reconfigure(line_buffering=True)
        try:
            with asyncio.Runner(loop_factory=make) as runner:
                runner.run(main())
        except KeyboardInterrupt:
            print("interrupted")
        """,
    ).split("\n") == ["cleaned up", "interrupted", ""]


FOREVER = """
    sys.stdout.reconfigure(line_buffering=True)
    loop = make()
    loop.slow_callback_duration = 1000
    {start}
    try:
        loop.run_forever()
    except KeyboardInterrupt:
        print("interrupted")
    loop.call_soon(loop.stop)
    loop.run_forever()
    loop.close()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
"""


@both
def test_ctrl_c_interrupts_a_loop_that_sleeps(make: str) -> None:
    assert interrupt(make, FOREVER.format(start="loop.call_soon(print, 'ready')")) == "interrupted\n"


@both
def test_ctrl_c_interrupts_a_loop_without_signal_handlers_left(make: str) -> None:
    start = """
    def begin():
        loop.add_signal_handler(signal.SIGUSR1, print)
        loop.remove_signal_handler(signal.SIGUSR1)
        print("ready")
    loop.call_soon(begin)
    """
    assert interrupt(make, FOREVER.format(start=start)) == "interrupted\n"


@both
def test_ctrl_c_interrupts_a_callback_that_never_ends(make: str) -> None:
    start = """
    def begin():
        print("ready")
        while True:
            pass
    loop.call_soon(begin)
    """
    assert interrupt(make, FOREVER.format(start=start)) == "interrupted\n"


@both
def test_ctrl_c_interrupts_an_endless_chain_of_callbacks(make: str) -> None:
    start = """
    def go_on():
        loop.call_soon(lambda: again and go_on())
    again = True
    loop.call_soon(go_on)
    loop.call_later(0.01, print, "ready")
    """
    assert interrupt(make, FOREVER.format(start=start)) == "interrupted\n"


def test_ctrl_c_before_qt_s_loop_begins_is_not_lost(qapp: QApplication) -> None:
    class Interrupted:
        def exec(self) -> int:
            signal.raise_signal(signal.SIGINT)
            return qapp.exec()

        def exit(self) -> None:
            qapp.exit()

    with EventLoop(cast("QApplication", Interrupted())) as loop, pytest.raises(KeyboardInterrupt):
        loop.run_forever()


def test_ctrl_c_in_a_slot_of_qt_is_not_swallowed() -> None:
    start = """
    def spin():
        print("ready")
        end = loop.time() + 1
        while loop.time() < end:
            pass
    QTimer.singleShot(0, spin)
    """
    assert interrupt("qt", FOREVER.format(start=start)) == "interrupted\n"


def test_ctrl_c_ends_nested_qt_loops_too() -> None:
    start = """
    def begin():
        loop.call_soon(print, "ready")
        QEventLoop().exec()
        print("back")
    loop.call_soon(begin)
    """
    assert interrupt("qt", FOREVER.format(start=start)) == "back\ninterrupted\n"


# Processes


async def test_the_output_and_the_exit_code_of_a_process_arrive() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        "import sys; print('out'); print('err', file=sys.stderr); sys.exit(7)",
        stdout=PIPE,
        stderr=PIPE,
    )
    assert await process.communicate() == (b"out\n", b"err\n")
    assert process.returncode == 7


async def test_a_process_is_talked_to() -> None:
    process = await asyncio.create_subprocess_exec("cat", stdin=PIPE, stdout=PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    for word in (b"one\n", b"two\n"):
        process.stdin.write(word)
        assert await process.stdout.readline() == word
    process.stdin.close()
    assert await process.wait() == 0


async def test_a_process_that_is_killed_tells_by_what() -> None:
    process = await asyncio.create_subprocess_exec("sleep", "1000")
    process.terminate()
    assert await process.wait() == -signal.SIGTERM


async def test_a_shell_runs_commands() -> None:
    process = await asyncio.create_subprocess_shell("echo $((6 * 7)); exit 3", stdout=PIPE)
    assert [*await process.communicate()] == [b"42\n", None]
    assert process.returncode == 3


async def test_many_processes_end_at_once() -> None:
    async def run(code: int) -> int:
        process = await asyncio.create_subprocess_exec("sh", "-c", f"exit {code}")
        return await process.wait()

    assert await asyncio.gather(*(run(code) for code in range(20))) == list(range(20))
