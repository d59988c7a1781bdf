"""URLs, query strings and percent-encoded text (RFC 3986; forms as the URL Standard's
``application/x-www-form-urlencoded`` has them).
"""

from __future__ import annotations

import re
from typing import ClassVar, Final
from urllib.parse import urlsplit

from msgspec import Struct

from monitor.core.values import Kind, kind

LONGEST: Final = 262_144
"""Characters; a longer text is not taken for a URL or for part of one."""


class Pair(Struct, frozen=True):
    """One name with its value, both decoded."""

    name: str
    value: str


class Url(Struct, frozen=True):
    """A URL in its parts, decoded. What is missing is empty; escapes that are not UTF-8 stay escapes."""

    title: ClassVar[str] = "URL"
    guess: ClassVar[bool] = False

    scheme: str
    user: str
    """What stands before the ``@``, as it is."""
    host: str
    """With its port, as it is."""
    path: str
    query: tuple[Pair, ...]
    """In order, repeated names included. A query without ``=`` is one pair with an empty value."""
    fragment: str
    fragment_pairs: tuple[Pair, ...]
    """The fragment as pairs, if it is laid out as a query; sign-in pages hand over tokens so."""


class Query(Struct, frozen=True):
    """A query string or form: pairs in order, repeated names included."""

    title: ClassVar[str] = "Query string"
    guess: ClassVar[bool] = True

    pairs: tuple[Pair, ...]


class PercentEncoded(Struct, frozen=True):
    """Percent-encoded text, decoded."""

    title: ClassVar[str] = "URL-encoded"
    guess: ClassVar[bool] = True

    text: str
    kind: Kind
    """What the decoded text looks like."""
    undecoded: int
    """How many escapes stayed escapes, since their bytes are not UTF-8."""


def read_url(text: str) -> Url | None:
    """The parts of ``text`` if it is a URL with a host, or a path with a query; else None."""
    if len(text) > LONGEST or _URL.fullmatch(text) is None:
        return None
    try:
        parts = urlsplit(text)
    except ValueError:  # such as brackets around what is no IPv6 address
        return None
    user, _, host = parts.netloc.rpartition("@")
    return Url(
        scheme=parts.scheme,
        user=user,
        host=host,
        path=_percent_decoded(parts.path)[0],
        query=_pairs(parts.query) if parts.query else (),
        fragment=_percent_decoded(parts.fragment)[0],
        fragment_pairs=_pairs(parts.fragment) if _QUERY.fullmatch(parts.fragment) else (),
    )


def read_query(text: str) -> Query | None:
    """The pairs of ``text`` if it plausibly is a query string: two pairs or more, or one with escapes; else None."""
    if len(text) > LONGEST or _QUERY.fullmatch(text) is None or _BAD_ESCAPE.search(text):
        return None
    if "&" not in text and _ESCAPE.search(text) is None:
        return None
    return Query(_pairs(text.removeprefix("?")))


def read_percent_encoded(text: str) -> PercentEncoded | None:
    """``text`` decoded if it plausibly is percent-encoded: nothing in it that would need an escape and has none; else
    None. A ``+`` stays one.
    """
    if len(text) > LONGEST or "%" not in text or _ENCODED.fullmatch(text) is None:
        return None
    decoded, undecoded = _percent_decoded(text)
    return None if decoded == text else PercentEncoded(decoded, kind(decoded), undecoded)


_URL: Final = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]{0,30}://[^\s/?#\x00-\x1f\x7f]++[^\s\x00-\x1f\x7f]*+"
    r"|/(?!/)[^\s?#\x00-\x1f\x7f]*+\?[^\s=\x00-\x1f\x7f]++=[^\s\x00-\x1f\x7f]*+"
)
_QUERY: Final = re.compile(r"\??[^=&?\s{}\[\]\"<>\\]++=[^&\s\"<>\\]*+(?:&[^=&\s\"<>\\]++(?:=[^&\s\"<>\\]*+)?)*+")
_ENCODED: Final = re.compile(r"(?:[!#$&'()*+,./0-9:;=?@A-Z\[\]_a-z~-]++|%[0-9A-Fa-f]{2})*+")
_ESCAPE: Final = re.compile(r"%[0-9A-Fa-f]{2}")
_BAD_ESCAPE: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_ESCAPES: Final = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_BYTE: Final = re.compile("[\udc80-\udcff]")  # as "surrogateescape" writes bytes that are not UTF-8


def _pairs(query: str) -> tuple[Pair, ...]:
    pairs: list[Pair] = []
    for part in query.split("&"):
        if part:
            name, _, value = part.replace("+", " ").partition("=")
            pairs.append(Pair(_percent_decoded(name)[0], _percent_decoded(value)[0]))
    return tuple(pairs)


def _percent_decoded(text: str) -> tuple[str, int]:
    """The text with its escapes resolved, and how many were not, since they are not UTF-8."""
    undecoded = 0

    def decode(run: re.Match[str]) -> str:
        nonlocal undecoded
        decoded, odd = _BYTE.subn(_escaped, bytes.fromhex(run[0].replace("%", "")).decode(errors="surrogateescape"))
        undecoded += odd
        return decoded

    return _ESCAPES.sub(decode, text), undecoded


def _escaped(byte: re.Match[str]) -> str:
    return f"%{ord(byte[0]) - 0xDC00:02X}"
