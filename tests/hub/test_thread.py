"""The one thread that touches the core, and how others hand it work."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING

from monitor.hub.thread import HubThread

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest


def in_another_thread(action: Callable[[], None]) -> None:
    thread = threading.Thread(target=action)
    thread.start()
    thread.join()


def test_while_nobody_serves_any_thread_does_it_at_once() -> None:
    hub, done = HubThread(), []
    hub.perform(lambda: done.append(threading.get_ident()))
    in_another_thread(lambda: hub.perform(lambda: done.append(threading.get_ident())))
    assert done[0] == threading.get_ident() != done[1]


async def test_while_a_hub_serves_its_thread_does_it_in_order() -> None:
    hub, done = HubThread(), []
    hub.start()
    finished = asyncio.Event()
    in_another_thread(lambda: hub.perform(lambda: done.append(("first", threading.get_ident()))))
    assert done == []
    hub.perform(lambda: done.append(("second", threading.get_ident())))
    here = threading.get_ident()
    assert done == [("first", here), ("second", here)]
    in_another_thread(lambda: hub.perform(finished.set))
    await finished.wait()
    hub.stop()


async def test_later_is_when_the_core_is_done() -> None:
    hub, done = HubThread(), []
    hub.start()
    hub.later(lambda: done.append("later"))
    assert done == []
    hub.stop()
    assert done == ["later"], "what was handed in is done before the end"


async def test_what_fails_is_logged_and_the_rest_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        raise RuntimeError("as if by a bug")

    hub, done = HubThread(), []
    hub.perform(fail)
    hub.perform(lambda: done.append(1))
    assert done == [1]
    assert "as if by a bug" in caplog.text


def test_a_loop_that_was_closed_before_its_hub_loses_nothing(caplog: pytest.LogCaptureFixture) -> None:
    hub, done = HubThread(), []

    async def start() -> None:
        hub.start()

    in_another_thread(lambda: asyncio.run(start()))
    hub.perform(lambda: done.append(1))
    assert done == [1]
    assert "closed before the hub was" in caplog.text
    hub.perform(lambda: done.append(2))
    assert done == [1, 2]
