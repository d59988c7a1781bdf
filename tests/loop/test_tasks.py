"""Tasks, and the threads and executors that they wait for."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Awaitable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import ContextVar
from typing import Any

import pytest

name: ContextVar[str] = ContextVar("name", default="nobody")


async def forever() -> None:
    await asyncio.Event().wait()


async def test_tasks_take_turns() -> None:
    steps: list[str] = []

    async def walk(walker: str) -> None:
        for step in range(3):
            steps.append(f"{walker}{step}")
            await asyncio.sleep(0)

    await asyncio.gather(walk("a"), walk("b"))
    assert steps == ["a0", "b0", "a1", "b1", "a2", "b2"]


async def test_a_cancelled_task_hears_of_it_and_ends() -> None:
    heard: list[str] = []

    async def wait() -> None:
        try:
            await forever()
        except asyncio.CancelledError as error:
            heard.append(str(error))
            raise

    task = asyncio.create_task(wait())
    await asyncio.sleep(0)
    task.cancel("enough")
    with pytest.raises(asyncio.CancelledError):
        await task
    assert heard == ["enough"]
    assert task.cancelled()


async def test_a_task_cancelled_before_its_first_step_never_runs() -> None:
    async def main() -> None:
        pytest.fail("it ran")

    task = asyncio.create_task(main())
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()


async def test_a_sleeping_task_is_cancelled_at_once() -> None:
    task = asyncio.create_task(asyncio.sleep(1000))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()


def test_thousands_of_tasks_are_cancelled_together(loop: asyncio.AbstractEventLoop) -> None:
    async def main() -> None:
        tasks = [asyncio.create_task(forever()) for _ in range(3000)]
        await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        assert all(task.cancelled() for task in tasks)

    loop.run_until_complete(main())


async def test_time_limits_end_what_takes_longer() -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.001):
            await forever()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(forever(), 0.001)
    assert await asyncio.wait_for(asyncio.sleep(0, "in time"), 1000) == "in time"


async def test_a_task_group_ends_all_when_one_fails() -> None:
    async def fail() -> None:
        raise LookupError

    async def run_all() -> None:
        async with asyncio.TaskGroup() as group:
            others.extend(group.create_task(forever()) for _ in range(5))
            await asyncio.sleep(0)
            group.create_task(fail())

    others: list[asyncio.Task[None]] = []
    with pytest.raises(ExceptionGroup) as raised:
        await run_all()
    assert raised.group_contains(LookupError)
    assert len(others) == 5
    assert all(other.cancelled() for other in others)


async def test_a_task_keeps_its_own_context() -> None:
    async def rename(to: str) -> str:
        name.set(to)
        await asyncio.sleep(0)
        return name.get()

    assert [*await asyncio.gather(rename("a"), rename("b"))] == ["a", "b"]
    assert name.get() == "nobody"


async def test_the_current_task_is_known_in_its_steps_only() -> None:
    seen: list[asyncio.Task[Any] | None] = []
    done = asyncio.Event()

    def look() -> None:
        seen.append(asyncio.current_task())
        done.set()

    asyncio.get_running_loop().call_soon(look)
    await done.wait()
    assert seen == [None]
    assert asyncio.current_task() in asyncio.all_tasks()


async def test_a_queue_passes_everything_in_order() -> None:
    queue: asyncio.Queue[int] = asyncio.Queue(maxsize=3)

    async def put() -> None:
        for number in range(1000):
            await queue.put(number)

    task = asyncio.create_task(put())
    assert [await queue.get() for _ in range(1000)] == list(range(1000))
    await task


@pytest.mark.skipif(sys.version_info < (3, 12), reason="eager tasks came with Python 3.12")
async def test_eager_tasks_run_at_once() -> None:
    steps: list[str] = []

    async def walk() -> None:
        steps.append("begun")
        await asyncio.sleep(0)
        steps.append("done")

    loop = asyncio.get_running_loop()
    factory = loop.get_task_factory()
    loop.set_task_factory(asyncio.eager_task_factory)  # type: ignore[attr-defined,unused-ignore]  # since Python 3.12
    try:
        task = asyncio.create_task(walk())
    finally:
        loop.set_task_factory(factory)
    steps.append("created")
    await task
    assert steps == ["begun", "created", "done"]


# Executors


async def test_the_default_executor_gives_results_and_errors() -> None:
    loop = asyncio.get_running_loop()
    assert await loop.run_in_executor(None, threading.current_thread) is not threading.current_thread()
    with pytest.raises(ZeroDivisionError):
        await loop.run_in_executor(None, lambda: 1 / 0)


async def test_a_thread_has_the_context_of_the_task() -> None:
    name.set("asker")
    assert await asyncio.to_thread(name.get) == "asker"


async def test_a_given_executor_is_used() -> None:
    with ThreadPoolExecutor(thread_name_prefix="given") as executor:
        thread = await asyncio.get_running_loop().run_in_executor(executor, threading.current_thread)
    assert thread.name.startswith("given")


async def test_many_threads_answer_a_loop_that_sleeps() -> None:
    calls: list[Awaitable[int]] = [asyncio.to_thread(pow, number, 2) for number in range(200)]
    assert await asyncio.gather(*calls) == [number**2 for number in range(200)]


def test_a_default_executor_can_be_set(loop: asyncio.AbstractEventLoop) -> None:
    executor = ThreadPoolExecutor(thread_name_prefix="of ours")
    loop.set_default_executor(executor)
    thread = loop.run_until_complete(loop.run_in_executor(None, threading.current_thread))
    assert thread.name.startswith("of ours")
    loop.run_until_complete(loop.shutdown_default_executor())
    assert not thread.is_alive()


def test_the_default_executor_is_shut_down_when_its_work_is_done(loop: asyncio.AbstractEventLoop) -> None:
    before = set(threading.enumerate())
    done: list[str] = []
    release = threading.Event()

    def work() -> None:
        release.wait()
        done.append("work")

    async def main() -> None:
        call = loop.run_in_executor(None, work)
        loop.call_later(0.01, release.set)
        await loop.shutdown_default_executor()
        assert done == ["work"]
        await call
        with pytest.raises(RuntimeError, match="shutdown"):
            loop.run_in_executor(None, work)

    loop.run_until_complete(main())
    assert set(threading.enumerate()) == before


def test_a_loop_closes_without_waiting_for_its_threads(loop: asyncio.AbstractEventLoop) -> None:
    release = threading.Event()
    thread: Future[threading.Thread] = Future()

    def work() -> None:
        thread.set_result(threading.current_thread())
        release.wait()

    loop.run_in_executor(None, work)
    loop.call_soon(loop.stop)
    loop.run_forever()
    loop.close()
    assert thread.result().is_alive()
    release.set()
    thread.result().join()
