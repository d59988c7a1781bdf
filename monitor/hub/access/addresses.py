"""Addresses: which hosts and origins are this machine's own, and by which names a hub may be asked for."""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

# RFC 9110, 7.2: Host = uri-host [ ":" port ]. Brackets stand around an IPv6 address (RFC 3986, 3.2.2).
_HOST: Final = re.compile(r"(?P<host>\[[0-9a-f:.]+\]|[^\s/:@?#\[\]]+)(?P<port>:[0-9]{0,5})?", re.ASCII | re.IGNORECASE)
# RFC 6454, 6.2: scheme "://" host [ ":" port ], as browsers write it.
_ORIGIN: Final = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]*)://(?P<rest>[^\s/]+)", re.ASCII)

NO_ORIGIN: Final = "null"
"""The origin of pages that have none of their own: files, sandboxed frames."""


def host_name(header: str) -> str | None:
    """The name or address in a ``Host`` header, without port, brackets and a last dot, in small letters; ``None`` if
    it is no host.
    """
    found = _HOST.fullmatch(header)
    return None if found is None else found["host"].lower().removesuffix(".").strip("[]")


@lru_cache(64)  # All pages of a site name the same one.
def is_loopback(host: str) -> bool:
    """Whether the name or address leads to this machine, wherever it is asked for. RFC 6761, 6.3 says so of
    ``localhost`` and all names below it, and browsers obey.
    """
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def is_loopback_origin(origin: str) -> bool:
    """Whether the page was loaded from this machine, by http or https."""
    found = _ORIGIN.fullmatch(origin)
    if found is None or found["scheme"] not in ("http", "https"):
        return False
    host = host_name(found["rest"])
    return host is not None and is_loopback(host)


def normal_origin(text: str) -> str:
    """An origin as a person may write it, in the form that browsers send: ``https://shop.example``, ``null``.

    Raises:
        ValueError: it is no origin.
    """
    origin = text.strip().removesuffix("/")
    if origin == NO_ORIGIN:
        return origin
    scheme, separator, rest = origin.partition("://")
    origin = f"{scheme.lower()}{separator}{rest.lower()}"
    if not origin.isascii() or _ORIGIN.fullmatch(origin) is None or _HOST.fullmatch(rest) is None:
        raise ValueError(f"{text!r} is not an origin such as https://shop.example or http://intranet:8080, or null")
    default = {"http": ":80", "https": ":443"}.get(scheme.lower())
    return origin.removesuffix(default) if default and origin.endswith(default) else origin


class Hosts:
    """The names by which a hub may be asked for: those of this machine, ``names``, and the address at which the
    request arrived.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names = {name for each in names if (name := host_name(each)) is not None}

    def admit(self, headers: list[str], arrived_at: str) -> bool:
        """Whether a request with these ``Host`` headers, which arrived at this address of ours, is meant for the hub.
        A site in a browser can choose any name that it owns, and no address.
        """
        if len(headers) != 1:
            return False  # RFC 9112, 3.2: none, or more than one, is a bad request.
        host = host_name(headers[0])
        return host is not None and (is_loopback(host) or host in self._names or host == arrived_at)
