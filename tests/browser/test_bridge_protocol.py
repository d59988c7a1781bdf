"""The bridge keeps to the wire protocol (`monitor.core.messages`), also where the real hub rarely leads it."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.scripted_hub import TIME, ScriptedHub, ScriptedLine
from tests.browser.sites import Site
from tests.browser.stage import bridge, document, script_tag, stored
from tests.event_loop import AsyncRunner, entered

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from tests.browser.drivers import Browser, Context, Page

MEBIBYTE = 2**20
LATER = TIME + 600_000


@pytest.fixture
def hub(runner: AsyncRunner) -> Iterator[ScriptedHub]:
    with entered(runner, ScriptedHub.serving()) as hub:
        yield hub


@pytest.fixture
def site(runner: AsyncRunner, hub: ScriptedHub) -> Iterator[Site]:
    tag = script_tag("/bridge.js", hub=hub.url)
    with entered(runner, Site({"/": document(tag), "/bridge.js": bridge(), "/plain": document("")})) as site:
        yield site


@pytest.fixture
def context(runner: AsyncRunner, browser: Browser) -> Iterator[Context]:
    context = runner.run(browser.new_context())
    yield context
    runner.run(context.close())


async def opened(hub: ScriptedHub, site: Site, context: Context, **items: str) -> tuple[Page, ScriptedLine]:
    """A page that leads and holds `items`."""
    page = await context.open(site.url("/plain"))
    await page.evaluate("(items) => Object.assign(localStorage, items)", items)
    await page.navigate(site.url())
    line = await hub.line()
    assert await line.lead() == items
    return page, line


def edit(*operations: dict[str, Any], **fields: Any) -> dict[str, Any]:
    fields = {"id": "e", "area": "local", "deadline": LATER, "time": TIME, "again": False, **fields}
    return {"type": "edit", "operations": list(operations), **fields}


SET = {"op": "set", "key": "k", "value": "new", "expected": "old"}


async def test_hello_says_who_and_where(hub: ScriptedHub, site: Site, context: Context) -> None:
    tag = script_tag("/bridge.js", hub=hub.url, token="open", user="ada", label="till 3")
    site.resources["/"] = document(tag, "A shop")
    page = await context.open(site.url("/?q=1#part"))

    hello = await (await hub.line()).hear("hello")

    assert len(hello.pop("session_id")) == len(hello.pop("page_id")) == len(hello.pop("document_id")) == 32
    assert len(hello.pop("secret")) == 64
    assert hello.pop("bridge")
    assert hello == {
        "type": "hello",
        "version": 1,
        "origin": site.origin,
        "url": site.url("/?q=1#part"),
        "title": "A shop",
        "user_agent": await page.evaluate("navigator.userAgent"),
        "visible": True,
        "token": "open",
        "user": "ada",
        "label": "till 3",
    }


async def test_a_frame_of_another_site_says_where_it_stands(hub: ScriptedHub, site: Site, context: Context) -> None:
    async with Site({"/": document("", body=f'<iframe src="{site.url()}"></iframe>')}) as other:
        await context.open(other.url())
        hello = await (await hub.line()).hear("hello")
        assert hello["origin"] == site.origin
        assert hello["top_site"] == other.origin


async def test_two_pages_that_start_at_once_are_one_session(hub: ScriptedHub, site: Site, context: Context) -> None:
    site.resources["/frames"] = document("", body='<iframe src="/"></iframe>' * 6)
    await context.open(site.url("/frames"))

    hellos = [await (await hub.line()).hear("hello") for _ in range(6)]

    assert len({hello["session_id"] for hello in hellos}) == len({hello["secret"] for hello in hellos}) == 1
    assert len({hello["page_id"] for hello in hellos}) == 6


async def test_a_page_that_follows_reports_only_its_session_storage(
    hub: ScriptedHub, site: Site, context: Context
) -> None:
    page = await context.open(site.url())
    line = await hub.line()
    await line.welcome()
    assert await line.hear_snapshot("session") == {}
    await line.say({"type": "follow"})

    await page.evaluate("localStorage.silent = '1', sessionStorage.told = '1'")

    changes = await line.hear("changes")
    assert (changes["area"], changes["changes"]) == ("session", [["set", "told", "1"]])
    await line.say(edit(SET))
    result = await line.hear("result")
    assert (result["outcome"], result["error"]) == ("refused", "gone")
    await line.say({"type": "lead"})
    assert await line.hear_snapshot("local") == {"silent": "1"}
    await line.say({"type": "follow"}, {"type": "ping", "time": TIME})
    await line.hear("pong")
    await page.evaluate("localStorage.silent = '2', sessionStorage.told = '2'")
    await line.hear("changes")
    await line.say({"type": "ping", "time": TIME})
    await line.hear("pong")
    assert not any('"local"' in text for text in line.texts[-2:])


async def test_changes_are_counted(hub: ScriptedHub, site: Site, context: Context) -> None:
    page, line = await opened(hub, site, context, k="1")
    await line.say({"type": "resync", "area": "local"})
    count = (await line.hear("snapshot"))["seq"]

    for number in range(2, 5):
        await page.evaluate("(value) => localStorage.setItem('k', value)", str(number))
        count += 1
        assert await line.hear("changes") == {
            "type": "changes",
            "area": "local",
            "seq": count,
            "changes": [["set", "k", str(number)]],
        }
    await page.evaluate("localStorage.removeItem('k')")
    changes = await line.hear("changes")
    assert (changes["seq"], changes["changes"]) in ((count + 1, [["remove", "k"]]), (count + 1, [["clear"]]))

    await line.say({"type": "resync", "area": "local"})
    snapshot = await line.hear("snapshot")
    assert (snapshot["seq"], snapshot["items"]) == (count + 1, [])


async def test_a_storm_of_writes_is_gathered(hub: ScriptedHub, site: Site, context: Context) -> None:
    page, line = await opened(hub, site, context)

    await page.evaluate("() => { for (let i = 0; i < 10000; i += 1) localStorage.setItem(`k${i}`, 'x'); }")

    items: dict[str, str] = {}
    count, messages = 0, 0
    while len(items) < 10_000:
        message = await line.hear("changes")
        assert count in (0, message["seq"] - 1)
        count = message["seq"]
        messages += 1
        items.update({key: value for _, key, value in message["changes"]})
    assert messages <= 1000
    assert items == await stored(page)


@pytest.mark.parametrize("filling", ["x", "日", "\0"], ids=["ascii", "cjk", "escaped"])
async def test_a_snapshot_comes_in_parts(hub: ScriptedHub, site: Site, context: Context, filling: str) -> None:
    page = await context.open(site.url("/plain"))
    await page.evaluate(
        "(filling) => { for (let i = 0; i < 1000; i += 1) localStorage.setItem(`key ${i}`, filling.repeat(5000)); }",
        filling,
    )
    await page.navigate(site.url())

    line = await hub.line()
    items = await line.lead()

    is_whole = items == {f"key {number}": filling * 5000 for number in range(1000)}  # too long to show a difference
    assert is_whole
    assert max(len(text.encode()) for text in line.texts) < MEBIBYTE


_WRITES = """() => {
  const tasks = new MessageChannel();
  let count = 0;
  tasks.port1.onmessage = () => {
    localStorage.setItem(`key ${count % 3000}`, `written ${count}`);
    localStorage.setItem(`new ${count}`, '');
    if (count % 3) localStorage.removeItem(`new ${count}`);
    count += 1;
    if (count < 1000) tasks.port2.postMessage(null);
    else localStorage.setItem('end', '1');
  };
  tasks.port2.postMessage(null);
}"""


async def test_what_happens_during_a_snapshot_comes_after_all_its_parts(
    hub: ScriptedHub, site: Site, context: Context
) -> None:
    page, line = await opened(hub, site, context, **{f"key {number}": "x" * 500 for number in range(3000)})
    resync = {"type": "resync", "area": "local"}
    items: dict[str, Any] = {}
    parts: list[Any] = []
    seq, results = None, 0

    await page.evaluate(_WRITES)
    for number in range(3):
        await line.say(resync, edit({"op": "set", "key": f"mine {number}", "value": "new"}, id=f"e{number}"))

    while "end" not in items or results < 3:
        message = await line.hear_any()
        if message["type"] == "snapshot":
            parts.append(message)
            assert message["part"] == len(parts)
            assert message["seq"] == parts[0]["seq"]
            if len(parts) == message["parts"]:
                assert seq is None or message["seq"] in (seq, seq + 1)
                items, seq, parts = dict(pair for part in parts for pair in part["items"]), message["seq"], []
            continue
        assert parts == [], message["type"]
        if seq is not None:
            assert message["seq"] == seq + 1
            seq += 1
        results += message["type"] == "result"
        for operation, key, *value in message.get("changes", []):
            assert operation in ("set", "remove")
            items.update({key: value[0]}) if value else items.pop(key, None)
        items.update(message.get("values", []))
    assert items == await stored(page)
    # A hidden page does not look at its items now and then: it must have heard this.
    await context.open(site.url("/plain"))
    await line.hear("page")
    await page.evaluate("localStorage.setItem('heard', '1')")
    assert (await line.hear("changes"))["changes"] == [["set", "heard", "1"]]


async def test_a_key_that_is_written_many_times_in_a_row_is_told_once(
    hub: ScriptedHub, site: Site, context: Context
) -> None:
    page, line = await opened(hub, site, context)

    await page.evaluate("() => { for (let i = 0; i < 1000; i += 1) localStorage.setItem('k', `${i}`); }")
    await line.say({"type": "ping", "time": TIME})

    heard = await line.hear_until("pong")
    assert [message["changes"] for message in heard[:-1]] == [[["set", "k", "999"]]]


async def test_a_value_larger_than_the_hub_takes_is_told_by_its_length(
    hub: ScriptedHub, site: Site, context: Context
) -> None:
    page = await context.open(site.url("/plain"))
    await page.evaluate("localStorage.small = 'x', localStorage.large = 'x'.repeat(100000)")
    await page.navigate(site.url())
    line = await hub.line()
    await line.welcome(limits={"message": 100_000})
    await line.hear_snapshot("session")

    await line.say({"type": "lead"})

    assert await line.hear_snapshot("local") == {"small": "x", "large": 100_000}


# --- edits that are sent again ----------------------------------------------------------------------------------------


async def test_an_edit_that_is_remembered_is_not_done_twice(hub: ScriptedHub, site: Site, context: Context) -> None:
    page, line = await opened(hub, site, context, k="old")
    await line.say(edit(SET))
    first = await line.hear("result")
    assert (first["outcome"], first["values"]) == ("applied", [["k", "new"]])
    await page.evaluate("localStorage.k = 'mine'")
    assert (await line.hear("changes"))["seq"] == first["seq"] + 1

    await line.say(edit(SET, again=True))

    assert await line.hear("result") == {**first, "seq": first["seq"] + 1, "values": [["k", "mine"]]}
    assert await stored(page) == {"k": "mine"}


async def test_the_next_document_remembers_too(hub: ScriptedHub, site: Site, context: Context) -> None:
    page, line = await opened(hub, site, context, k="old")
    await line.say(edit(SET))
    assert (await line.hear("result"))["outcome"] == "applied"
    await page.evaluate("localStorage.k = 'old'")
    await page.reload()
    line = await hub.line()
    assert await line.lead() == {"k": "old"}

    await line.say(edit(SET, again=True), {"type": "resync", "area": "local"})

    result = await line.hear("result")
    assert (result["outcome"], result["values"]) == ("applied", [["k", "old"]])
    snapshot = await line.hear("snapshot")
    assert (snapshot["seq"], snapshot["items"]) == (result["seq"], [["k", "old"]])


async def test_without_indexed_db_a_session_lives_as_long_as_its_document(
    hub: ScriptedHub, site: Site, context: Context
) -> None:
    without = "<script>Object.defineProperty(window, 'indexedDB', { value: undefined });</script>"
    site.resources["/"] = document(without + script_tag("/bridge.js", hub=hub.url))
    page = await context.open(site.url())
    line = await hub.line()
    first = await line.welcome()
    await line.hear_snapshot("session")
    await line.say({"type": "lead"})
    await line.hear_snapshot("local")
    await line.say(edit({"op": "set", "key": "k", "value": "new"}))
    assert (await line.hear("result"))["outcome"] == "applied"
    await page.evaluate("localStorage.k = 'mine'")
    await line.hear("changes")

    line.cut()

    line = await hub.line()
    second = await line.welcome()
    assert second["session_id"] == first["session_id"]
    await line.hear_snapshot("session")
    await line.say({"type": "lead"})
    assert await line.hear_snapshot("local") == {"k": "mine"}
    await line.say(edit({"op": "set", "key": "k", "value": "new"}, again=True))
    assert (await line.hear("result"))["values"] == [["k", "mine"]]
    await page.reload()
    third = await (await hub.line()).hear("hello")
    assert third["session_id"] != first["session_id"]
    assert page.errors == []


@pytest.mark.parametrize(
    "operations",
    [
        [{"op": "set", "key": "k", "value": "new", "expected": "old"}],
        [{"op": "remove", "key": "gone", "expected": "old"}],
        [{"op": "rename", "key": "gone", "new_key": "k", "expected": "new"}],
        [{"op": "rename", "key": "gone", "new_key": "k"}],
        [{"op": "clear", "expected": -1}, {"op": "set", "key": "k", "value": "new", "expected": None}],
    ],
    ids=lambda operations: "+".join(operation["op"] for operation in operations),
)
async def test_an_edit_whose_end_is_in_place_counts_as_applied(
    hub: ScriptedHub, site: Site, context: Context, operations: list[dict[str, Any]]
) -> None:
    page, line = await opened(hub, site, context, k="new")
    await page.evaluate("window.heard = 0, addEventListener('storage', () => { heard += 1; })")

    await line.say(edit(*operations, again=True))

    result = await line.hear("result")
    assert result["outcome"] == "applied"
    assert await stored(page) == {"k": "new"}
    await line.say({"type": "resync", "area": "local"})
    assert (await line.hear("snapshot"))["seq"] == result["seq"]
    assert await page.evaluate("heard") == 0


async def test_an_edit_that_is_not_remembered_is_decided_anew(hub: ScriptedHub, site: Site, context: Context) -> None:
    page, line = await opened(hub, site, context, k="other")

    await line.say(edit(SET, again=True))

    result = await line.hear("result")
    assert (result["outcome"], result["error"], result["values"]) == ("refused", "conflict", [["k", "other"]])
    await page.evaluate("localStorage.k = 'old'")
    await line.hear("changes")
    await line.say(edit(SET, again=True))
    assert (await line.hear("result"))["outcome"] == "applied"


async def test_a_page_that_comes_too_late_leaves_the_edit(hub: ScriptedHub, site: Site, context: Context) -> None:
    page, line = await opened(hub, site, context, k="old")

    await line.say(edit(SET, deadline=TIME - 1))

    result = await line.hear("result")
    assert (result["outcome"], result["error"], result["values"]) == ("refused", "timed-out", [["k", "old"]])
    assert await stored(page) == {"k": "old"}


@asynccontextmanager
async def held_up(page: Page, script: str) -> AsyncIterator[None]:
    """Keep the page in one task of 1.5 s, at whose end is `script`; the block begins when that task has begun."""
    busy = "console.log('busy'); const end = performance.now() + 1500; while (performance.now() < end);"
    task = asyncio.create_task(page.evaluate(f"() => {{ {busy} {script} }}"))
    await page.wait_for_console("busy")
    yield
    await task


async def test_a_page_that_was_busy_for_too_long_leaves_the_edit(
    hub: ScriptedHub, site: Site, context: Context
) -> None:
    page, line = await opened(hub, site, context, k="old")

    async with held_up(page, ""):
        await line.say(edit(SET, deadline=line.now() + 500))

    result = await line.hear("result")
    assert (result["error"], result["values"]) == ("timed-out", [["k", "old"]])


async def test_nothing_is_obeyed_after_bye(hub: ScriptedHub, site: Site, context: Context) -> None:
    page, line = await opened(hub, site, context, k="old")

    async with held_up(page, "SessionMonitor.stop();"):
        await line.say(edit(SET))

    await line.hear("bye")
    assert await stored(page) == {"k": "old"}
    assert len(page.console) == 1


# --- what is not as it should be --------------------------------------------------------------------------------------


async def test_an_unknown_message_is_answered_and_survived(hub: ScriptedHub, site: Site, context: Context) -> None:
    page, line = await opened(hub, site, context)

    await line.say({"type": "dance"}, {"type": "__proto__"}, {"type": 5}, [], 7, {"type": "error", "message": "no"})
    await line.say({"type": "ping", "time": TIME})

    heard = await line.hear_until("pong")
    assert [message["type"] for message in heard] == ["error"] * 5 + ["pong"]
    assert heard[0] == {"type": "error", "message": "unknown message type dance"}
    assert page.errors == []


async def test_what_is_not_json_is_survived(hub: ScriptedHub, site: Site, context: Context) -> None:
    page, line = await opened(hub, site, context)

    await line.say("{", "", {"type": "ping", "time": TIME})

    await line.hear("pong")
    await page.wait_for_console("Session Monitor: the hub sent something that is not JSON")
    assert len(page.console) == 1


async def test_an_operation_that_it_does_not_know_is_refused(hub: ScriptedHub, site: Site, context: Context) -> None:
    page, line = await opened(hub, site, context, k="old")

    await line.say(edit({"op": "append", "key": "k", "value": "x"}))

    result = await line.hear("result")
    assert (result["outcome"], result["error"], result["values"]) == ("refused", "denied", [["k", "old"]])
    assert await stored(page) == {"k": "old"}


async def test_a_map_without_an_id_is_obeyed_and_reported(hub: ScriptedHub, site: Site, context: Context) -> None:
    """The message of the specification, from a hub that knows no other: values need not be text."""
    page, line = await opened(hub, site, context, k="old", kept="1")

    await line.say({"localstorage": {"kept": "1", "n": 5, "list": [1, {"a": None}], "yes": True}})

    after = {"kept": "1", "n": "5", "list": '[1,{"a":null}]', "yes": "true"}
    changes = await line.hear("changes")
    assert sorted(changes["changes"]) == [
        ["remove", "k"],
        *(["set", key, after[key]] for key in ("list", "n", "yes")),
    ]
    assert await stored(page) == after
    await line.say({"localstorage": {"k": "x" * 6_000_000}})
    error = await line.hear("error")
    assert "quota" in error["message"]
    assert await stored(page) == after


async def test_a_refusal_by_the_hub_is_told_in_the_console(hub: ScriptedHub, site: Site, context: Context) -> None:
    page = await context.open(site.url())
    line = await hub.line()
    await line.hear("hello")

    await line.close(1008, "the token is wrong")

    await page.wait_for_console("the token is wrong")
    assert page.errors == []


# --- lines that break, pages that change ------------------------------------------------------------------------------


async def test_a_broken_line_is_replaced(hub: ScriptedHub, site: Site, context: Context) -> None:
    page, line = await opened(hub, site, context, k="1")
    line.cut()
    await page.evaluate("localStorage.k = '2'")

    line = await hub.line()

    again = await line.welcome()
    assert await line.hear_snapshot("session") == {}
    await line.say({"type": "lead"})
    assert await line.hear_snapshot("local") == {"k": "2"}
    line.cut()
    third = await (await hub.line()).hear("hello")
    assert {**third, "visible": None} == {**again, "visible": None}


async def test_a_new_page_id_is_kept_over_a_reload(hub: ScriptedHub, site: Site, context: Context) -> None:
    page = await context.open(site.url())
    line = await hub.line()
    first = await line.welcome(page_id="given by the hub")
    await line.hear_snapshot("session")

    await page.reload()

    second = await (await hub.line()).hear("hello")
    assert second["page_id"] == "given by the hub"
    assert second["session_id"] == first["session_id"]
    assert second["document_id"] != first["document_id"]
    assert await stored(page, "sessionStorage") == {}


async def test_the_place_of_the_page_id_is_nobodys_business(hub: ScriptedHub, site: Site, context: Context) -> None:
    """Between two documents of a tab it stands in sessionStorage."""
    page, line = await opened(hub, site, context)
    key = "session-monitor.page"

    await page.evaluate("(key) => { sessionStorage.setItem(key, 'x'); sessionStorage.setItem('shown', '1'); }", key)

    assert (await line.hear("changes"))["changes"] == [["set", "shown", "1"]]
    await line.say(edit({"op": "set", "key": key, "value": "mine"}, area="session"))
    assert (await line.hear("result"))["outcome"] == "refused"
    await line.say(edit({"op": "clear"}, area="session"), {"sessionstorage": {"new": "2", key: "mine"}, "id": "map"})
    assert [(await line.hear("result"))["outcome"] for _ in range(2)] == ["applied", "applied"]
    assert await stored(page, "sessionStorage") == {key: "x", "new": "2"}


async def test_a_page_tells_its_title_address_and_user(hub: ScriptedHub, site: Site, context: Context) -> None:
    page, line = await opened(hub, site, context)

    await page.evaluate("void (document.title = 'Checkout')")
    assert (await line.hear("page"))["title"] == "Checkout"
    await page.evaluate("void (location.hash = 'pay')")
    assert (await line.hear("page"))["url"] == site.url("/#pay")
    await page.evaluate("history.pushState(null, '', '/paid')")
    assert (await line.hear("page"))["url"] == site.url("/paid")
    await page.evaluate("SessionMonitor.identify('ada')")
    assert (await line.hear("page"))["user"] == "ada"
    await context.open(site.url("/plain"))
    state = await line.hear("page")
    assert state == {"type": "page", "url": site.url("/paid"), "title": "Checkout", "visible": False, "user": "ada"}
    await page.evaluate("void (document.title = 'Behind')")
    assert (await line.hear("page"))["title"] == "Behind"


async def test_a_hidden_page_answers_a_ping(hub: ScriptedHub, site: Site, context: Context) -> None:
    page, line = await opened(hub, site, context)
    await context.open(site.url("/plain"))
    await line.hear("page")
    # A write that no observer hears, for it is gone at that moment.
    await page.evaluate("document.querySelector('session-monitor').remove(), localStorage.unheard = '1'")

    await line.say({"type": "ping", "time": TIME})

    heard = await line.hear_until("pong")
    assert [message["changes"] for message in heard[:-1]] == [[["set", "unheard", "1"]]]
