"""How tests run: an `async def` test runs on its module's event loop, under a guard, and must leave nothing behind."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import pytest

from tests.event_loop import AsyncRunner, run_test, runner_of_asyncio


@pytest.fixture(scope="module")
def runner() -> Iterator[AsyncRunner]:
    """The event loop of a module's async tests and of its async fixtures.

    One loop serves the module, so that what is slow to start, such as a browser, can be started once: enter it in a
    module-scoped fixture with `tests.event_loop.entered`. Tests that need another loop override this fixture.
    """
    with runner_of_asyncio() as runner:
        yield runner


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker that `run_test` obeys."""
    config.addinivalue_line("markers", "guard(seconds): how long an async test may take before it counts as hung")


@pytest.hookimpl(tryfirst=True)
def pytest_pycollect_makeitem(name: str, obj: object) -> None:
    """Let every async test have the fixture `runner`."""
    if name.startswith("test") and inspect.iscoroutinefunction(obj):
        pytest.mark.usefixtures("runner")(obj)


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run an async test; tell pytest, by True, that it has been run."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    arguments = {name: pyfuncitem.funcargs[name] for name in inspect.signature(pyfuncitem.obj).parameters}
    marker = pyfuncitem.get_closest_marker("guard")
    guard = {} if marker is None else {"guard": marker.args[0]}
    runner: AsyncRunner = pyfuncitem.funcargs["runner"]  # type: ignore[assignment] # pytest calls every fixture an object
    run_test(runner, pyfuncitem.obj(**arguments), **guard)
    return True
