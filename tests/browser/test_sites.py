"""The sites that pages are served from."""

from __future__ import annotations

import asyncio
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from tests.browser.sites import Resource, Site

Answer = tuple[int, dict[str, str], bytes]
"""Status, headers, body."""


async def answers(site: Site, *requests: tuple[str, str]) -> list[Answer]:
    """Send the requests, each a method and a path, over one connection; return the answers."""

    def converse() -> list[Answer]:
        found = []
        connection = HTTPConnection(urlsplit(site.origin).netloc)
        for method, path in requests:
            connection.request(method, path)
            response = connection.getresponse()
            found.append((response.status, dict(response.getheaders()), response.read()))
        connection.close()
        return found

    return await asyncio.to_thread(converse)


async def test_a_site_answers_with_what_it_was_given() -> None:
    resources: dict[str, Resource | str | bytes] = {
        "/": "<p>日本",
        "/app.js": b"let a;",
        "/page": Resource("{}", "application/json", {"X-Own": "resource", "X-Of-Site": "overruled"}),
    }
    async with Site(resources, headers={"X-Of-Site": "site"}) as site:
        root, script, page, head, missing, refused = await answers(
            site, ("GET", "/?a=1"), ("GET", "/app.js"), ("GET", "/page"), ("HEAD", "/"), ("GET", "/none"), ("POST", "/")
        )

    assert (root[0], root[2]) == (200, "<p>日本".encode())
    assert root[1]["Content-Type"] == "text/html; charset=utf-8"
    assert root[1]["X-Of-Site"] == "site"
    assert root[1]["Cache-Control"] == "no-cache"
    assert (script[1]["Content-Type"], script[2]) == ("text/javascript; charset=utf-8", b"let a;")
    assert (page[1]["Content-Type"], page[1]["X-Own"], page[1]["X-Of-Site"]) == (
        "application/json; charset=utf-8",
        "resource",
        "overruled",
    )
    assert (head[0], head[1]["Content-Length"], head[2]) == (200, str(len("<p>日本".encode())), b"")
    assert (missing[0], refused[0]) == (404, 405)
    assert site.requests == ["/?a=1", "/app.js", "/page", "/", "/none", "/"]


async def test_resources_may_change_while_the_site_serves() -> None:
    async with Site({}) as site:
        site.resources["/"] = "new"
        (answer,) = await answers(site, ("GET", "/"))

    assert answer[2] == b"new"


async def test_a_site_that_closed_is_gone() -> None:
    async with Site({"/": ""}) as site:
        host, port = urlsplit(site.origin).hostname, urlsplit(site.origin).port
        _reader, writer = await asyncio.open_connection(host, port)  # open and idle, as a browser's are

    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection(host, port)
    writer.close()
