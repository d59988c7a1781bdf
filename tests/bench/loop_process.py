"""Runs the same work on the app's loop and on asyncio's, for `loop`."""

from __future__ import annotations

import asyncio
import threading
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from monitor.loop import EventLoop
from tests.bench.in_turn import obey_in_turn
from tests.bench.loop import PENDING

if TYPE_CHECKING:
    from collections.abc import Coroutine


def chain(count: int, stock: bool) -> float:
    """``count`` callbacks, each of which asks for the next. Returns seconds, as all of these do."""

    async def work() -> float:
        loop = asyncio.get_running_loop()
        done = loop.create_future()
        left = count

        def step() -> None:
            nonlocal left
            left -= 1
            if left:
                loop.call_soon(step)
            else:
                done.set_result(None)

        began = perf_counter()
        loop.call_soon(step)
        await done
        return perf_counter() - began

    return _run(work(), stock)


def burst(count: int, stock: bool) -> float:
    """``count`` callbacks, asked for at once."""

    async def work() -> float:
        loop = asyncio.get_running_loop()
        done = loop.create_future()
        began = perf_counter()
        for _ in range(count - 1):
            loop.call_soon(_nothing)
        loop.call_soon(done.set_result, None)
        await done
        return perf_counter() - began

    return _run(work(), stock)


def yields(count: int, stock: bool) -> float:
    """A task that lets others go first ``count`` times, while many timers wait."""

    async def work() -> float:
        loop = asyncio.get_running_loop()
        timers = [loop.call_later(3600 + number, _nothing) for number in range(PENDING)]
        began = perf_counter()
        for _ in range(count):
            await asyncio.sleep(0)
        seconds = perf_counter() - began
        for timer in timers:
            timer.cancel()
        return seconds

    return _run(work(), stock)


def stream(count: int, stock: bool) -> float:
    """``count`` callbacks from another thread, which does not wait for them."""

    async def work() -> float:
        loop = asyncio.get_running_loop()
        done = loop.create_future()

        def ask() -> None:
            for _ in range(count - 1):
                loop.call_soon_threadsafe(_nothing)
            loop.call_soon_threadsafe(done.set_result, None)

        thread = threading.Thread(target=ask)
        began = perf_counter()
        thread.start()
        await done
        seconds = perf_counter() - began
        thread.join()
        return seconds

    return _run(work(), stock)


def wakes(count: int, stock: bool) -> float:
    """``count`` callbacks from another thread, which waits for each: the loop sleeps in between."""

    async def work() -> float:
        loop = asyncio.get_running_loop()
        done = loop.create_future()
        heard = threading.Semaphore(0)

        def ask() -> None:
            for _ in range(count):
                loop.call_soon_threadsafe(heard.release)
                heard.acquire()
            loop.call_soon_threadsafe(done.set_result, None)

        thread = threading.Thread(target=ask)
        began = perf_counter()
        thread.start()
        await done
        seconds = perf_counter() - began
        thread.join()
        return seconds

    return _run(work(), stock)


def _nothing() -> None:
    pass


def _run(work: Coroutine[None, None, float], stock: bool) -> float:
    with asyncio.Runner(loop_factory=None if stock else partial(EventLoop, application)) as runner:
        return runner.run(work)


if __name__ == "__main__":
    application = QApplication(["bench"])
    application.setQuitOnLastWindowClosed(False)
    obey_in_turn(chain, burst, yields, stream, wakes)
