"""Long messages: those of a hub that take long to encode, and how to encode them in parts."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec.structs import replace

from monitor.core.messages import (
    Clear,
    EditRequest,
    LocalStorageMap,
    RemoveItem,
    RenameItem,
    SessionStorageMap,
    SetItem,
    encode,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.core.messages import HubMessage, Operation

LONG_TEXT: Final = 262_144
"""Characters that take some milliseconds to encode."""
MANY_TEXTS: Final = 1_000
"""Values that take as long, however short they are."""
_SHORT: Final = 1_000
"""Characters of a value up to which it is encoded with the others."""

_PLACE: Final = secrets.token_hex(16)
"""Stands for a long text while the rest of its message is encoded. Nobody can have it in a message: nobody knows it."""

_encode_text = msgspec.json.Encoder().encode


def is_long(message: HubMessage) -> bool:
    """Whether to `monitor.core.messages.encode` it may take longer than the blink of an eye."""
    if isinstance(message, EditRequest):
        return len(message.operations) > MANY_TEXTS or sum(map(_length, message.operations)) > LONG_TEXT
    if isinstance(message, (LocalStorageMap, SessionStorageMap)):
        items = _items(message)
        return len(items) > MANY_TEXTS or sum(map(len, items.values())) > LONG_TEXT
    return False


def encode_in_parts(message: HubMessage) -> Iterator[bytes]:
    """What `monitor.core.messages.encode` makes, in order, some `LONG_TEXT` characters in one go."""
    gathered, size = [], 0
    for part in _all_parts(message):
        gathered.append(part)
        size += len(part)
        if size > LONG_TEXT:
            yield b"".join(gathered)
            gathered, size = [], 0
    if gathered:
        yield b"".join(gathered)


def _all_parts(message: HubMessage) -> Iterator[bytes]:
    texts: list[str] = []
    if isinstance(message, EditRequest):
        message = replace(message, operations=[_without_long_texts(each, texts) for each in message.operations])
    elif isinstance(message, (LocalStorageMap, SessionStorageMap)):
        items = {key: _place(value, texts) for key, value in _items(message).items()}
        message = replace(message, **{_area_of(message): items})
    first, *between = encode(message).split(_PLACE.encode())
    yield first
    for text, part in zip(texts, between, strict=True):
        for start in range(0, len(text), LONG_TEXT):
            yield _inside_quotes(text[start : start + LONG_TEXT])
        yield part


def _inside_quotes(text: str) -> bytes:
    try:
        return _encode_text(text)[1:-1]
    except UnicodeEncodeError:
        return json.dumps(text)[1:-1].encode("ascii")


def _area_of(message: LocalStorageMap | SessionStorageMap) -> str:
    return "localstorage" if isinstance(message, LocalStorageMap) else "sessionstorage"


def _items(message: LocalStorageMap | SessionStorageMap) -> dict[str, str]:
    return message.localstorage if isinstance(message, LocalStorageMap) else message.sessionstorage


def _length(operation: Operation) -> int:
    length = len(operation.value) if isinstance(operation, SetItem) else 0
    if not isinstance(operation, Clear) and isinstance(operation.expected, str):
        length += len(operation.expected)
    return length


def _without_long_texts(operation: Operation, texts: list[str]) -> Operation:
    if _length(operation) <= _SHORT:
        return operation
    if isinstance(operation, SetItem):
        value = _place(operation.value, texts)
        return replace(operation, value=value, expected=_place(operation.expected, texts))
    if isinstance(operation, (RemoveItem, RenameItem)):
        return replace(operation, expected=_place(operation.expected, texts))
    return operation


def _place(text: object, texts: list[str]) -> object:
    if not isinstance(text, str) or len(text) <= _SHORT:
        return text
    texts.append(text)
    return _PLACE
