"""How tests run: an `async def` test runs on its module's event loop, under a guard, and must leave nothing behind."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Iterator
from itertools import count

import pytest

from tests.event_loop import AsyncRunner, run_test, runner_of_asyncio

_folders = count()
_LISTENED_TO = {"monitor": logging.WARNING, "qasync": logging.WARNING, "asyncio": logging.ERROR}
"""From which level on a record of a logger fails a test. A warning of asyncio's debug mode may be of slowness alone."""


@pytest.fixture(scope="module")
def runner() -> Iterator[AsyncRunner]:
    """The event loop of a module's async tests and of its async fixtures.

    One loop serves the module, so that what is slow to start, such as a browser, can be started once: enter it in a
    module-scoped fixture with `tests.event_loop.entered`. Tests that need another loop override this fixture.
    """
    with runner_of_asyncio() as runner:
        yield runner


@pytest.fixture(autouse=True)
def data_folder_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Each test's app finds no journal but its own."""
    folder = tmp_path_factory.getbasetemp() / f"data-{next(_folders)}"
    monkeypatch.setenv("XDG_DATA_HOME", str(folder))
    monkeypatch.setenv("LOCALAPPDATA", str(folder))


@pytest.fixture(autouse=True)
def no_unexpected_log(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test in which the product logs a warning or worse, but for those that expect it or look at it."""
    if request.node.get_closest_marker("logs") or "caplog" in request.fixturenames:
        yield
        return
    heard: list[str] = []
    listeners = {name: _Listener(level, heard) for name, level in _LISTENED_TO.items()}
    for name, listener in listeners.items():
        logging.getLogger(name).addHandler(listener)
    yield
    for name, listener in listeners.items():
        logging.getLogger(name).removeHandler(listener)
    assert not heard, "logged: " + "; ".join(heard)


class _Listener(logging.Handler):
    """Writes down what it hears, at once: the arguments of a record may change until the test's end."""

    def __init__(self, level: int, heard: list[str]) -> None:
        super().__init__(level)
        self._heard = heard

    def emit(self, record: logging.LogRecord) -> None:
        self._heard.append(f"{record.name}: {record.getMessage()}")


def pytest_configure(config: pytest.Config) -> None:
    """Declare the markers that fixtures and `run_test` obey."""
    config.addinivalue_line("markers", "guard(seconds): how long an async test may take before it counts as hung")
    config.addinivalue_line("markers", "logs: the product warns in the course of this test, as it should")


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
