"""What the runner of async tests promises: no test hangs, leaves a task, or loses an error unseen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.event_loop import AsyncRunner, entered, run_test, runner_of_asyncio


@pytest.fixture
def loop() -> Iterator[AsyncRunner]:
    with runner_of_asyncio() as runner:
        yield runner


def failure_of(loop: AsyncRunner, test: Coroutine[Any, Any, None], guard: float = 60) -> str:
    """Run a test that must fail, and return what the failure says."""
    with pytest.raises(pytest.fail.Exception) as raised:
        run_test(loop, test, guard)
    return str(raised.value)


async def forever() -> None:
    await asyncio.Event().wait()


def test_a_test_that_hangs_fails(loop: AsyncRunner) -> None:
    assert "hung" in failure_of(loop, forever(), guard=0.01)


def test_a_task_that_a_test_leaves_fails_it_and_is_ended(loop: AsyncRunner) -> None:
    left = []

    async def leaving() -> None:
        left.append(asyncio.create_task(forever(), name="the one left"))

    assert "the one left" in failure_of(loop, leaving())
    assert left[0].cancelled()


def test_an_error_that_nobody_handles_fails_the_test(loop: AsyncRunner) -> None:
    async def failing_in_a_callback() -> None:
        asyncio.get_running_loop().call_soon(lambda: 1 // 0)
        await asyncio.sleep(0)

    assert "ZeroDivisionError" in failure_of(loop, failing_in_a_callback())


def test_a_failure_of_the_test_itself_is_raised_as_it_is(loop: AsyncRunner) -> None:
    async def failing() -> None:
        raise TimeoutError("the test's own")

    with pytest.raises(TimeoutError, match="the test's own"):
        run_test(loop, failing())


def test_what_a_fixture_started_may_go_on_through_a_test(loop: AsyncRunner) -> None:
    @asynccontextmanager
    async def server() -> AsyncIterator[asyncio.Event]:
        asked = asyncio.Event()
        started = []

        async def serve() -> None:
            await asked.wait()
            started.append(asyncio.create_task(forever()))
            await forever()

        started.append(asyncio.create_task(serve()))
        yield asked
        for task in started:
            task.cancel()
        await asyncio.gather(*started, return_exceptions=True)

    async def asking(asked: asyncio.Event) -> None:
        asked.set()
        await asyncio.sleep(0)

    with entered(loop, server()) as asked:
        run_test(loop, asking(asked))


@pytest.mark.guard(30)
async def test_async_tests_run_on_the_loop_of_their_module(runner: AsyncRunner) -> None:
    assert isinstance(runner, asyncio.Runner)
    assert asyncio.get_running_loop() is runner.get_loop()
