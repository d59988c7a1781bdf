"""`call_later` and `call_at`: deadlines, order, cancellation."""

from __future__ import annotations

import asyncio
import random
import threading
import weakref
from asyncio import AbstractEventLoop

import pytest


def test_timers_are_called_by_their_deadlines(loop: AbstractEventLoop) -> None:
    called: list[int] = []
    now = loop.time()
    order = list(range(500))
    random.Random(2).shuffle(order)
    for number in order:
        loop.call_at(now + number / 10_000, called.append, number)
    loop.call_at(now + 0.06, loop.stop)
    loop.run_forever()
    assert called == list(range(500))


def test_timers_of_one_deadline_are_all_called_as_asyncio_orders_them(loop: AbstractEventLoop) -> None:
    def record(loop: AbstractEventLoop) -> list[int]:
        called: list[int] = []
        when = loop.time() + 0.01
        for number in range(50):
            loop.call_at(when, called.append, number)
        loop.call_at(when + 0.001, loop.stop)
        loop.run_forever()
        return called

    stock = asyncio.SelectorEventLoop()
    expected = record(stock)
    stock.close()
    assert sorted(expected) == list(range(50))
    assert record(loop) == expected


def test_no_timer_is_early(loop: AbstractEventLoop) -> None:
    early: list[float] = []
    resolution = 0.001

    def check(when: float) -> None:
        if loop.time() < when - resolution:
            early.append(when - loop.time())

    now = loop.time()
    for microseconds in range(0, 60_000, 130):
        when = now + microseconds / 1e6
        loop.call_at(when, check, when)
    loop.call_at(now + 0.065, loop.stop)
    loop.run_forever()
    assert early == []


def test_a_timer_tells_its_deadline(loop: AbstractEventLoop) -> None:
    timer = loop.call_at(loop.time() + 1000, print)
    assert timer.when() == pytest.approx(loop.time() + 1000, abs=60)
    timer.cancel()


def test_a_deadline_in_the_past_is_due(loop: AbstractEventLoop) -> None:
    loop.call_at(loop.time() - 1000, loop.stop)
    loop.run_forever()


@pytest.mark.parametrize("seconds", [30 * 24 * 3600.0, 1e12, float("inf")])
def test_a_loop_can_sleep_for_ages(loop: AbstractEventLoop, seconds: float) -> None:
    loop.call_later(seconds, pytest.fail)
    waker = threading.Timer(0.02, loop.call_soon_threadsafe, [loop.stop])
    waker.start()
    loop.run_forever()
    waker.join()


def test_a_later_timer_does_not_put_off_an_earlier_one(loop: AbstractEventLoop) -> None:
    called: list[str] = []

    def earlier() -> None:
        called.append("earlier")
        loop.call_later(0.002, later)

    def later() -> None:
        called.append("later")
        loop.stop()

    loop.call_later(1000, pytest.fail)
    loop.call_later(0.001, earlier)
    loop.run_forever()
    assert called == ["earlier", "later"]


def test_a_cancelled_timer_is_not_called(loop: AbstractEventLoop) -> None:
    called: list[int] = []
    now = loop.time()
    loop.call_at(now + 0.001, lambda: timers[2].cancel())
    timers: list[asyncio.TimerHandle] = [
        loop.call_at(now + 0.002 + number / 1000, called.append, number) for number in range(4)
    ]
    timers[0].cancel()
    loop.call_at(now + 0.01, loop.stop)
    loop.run_forever()
    assert called == [1, 3]


def test_cancelled_timers_are_forgotten_long_before_their_deadlines(loop: AbstractEventLoop) -> None:
    kept = [loop.call_later(1000 + number, pytest.fail) for number in range(10)]
    cancelled = [loop.call_later(1000 + number / 1000, pytest.fail) for number in range(1000)]
    alive = weakref.WeakSet(cancelled)
    for timer in cancelled:
        timer.cancel()
    del cancelled, timer
    loop.call_soon(loop.stop)
    loop.run_forever()
    assert len(alive) <= 100
    for timer in kept:
        timer.cancel()


def test_cancelled_timers_are_forgotten_again_and_again(loop: AbstractEventLoop) -> None:
    alive: weakref.WeakSet[asyncio.TimerHandle] = weakref.WeakSet()

    async def wait_for_many() -> None:
        for _ in range(3000):
            alive.add(asyncio.get_running_loop().call_later(1000, pytest.fail))
            async with asyncio.timeout(1000):
                await asyncio.sleep(0)
            next(iter(alive)).cancel()

    loop.run_until_complete(wait_for_many())
    assert len(alive) <= 400


def test_the_loop_tells_the_time_of_its_deadlines(loop: AbstractEventLoop) -> None:
    start = loop.time()
    loop.call_later(0.02, loop.stop)
    loop.run_forever()
    assert loop.time() - start >= 0.02 - 0.001
