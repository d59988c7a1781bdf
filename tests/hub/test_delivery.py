"""Storages that programs make themselves, and messages: delivered to one session, now or when it comes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from monitor import LocalStorage, SessionStorage, WebSocket
from monitor.core.edits import Reason, Replace
from monitor.core.read_only import ReadOnly
from monitor.core.registry import Registry
from monitor.hub import Settings
from tests.hub.peers import LivingPage, ScriptedPage, applied, hello, snapshot, until

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.logs
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


@pytest.mark.logs
async def test_two_maps_for_one_session_are_two_storages() -> None:
    async with WebSocket(port=0) as ws, ScriptedPage.open(ws) as page:
        await page.lead()
        one, other = LocalStorage({"a": "1"}, "s", ws), LocalStorage({"b": "2"}, "s", ws)
        one.set("c", "3")
        assert (await page.hear(None))["localstorage"] == {"a": "1", "c": "3"}
        other.set("d", "4")
        assert (await page.hear(None))["localstorage"] == {"b": "2", "d": "4"}


@pytest.mark.logs
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


@pytest.mark.logs
async def test_lone_surrogates_pass_both_ways() -> None:
    async with WebSocket(port=0) as ws, ScriptedPage.open(ws) as page:
        await page.lead({"\ud800": "\udc00 came"})
        storage = (await ws.wait_for_session()).local_storage
        assert storage.data == {"\ud800": "\udc00 came"}
        storage.set("\udfff", {"gone": "\ud83d"})
        edit = await page.hear("edit")
        assert edit["operations"] == [{"op": "set", "key": "\udfff", "value": '{"gone": "\ud83d"}'}]


@pytest.mark.logs
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


@pytest.mark.parametrize("address", [None, 5, "", b"s"])
async def test_what_is_no_session_s_id_is_logged_and_kept_for_nobody(
    address: Any, caplog: pytest.LogCaptureFixture
) -> None:
    async with WebSocket(port=0) as ws:
        await ws.send_message({"localstorage": {"a": "1"}}, address)
        assert f"{address!r} is no session's id" in caplog.text
        await ws.send_message({"localstorage": {"a": "1"}}, "x")
        (for_x,) = await ws.settled()
        assert for_x.operations == Replace({"a": "1"})
    assert "1 sessions are not here to get what they were sent: x" in caplog.text


@pytest.mark.logs
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


@pytest.mark.logs
@pytest.mark.parametrize("address", ["p", "s"], ids=["page id", "session id"])
async def test_session_storage_takes_a_page_s_id_or_a_session_s(address: str) -> None:
    async with WebSocket(port=0) as ws, ScriptedPage.open(ws) as page:
        SessionStorage({}, address, ws).set("early", "1")
        await page.lead()
        await page.say(snapshot({"before": "1"}, area="session"))
        replace = await page.hear(None)
        assert replace["sessionstorage"] == {"early": "1"}


@pytest.mark.logs
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


def loaded(ws: WebSocket, session_id: str) -> Callable[[], bool]:
    """Whether the items of that session are known, to be asked again and again."""

    def look() -> bool:
        session = ws.registry.sessions.get(session_id)
        return session is not None and session.area().loaded

    return look


@pytest.mark.logs
async def test_where_nothing_may_be_written_a_program_writes_nothing_and_hears_of_it_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    registry = Registry()
    async with WebSocket(port=0, registry=registry) as ws, ScriptedPage.open(ws) as page:
        await page.lead({"a": "1"})
        session = await ws.wait_for_session()
        registry.protect(ReadOnly(everything=True), 0.0)
        session.local_storage.set("a", "2")
        mine = LocalStorage({"b": "1"}, "s", ws)
        mine.set("c", "2")
        refused = await ws.settled()
        assert [edit.reason for edit in refused] == [Reason.READ_ONLY, Reason.READ_ONLY]
        assert [list(edit.named_keys) for edit in refused] == [["a"], []], "kept for whoever asks"
        assert caplog.text.count("refused what a program set") == 2
        assert session.local_storage.data == {"a": "1"}, "it follows the browser again"
        assert await ws.settled() == []
        registry.protect(ReadOnly(), 0.0)
        # All that the page is ever asked for is what is set from now on.
        session.local_storage.set("a", "3")
        assert (await page.hear("edit"))["operations"] == [{"op": "set", "key": "a", "value": "3"}]
        mine.set("c", "3")
        assert (await page.hear(None))["localstorage"] == {"b": "1", "c": "3"}
