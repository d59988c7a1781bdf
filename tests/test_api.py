"""The Python API against a real hub: storages, sessions and browsers, with and without loops and threads."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import monitor
from monitor import LocalStorage, SessionStorage, WebSocket
from monitor.core.edits import Reason
from monitor.core.session import Timing
from monitor.hub import Settings
from tests.hub.peers import ORIGIN, LivingPage, ScriptedPage, applied, hello, snapshot, until

if TYPE_CHECKING:
    from collections.abc import Callable


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
    assert await ws.settled() == []
    assert not [record for record in caplog.records if record.name.startswith("monitor")]


async def test_the_example_works_while_serving_without_a_browser(caplog: pytest.LogCaptureFixture) -> None:
    async with WebSocket(port=0) as ws:
        use_as_specified(ws, "user_session_123").clear()
        assert await ws.settled() == []
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


# --- storages that follow their browser ------------------------------------------------------------------------------


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


async def test_what_was_kept_for_a_page_without_storage_is_refused_when_it_comes() -> None:
    async with WebSocket(port=0) as ws, ScriptedPage.open(ws) as page:
        LocalStorage({}, "s", ws).set("a", "1")
        await page.say(hello(storage_error="SecurityError: denied"))
        await page.hear("welcome")
        await ws.wait_for_session()
        (refused,) = await ws.settled()
        assert refused.reason is Reason.DENIED


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


# --- storages that programs make themselves --------------------------------------------------------------------------


async def test_the_first_map_replaces_the_area_and_later_ones_are_differences() -> None:
    async with WebSocket(port=0) as ws, ScriptedPage.open(ws) as page:
        await page.lead({"before": "1"})
        storage = LocalStorage({"a": "1"}, "s", ws)
        storage.set("b", 2)
        replace = await page.hear(None)
        assert replace["localstorage"] == {"a": "1", "b": "2"}
        await page.say(applied(replace, 1, a="1", b="2", before=None))
        # The browser writes; the program's map knows nothing of it, and does not undo it.
        await page.say({"type": "changes", "area": "local", "seq": 2, "changes": [["set", "new", "x"]]})
        storage.pop("a")
        assert (await page.hear("edit"))["operations"] == [{"op": "remove", "key": "a"}]


async def test_two_maps_for_one_session_are_two_storages() -> None:
    async with WebSocket(port=0) as ws, ScriptedPage.open(ws) as page:
        await page.lead()
        one, other = LocalStorage({"a": "1"}, "s", ws), LocalStorage({"b": "2"}, "s", ws)
        one.set("c", "3")
        assert (await page.hear(None))["localstorage"] == {"a": "1", "c": "3"}
        other.set("d", "4")
        assert (await page.hear(None))["localstorage"] == {"b": "2", "d": "4"}


async def test_a_replacement_that_was_refused_is_tried_again_with_the_next_map() -> None:
    async with WebSocket(port=0) as ws, ScriptedPage.open(ws) as page:
        await page.lead({"before": "1"})
        storage = LocalStorage({"a": "1"}, "s", ws)
        storage.set("b", "2")
        replace = await page.hear(None)
        refusal = {"type": "result", "id": replace["id"], "outcome": "refused", "area": "local", "seq": 0}
        await page.say({**refusal, "error": "quota"})
        (refused,) = await ws.settled()
        assert refused.reason is Reason.QUOTA
        storage.set("b", "3")
        assert (await page.hear(None))["localstorage"] == {"a": "1", "b": "3"}


async def test_values_go_as_text_and_what_json_cannot_write_stays_here(caplog: pytest.LogCaptureFixture) -> None:
    browser = LivingPage()
    async with WebSocket(port=0) as ws, browser.connected(ws):
        await ws.wait_for_session()
        values = {"i": 5, "f": 1.5, "t": True, "n": None, "l": [1, "ü"], "d": {"x": 1}, "s": "5", "": "empty key"}
        broken = {"nan": float("nan"), "object": object(), 7: "number"}
        items: dict[Any, Any] = {**values, **broken}
        await ws.send_message({"localstorage": items}, "s")
        assert await ws.settled() == []
        texts = {
            "i": "5",
            "f": "1.5",
            "t": "true",
            "n": "null",
            "l": '[1, "ü"]',
            "d": '{"x": 1}',
            "s": "5",
            "": "empty key",
        }
        assert browser.items == texts
        for key in ("'nan'", "'object'", "7"):
            assert f"{key} of session s is not sent" in caplog.text
        items["i"] = float("inf")
        items["f"] = 2
        await ws.send_message({"localstorage": items}, "s")
        assert await ws.settled() == []
        assert browser.items == {**texts, "f": "2"}


async def test_lone_surrogates_pass_both_ways() -> None:
    async with WebSocket(port=0) as ws, ScriptedPage.open(ws) as page:
        await page.lead({"\ud800": "\udc00 came"})
        storage = (await ws.wait_for_session()).local_storage
        assert storage.data == {"\ud800": "\udc00 came"}
        storage.set("\udfff", {"gone": "\ud83d"})
        edit = await page.hear("edit")
        assert edit["operations"] == [{"op": "set", "key": "\udfff", "value": '{"gone": "\ud83d"}'}]


async def test_two_halves_of_a_character_that_stand_together_are_that_character() -> None:
    async with WebSocket(port=0) as ws, ScriptedPage.open(ws) as page:
        await page.lead({"letter": "𝒳"})
        storage = (await ws.wait_for_session()).local_storage
        storage.set("letter", "\ud835" + "\udcb3")  # no change, for any browser
        storage.set("other", "\ud835" + "\udcb3")
        assert (await page.hear("edit"))["operations"] == [{"op": "set", "key": "other", "value": "𝒳"}]


async def test_a_message_goes_to_its_session_and_to_no_other() -> None:
    one, other = LivingPage("one"), LivingPage("other")
    async with WebSocket(port=0) as ws, one.connected(ws), other.connected(ws):
        await until(ws.registry, lambda: len(ws.sessions) == 2 and all(s.area().loaded for s in ws.registry))
        items = {"a": "1"}
        await ws.send_message({"localstorage": items}, "one")
        await ws.settled()
        assert (one.items, other.items) == ({"a": "1"}, {})
        # The same map for another session is that session's first.
        await ws.send_message({"localstorage": items}, "other")
        await ws.settled()
        assert (one.items, other.items) == ({"a": "1"}, {"a": "1"})


async def test_only_so_many_maps_are_kept_and_a_lost_one_is_reported(caplog: pytest.LogCaptureFixture) -> None:
    async with WebSocket(port=0, settings=Settings(kept_maps=2)) as ws:
        for name in ("first", "second", "third"):
            await ws.send_message({"localstorage": {"for": name}}, name)
        assert "what was kept for session first is dropped: no more than 2 maps are kept" in caplog.text
        browsers = [LivingPage(name) for name in ("first", "second", "third")]
        for browser in browsers:
            async with browser.connected(ws):
                await until(ws.registry, loaded(ws, browser.browser.session_id))
                await ws.settled()
        assert [browser.items for browser in browsers] == [{}, {"for": "second"}, {"for": "third"}]


async def test_a_hub_that_closes_says_what_it_could_not_deliver(caplog: pytest.LogCaptureFixture) -> None:
    async with WebSocket(port=0) as ws:
        await ws.send_message({"localstorage": {"a": "1"}}, "nobody")
    assert "1 sessions are not here to get what they were sent: nobody" in caplog.text


@pytest.mark.parametrize("data", [{"localStorage": {}}, {"localstorage": None}, None, 5])
async def test_messages_that_make_no_sense_are_logged(data: Any, caplog: pytest.LogCaptureFixture) -> None:
    async with WebSocket(port=0) as ws:
        await ws.send_message(data, "s")
        assert "message" in caplog.text


# --- SessionStorage --------------------------------------------------------------------------------------------------


async def test_a_page_s_session_storage_follows_and_is_written() -> None:
    async with WebSocket(port=0) as ws, ScriptedPage.open(ws) as page:
        await page.lead()
        await page.say(snapshot({"step": "1"}, area="session"))
        session = await ws.wait_for_session()
        await until(ws.registry, lambda: session.pages[0].session_storage.data == {"step": "1"})
        storage = session.pages[0].session_storage
        assert storage.session_id == session.pages[0].page_id == "p"
        storage.set("step", 2)
        edit = await page.hear("edit")
        assert (edit["area"], edit["operations"]) == ("session", [{"op": "set", "key": "step", "value": "2"}])


@pytest.mark.parametrize("address", ["p", "s"], ids=["page id", "session id"])
async def test_session_storage_takes_a_page_s_id_or_a_session_s(address: str) -> None:
    async with WebSocket(port=0) as ws, ScriptedPage.open(ws) as page:
        SessionStorage({}, address, ws).set("early", "1")
        await page.lead()
        await page.say(snapshot({"before": "1"}, area="session"))
        replace = await page.hear(None)
        assert replace["sessionstorage"] == {"early": "1"}


async def test_a_session_s_new_leading_page_gets_the_whole_map() -> None:
    async with WebSocket(port=0) as ws, ScriptedPage.open(ws) as second:
        storage = SessionStorage({}, "s", ws)
        async with ScriptedPage.open(ws) as first:
            await first.lead()
            await first.say(snapshot(area="session"))
            await second.say(hello(page_id="q"))
            await second.hear("welcome")
            await second.hear("follow")
            await second.say(snapshot(area="session"))
            storage.set("a", "1")
            replace = await first.hear(None)
            await first.say(applied({**replace, "area": "session"}, 1, a="1"))
            await ws.settled()
        await second.hear("lead")
        await second.say(snapshot())
        storage.set("b", "2")
        assert (await second.hear(None))["sessionstorage"] == {"a": "1", "b": "2"}


async def test_a_page_id_that_two_sessions_use_gets_nothing(caplog: pytest.LogCaptureFixture) -> None:
    async with WebSocket(port=0) as ws, ScriptedPage.open(ws) as one, ScriptedPage.open(ws) as other:
        for page, session_id in ((one, "one"), (other, "other")):
            await page.lead(session_id=session_id)
            await page.say(snapshot(area="session"))
            await until(ws.registry, loaded(ws, session_id))
        storages = {session.session_id: session.pages[0].session_storage for session in ws.sessions}
        SessionStorage({}, "p", ws).set("a", "1")
        assert "p is a page of 2 sessions" in caplog.text
        # The pages' own storages are not mixed up by it.
        storages["other"].set("b", "2")
        edit = await other.hear("edit")
        assert edit["operations"] == [{"op": "set", "key": "b", "value": "2"}]
        storages["one"].set("c", "3")
        edit = await one.hear("edit")
        assert edit["operations"] == [{"op": "set", "key": "c", "value": "3"}]


# --- sessions --------------------------------------------------------------------------------------------------------


async def test_sessions_tell_what_they_are() -> None:
    async with WebSocket(port=0) as ws, ScriptedPage.open(ws) as page:
        await page.lead(user="Ada", title="Cart")
        session = await ws.wait_for_session(timeout=60)
        assert (session.session_id, session.origin, session.user, session.live) == ("s", ORIGIN, "Ada", True)
        (tab,) = session.pages
        assert (tab.page_id, tab.url, tab.title, tab.visible) == ("p", f"{ORIGIN}/", "Cart", True)
        await page.say({"type": "page", "url": f"{ORIGIN}/pay", "title": "Pay", "visible": False, "user": "Bob"})
        await until(ws.registry, lambda: session.user == "Bob")
        assert (tab.url, tab.title, tab.visible) == (f"{ORIGIN}/pay", "Pay", False)


async def test_waiting_for_a_session_waits_for_the_one_that_fits() -> None:
    async with WebSocket(port=0) as ws:
        by_user = asyncio.create_task(ws.wait_for_session(user="Ada"))
        by_origin = asyncio.create_task(ws.wait_for_session(origin="http://other.test"))
        browsers = [LivingPage("one"), LivingPage("two", user="Ada"), LivingPage("three", origin="http://other.test")]
        async with browsers[0].connected(ws), browsers[1].connected(ws), browsers[2].connected(ws):
            assert (await by_user).session_id == "two"
            assert (await by_origin).session_id == "three"


async def test_a_session_is_here_when_its_items_are_known() -> None:
    async with WebSocket(port=0) as ws, ScriptedPage.open(ws) as page:
        waiting = asyncio.create_task(ws.wait_for_session())
        await page.say(hello())
        await page.hear("welcome")
        await page.hear("lead")
        await page.say({**snapshot({"a": "1"}), "parts": 2})
        await page.say({**snapshot({"b": "2"}), "part": 2, "parts": 2})
        assert (await waiting).local_storage.data == {"a": "1", "b": "2"}


async def test_waiting_may_be_limited() -> None:
    async with WebSocket(port=0) as ws, ScriptedPage.open(ws) as page:
        with pytest.raises(TimeoutError):
            await ws.wait_for_session(timeout=0.01)
        await page.lead()
        session = await ws.wait_for_session()
        session.local_storage.set("a", "1")
        with pytest.raises(TimeoutError):
            await ws.settled(timeout=0.01)
        edit = await page.hear("edit")
        await page.say(applied(edit, 1, a="1"))
        assert await ws.settled(timeout=60) == []


async def test_sessions_that_left_are_no_longer_listed() -> None:
    browser = LivingPage()
    async with WebSocket(port=0, settings=Settings(timing=Timing(grace=0.05))) as ws:
        async with browser.connected(ws):
            session = await ws.wait_for_session()
        await until(ws.registry, lambda: not session.live)
        assert ws.sessions == []


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


def test_the_version_is_that_of_the_project() -> None:
    project = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project.get("version", monitor.__version__) == monitor.__version__


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


def loaded(ws: WebSocket, session_id: str) -> Callable[[], bool]:
    """Whether the items of that session are known, to be asked again and again."""

    def look() -> bool:
        session = ws.registry.sessions.get(session_id)
        return session is not None and session.area().loaded

    return look
