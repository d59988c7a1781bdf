"""The simulated browsers' connections, and what they do by themselves."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from random import Random
from typing import TYPE_CHECKING

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from monitor.core.messages import SUBPROTOCOL, Bye, PageMessage, decode_hub_message, encode
from monitor.core.values import QUOTA
from monitor.demo.cast import PRODUCTS, cart, cast

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from monitor.demo.browser import SimulatedBrowser, SimulatedPage


async def live(url: str, *, lively: bool = True) -> None:
    """Connect the whole cast to the hub at ``url`` and stay until cancelled.

    ``lively`` browsers go on changing something now and then; the others do so for a moment, always the same, and from
    then on only answer.
    """
    browsers = cast()
    async with asyncio.TaskGroup() as group:
        for browser in browsers:
            for page in browser.pages:
                group.create_task(keep_connected(page, url), name=f"demo page {page.page_id}")
        group.create_task(_act(browsers) if lively else _act_for_a_moment(browsers), name="demo life")


async def keep_connected(page: SimulatedPage, url: str) -> None:
    """Connect the page to the hub at ``url``, again whenever the line breaks, until cancelled."""
    # Without an origin in its header, as a program of this machine: the hub asks nobody about it.
    connecting = connect(url, subprotocols=[Subprotocol(SUBPROTOCOL)], compression=None, max_size=8 * QUOTA, proxy=None)
    async for socket in connecting:  # connects again, with growing pauses, whenever the connection is lost
        outgoing: asyncio.Queue[PageMessage] = asyncio.Queue()
        writer = asyncio.create_task(_write(outgoing, socket.send), name=f"demo writer {page.page_id}")
        try:
            page.connect(outgoing.put_nowait)
            async for text in socket:
                page.receive(decode_hub_message(text))
        except ConnectionClosed:
            continue
        except asyncio.CancelledError:
            with suppress(ConnectionClosed):
                await socket.send(encode(Bye()), text=True)
            raise
        finally:
            page.disconnect()
            writer.cancel()
            await asyncio.wait([writer])
            await socket.close()


async def _write(outgoing: asyncio.Queue[PageMessage], send: Callable[..., Awaitable[None]]) -> None:
    with suppress(ConnectionClosed):  # the reading side hears of it too and ends this
        while True:
            await send(encode(await outgoing.get()), text=True)


async def _act(browsers: list[SimulatedBrowser]) -> None:
    """Now and then a customer does something."""
    random = Random()
    while True:
        await asyncio.sleep(random.expovariate(1.5))
        _do_something(browsers, random)


async def _act_for_a_moment(browsers: list[SimulatedBrowser]) -> None:
    random = Random(11)
    for _ in range(60):
        await asyncio.sleep(0.02)
        _do_something(browsers, random)


def _do_something(browsers: list[SimulatedBrowser], random: Random) -> None:
    browser = random.choice(browsers)
    random.choice(_ACTIONS)(browser, random)


def _shop(browser: SimulatedBrowser, random: Random) -> None:
    if "cart" in browser.items:
        browser.set_item("cart", cart(random))


def _look(browser: SimulatedBrowser, random: Random) -> None:
    number = random.randrange(len(PRODUCTS))
    browser.set_item("recentlyViewed", f'["HH-{1000 + number}","HH-{1000 + random.randrange(20)}"]')


def _tick(browser: SimulatedBrowser, random: Random) -> None:
    # Not counted up from what is there: the operator may have put anything there.
    browser.set_item("lastVisit", str(1_795_000_000_000 + random.randrange(10**10)))


def _toggle_theme(browser: SimulatedBrowser, random: Random) -> None:
    browser.set_item("theme", random.choice(["light", "dark", "system"]))


def _toggle_notice(browser: SimulatedBrowser, random: Random) -> None:
    if random.random() < 0.5:
        browser.remove_item("newsletter.seen")
    else:
        browser.set_item("newsletter.seen", "1")


_ACTIONS = [_shop, _look, _tick, _tick, _toggle_theme, _toggle_notice]
