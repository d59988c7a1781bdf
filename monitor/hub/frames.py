"""Frames: the plainest ones of RFC 6455, a whole text each. Nearly all are; the library reads and writes the others.

The library reads a frame in generators within generators, made for every kind of it. That takes five times as long as
all that the core does with a change.
"""

from __future__ import annotations

from typing import Final

from websockets.frames import apply_mask  # type: ignore[attr-defined]  # in C where the library has that, else in Python

_WHOLE_TEXT: Final = 0x81
"""The first byte: the last frame of its message, no extension, text."""
_FIRST_OF_TEXT: Final = 0x01
_CONTINUATION: Final = 0x00
_END: Final = 0x80

_CLOSE: Final = 0x8

_LONG: Final = 126
_VERY_LONG: Final = 127
"""In the second byte: the length follows, in two or in eight bytes."""

LONGEST: Final = 0xFFFF
"""Bytes of a text that is read here. Longer ones come in many parts, which the library gathers."""


def bounds(data: bytes, start: int) -> tuple[int, int] | None:
    """Where the payload of the frame that begins at ``start`` begins, and where it ends, be that behind the end of
    ``data``. ``None``, if the head of the frame is not there yet.
    """
    if len(data) < start + 2:
        return None
    length = data[start + 1] & 0x7F
    payload = start + 2
    if length >= _LONG:
        payload += 2 if length == _LONG else 8
        if len(data) < payload:
            return None
        length = int.from_bytes(data[start + 2 : payload])
    if data[start + 1] & 0x80:
        payload += 4
    return payload, payload + length


def is_whole_text(data: bytes, start: int) -> bool:
    """Whether the frame that begins there, and is all there, is a whole message of text, masked as a client's is."""
    return data[start] == _WHOLE_TEXT and data[start + 1] & 0x80 != 0


def is_close(data: bytes, start: int) -> bool:
    """Whether the frame that begins there closes the connection."""
    return data[start] & 0x0F == _CLOSE


def unmasked(data: bytes, payload: int, end: int) -> bytes:
    """The text that stands there; the mask stands before it."""
    return apply_mask(data[payload:end], data[payload - 4 : payload])


def whole_text(text: bytes) -> bytes:
    """The frame of a server that carries this text."""
    return _frame(_WHOLE_TEXT, text)


def part_of_text(part: bytes, *, is_first: bool) -> bytes:
    """A frame of a server that carries a part of a text. `end_of_text` is to follow (RFC 6455, 5.4)."""
    return _frame(_FIRST_OF_TEXT if is_first else _CONTINUATION, part)


def end_of_text() -> bytes:
    """The frame that ends a text of many parts."""
    return _frame(_END, b"")


def _frame(first: int, payload: bytes) -> bytes:
    length = len(payload)
    if length < _LONG:
        return b"%c%c%b" % (first, length, payload)
    if length <= 0xFFFF:
        return b"%c%c%b%b" % (first, _LONG, length.to_bytes(2), payload)
    return b"%c%c%b%b" % (first, _VERY_LONG, length.to_bytes(8), payload)
