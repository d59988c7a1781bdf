"""What one address and one origin may take of the hub: who takes more is closed with a reason, and no other."""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack, suppress
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from websockets.exceptions import InvalidStatus

from monitor.core.registry import Registry
from monitor.core.timing import Timing
from monitor.hub import Access, Settings, WebSocket
from monitor.hub.access.accounts import Account, Accounts
from monitor.hub.access.limits import BURST, PER_ADDRESS, PER_ORIGIN, PeerLimits, changed
from monitor.hub.access.spending import Spending
from tests.hub.peers import ScriptedPage, hello, snapshot, until
from tests.ui.simulated_page import Clock

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.core.area import StorageArea

SHOP, OTHER = "https://shop.example", "https://other.example"
BOTH = Access(allowed_origins=(SHOP, OTHER))
NONE = PeerLimits()
STATE = json.dumps({"type": "page", "url": "/", "title": "t", "visible": True}).encode()
pytestmark = pytest.mark.logs  # that a peer is over its limit is a warning


def hub(per_address: PeerLimits = NONE, per_origin: PeerLimits = NONE, access: Access = BOTH) -> WebSocket:
    settings = Settings(per_address=per_address, per_origin=per_origin, crumbs=10**6)
    return WebSocket(port=0, settings=settings, access=access)


def holds(area: StorageArea, items: dict[str, str]) -> bool:
    return area.items == items


async def send_until_closed(page: ScriptedPage, send: Callable[[], None]) -> tuple[int, str]:
    """Send as much as the line takes, until the hub ends it."""
    reading = asyncio.create_task(page.closed())
    while not reading.done() and page.socket.protocol.state.name == "OPEN":
        for _ in range(20):
            if page.socket.protocol.state.name == "OPEN":
                send()
                page.socket.send_data()
        await asyncio.sleep(0)
    return await reading


# --- messages and bytes ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "origin", "who"),
    [(PeerLimits(messages=100), NONE, "this address"), (NONE, PeerLimits(messages=100), "this origin")],
)
async def test_too_many_messages_close_the_page_that_sends_them(
    address: PeerLimits, origin: PeerLimits, who: str
) -> None:
    async with (
        hub(address, origin) as ws,
        ScriptedPage.open(ws, origin=SHOP) as noisy,
        ScriptedPage.open(ws, origin=SHOP) as quiet,
        ScriptedPage.open(ws, origin=OTHER) as other,
    ):
        await noisy.lead(origin=SHOP)
        await quiet.lead({"a": "1"}, session_id="quiet", page_id="q", origin=SHOP)
        await other.lead({"a": "1"}, session_id="other", page_id="o", origin=OTHER)
        code, reason = await send_until_closed(noisy, lambda: noisy.socket.protocol.send_text(STATE))
        assert (code, reason) == (1008, f"{who} sends more than 100 messages a second")
        for page, name in ((quiet, "quiet"), (other, "other")):
            await page.say({"type": "changes", "area": "local", "seq": 1, "changes": [["set", "a", "2"]]})
            area = ws.registry.sessions[name].area()
            await until(ws.registry, partial(holds, area, {"a": "2"}))


@pytest.mark.parametrize(
    ("address", "origin", "who"),
    [(PeerLimits(bytes=10_000), NONE, "this address"), (NONE, PeerLimits(bytes=10_000), "this origin")],
)
async def test_too_many_bytes_do_too(address: PeerLimits, origin: PeerLimits, who: str) -> None:
    async with hub(address, origin) as ws, ScriptedPage.open(ws, origin=SHOP) as page:
        await page.lead(origin=SHOP)
        title = json.dumps({"type": "page", "url": "/", "title": "x" * 5_000, "visible": True}).encode()
        code, reason = await send_until_closed(page, lambda: page.socket.protocol.send_text(title))
        assert (code, reason) == (1008, f"{who} sends more than 10,000 bytes a second")


async def test_a_message_without_an_end_counts_while_it_comes() -> None:
    async with hub(PeerLimits(bytes=10_000)) as ws, ScriptedPage.open(ws) as page:
        await page.lead()
        page.socket.protocol.send_text(b"[", fin=False)
        code, reason = await send_until_closed(
            page, lambda: page.socket.protocol.send_continuation(b"x" * 5_000, fin=False)
        )
        assert (code, reason) == (1008, "this address sends more than 10,000 bytes a second")


@pytest.mark.parametrize("waits", [False, True])
async def test_pings_count_as_messages_also_from_who_waits(waits: bool) -> None:
    access = Access() if waits else BOTH
    async with hub(PeerLimits(messages=100), access=access) as ws, ScriptedPage.open(ws, origin=SHOP) as page:
        await page.say(hello(origin=SHOP))
        await page.hear("wait" if waits else "welcome")
        code, reason = await send_until_closed(page, lambda: page.socket.protocol.send_ping(b""))
        assert (code, reason) == (1008, "this address sends more than 100 messages a second")


async def test_who_comes_again_has_no_new_allowance() -> None:
    async with hub(PeerLimits(messages=100)) as ws:
        account = ws._connections.accounts.of_address("127.0.0.1", 0.0)
        async with ScriptedPage.open(ws) as page:
            await page.lead()
            await send_until_closed(page, lambda: page.socket.protocol.send_text(STATE))
        account.messages -= 100_000  # however long it takes to come again
        async with ScriptedPage.open(ws) as page:
            await page.say(hello())
            assert await page.closed() == (1013, "this address sends more than 100 messages a second")


async def test_who_sends_much_in_short_visits_is_not_let_in_until_it_may_send_again() -> None:
    async with hub(per_origin=PeerLimits(messages=100)) as ws, ScriptedPage.open(ws, origin=SHOP) as quiet:
        await quiet.lead({"a": "1"}, session_id="quiet", page_id="q", origin=SHOP)
        codes = []
        began = asyncio.get_running_loop().time()
        for _ in range(26):
            async with ScriptedPage.open(ws, origin=SHOP) as page:
                await page.say(hello(origin=SHOP))
                for _ in range(99):
                    page.socket.protocol.send_text(STATE)
                page.socket.send_data()
                await page.say({"type": "bye"})
                codes.append((await page.closed())[0])
        seconds = asyncio.get_running_loop().time() - began
        assert 1013 in codes
        assert codes.count(1000) <= seconds + 2 * BURST + 1, "of a hundred messages each"
        await quiet.say({"type": "changes", "area": "local", "seq": 1, "changes": [["set", "a", "2"]]})
        await until(ws.registry, partial(holds, ws.registry.sessions["quiet"].area(), {"a": "2"}))


async def test_without_limits_nobody_is_closed() -> None:
    async with hub() as ws, ScriptedPage.open(ws) as page:
        await page.lead()
        for _ in range(20_000):
            page.socket.protocol.send_text(STATE)
        page.socket.send_data()
        await page.say(snapshot({"a": "1"}, area="session"))
        await until(ws.registry, lambda: ws.registry.sessions["s"].pages["p"].session_storage.area.loaded)


# --- the account -----------------------------------------------------------------------------------------------------


def spent(limit: int, connections: int) -> Account:
    """An account of so many connections that has just been overdrawn, 10 seconds after it was opened."""
    account = Account("this address", PeerLimits(messages=limit), 0.0)
    account.connections = connections
    account.messages = -1 - int(limit * 20)
    return account


@pytest.mark.parametrize("seconds", [0.001, 1.0, BURST])
def test_only_who_takes_too_much_is_at_fault(seconds: float) -> None:
    share = int(100 * BURST / 10)
    assert spent(100, 10).fault(messages=share, size=0, seconds=seconds, now=10.0) is None
    assert spent(100, 10).fault(messages=share + 1, size=0, seconds=seconds, now=10.0) is not None


def test_a_page_that_was_long_quiet_is_judged_by_what_it_sends_now() -> None:
    account = Account("this address", PeerLimits(messages=100), 0.0)
    account.connections = 10
    now = 3_600.0
    spending = Spending((account, Account("a program", NONE, 0.0)), 100, lambda: now)
    account.messages = -int(100 * BURST * 10_000)
    now += 3_600.0
    assert spending.of_message() is None
    faults = [spending.of_message() for _ in range(int(100 * BURST / 10) + 1)]
    assert faults[-1] == "this address sends more than 100 messages a second"
    assert set(faults[:-1]) == {None}


def test_quiet_pages_do_not_pay_for_one_that_comes_and_goes() -> None:
    account = Account("this origin", PeerLimits(messages=100), 0.0)
    account.connections = 21
    nobody = Account("a program", NONE, 0.0)
    clock = Clock()
    pages = [Spending((nobody, account), 100, clock) for _ in range(20)]
    for step in range(600):
        clock.now += 0.1
        noisy = Spending((nobody, account), 100, clock)
        for _ in range(300):
            noisy.of_message()
        # Each says two things a second.
        assert [page.of_message() for page in pages[step % 5 :: 5]] == [None] * 4


def test_what_was_spent_comes_back_with_time() -> None:
    account = Account("this address", PeerLimits(messages=100, bytes=1_000), 0.0)
    account.connections = 1
    account.messages = -1
    assert account.fault(messages=5_000, size=0, seconds=20.0, now=20.0) is None
    assert account.messages == 100 * BURST
    account.bytes = -1
    assert account.fault(messages=0, size=50_000, seconds=1.0, now=20.0) == (
        "this address sends more than 1,000 bytes a second"
    )
    assert account.fault(messages=0, size=50_000, seconds=1.0, now=20.5) is None


def test_accounts_of_whom_nothing_is_left_are_forgotten() -> None:
    accounts = Accounts(Registry(), NONE, NONE)
    account = accounts.of_address("192.0.2.1", 0.0)
    account.connections = 1
    accounts.expire(100.0)
    assert accounts.of_address("192.0.2.1", 100.0) is account
    account.connections = 0
    accounts.expire(BURST / 2)
    assert accounts.of_address("192.0.2.1", 5.0) is account, "what it has overdrawn is not forgotten at once"
    accounts.expire(100.0)
    assert accounts.of_address("192.0.2.1", 100.0) is not account


def test_an_ipv6_network_is_one_peer() -> None:
    accounts = Accounts(Registry(), NONE, NONE)
    one = accounts.of_address("2001:db8::1", 0.0)
    assert accounts.of_address("2001:db8::ffff:1", 0.0) is one
    assert accounts.of_address("2001:db8:0:1::1", 0.0) is not one
    assert accounts.of_address("fe80::1%eth0", 0.0) is accounts.of_address("fe80::2", 0.0)


# --- connections -----------------------------------------------------------------------------------------------------


async def test_an_address_has_only_so_many_connections() -> None:
    async with hub(PeerLimits(connections=2)) as ws, AsyncExitStack() as stack:
        pages = [await stack.enter_async_context(ScriptedPage.open(ws)) for _ in range(2)]
        with pytest.raises(InvalidStatus) as refused:
            async with ScriptedPage.open(ws):
                pass
        assert refused.value.response.status_code == 503
        assert refused.value.response.body == b"this address has 2 connections here, no more are taken.\n"
        at_the_hub = next(c for c in ws._connections.accepted if c.remote_address == pages[0].socket.local_address)
        await pages[0].socket.close()
        await at_the_hub.wait_closed()
        async with ScriptedPage.open(ws) as page:
            await page.lead()


async def test_connections_that_say_nothing_are_cut_off_when_they_are_many_more() -> None:
    settings = Settings(per_address=PeerLimits(connections=1), hello_within=1_000)
    async with WebSocket(port=0, settings=settings) as ws, AsyncExitStack() as stack:
        readers = []
        for _ in range(140):
            reader, writer = await asyncio.open_connection(ws.host, ws.port)
            stack.callback(writer.close)
            readers.append(reader)
        last = readers[-1]
        with suppress(ConnectionResetError):
            assert await last.read() == b""
        assert len(ws._connections.accepted) <= 102


async def test_an_origin_has_only_so_many_connections_and_another_has_its_own() -> None:
    async with hub(per_origin=PeerLimits(connections=1)) as ws, ScriptedPage.open(ws, origin=SHOP) as first:
        await first.lead(origin=SHOP)
        async with ScriptedPage.open(ws, origin=SHOP) as second:
            await second.say(hello(origin=SHOP, page_id="q"))
            assert await second.closed() == (1008, "this origin has 1 connections here, no more are taken")
        async with ScriptedPage.open(ws, origin=OTHER) as other:
            await other.lead(session_id="other", origin=OTHER)
        async with ScriptedPage.open(ws) as program:
            await program.lead(session_id="program")


# --- sessions and items ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "origin", "who"),
    [(PeerLimits(sessions=2), NONE, "this address"), (NONE, PeerLimits(sessions=2), "this origin")],
)
async def test_a_peer_opens_only_so_many_sessions(address: PeerLimits, origin: PeerLimits, who: str) -> None:
    async with hub(address, origin) as ws:
        async with AsyncExitStack() as stack:
            for name in ("one", "two"):
                page = await stack.enter_async_context(ScriptedPage.open(ws, origin=SHOP))
                await page.lead(session_id=name, page_id=name, origin=SHOP)
            async with ScriptedPage.open(ws, origin=SHOP) as third:
                await third.say(hello(session_id="three", page_id="three", origin=SHOP))
                assert await third.closed() == (1008, f"{who} has 2 sessions here, no more are taken")
            async with ScriptedPage.open(ws, origin=SHOP) as stranger:
                await stranger.say(hello(session_id="one", page_id="x", secret="another", origin=SHOP))
                assert (await stranger.closed())[0] == 1008
            async with ScriptedPage.open(ws, origin=SHOP) as other_page:
                await other_page.say(hello(session_id="one", page_id="other", origin=SHOP))
                await other_page.hear("welcome")
        assert len(ws.registry.sessions) == 2


async def test_a_session_that_has_left_makes_room_and_needs_it_to_return() -> None:
    registry = Registry()
    settings = Settings(per_address=PeerLimits(sessions=1), timing=Timing(grace=0.05))
    async with WebSocket(port=0, settings=settings, registry=registry) as ws:
        async with ScriptedPage.open(ws) as page:
            await page.lead(session_id="one")
        await until(registry, lambda: not registry.sessions["one"].live)
        async with ScriptedPage.open(ws) as page:
            await page.lead(session_id="two")
            async with ScriptedPage.open(ws) as returning:
                await returning.say(hello(session_id="one", page_id="q"))
                assert (await returning.closed())[0] == 1008


async def test_programs_take_no_room_of_the_origin_that_they_claim() -> None:
    async with hub(per_origin=PeerLimits(sessions=1)) as ws, ScriptedPage.open(ws) as program:
        await program.lead(session_id="program", origin=SHOP)
        async with ScriptedPage.open(ws, origin=SHOP) as page:
            await page.lead(session_id="page", page_id="q", origin=SHOP)


@pytest.mark.parametrize(
    ("address", "origin", "who"),
    [(PeerLimits(items=100), NONE, "this address"), (NONE, PeerLimits(items=100), "this origin")],
)
async def test_of_a_peer_with_too_many_items_the_page_with_the_most_is_closed(
    address: PeerLimits, origin: PeerLimits, who: str
) -> None:
    async with (
        hub(address, origin) as ws,
        ScriptedPage.open(ws, origin=SHOP) as large,
        ScriptedPage.open(ws, origin=SHOP) as small,
    ):
        await small.lead({"a": "1"}, session_id="small", origin=SHOP)
        await large.lead({f"key {number}": "" for number in range(100)}, session_id="large", origin=SHOP)
        assert await large.closed() == (1008, f"{who} has more than 100 items here")
        await small.say({"type": "changes", "area": "local", "seq": 1, "changes": [["set", "a", "2"]]})
        await until(ws.registry, lambda: ws.registry.sessions["small"].area().items == {"a": "2"})


# --- settings --------------------------------------------------------------------------------------------------------


def test_a_limit_can_be_changed_or_lifted() -> None:
    limits = {"address": PER_ADDRESS, "origin": PER_ORIGIN}
    limits = changed(changed(limits, "origin.messages=500"), "address.items=none")
    assert limits["origin"].messages == 500
    assert limits["origin"].bytes == PER_ORIGIN.bytes
    assert limits["address"].items is None


@pytest.mark.parametrize(
    "setting", ["", "messages=5", "origin=5", "origin.messages", "origin.size=5", "origin.items=0", "origin.items=-1"]
)
def test_what_is_no_limit_is_an_error(setting: str) -> None:
    with pytest.raises(ValueError, match="origin"):
        changed({"address": NONE, "origin": NONE}, setting)


def test_each_limit_has_a_default() -> None:
    for limits in (Settings().per_address, Settings().per_origin):
        values: list[Any] = [getattr(limits, name) for name in PeerLimits.__struct_fields__]
        assert None not in values
