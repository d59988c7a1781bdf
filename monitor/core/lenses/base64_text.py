"""Base64: whether a text plausibly is some, and the bytes it stands for.

Nothing in a text says that it is base64, so `read_base64` guesses, and rather refuses: a word, an identifier, a UUID or
a hexadecimal number is base64 by its alphabet too.
"""

from __future__ import annotations

import binascii
import re
from typing import TYPE_CHECKING, ClassVar, Final, Literal, TypeAlias

from msgspec import Struct

from monitor.core.values import Kind, kind

if TYPE_CHECKING:
    from collections.abc import Iterator

Alphabet: TypeAlias = Literal["base64", "base64url"]

DUMPED: Final = 512
"""How many bytes of what is no text `Base64` shows."""


class Base64(Struct, frozen=True):
    """Bytes that a text stands for, as base64 (RFC 4648, section 4) or base64url (section 5)."""

    title: ClassVar[str] = "Base64"

    alphabet: Alphabet
    size: int
    """How many bytes there are."""
    media_type: str
    """What the bytes are: as a ``data:`` URL says, or by their first few; empty if nothing tells."""
    text: str | None
    """The bytes as text, if they are UTF-8 without control characters; else None."""
    kind: Kind | None
    """What the text looks like; None where there is none."""
    dump: str
    """The first `DUMPED` bytes in hexadecimal, 16 on a line; empty if there is text."""
    guess: bool
    """Whether nothing but plausibility says that it is base64; False in a ``data:`` URL."""

    @property
    def left_out(self) -> int:
        """How many bytes the dump does not show."""
        return 0 if self.text is not None else max(0, self.size - DUMPED)


class Base64Error(ValueError):
    """The text is not base64url. ``str()`` says why, with the place counted from 1."""


def read_base64(text: str) -> Base64 | None:
    """The bytes of ``text`` if it plausibly is base64, else None. A few milliseconds for each Mi of characters that
    are, at once for what is not.
    """
    found = _ENCODED.fullmatch(text)
    if found is None or _NUMBER_LIKE.fullmatch(text):
        return None
    digits, padding = found.groups()
    if (len(digits) + len(padding)) % 4 if padding else len(digits) < _SHORTEST:
        return None
    alphabet: Alphabet = "base64url" if "-" in digits or "_" in digits else "base64"
    content = _decoded(digits)
    if content is None:
        return None
    view = _view(alphabet, content, "", guess=True)
    return view if view.text or view.media_type or _looks_random(digits, padding) else None


def read_data_url(text: str) -> Base64 | None:
    """The bytes of ``text`` if it is a ``data:`` URL in base64 (RFC 2397), else None."""
    found = _DATA_URL.match(text)
    if found is None:
        return None
    encoded = _ENCODED.fullmatch(text, found.end())
    content = _decoded(encoded[1]) if encoded else None
    if encoded is None or content is None:
        return None
    return _view("base64", content, found[1] or "text/plain", guess=False)


def decode_base64url(text: str) -> bytes:
    """The bytes of ``text`` in base64url without padding, as tokens use it (RFC 7515, section 2).

    Raises:
        Base64Error: it is something else.
    """
    odd = _NOT_BASE64URL.search(text)
    if odd is not None:
        raise Base64Error(f"{odd[0]!a} at character {odd.start() + 1} is not base64url")
    content = _decoded(text)
    if content is None:
        raise Base64Error(f"{len(text):,} characters are no whole number of bytes in base64url")
    return content


_ENCODED: Final = re.compile(r"([A-Za-z0-9+/]++|[A-Za-z0-9_-]++)(={0,2})")
_DATA_URL: Final = re.compile(r"data:([^;,\s]{0,200})(?:;[^;,\s=]{1,50}=[^;,\s]{0,200}){0,9};base64,", re.IGNORECASE)
_NOT_BASE64URL: Final = re.compile(r"[^A-Za-z0-9_-]")
_NUMBER_LIKE: Final = re.compile(r"[0-9a-f-]*+|[0-9A-F-]*+")  # numbers, hashes, UUIDs
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SHORTEST: Final = 16  # characters, where no padding tells
_TO_STANDARD: Final = str.maketrans("-_", "+/")

_BEGINNINGS: Final = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"\x1f\x8b\x08", "application/gzip"),
)


def _decoded(digits: str) -> bytes | None:
    try:
        return binascii.a2b_base64(digits.translate(_TO_STANDARD) + "=" * (-len(digits) % 4))
    except binascii.Error:  # one character too many
        return None


def _view(alphabet: Alphabet, content: bytes, media_type: str, *, guess: bool) -> Base64:
    text = _as_text(content)
    if not media_type:
        media_type = next((name for beginning, name in _BEGINNINGS if content.startswith(beginning)), "")
    return Base64(
        alphabet=alphabet,
        size=len(content),
        media_type=media_type,
        text=text,
        kind=None if text is None else kind(text),
        dump="" if text is not None else "\n".join(_dump_lines(content[:DUMPED])),
        guess=guess,
    )


def _as_text(content: bytes) -> str | None:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return None
    return None if _CONTROL.search(text) else text


def _dump_lines(content: bytes) -> Iterator[str]:
    """Lines of offset, bytes, and the bytes that are printable ASCII."""
    for offset in range(0, len(content), 16):
        line = content[offset : offset + 16]
        readable = "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in line)
        yield f"{offset:04x}  {line.hex(' '):<47}  {readable}"


def _looks_random(digits: str, padding: str) -> bool:
    """Whether bytes that mean nothing to us may be meant all the same: a long text of all sorts of characters."""
    beginning = digits[:1000]
    sorts = (str.isupper, str.islower, str.isdigit)
    return len(digits) + len(padding) >= _SHORTEST and all(any(map(sort, beginning)) for sort in sorts)
