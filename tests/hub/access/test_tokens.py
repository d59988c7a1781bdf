"""A hub that other machines can reach asks every page and program for its token."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from monitor.hub import Access, UnprotectedError, WebSocket
from monitor.hub.access.token import TokenError, TokenFile
from tests.hub.peers import ScriptedPage, hello
from tests.hub.test_pages import ask

if TYPE_CHECKING:
    from pathlib import Path

TOKEN = "a-token-of-a-test"
EXPOSED = Access(token=TOKEN, tls_by_proxy=True)
WRONG = "this hub asks for a token: data-token is missing from the script tag, or is not the present one"
pytestmark = pytest.mark.logs  # that others can reach a hub is a warning


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
async def test_a_hub_without_a_token_does_not_listen_beyond_loopback(host: str) -> None:
    ws = WebSocket(host, 0, access=Access(tls_by_proxy=True))
    with pytest.raises(UnprotectedError, match="needs a token"):
        await ws.__aenter__()
    async with WebSocket(port=0):  # and nothing is left of it
        pass


async def test_nor_does_one_that_has_a_name_elsewhere() -> None:
    with pytest.raises(UnprotectedError, match="needs a token"):
        await WebSocket(port=0, access=Access(names=("monitor.test",), tls_by_proxy=True)).__aenter__()


@pytest.mark.parametrize("token", [None, "", "another-token-of-a-test", TOKEN + "x"])
@pytest.mark.parametrize("origin", [None, "http://localhost", "https://shop.example"])
async def test_who_has_not_the_token_is_refused_and_nobody_asked(token: str | None, origin: str | None) -> None:
    async with WebSocket("0.0.0.0", 0, access=EXPOSED) as ws, ScriptedPage.open(ws, origin=origin) as page:
        await page.say(hello(token=token, origin=origin or "http://shop.test"))
        assert await page.closed() == (1008, WRONG)
        assert ws.asking == []
        assert not ws.registry.sessions


async def test_who_has_it_is_let_in_and_other_origins_wait_all_the_same() -> None:
    async with WebSocket("0.0.0.0", 0, access=EXPOSED) as ws:
        async with ScriptedPage.open(ws, origin="http://localhost") as page:
            await page.lead(origin="http://localhost", token=TOKEN)
        async with ScriptedPage.open(ws, origin="https://shop.example") as page:
            await page.say(hello(origin="https://shop.example", token=TOKEN))
            await page.hear("wait")


async def test_on_loopback_nobody_needs_one_unless_it_was_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "token"
    async with WebSocket(port=0, access=Access(token_file=file)) as ws, ScriptedPage.open(ws) as page:
        await page.lead()
        assert "data-token" not in ws.script_tag
    assert not file.exists()
    async with WebSocket(port=0, access=Access(token_file=file, always_token=True)) as ws:
        async with ScriptedPage.open(ws) as page:
            await page.say(hello())
            assert await page.closed() == (1008, WRONG)
        token = TokenFile(file).read()
        assert f'data-token="{token}"' in ws.script_tag
        assert ws.sample_url == f"{ws.page_url}#token={token}"
        async with ScriptedPage.open(ws) as page:
            await page.lead(token=token)


async def test_the_token_is_on_no_page_that_the_hub_serves() -> None:
    async with WebSocket(port=0, access=Access(token=TOKEN)) as ws:
        assert TOKEN in ws.script_tag
        for path in ("/", "/demo", "/healthz", "/bridge.js", "/load_bridge.js", "/connect.js", "/nothing"):
            answer = await ask(ws, path)
            assert TOKEN.encode() not in answer.body
            assert TOKEN not in str(answer.headers)
        assert b"data-token" in (await ask(ws, "/")).body


async def test_a_rotated_token_ends_what_used_the_one_before() -> None:
    async with WebSocket(port=0, access=Access(token=TOKEN)) as ws:
        async with ScriptedPage.open(ws) as page, ScriptedPage.open(ws) as silent:
            await page.lead(token=TOKEN)
            token = ws.rotate_token()
            assert await page.closed() == (1008, "the token was changed")
            assert await silent.closed() == (1008, "the token was changed")
        async with ScriptedPage.open(ws) as page:
            await page.say(hello(token=TOKEN))
            assert await page.closed() == (1008, WRONG)
        async with ScriptedPage.open(ws) as page:
            await page.lead(token=token)
            assert token in ws.script_tag


async def test_so_does_one_that_another_process_has_rotated(tmp_path: Path) -> None:
    file = TokenFile(tmp_path / "token")
    access = Access(token_file=file.path, always_token=True)
    async with WebSocket(port=0, access=access) as ws, ScriptedPage.open(ws) as page:
        await page.lead(token=file.read())
        token = file.make()
        assert await page.closed() == (1008, "the token was changed")
        async with ScriptedPage.open(ws) as page:
            await page.lead(token=token)


async def test_a_token_file_that_cannot_be_used_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("short")
    (tmp_path / "token").chmod(0o600)
    with pytest.raises(TokenError, match="holds no token"):
        await WebSocket("0.0.0.0", 0, access=Access(token_file=tmp_path / "token", tls_by_proxy=True)).__aenter__()


async def test_where_nobody_needs_a_token_rotating_it_ends_nothing(tmp_path: Path) -> None:
    async with WebSocket(port=0, access=Access(token_file=tmp_path / "token")) as ws, ScriptedPage.open(ws) as page:
        await page.lead()
        ws.rotate_token()
        await asyncio.wait_for(await page.socket.ping(), 30)
