"""The bridge works where sites put it: under a strict policy, in a frame without storage, in a page that tidies up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from monitor.core.edits import EditState, Reason
from monitor.core.messages import Clear, RenameItem, SetItem
from monitor.core.values import Redacted
from tests.browser.scripted_hub import ScriptedHub
from tests.browser.sites import Site
from tests.browser.stage import Stage, bridge, document, script_tag, stored

if TYPE_CHECKING:
    from monitor import WebSocket
    from monitor.core.session import Session
    from tests.browser.drivers import Browser, Page


def uncaught(page: Page) -> list[str]:
    """The errors of scripts; Firefox counts what it says itself of a connection among the page's errors."""
    own = ("Content-Security-Policy:", "Firefox can’t establish a connection")
    return [error for error in page.errors if not error.startswith(own)]


async def assert_works(stage: Stage) -> None:
    """A page of the site is seen and edited, and its console is empty."""
    page = await stage.open()
    await page.evaluate("localStorage.setItem('theme', 'dark')")
    await stage.until_items({"theme": "dark"})
    edit = await stage.edit(SetItem("theme", "light", "dark"))
    assert edit.state is EditState.APPLIED
    assert await stored(page) == {"theme": "light"}
    stage.assert_unbroken()


@pytest.mark.parametrize(
    "policy",
    [
        "default-src 'self'; connect-src {hub}",
        "default-src 'none'; script-src 'self'; img-src 'self'; connect-src {hub}; require-trusted-types-for 'script'",
        "default-src 'self'; connect-src {hub}; frame-src 'none'; child-src 'none'; style-src 'none'",
    ],
    ids=["self", "none", "no frames"],
)
async def test_a_strict_policy_with_the_bridge_as_a_file_of_the_site(
    browser: Browser, ws: WebSocket, policy: str
) -> None:
    headers = {"Content-Security-Policy": policy.format(hub=ws.url)}
    page = document(script_tag("/bridge.js", hub=ws.url))
    async with Stage.set_up(browser, ws, {"/": page}, headers=headers) as stage:
        await assert_works(stage)


async def test_an_isolated_page(browser: Browser, ws: WebSocket) -> None:
    headers = {"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp"}
    async with Stage.set_up(browser, ws, headers=headers) as stage:
        await assert_works(stage)


async def test_a_policy_that_forbids_the_connection_is_told_once(browser: Browser, ws: WebSocket) -> None:
    count = "<script src='/count.js'></script>"
    resources = {
        "/": document(count + script_tag("/bridge.js", hub=ws.url)),
        "/count.js": "window.violations = 0; addEventListener('securitypolicyviolation', () => { violations += 1; });",
    }
    headers = {"Content-Security-Policy": "default-src 'self'"}
    async with Stage.set_up(browser, ws, resources, headers=headers) as stage:
        page = await stage.context.open(stage.site.url())

        await page.wait_for("violations >= 3")

        said = [message for message in page.console if not message.by_browser]
        assert [message.level for message in said] == ["warn"]
        assert "Content-Security-Policy" in said[0].text
        assert f"add {ws.url} to connect-src" in said[0].text
        assert uncaught(page) == []
        assert await page.evaluate("localStorage.length") == 0


async def test_a_hub_that_is_not_there_is_told_once(browser: Browser, ws: WebSocket) -> None:
    async with Site({}) as closed:
        hub = closed.origin.replace("http", "ws")
    count = "<script>window.tries = 0; const Real = WebSocket; window.WebSocket = class extends Real {"
    count += " constructor(...given) { super(...given); tries += 1; } };</script>"
    async with Stage.set_up(browser, ws, {"/": document(count + script_tag("/bridge.js", hub=hub))}) as stage:
        page = await stage.context.open(stage.site.url())

        await page.wait_for("tries >= 3")

        said = [message.text for message in page.console if not message.by_browser]
        assert len(said) == 1
        assert hub in said[0]
        assert uncaught(page) == []


async def test_a_frame_without_storage_says_so(browser: Browser, ws: WebSocket, stage: Stage) -> None:
    frame = '<iframe sandbox="allow-scripts" src="/second?sandboxed"></iframe>'
    stage.site.resources["/"] = document("", body=frame)
    page = await stage.context.open(stage.site.url())

    def sandboxed() -> list[Session]:
        return [
            session
            for session in ws.registry
            if any(known.connected and "?sandboxed" in known.url for known in session.pages.values())
        ]

    (session,) = await stage.until(sandboxed)

    assert session.origin == "null"
    assert "SecurityError" in str(session.area().error)
    edit = session.edit([SetItem("a", "1")], stage.now())
    assert (edit.state, edit.reason) == (EditState.REFUSED, Reason.DENIED)
    assert (page.errors, page.console) == ([], [])


async def test_the_page_may_not_name_its_storage(stage: Stage) -> None:
    """Some pages put an object of their own in the place of localStorage; the real one is what the operator sees."""
    shim = "<script>Object.defineProperty(window, 'localStorage', { value: new Map([['a', 'b']]) });</script>"
    stage.site.resources["/"] = str(stage.site.resources["/"]).replace("<script", f"{shim}<script", 1)
    page = await stage.open()

    assert (await stage.edit(SetItem("theme", "light", None))).state is EditState.APPLIED

    await page.navigate(stage.site.url("/plain"))
    assert await stored(page) == {"theme": "light"}


REMOVALS = {
    "element": "document.querySelector('session-monitor').remove()",
    "all of the body": "document.body.textContent = ''",
    "body": "document.body.replaceWith(document.createElement('body'))",
    "root": "document.documentElement.replaceWith(document.createElement('html'))",
    "moved": "document.documentElement.append(document.querySelector('session-monitor'))",
    "written anew": "document.open(), document.write('<title>anew</title><p>anew</p>'), document.close()",
}


@pytest.mark.parametrize("way", REMOVALS)
async def test_the_observer_is_put_back(stage: Stage, way: str) -> None:
    page = await stage.open()

    await page.evaluate(f"void ({REMOVALS[way]}, localStorage.setItem('unheard', '1'))")

    await stage.until_items({"unheard": "1"})
    await page.evaluate("localStorage.setItem('heard', '2')")
    await stage.until_items({"unheard": "1", "heard": "2"})
    assert (await stage.edit(SetItem("heard", "3", "2"))).state is EditState.APPLIED
    assert await page.evaluate("document.querySelectorAll('session-monitor').length") == 1


async def test_a_page_that_keeps_removing_the_observer_is_not_fought(stage: Stage) -> None:
    page = await stage.open()
    await page.evaluate(
        "window.removed = 0, new MutationObserver(() => {"
        " const found = document.querySelector('session-monitor'); if (found) { found.remove(); removed += 1; } })"
        ".observe(document, { childList: true, subtree: true }), document.body.append('x')"
    )

    await page.evaluate("localStorage.setItem('written', '1')")

    await stage.until_items({"written": "1"})
    assert (await stage.edit(SetItem("written", "2", "1"))).state is EditState.APPLIED
    assert await page.evaluate("removed") < 20


# --- redaction --------------------------------------------------------------------------------------------------------

REDACT = "*token*, password ,card?"
SECRET = {"authToken": "secret of the page", "PASSWORD": "secret too", "token": "", "xtoken": "secret"}
OPEN = {"passwords": "open", "tok": "open", "card1": "open"}


async def test_redacted_values_are_lengths(browser: Browser, ws: WebSocket) -> None:
    async with Stage.set_up(browser, ws, redact=REDACT) as stage:
        page = await stage.open()
        await page.evaluate("(items) => Object.assign(localStorage, items)", {**SECRET, **OPEN})
        known = {key: Redacted(len(value)) for key, value in SECRET.items()} | OPEN
        await stage.until_items(known)
        await page.reload()
        await stage.until_connected(1)
        assert stage.items == known
        await page.evaluate("localStorage.token = 'longer now'")
        await stage.until_items({**known, "token": Redacted(10)})
        await page.evaluate("localStorage.token = 'other text'")
        await page.evaluate("localStorage.removeItem('token')")
        del known["token"]
        await stage.until_items(known)


async def test_redacted_values_never_leave_the_page(browser: Browser, ws: WebSocket) -> None:
    async with ScriptedHub.serving() as hub:
        tag = script_tag("/bridge.js", hub=hub.url, redact=REDACT)
        async with Stage.set_up(browser, ws, {"/": document(tag), "/bridge.js": bridge()}) as stage:
            page = await stage.context.open(stage.site.url())
            line = await hub.line()
            await line.lead()
            await page.evaluate("(items) => Object.assign(localStorage, items)", {**SECRET, **OPEN, "end": "1"})
            operations = [{"op": "set", "key": key, "value": "mine", "expected": SECRET[key]} for key in SECRET]
            await line.say({"type": "edit", "id": "e", "area": "local", "operations": operations, "deadline": 1e12})
            await line.hear_until("result")
            await line.say({"localstorage": {"authToken": "secret of the page", "end": "1"}, "id": "f"})
            await line.hear_until("result")
            await line.say({"type": "resync", "area": "local"})
            await line.hear_until("snapshot")
            await page.reload()
            await (await hub.line()).lead()
            assert not [text for text in line.texts if "secret" in text.replace('"secret":', "")]


async def test_redacted_items_cannot_be_edited(browser: Browser, ws: WebSocket) -> None:
    async with ScriptedHub.serving() as hub:
        tag = script_tag("/bridge.js", hub=hub.url, redact=REDACT)
        async with Stage.set_up(browser, ws, {"/": document(tag), "/bridge.js": bridge()}) as stage:
            page = await stage.context.open(stage.site.url())
            line = await hub.line()
            await line.lead()
            await page.evaluate("localStorage.token = 'secret', localStorage.open = '1'")
            await line.hear("changes")
            for number, operation in enumerate(
                [
                    {"op": "set", "key": "token", "value": "mine", "expected": "secret"},
                    {"op": "set", "key": "new token", "value": "mine"},
                    {"op": "remove", "key": "token"},
                    {"op": "rename", "key": "token", "new_key": "shown"},
                    {"op": "rename", "key": "open", "new_key": "token2"},
                    {"op": "clear"},
                ]
            ):
                for again in (False, True):
                    edit = {
                        "type": "edit",
                        "id": f"{number}",
                        "area": "local",
                        "operations": [operation],
                        "again": again,
                    }
                    await line.say(edit)
                    result = (await line.hear_until("result"))[-1]
                    assert (result["outcome"], result["error"]) == ("refused", "redacted"), operation
            await line.say({"localstorage": {"token": "guess", "open": "2"}, "id": "map"})
            result = await line.hear("result")
            assert (result["outcome"], result["values"]) == ("applied", [["token", 6]])
            assert await stored(page) == {"token": "secret", "open": "2"}
            await line.say({"localstorage": {"open": "3"}, "id": "map without it"})
            assert (await line.hear("result"))["outcome"] == "applied"
            assert await stored(page) == {"token": "secret", "open": "3"}


async def test_the_real_hub_knows_what_it_may_not_edit(browser: Browser, ws: WebSocket) -> None:
    async with Stage.set_up(browser, ws, redact=REDACT) as stage:
        page = await stage.open()
        await page.evaluate("localStorage.token = 'secret', localStorage.open = '1'")
        await stage.until_items({"token": Redacted(6), "open": "1"})
        for operation in (SetItem("token", "mine"), Clear(), RenameItem("open", "token of mine")):
            edit = await stage.edit(operation)
            assert (edit.state, edit.reason) == (EditState.REFUSED, Reason.REDACTED)
        assert await stored(page) == {"token": "secret", "open": "1"}
