"""Running async tests and fixtures on one event loop, and noticing what they leave behind."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from contextvars import ContextVar
from typing import Any, Protocol, TypeVar

import pytest

GUARD = 120.0
"""Seconds after which an async test counts as hung, unless its marker `guard` says otherwise."""

T = TypeVar("T")

# What a test starts, it starts in its own context, and so do the tasks and callbacks that it starts; a server that a
# fixture started earlier goes on in the fixture's context, and may keep its connections' tasks beyond one test.
_tasks_of_test: ContextVar[list[asyncio.Task[Any]] | None] = ContextVar("tasks_of_test", default=None)


class AsyncRunner(Protocol):
    """Runs one coroutine after the other on one event loop; `asyncio.Runner` is one."""

    def run(self, coro: Coroutine[Any, Any, T], /) -> T:
        """Run `coro` to its end and return its result or raise its error."""


def runner_of_asyncio() -> asyncio.Runner:
    """Return a runner of asyncio's own loop in debug mode, to be entered by the caller."""
    return asyncio.Runner(debug=True)


@contextmanager
def entered(runner: AsyncRunner, resource: AbstractAsyncContextManager[T]) -> Iterator[T]:
    """Enter an async context manager on the runner's loop and leave it at the end, for fixtures that outlive a test.

    Enter and exit run in different tasks, so the resource must not hold a `TaskGroup` or a timeout open in between.
    """
    value = runner.run(_enter(resource))
    try:
        yield value
    finally:
        runner.run(_leave(resource))


def run_test(runner: AsyncRunner, test: Coroutine[Any, Any, None], guard: float = GUARD) -> None:
    """Run `test`; fail it if it takes longer than `guard` seconds, leaves a task, or lets an error get to the loop."""
    runner.run(_guarded(test, guard))


async def _enter(resource: AbstractAsyncContextManager[T]) -> T:
    return await resource.__aenter__()


async def _leave(resource: AbstractAsyncContextManager[T]) -> None:
    await resource.__aexit__(None, None, None)


async def _guarded(test: Coroutine[Any, Any, None], guard: float) -> None:
    loop = asyncio.get_running_loop()
    unhandled: list[dict[str, Any]] = []
    started: list[asyncio.Task[Any]] = []

    def start(loop: asyncio.AbstractEventLoop, coro: Any, **options: Any) -> asyncio.Task[Any]:
        task = asyncio.Task(coro, loop=loop, **options)
        if _tasks_of_test.get() is started:
            started.append(task)
        return task

    _tasks_of_test.set(started)
    loop.set_task_factory(start)
    loop.set_exception_handler(lambda _, context: unhandled.append(context))
    try:
        async with asyncio.timeout(guard) as timeout:
            await test
    except TimeoutError:
        if timeout.expired():
            pytest.fail(f"hung: not done after {guard:g} s")
        raise
    finally:
        loop.set_exception_handler(None)
        loop.set_task_factory(None)
    left = [task for task in started if not task.done()]
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
    if left:
        pytest.fail(f"left running: {', '.join(sorted(map(repr, left)))}")
    if unhandled:
        pytest.fail(f"errors that nobody handled: {unhandled}")
