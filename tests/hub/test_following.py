"""Storages that the hub hands out: they follow their browser, and send it only what the program touched."""

from __future__ import annotations

import asyncio
import weakref
from typing import TYPE_CHECKING

import pytest

from monitor import LocalStorage, WebSocket
from monitor.core.edits import EditState, Reason, Replace
from monitor.core.timing import Timing
from monitor.hub import Settings
from tests.hub.peers import LivingPage, ScriptedPage, applied, hello, snapshot, until

if TYPE_CHECKING:
    pass


async def test_a_session_s_storage_follows_the_browser() -> None:
    browser = LivingPage(items={"theme": "dark", "cart": '["a"]'})
    async with WebSocket(port=0) as ws, browser.connected(ws):
        storage = (await ws.wait_for_session()).local_storage
        assert storage.data == {"theme": "dark", "cart": '["a"]'}
        assert storage.get("cart") == ["a"]
        browser.browser.set_item("theme", "light")
        browser.browser.remove_item("cart")
        await until(ws.registry, lambda: storage.data == {"theme": "light"})
        browser.browser.clear()
        await until(ws.registry, lambda: storage.data == {})


async def test_it_sends_only_what_was_touched() -> None:
    async with WebSocket(port=0) as ws, ScriptedPage.open(ws) as page:
        await page.lead({"a": "1", "b": "2", "c": "3"})
        storage = (await ws.wait_for_session()).local_storage
        with storage.batch():
            storage.set("a", 10)
            storage.pop("b")
            storage.set("c", "3")
        edit = await page.hear("edit")
        # Without an expected value: the last word on these keys is the program's, whatever the browser holds by now.
        assert edit["operations"] == [{"op": "remove", "key": "b"}, {"op": "set", "key": "a", "value": "10"}]
        await page.say(applied(edit, 1, a="10", b=None))
        assert await ws.settled() == []
        assert storage.data == {"a": "10", "c": "3"}


async def test_what_the_browser_wrote_meanwhile_survives() -> None:
    async with WebSocket(port=0) as ws, ScriptedPage.open(ws) as page:
        await page.lead({"a": "1"})
        storage = (await ws.wait_for_session()).local_storage
        storage.set("a", "2")
        edit = await page.hear("edit")
        # The browser wrote before the edit reached it.
        await page.say(
            {"type": "changes", "area": "local", "seq": 1, "changes": [["set", "new", "x"], ["set", "a", "y"]]}
        )
        await until(ws.registry, lambda: "new" in storage.data)
        assert storage.data == {"a": "2", "new": "x"}, "what the program set must not flicker"
        await page.say(applied(edit, 2, a="2"))
        await ws.settled()
        storage.clear()
        edit = await page.hear("edit")
        assert {operation["key"] for operation in edit["operations"]} == {"a", "new"}
        await page.say(applied(edit, 3, a=None, new=None))
        assert await ws.settled() == []


async def test_a_refused_edit_is_logged_and_the_storage_returns_to_the_truth(caplog: pytest.LogCaptureFixture) -> None:
    async with WebSocket(port=0) as ws, ScriptedPage.open(ws) as page:
        await page.lead({"a": "1", "b": "2"})
        storage = (await ws.wait_for_session()).local_storage
        with storage.batch():
            storage.set("a", "secret value")
            storage.set("new", "x")
            storage.pop("b")
        edit = await page.hear("edit")
        values = [("a", "1"), ("b", "2"), ("new", None)]
        refusal = {"type": "result", "id": edit["id"], "outcome": "refused", "area": "local", "seq": 0}
        await page.say({**refusal, "values": values, "error": "quota", "message": "QuotaExceededError"})
        refused = await ws.settled()
        assert [(edit.reason, edit.message) for edit in refused] == [(Reason.QUOTA, "QuotaExceededError")]
        assert await ws.settled() == [], "told once"
        assert storage.data == {"a": "1", "b": "2"}
        assert "session s refused what a program set (a, b, new): quota (QuotaExceededError)" in caplog.text
        assert "secret value" not in caplog.text
        storage.set("a", "3")
        assert (await page.hear("edit"))["operations"] == [{"op": "set", "key": "a", "value": "3"}]


async def test_a_page_without_storage_refuses_and_says_why(caplog: pytest.LogCaptureFixture) -> None:
    async with WebSocket(port=0) as ws, ScriptedPage.open(ws) as page:
        await page.say(hello(storage_error="SecurityError: denied"))
        await page.hear("welcome")
        session = await ws.wait_for_session()
        session.local_storage.set("a", "1")
        (refused,) = await ws.settled()
        assert refused.reason is Reason.DENIED
        assert session.local_storage.data == {}
        assert "SecurityError: denied" in caplog.text


@pytest.mark.logs
async def test_what_was_kept_for_a_page_without_storage_is_refused_when_it_comes() -> None:
    async with WebSocket(port=0) as ws, ScriptedPage.open(ws) as page:
        LocalStorage({}, "s", ws).set("a", "1")
        await page.say(hello(storage_error="SecurityError: denied"))
        await page.hear("welcome")
        await ws.wait_for_session()
        (refused,) = await ws.settled()
        assert refused.reason is Reason.DENIED


@pytest.mark.logs
async def test_redacted_items_are_neither_seen_nor_touched() -> None:
    async with WebSocket(port=0) as ws, ScriptedPage.open(ws) as page:
        await page.lead({"a": "1", "token": 40})
        storage = (await ws.wait_for_session()).local_storage
        assert storage.data == {"a": "1"}
        await page.say(
            {"type": "changes", "area": "local", "seq": 1, "changes": [["set", "token", 50], ["set", "b", "2"]]}
        )
        await until(ws.registry, lambda: "b" in storage.data)
        assert storage.data == {"a": "1", "b": "2"}
        storage.clear()
        edit = await page.hear("edit")
        assert {operation["key"] for operation in edit["operations"]} == {"a", "b"}


async def test_what_is_set_while_the_session_is_away_arrives_when_it_returns() -> None:
    browser = LivingPage(items={"a": "1", "b": "2"})
    async with WebSocket(port=0) as ws:
        async with browser.connected(ws):
            storage = (await ws.wait_for_session()).local_storage
        await until(ws.registry, lambda: ws.registry.sessions["s"].leader is None)
        for number in range(100):
            storage.set("a", number)
        storage.set("new", "x")
        storage.pop("new")
        browser.items.update(b="3", c="4")  # while it was away
        async with browser.connected(ws):
            await until(ws.registry, lambda: storage.data == {"a": "99", "b": "3", "c": "4"})
            await ws.settled()
            assert browser.items == {"a": "99", "b": "3", "c": "4"}
            # The last state, once, and not a hundred edits.
            edits = [message for message in browser.heard if type(message).__name__ == "EditRequest"]
            assert len(edits) == 1


@pytest.mark.logs
async def test_what_waits_for_a_session_is_not_overwritten_by_what_the_session_brings() -> None:
    async with WebSocket(port=0) as ws:
        async with ScriptedPage.open(ws) as page:
            await page.lead({"a": "1", "b": "2"})
            storage = (await ws.wait_for_session()).local_storage
        await until(ws.registry, lambda: ws.registry.sessions["s"].leader is None)
        storage.set("a", "mine")
        storage.pop("b")
        async with ScriptedPage.open(ws) as page:
            await page.lead({"a": "theirs", "b": "theirs"})
            await page.hear("edit")
            assert storage.data == {"a": "mine"}


@pytest.mark.logs
@pytest.mark.parametrize("change", [["set", "a", "theirs"], ["remove", "a"]])
async def test_a_change_in_a_batch_is_not_overwritten_by_the_browser(change: list[str]) -> None:
    async with WebSocket(port=0) as ws, ScriptedPage.open(ws) as page:
        await page.lead({"a": "1"})
        storage = (await ws.wait_for_session()).local_storage
        with storage.batch():
            storage.set("a", "mine")
            changes = [change, ["set", "b", "2"]]
            await page.say({"type": "changes", "area": "local", "seq": 1, "changes": changes})
            await until(ws.registry, lambda: "b" in storage.data)
            assert storage.data == {"a": "mine", "b": "2"}
        assert (await page.hear("edit"))["operations"] == [{"op": "set", "key": "a", "value": "mine"}]


@pytest.mark.logs
async def test_a_storage_whose_map_was_exchanged_still_sends_differences() -> None:
    async with WebSocket(port=0) as ws, ScriptedPage.open(ws) as page:
        await page.lead({"a": "1", "b": "2"})
        storage = (await ws.wait_for_session()).local_storage
        storage.data = {"a": "1", "c": "3"}
        storage.set("d", "4")
        edit = await page.hear("edit")
        touched = {operation["key"]: operation.get("value") for operation in edit["operations"]}
        assert touched == {"b": None, "c": "3", "d": "4"}


async def test_a_storage_follows_its_session_even_when_that_was_forgotten_and_is_new_again() -> None:
    browser = LivingPage(items={"a": "1", "b": "2"})
    async with WebSocket(port=0, settings=Settings(timing=Timing(grace=0.05))) as ws:
        async with browser.connected(ws):
            storage = (await ws.wait_for_session()).local_storage
        await until(ws.registry, lambda: not ws.sessions)
        ws.registry.forget(ws.registry.sessions["s"])
        del browser.items["a"]
        async with browser.connected(ws):
            await until(ws.registry, lambda: storage.data == {"b": "2"})
            storage.set("c", "3")
            await ws.settled()
            assert browser.items == {"b": "2", "c": "3"}


async def test_a_session_hands_out_the_same_storage_each_time() -> None:
    browser = LivingPage()
    async with WebSocket(port=0) as ws, browser.connected(ws):
        session = await ws.wait_for_session()
        assert ws.sessions == [session]
        assert ws.sessions[0].local_storage is session.local_storage
        assert session.pages[0].session_storage is session.pages[0].session_storage


async def test_threads_that_write_while_the_browser_writes_lose_nothing() -> None:
    browser = LivingPage(items={"clock": "0"})
    async with WebSocket(port=0) as ws, browser.connected(ws):
        storage = (await ws.wait_for_session()).local_storage

        def write(name: str) -> None:
            for number in range(50):
                storage.set(f"{name}{number}", f"{name} wrote {number}")

        writing = asyncio.gather(*(asyncio.to_thread(write, name) for name in "abcd"))
        ticks = 0
        while not writing.done():
            ticks += 1
            browser.browser.set_item("clock", str(ticks))
            await asyncio.wait([writing], timeout=0.001)
        await ws.settled()
        await until(ws.registry, lambda: storage.data["clock"] == str(ticks))
        written = {f"{name}{number}": f"{name} wrote {number}" for name in "abcd" for number in range(50)}
        assert browser.items == {**written, "clock": str(ticks)}
        assert storage.data == browser.items


# --- leaving ---------------------------------------------------------------------------------------------------------


async def test_nobody_waits_for_a_session_that_leaves_amid_an_edit() -> None:
    async with WebSocket(port=0, settings=Settings(timing=Timing(grace=0.05))) as ws:
        async with ScriptedPage.open(ws) as page:
            await page.lead({"a": "1"})
            storage = (await ws.wait_for_session()).local_storage
            storage.set("a", "2")
            await page.hear("edit")
            waiting = asyncio.create_task(ws.settled())
            await asyncio.sleep(0)  # it waits
        (pending,) = await waiting
        assert pending.state is EditState.PENDING, "nobody is told that it was applied"
        assert await ws.settled() == [pending], "nor is one who asks later"
        async with ScriptedPage.open(ws) as page:
            await page.lead({"a": "1"})
            edit = await page.hear("edit")
            assert edit["again"], "it stayed queued"
            await page.say(applied(edit, 1, a="2"))
            assert await ws.settled() == []
            assert storage.data == {"a": "2"}


async def test_what_was_set_while_the_line_was_down_is_told_of_when_the_session_leaves() -> None:
    async with WebSocket(port=0, settings=Settings(timing=Timing(grace=0.05))) as ws:
        async with ScriptedPage.open(ws) as page:
            await page.lead({"a": "1"})
            session = await ws.wait_for_session()
            storage = session.local_storage
        await until(ws.registry, lambda: ws.registry.sessions["s"].leader is None)
        storage.set("a", "2")
        waiting = asyncio.create_task(ws.settled())
        (pending,) = await waiting
        assert not session.live
        assert (pending.state, set(pending.named_keys)) == (EditState.PENDING, {"a"})
        storage.set("b", "2")
        (pending,) = await ws.settled()
        assert pending.named_keys == {"a", "b"}
        async with ScriptedPage.open(ws) as page:
            await page.lead({"a": "1"})
            edit = await page.hear("edit")
            assert [operation["key"] for operation in edit["operations"]] == ["a", "b"], "asking took nothing away"
            await page.say(applied(edit, 1, a="2", b="2"))
            assert await ws.settled() == []


@pytest.mark.logs
async def test_what_waits_for_a_page_that_left_is_told_of() -> None:
    async with WebSocket(port=0, settings=Settings(timing=Timing(grace=0.05))) as ws:
        async with ScriptedPage.open(ws) as page:
            await page.lead()
            await page.say(snapshot(area="session"))
            tab = (await ws.wait_for_session()).pages[0]
            await until(ws.registry, lambda: next(iter(ws.registry)).pages["p"].session_storage.in_step)
        await until(ws.registry, lambda: ws.registry.sessions["s"].leader is None)
        tab.session_storage.set("step", "2")
        (pending,) = await ws.settled()
        assert (pending.area, [*pending.named_keys], pending.state) == ("session", ["step"], EditState.PENDING)


@pytest.mark.logs
@pytest.mark.guard(20)
async def test_nobody_waits_for_a_hub_that_closes() -> None:
    async with WebSocket(port=0, settings=Settings(settle_within=0.05)) as ws, ScriptedPage.open(ws) as page:
        await page.lead({"a": "1"})
        (await ws.wait_for_session()).local_storage.set("a", "2")
        await page.hear("edit")
        waiting = asyncio.create_task(ws.settled())
        await asyncio.sleep(0)  # it waits
        await ws.__aexit__(None, None, None)
        (pending,) = await waiting
        assert pending.state is EditState.PENDING
        assert await ws.settled() == [pending], "nor for one that is closed"
        await ws.__aenter__()


async def test_a_page_that_reloads_is_waited_for() -> None:
    async with WebSocket(port=0) as ws:
        async with ScriptedPage.open(ws) as page:
            await page.lead({"a": "1"})
            (await ws.wait_for_session()).local_storage.set("a", "2")
            await page.hear("edit")
        await until(ws.registry, lambda: ws.registry.sessions["s"].leader is None)
        waiting = asyncio.create_task(ws.settled())
        async with ScriptedPage.open(ws) as page:
            await page.lead({"a": "1"})
            edit = await page.hear("edit")
            assert not waiting.done()
            await page.say(applied(edit, 1, a="2"))
            assert await waiting == []


async def test_nobody_waits_for_a_map_that_was_dropped(caplog: pytest.LogCaptureFixture) -> None:
    async with WebSocket(port=0, settings=Settings(kept_maps=1)) as ws, ScriptedPage.open(ws) as page:
        await page.say(hello())
        await page.hear("welcome")
        await page.hear("lead")
        await ws.send_message({"localstorage": {"a": "1"}}, "s")
        waiting = asyncio.create_task(ws.settled())
        await asyncio.sleep(0)  # it waits
        await ws.send_message({"localstorage": {"b": "1"}}, "elsewhere")
        dropped, elsewhere = await waiting
        assert (dropped.state, dropped.operations) == (EditState.REFUSED, Replace({"a": "1"}))
        assert (elsewhere.state, elsewhere.operations) == (EditState.PENDING, Replace({"b": "1"}))
        assert "what was kept for session s is dropped" in caplog.text


async def test_storages_of_sessions_that_are_forgotten_are_not_kept() -> None:
    async with WebSocket(port=0, settings=Settings(timing=Timing(grace=0.05), remembered=0)) as ws:
        ended: list[weakref.ref[object]] = []
        for number in range(3):
            async with ScriptedPage.open(ws) as page:
                await page.lead(session_id=f"session {number}", page_id=f"page {number}")
                session = await ws.wait_for_session()
                ended += [weakref.ref(session.local_storage), weakref.ref(session.pages[0].session_storage)]
                kept = session.local_storage
            await until(ws.registry, lambda: not ws.registry.sessions)
        assert [storage() for storage in ended] == [None] * 4 + [kept, None]
        assert len(ws._delivery._handed_out) == len(ws._delivery._by_address) == 1
