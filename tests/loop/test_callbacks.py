"""`call_soon` and what becomes of the callbacks: order, cancellation, contexts, errors."""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
import time
from asyncio import AbstractEventLoop
from contextvars import ContextVar, copy_context
from typing import Any

import pytest

name: ContextVar[str] = ContextVar("name", default="nobody")


def run_turns(loop: AbstractEventLoop, turns: int = 1) -> None:
    """Run until as many turns are over."""
    for _ in range(turns):
        loop.call_soon(loop.stop)
        loop.run_forever()


def test_callbacks_are_called_in_the_order_of_asking(loop: AbstractEventLoop) -> None:
    called: list[int] = []
    for number in range(1000):
        loop.call_soon(called.append, number)
    run_turns(loop)
    assert called == list(range(1000))


def test_what_a_callback_asks_for_comes_after_what_waits(loop: AbstractEventLoop) -> None:
    called: list[str] = []

    def first() -> None:
        called.append("first")
        loop.call_soon(called.append, "asked by first")

    loop.call_soon(first)
    loop.call_soon(called.append, "second")
    run_turns(loop, 2)
    assert called == ["first", "second", "asked by first"]


def test_a_timer_that_is_due_comes_after_what_waits(loop: AbstractEventLoop) -> None:
    called: list[str] = []

    def ask() -> None:
        loop.call_later(0, called.append, "later")
        loop.call_soon(called.append, "soon")

    loop.call_soon(ask)
    run_turns(loop, 3)
    assert called == ["soon", "later"]


def test_a_cancelled_callback_is_not_called(loop: AbstractEventLoop) -> None:
    called: list[int] = []
    loop.call_soon(lambda: handles[2].cancel())
    handles: list[asyncio.Handle] = [loop.call_soon(called.append, number) for number in range(4)]
    handles[0].cancel()
    run_turns(loop)
    assert called == [1, 3]
    assert [handle.cancelled() for handle in handles] == [True, False, True, False]


def test_a_callback_runs_in_the_context_of_its_asking(loop: AbstractEventLoop) -> None:
    seen: list[str] = []
    token = name.set("asker")
    loop.call_soon(lambda: seen.append(name.get()))
    loop.call_later(0, lambda: seen.append(name.get()))
    loop.call_soon_threadsafe(lambda: seen.append(name.get()))
    name.reset(token)
    run_turns(loop, 3)
    assert seen == ["asker"] * 3


def test_a_callback_runs_in_the_context_it_is_given(loop: AbstractEventLoop) -> None:
    given = copy_context()
    loop.call_soon(name.set, "soon", context=given)
    run_turns(loop)
    assert given[name] == "soon"
    loop.call_later(0, name.set, "later", context=given)
    run_turns(loop, 2)
    assert given[name] == "later"
    assert name.get() == "nobody"


def test_an_error_goes_to_the_handler_and_the_others_go_on(loop: AbstractEventLoop) -> None:
    contexts: list[dict[str, Any]] = []
    called: list[str] = []
    loop.set_exception_handler(lambda _, context: contexts.append(context))

    def fail() -> None:
        raise ValueError("on purpose")

    handle = loop.call_soon(fail)
    loop.call_soon(called.append, "next")
    run_turns(loop)
    assert called == ["next"]
    assert [str(context["exception"]) for context in contexts] == ["on purpose"]
    assert contexts[0]["handle"] is handle
    assert "fail" in contexts[0]["message"]


def test_without_a_handler_errors_are_logged(loop: AbstractEventLoop, caplog: pytest.LogCaptureFixture) -> None:
    loop.call_soon(lambda: 1 / 0)
    run_turns(loop)
    assert [record.name for record in caplog.records] == ["asyncio"]
    assert "ZeroDivisionError" in caplog.text


def test_a_handler_that_fails_is_logged(loop: AbstractEventLoop, caplog: pytest.LogCaptureFixture) -> None:
    loop.set_exception_handler(lambda _, context: context["nothing of this name"])
    loop.call_soon(lambda: 1 / 0)
    run_turns(loop)
    assert "Unhandled error in exception handler" in caplog.text


def test_call_exception_handler_reaches_the_handler(loop: AbstractEventLoop) -> None:
    contexts: list[dict[str, Any]] = []
    loop.set_exception_handler(lambda _, context: contexts.append(context))
    loop.call_exception_handler({"message": "told"})
    assert contexts == [{"message": "told"}]


def test_calls_of_other_threads_all_arrive_in_their_order(loop: AbstractEventLoop) -> None:
    each = 2000
    called: list[tuple[int, int]] = []

    def note(thread: int, number: int) -> None:
        called.append((thread, number))
        if len(called) == 4 * each:
            loop.stop()

    def ask(thread: int) -> None:
        for number in range(each):
            loop.call_soon_threadsafe(note, thread, number)

    threads = [threading.Thread(target=ask, args=(thread,)) for thread in range(4)]
    for thread in threads:
        thread.start()
    loop.run_forever()
    for thread in threads:
        thread.join()
    for thread_number in range(4):
        assert [number for thread, number in called if thread == thread_number] == list(range(each))


def test_another_thread_wakes_a_loop_that_sleeps(loop: AbstractEventLoop) -> None:
    asked = 0

    def count() -> None:
        nonlocal asked
        asked += 1
        if asked == 100:
            loop.stop()
        answered.set()

    def ask() -> None:
        for _ in range(100):
            loop.call_soon_threadsafe(count)
            answered.wait()
            answered.clear()

    answered = threading.Event()
    thread = threading.Thread(target=ask)
    loop.call_soon(thread.start)
    loop.call_later(1000, pytest.fail)
    loop.run_forever()
    thread.join()
    assert asked == 100


def test_a_closed_loop_takes_no_callbacks(loop: AbstractEventLoop) -> None:
    loop.close()
    with pytest.raises(RuntimeError, match="closed"):
        loop.call_soon(print)
    with pytest.raises(RuntimeError, match="closed"):
        loop.call_soon_threadsafe(print)
    with pytest.raises(RuntimeError, match="closed"):
        loop.call_later(1, print)


def test_debug_mode_names_slow_callbacks(loop: AbstractEventLoop, caplog: pytest.LogCaptureFixture) -> None:
    async def slow_task() -> None:
        time.sleep(0.02)  # noqa: ASYNC251  # that is the point

    loop.set_debug(True)
    loop.slow_callback_duration = 0.01
    with caplog.at_level(logging.WARNING, "asyncio"):
        loop.call_soon(time.sleep, 0.02)
        loop.run_until_complete(slow_task())
    slow = [record.getMessage() for record in caplog.records if "Executing" in record.getMessage()]
    assert len(slow) == 2
    assert "sleep" in slow[0]
    assert "slow_task" in slow[1]
    assert all("took 0.0" in message or "took 0." in message for message in slow)


def test_debug_mode_tells_where_a_callback_comes_from(loop: AbstractEventLoop) -> None:
    contexts: list[dict[str, Any]] = []
    loop.set_debug(True)
    loop.set_exception_handler(lambda _, context: contexts.append(context))
    loop.call_soon(lambda: 1 / 0)
    loop.call_at(loop.time(), lambda: 1 / 0)
    loop.call_later(0, lambda: 1 / 0)
    loop.call_soon_threadsafe(lambda: 1 / 0)
    run_turns(loop, 3)
    assert [context["source_traceback"][-1].filename for context in contexts] == [__file__] * 4


def test_debug_mode_tells_which_callback_an_error_was_told_in(
    loop: AbstractEventLoop, caplog: pytest.LogCaptureFixture
) -> None:
    loop.set_debug(True)
    loop.call_soon(loop.call_exception_handler, {"message": "told"})
    run_turns(loop)
    loop.call_exception_handler({"message": "told outside"})
    inside, outside = (record.getMessage() for record in caplog.records)
    assert "Handle created at" in inside
    assert __file__ in inside
    assert outside == "told outside"


def test_debug_mode_refuses_what_is_not_a_callback(loop: AbstractEventLoop) -> None:
    async def coroutine_function() -> None: ...

    loop.set_debug(True)
    with pytest.raises(TypeError):
        loop.call_soon(coroutine_function)
    with pytest.raises(TypeError):
        loop.call_later(0, "no callable")  # type: ignore[arg-type]  # which is what is refused


def test_debug_mode_refuses_other_threads(loop: AbstractEventLoop) -> None:
    refused: list[BaseException] = []

    def ask() -> None:
        try:
            loop.call_soon(print)
        except RuntimeError as error:
            refused.append(error)

    def ask_from_thread() -> None:
        thread = threading.Thread(target=ask)
        thread.start()
        thread.join()

    loop.set_debug(True)
    loop.call_soon(ask_from_thread)
    run_turns(loop)
    assert [type(error) for error in refused] == [RuntimeError]


def test_coroutine_origins_are_tracked_in_debug_mode_only_while_it_runs(loop: AbstractEventLoop) -> None:
    depths: list[int] = []
    loop.set_debug(True)
    loop.call_soon(lambda: depths.append(sys.get_coroutine_origin_tracking_depth()))
    run_turns(loop)
    assert depths[0] > 0
    assert sys.get_coroutine_origin_tracking_depth() == 0


def test_each_loop_is_the_running_one_only_while_it_runs(loop: AbstractEventLoop) -> None:
    running: list[AbstractEventLoop] = []
    loop.call_soon(lambda: running.append(asyncio.get_running_loop()))
    run_turns(loop)
    assert running == [loop]
    with pytest.raises(RuntimeError, match="no running event loop"):
        asyncio.get_running_loop()
