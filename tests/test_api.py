"""The Python API as programs meet it: the specification's example, anywhere, and the package itself."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import monitor
from monitor import LocalStorage, WebSocket
from monitor.core.edits import EditState, Replace
from tests.hub.peers import LivingPage, ScriptedPage, applied

if TYPE_CHECKING:
    pass


def use_as_specified(ws: WebSocket, session_id: str) -> LocalStorage:
    """The specification's usage example, line by line."""
    storage = LocalStorage(data={"theme": "dark", "user_id": "456"}, session_id=session_id, ws=ws)
    storage.set("username", "john_doe")
    storage.set("last_login", "2024-01-15")
    storage.set("preferences", {"language": "en", "notifications": True, "theme": "dark"})
    assert storage.get("username") == "john_doe"
    assert storage.get("preferences") == {"language": "en", "notifications": True, "theme": "dark"}
    assert storage.pop("theme") == "dark"
    assert storage.keys() == ["user_id", "username", "last_login", "preferences"]
    assert storage.values() == [
        456,
        "john_doe",
        "2024-01-15",
        {"language": "en", "notifications": True, "theme": "dark"},
    ]
    return storage


AS_SPECIFIED = {
    "user_id": "456",
    "username": "john_doe",
    "last_login": "2024-01-15",
    "preferences": '{"language": "en", "notifications": true, "theme": "dark"}',
}


# --- the specification's example -------------------------------------------------------------------------------------


def test_the_example_works_without_a_loop_and_without_serving(caplog: pytest.LogCaptureFixture) -> None:
    storage = use_as_specified(WebSocket(), "user_session_123")
    storage.clear()
    assert storage.data == {}
    assert not caplog.records


async def test_the_example_works_with_a_loop_and_without_serving(caplog: pytest.LogCaptureFixture) -> None:
    ws = WebSocket()
    use_as_specified(ws, "user_session_123").clear()
    (waiting,) = await ws.settled()
    assert (waiting.state, waiting.operations) == (EditState.PENDING, Replace({}))
    assert not [record for record in caplog.records if record.name.startswith("monitor")]


async def test_the_example_works_while_serving_without_a_browser(caplog: pytest.LogCaptureFixture) -> None:
    async with WebSocket(port=0) as ws:
        use_as_specified(ws, "user_session_123").clear()
        (waiting,) = await ws.settled()
        assert (waiting.state, waiting.operations) == (EditState.PENDING, Replace({}))
        assert not [record for record in caplog.records if record.name.startswith("monitor")]


async def test_the_example_reaches_the_browser_that_is_there() -> None:
    browser = LivingPage("user_session_123", {"before": "1"})
    async with WebSocket(port=0) as ws, browser.connected(ws):
        await ws.wait_for_session()
        storage = use_as_specified(ws, "user_session_123")
        assert await ws.settled() == []
        assert browser.items == AS_SPECIFIED
        storage.clear()
        assert await ws.settled() == []
        assert browser.items == {}


async def test_the_example_reaches_a_browser_that_comes_later() -> None:
    ws = WebSocket(port=0)
    await asyncio.to_thread(use_as_specified, ws, "user_session_123")
    browser = LivingPage("user_session_123", {"before": "1"})
    async with ws, browser.connected(ws):
        await ws.wait_for_session()
        await ws.settled()
        assert browser.items == AS_SPECIFIED


async def test_the_example_works_in_a_thread_without_a_loop_while_the_hub_serves_in_another() -> None:
    browser = LivingPage("user_session_123", {"before": "1"})
    async with WebSocket(port=0) as ws, browser.connected(ws):
        await ws.wait_for_session()
        await asyncio.to_thread(use_as_specified, ws, "user_session_123")
        assert await ws.settled() == []
        assert browser.items == AS_SPECIFIED


async def test_the_example_works_in_the_loop_of_another_thread() -> None:
    async def use() -> list[Any]:
        session = await ws.wait_for_session()
        use_as_specified(ws, session.session_id)
        return list(await ws.settled())

    browser = LivingPage("user_session_123", {"before": "1"})
    async with WebSocket(port=0) as ws, browser.connected(ws):
        assert await asyncio.to_thread(asyncio.run, use()) == []
        assert browser.items == AS_SPECIFIED


def test_the_example_works_while_the_loop_of_this_thread_s_hub_does_not_run() -> None:
    browser = LivingPage("user_session_123", {"before": "1"})
    ws = WebSocket(port=0)
    with asyncio.Runner() as runner:
        runner.run(ws.__aenter__())
        page = browser.connected(ws)
        runner.run(page.__aenter__())
        runner.run(_arrival(ws))
        use_as_specified(ws, "user_session_123")
        runner.run(_all_settled(ws))
        assert browser.items == AS_SPECIFIED
        runner.run(page.__aexit__(None, None, None))
        runner.run(ws.__aexit__(None, None, None))


async def _arrival(ws: WebSocket) -> None:
    await ws.wait_for_session()


async def _all_settled(ws: WebSocket) -> None:
    await ws.settled()


async def test_what_is_set_at_the_last_moment_still_arrives() -> None:
    browser = LivingPage()
    async with WebSocket(port=0) as ws, browser.connected(ws):
        storage = (await ws.wait_for_session()).local_storage
        storage.set("last", "1")
        await ws.__aexit__(None, None, None)
        assert browser.items == {"last": "1"}
        await ws.__aenter__()


async def test_what_another_thread_sets_at_the_last_moment_is_answered_before_the_end() -> None:
    async def answer() -> tuple[int, str]:
        await page.say(applied(await page.hear("edit"), 1, last="1"))
        return await page.closed()

    async with WebSocket(port=0) as ws, ScriptedPage.open(ws) as page:
        await page.lead()
        storage = (await ws.wait_for_session()).local_storage
        answering = asyncio.create_task(answer())
        thread = threading.Thread(target=storage.set, args=("last", "1"))
        thread.start()
        thread.join()
        await ws.__aexit__(None, None, None)  # the hub's loop has not turned since
        assert await answering == (1001, "the hub is closing")
        assert ws.registry.sessions["s"].unsettled() == []
        await ws.__aenter__()


# --- the package -----------------------------------------------------------------------------------------------------


def python(code: str) -> str:
    return subprocess.run([sys.executable, "-X", "dev", "-c", code], capture_output=True, text=True, check=True).stdout


def test_importing_it_loads_no_qt_and_nothing_else_that_is_slow() -> None:
    loaded = python("import sys, monitor; print(*sys.modules)").split()
    assert not {"PySide6", "qasync", "websockets", "asyncio", "msgspec"} & set(loaded)


def test_serving_and_storing_load_no_qt() -> None:
    names = "WebSocket, LocalStorage, SessionStorage, BaseStorage"
    loaded = python(f"import sys; from monitor import {names}; print(*sys.modules)").split()
    assert not {"PySide6", "qasync", "shiboken6"} & set(loaded)
    loaded = python("import sys; from monitor import LocalStorage; print(*sys.modules)").split()
    assert "websockets" not in loaded


def test_the_public_names_are_what_they_say() -> None:
    assert set(monitor.__all__) <= set(dir(monitor))
    assert all(getattr(monitor, name) is not None for name in monitor.__all__)
    with pytest.raises(AttributeError, match="nothing"):
        _ = monitor.nothing  # type: ignore[attr-defined] # that is the point


def test_a_program_leaves_nothing_behind() -> None:
    code = """
import asyncio, threading
from monitor import WebSocket
from tests.hub.peers import LivingPage

async def main():
    asyncio.get_running_loop().slow_callback_duration = 60  # a busy machine is no fault of ours
    browser = LivingPage("s", {"a": "1"})
    async with WebSocket(port=0) as ws, browser.connected(ws):
        session = await ws.wait_for_session()
        session.local_storage.set("greeting", "hello")
        await ws.settled()
        print(browser.items)
    assert asyncio.all_tasks() == {asyncio.current_task()}, asyncio.all_tasks()

asyncio.run(main())
assert threading.active_count() == 1
"""
    folder = Path(__file__).parent.parent
    command = [sys.executable, "-X", "dev", "-W", "error", "-c", code]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.stdout == "{'a': '1', 'greeting': 'hello'}\n"
    assert done.stderr == ""
    assert done.returncode == 0
