"""Whatever a program and a browser do at the same time, over however many connections: after quiet they agree."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any, TypeAlias

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.hub import Settings, WebSocket
from tests.hub.peers import LivingPage, until

if TYPE_CHECKING:
    from monitor.storage import LocalStorage

Step: TypeAlias = tuple[Any, ...]

# One key that only the program writes, one that only the browser writes, and two that both do.
PROGRAMS, BROWSERS, BOTH = "program's", "browser's", ("one", "other")
values = st.text("ab\ud800𝒳", min_size=1, max_size=3)

steps = st.lists(
    st.one_of(
        st.tuples(st.just("program sets"), st.sampled_from([PROGRAMS, *BOTH]), values),
        st.tuples(st.just("program pops"), st.sampled_from([PROGRAMS, *BOTH])),
        st.tuples(st.just("browser sets"), st.sampled_from([BROWSERS, *BOTH]), values),
        st.tuples(st.just("browser removes"), st.sampled_from([BROWSERS, *BOTH])),
        st.tuples(st.just("browser leaves")),
        st.tuples(st.just("browser comes")),
        st.tuples(st.just("a turn passes")),
        st.tuples(st.just("all is quiet")),
    ),
    max_size=25,
)


@settings(max_examples=60, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps)
def test_program_and_browser_agree_after_quiet(steps: list[Step]) -> None:
    asyncio.run(live(steps))


async def live(steps: list[Step]) -> None:
    browser = LivingPage(items={"one": "1"})
    wanted: dict[str, str] = {}
    async with WebSocket(port=0, settings=Settings(close_within=1)) as ws, AsyncExitStack() as line:
        await line.enter_async_context(browser.connected(ws))
        storage = (await ws.wait_for_session()).local_storage
        here = True
        for name, *arguments in steps:
            if name == "browser leaves" and here:
                await line.aclose()
                here = False
            elif name == "browser comes" and not here:
                await line.enter_async_context(browser.connected(ws))
                here = True
            elif name == "a turn passes":
                await asyncio.sleep(0)
            elif name == "all is quiet" and here:
                await agree(ws, storage, browser)
            else:
                act(name, arguments, storage, browser)
            if arguments and arguments[0] in (PROGRAMS, BROWSERS):
                wanted.pop(arguments[0], None)
                if len(arguments) == 2:
                    wanted[arguments[0]] = arguments[1]
        if not here:
            await line.enter_async_context(browser.connected(ws))
        await agree(ws, storage, browser)
        # Nobody's own key was lost or brought back by what the other did.
        assert {key: value for key, value in browser.items.items() if key in (PROGRAMS, BROWSERS)} == wanted


def act(name: str, arguments: list[str], storage: LocalStorage, browser: LivingPage) -> None:
    match name:
        case "program sets":
            storage.set(*arguments)
        case "program pops":
            storage.pop(*arguments)
        case "browser sets":
            browser.browser.set_item(*arguments)
        case "browser removes":
            browser.browser.remove_item(*arguments)


async def agree(ws: WebSocket, storage: LocalStorage, browser: LivingPage) -> None:
    # The browser says one thing more, and when that has come, all before it has.
    number = str(int(browser.items.get("said", "0")) + 1)
    browser.browser.set_item("said", number)
    async with asyncio.timeout(60):
        await until(ws.registry, lambda: storage.data.get("said") == number)
        assert await ws.settled() == []
    assert storage.data == browser.items
    assert ws.registry.sessions["s"].area().items == browser.items
