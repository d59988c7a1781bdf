"""What a browser gets from the hub's port without a WebSocket."""

from __future__ import annotations

import asyncio
import json
import os
from typing import TYPE_CHECKING, NamedTuple

import pytest

from monitor import WebSocket, __version__
from monitor.resource_files import resource
from tests.hub.peers import ScriptedPage

if TYPE_CHECKING:
    from collections.abc import Mapping


class Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    body: bytes


async def ask(ws: WebSocket, path: str, method: str = "GET", *lines: str) -> Answer:
    reader, writer = await asyncio.open_connection(ws.host, ws.port)
    writer.write("\r\n".join([f"{method} {path} HTTP/1.1", "Host: localhost", *lines, "", ""]).encode())
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    await writer.wait_closed()
    status, *fields = head.decode().split("\r\n")
    headers = {name.lower(): value for name, value in (field.split(": ", 1) for field in fields)}
    return Answer(int(status.split()[1]), headers, body)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/demo", "text/html; charset=utf-8"),
        ("/connect.js", "text/javascript; charset=utf-8"),
        ("/demo.js", "text/javascript; charset=utf-8"),
        ("/load_bridge.js", "text/javascript; charset=utf-8"),
        ("/bridge.js", "text/javascript; charset=utf-8"),
        ("/pages.css", "text/css; charset=utf-8"),
        ("/icon.svg", "image/svg+xml"),
        ("/bridge.js?v=1", "text/javascript; charset=utf-8"),
    ],
)
async def test_files_come_with_their_type_and_are_asked_for_anew_each_time(path: str, kind: str) -> None:
    async with WebSocket(port=0) as ws:
        answer = await ask(ws, path)
        assert answer.status == 200
        assert answer.headers["content-type"] == kind
        assert answer.headers["cache-control"] == "no-cache"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert int(answer.headers["content-length"]) == len(answer.body) > 0

        head = await ask(ws, path, "HEAD")
        assert (head.status, head.body) == (200, b"")
        assert head.headers["content-length"] == answer.headers["content-length"]

        same = await ask(ws, path, "GET", f"If-None-Match: {answer.headers['etag']}")
        assert (same.status, same.body) == (304, b"")
        other = await ask(ws, path, "GET", 'If-None-Match: "another"')
        assert other.body == answer.body


async def test_any_page_may_load_the_bridge_and_gets_it_whole() -> None:
    async with WebSocket(port=0) as ws:
        answer = await ask(ws, "/bridge.js", "GET", "Origin: https://shop.test")
        assert answer.body == resource("bridge.js").read_bytes()
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["cross-origin-resource-policy"] == "cross-origin"


async def test_other_pages_get_nothing_else() -> None:
    async with WebSocket(port=0) as ws:
        for path in ("/", "/demo", "/healthz"):
            assert "access-control-allow-origin" not in (await ask(ws, path)).headers
        assert (await ask(ws, "/")).headers["content-security-policy"].startswith("default-src 'self'")


async def test_the_page_that_says_how_to_connect_has_the_real_address() -> None:
    async with WebSocket(port=0) as ws:
        page = (await ask(ws, "/")).body.decode()
        assert ws.script_tag.replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;") in page
        assert ws.url in page
        assert "{{" not in page


async def test_health_says_who_serves_and_how_many() -> None:
    async with WebSocket(port=0) as ws, ScriptedPage.open(ws) as page:
        await page.lead()
        answer = await ask(ws, "/healthz")
        assert answer.headers["content-type"] == "application/json"
        assert json.loads(answer.body) == {
            "app": "Session Monitor",
            "version": __version__,
            "protocol": 1,
            "pid": os.getpid(),
            "sessions": 1,
            "connections": 1,
        }


async def test_clients_that_offer_another_protocol_get_their_page_all_the_same() -> None:
    async with WebSocket(port=0) as ws:
        answer = await ask(ws, "/healthz", "GET", "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c")
        assert answer.status == 200


async def test_what_is_not_there_is_said_clearly() -> None:
    async with WebSocket(port=0) as ws:
        for path in ("/nothing", "/../pyproject.toml", "/resources/bridge.js", "/index.html"):
            answer = await ask(ws, path)
            assert answer.status == 404
            assert "/bridge.js" in answer.body.decode()


@pytest.mark.parametrize("method", ["POST", "PUT", "OPTIONS", "DELETE"])
async def test_other_methods_are_refused_clearly(method: str) -> None:
    async with WebSocket(port=0) as ws:
        answer = await ask(ws, "/", method)
        assert answer.status == 405
        assert answer.headers["allow"] == "GET, HEAD"
        assert method in answer.body.decode()


def test_a_resource_that_is_missing_is_named() -> None:
    with pytest.raises(FileNotFoundError, match="nothing\\.js"):
        resource("nothing.js")
