"""Pages: what the hub answers to a browser that asks for a page instead of opening a WebSocket."""

from __future__ import annotations

import hashlib
import html
import logging
from email.utils import formatdate
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import msgspec
from websockets.datastructures import Headers
from websockets.http11 import Response

from monitor.resource_files import resource

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from websockets.http11 import Request

log = logging.getLogger(__name__)

HTML: Final = "text/html; charset=utf-8"
SCRIPT: Final = "text/javascript; charset=utf-8"
STYLE: Final = "text/css; charset=utf-8"
PICTURE: Final = "image/svg+xml"
TEXT: Final = "text/plain; charset=utf-8"
JSON: Final = "application/json"

# Path, file, type. The bridge may be loaded by any page; the others are for this origin only.
FILES: Final = {
    "/": ("connect.html", HTML),
    "/connect.js": ("connect.js", SCRIPT),
    "/demo": ("demo.html", HTML),
    "/demo.js": ("demo.js", SCRIPT),
    "/load_bridge.js": ("load_bridge.js", SCRIPT),
    "/icon.svg": ("icons/session-monitor.svg", PICTURE),
    "/pages.css": ("pages.css", STYLE),
    "/bridge.js": ("bridge.js", SCRIPT),
}

# A page of ours needs nothing from elsewhere. Spelled out beside 'self', for not every browser counts a WebSocket to
# the same port as the same origin.
OUR_POLICY: Final = "default-src 'self'; connect-src 'self' ws: wss:; img-src 'self' data:; base-uri 'none'"

FOR_ANY_PAGE: Final = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}


class Pages:
    """Answers GET and HEAD. ``facts`` gives the words in double braces in our HTML, ``health`` what ``/healthz``
    says.
    """

    def __init__(self, facts: Callable[[], Mapping[str, str]], health: Callable[[], Mapping[str, object]]) -> None:
        self._facts = facts
        self._health = health

    def answer(self, request: Request) -> Response:
        """The answer to a request that does not ask for a WebSocket."""
        if request.method not in ("GET", "HEAD"):
            return respond(
                HTTPStatus.METHOD_NOT_ALLOWED,
                f"{request.method} is not served, GET and HEAD are.\n",
                {"Allow": "GET, HEAD"},
            )
        path = request.path.partition("?")[0]
        if path == "/healthz":
            response = _response(HTTPStatus.OK, msgspec.json.encode(self._health()) + b"\n", JSON)
        elif path in FILES:
            response = self._file(*FILES[path], request.headers.get_all("If-None-Match"))
        else:
            paths = ", ".join([*FILES, "/healthz"])
            response = respond(HTTPStatus.NOT_FOUND, f"There is no such page. There are: {paths}\n")
        if request.method == "HEAD":
            response.body = b""  # its length stays in the headers
        return response

    def _file(self, name: str, kind: str, known: list[str]) -> Response:
        try:
            body = resource(name).read_bytes()
        except OSError as error:
            log.error("cannot serve %s: %s", name, error)
            return respond(HTTPStatus.INTERNAL_SERVER_ERROR, f"{name} is missing from this installation.\n")
        if kind == HTML:
            for word, text in self._facts().items():
                body = body.replace(f"{{{{{word}}}}}".encode(), html.escape(text).encode())
        tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        headers = {"ETag": tag}
        headers |= FOR_ANY_PAGE if name == "bridge.js" else {"Content-Security-Policy": OUR_POLICY}
        if any(tag in other for other in known):
            return _response(HTTPStatus.NOT_MODIFIED, b"", kind, headers)
        return _response(HTTPStatus.OK, body, kind, headers)


def respond(status: HTTPStatus, text: str, headers: Mapping[str, str] | None = None) -> Response:
    """A plain text that a person can read."""
    return _response(status, text.encode(), TEXT, headers)


def _response(status: HTTPStatus, body: bytes, kind: str, headers: Mapping[str, str] | None = None) -> Response:
    return Response(
        status.value,
        status.phrase,
        Headers(
            {
                "Date": formatdate(usegmt=True),
                "Connection": "close",
                "Content-Length": str(len(body)),
                "Content-Type": kind,
                "Cache-Control": "no-cache",
                "X-Content-Type-Options": "nosniff",
                **(headers or {}),
            }
        ),
        body,
    )
