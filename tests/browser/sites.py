"""Small web sites to test against, each an origin of its own on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

REQUEST_GUARD = 60.0
"""Seconds that a browser may keep a connection open without a request."""

_MEDIA_TYPES = {"css": "text/css", "js": "text/javascript", "json": "application/json", "svg": "image/svg+xml"}


@dataclass(frozen=True)
class Resource:
    """What a site answers at one path: a body, its media type (guessed from the path when empty) and more headers."""

    body: str | bytes
    media_type: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


class Site:
    """One origin that serves what is in `resources`; it serves from entering to leaving its `async with`.

    `resources` maps paths such as `/` and `/app.js` to a `Resource` or to a bare body; it may be changed while the site
    serves. `headers`, for instance a Content-Security-Policy, go with every answer, a resource's own come on top.
    Nothing forbids a browser to keep a page in its back/forward cache, but every load asks the site anew. `requests`
    lists what was asked for.
    """

    def __init__(
        self,
        resources: Mapping[str, Resource | str | bytes],
        *,
        headers: Mapping[str, str] | None = None,
        host: str = "127.0.0.1",
    ) -> None:
        self.resources = dict(resources)
        self.headers = dict(headers or {})
        self.requests: list[str] = []
        self._host = host
        self._server: asyncio.Server | None = None
        self._conversations: set[asyncio.Task[None]] = set()

    @property
    def origin(self) -> str:
        """The site's origin as a page sees it, `http://127.0.0.1:PORT`."""
        assert self._server is not None, "the site serves only inside its async with"
        port = self._server.sockets[0].getsockname()[1]
        return f"http://[{self._host}]:{port}" if ":" in self._host else f"http://{self._host}:{port}"

    def url(self, path: str = "/") -> str:
        """The URL of `path`, which begins with a slash."""
        return self.origin + path

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._converse, self._host, 0)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        for conversation in self._conversations:
            conversation.cancel()
        await asyncio.gather(*self._conversations, return_exceptions=True)
        await self._server.wait_closed()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection until the browser or the site ends it."""
        conversation = asyncio.current_task()
        assert conversation is not None
        self._conversations.add(conversation)
        try:
            async with asyncio.timeout(None) as guard:
                while True:
                    guard.reschedule(asyncio.get_running_loop().time() + REQUEST_GUARD)
                    head = await reader.readuntil(b"\r\n\r\n")
                    method, target, _version = head.split(b"\r\n", 1)[0].decode("ascii").split(" ")
                    writer.write(self._answer(method, target))
                    await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, TimeoutError, asyncio.CancelledError):
            pass  # the browser has gone, or the site closes: the connection ends either way
        finally:
            self._conversations.discard(conversation)
            writer.close()

    def _answer(self, method: str, target: str) -> bytes:
        path = urlsplit(target).path
        self.requests.append(target)
        status, resource = HTTPStatus.OK, self.resources.get(path)
        if method not in ("GET", "HEAD"):
            status, resource = HTTPStatus.METHOD_NOT_ALLOWED, Resource("only GET", "text/plain")
        elif (
            resource is None and path == "/favicon.ico"
        ):  # every browser asks, and a refusal would stand in the console
            status, resource = HTTPStatus.OK, Resource(b"", "image/x-icon")
        elif resource is None:
            status, resource = HTTPStatus.NOT_FOUND, Resource("nothing here", "text/plain")
        elif not isinstance(resource, Resource):
            resource = Resource(resource)
        body = resource.body if isinstance(resource.body, bytes) else resource.body.encode()
        headers = {
            "Content-Type": f"{resource.media_type or _media_type(path)}; charset=utf-8",
            "Content-Length": str(len(body)),
            "Cache-Control": "no-cache",  # not no-store, which would shut the page out of the back/forward cache
            **self.headers,
            **resource.headers,
        }
        lines = [f"HTTP/1.1 {status.value} {status.phrase}", *(f"{name}: {value}" for name, value in headers.items())]
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + (b"" if method == "HEAD" else body)


def _media_type(path: str) -> str:
    return _MEDIA_TYPES.get(path.rpartition(".")[2], "text/html")
