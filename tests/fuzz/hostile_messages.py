"""Messages that are nearly right: every field of the protocol, with a value that is often one that fits."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.fuzz.reading import Reader

_FIELDS: Final[Mapping[str, Mapping[str, str]]] = {
    "hello": {
        "version": "version", "session_id": "key", "secret": "key", "page_id": "key", "document_id": "key",
        "origin": "key", "url": "text", "title": "text", "user_agent": "text", "visible": "flag", "bridge": "text",
        "top_site": "maybe", "token": "maybe", "label": "maybe", "user": "maybe", "storage_error": "maybe",
    },
    "snapshot": {"area": "area", "part": "part", "parts": "part", "seq": "count", "items": "items"},
    "changes": {"area": "area", "seq": "count", "changes": "changes"},
    "result": {
        "id": "key", "outcome": "outcome", "area": "area", "seq": "count", "values": "values", "error": "reason",
        "message": "maybe",
    },
    "page": {"url": "text", "title": "text", "visible": "flag", "user": "maybe"},
    "pong": {},
    "bye": {},
    "error": {"message": "text"},
}  # fmt: skip
KINDS: Final = tuple(_FIELDS)
_KEYS: Final = ("a", "b", "", "__proto__", "é", "\ud800", "\U0001f600", "a.b")
_REASONS: Final = ("conflict", "quota", "denied", "redacted", "timed-out", "gone", "unknown", "read-only", "x", None)
_NUMBERS: Final = (0, 1, 2, 3, -1, 12, 2**31, 2**53, 2**63, 2**64, 10**30, 1.5, 1e308, -0.0)


def hostile_message(reader: Reader, kinds: tuple[str, ...] = KINDS, **fixed: Any) -> bytes:
    """One message of one of these kinds; ``fixed`` fields are as they are given."""
    kind = reader.choice(kinds)
    # One byte says of all fields together how they are: most messages are right.
    mood = reader.number(16)
    message: dict[str, Any] = {"type": kind}
    for name, form in _FIELDS[kind].items():
        if mood > 12 and not reader.number(4):
            message[name] = _anything(reader, 3)
        elif mood != 12 or reader.number(4):
            message[name] = fixed[name] if name in fixed else _fitting(reader, form)
    if mood == 11:
        message[reader.choice(_KEYS)] = _anything(reader, 3)
    return _as_json(message, escaped=bool(mood % 2))


def _as_json(content: Any, *, escaped: bool) -> bytes:
    if not escaped:
        try:
            return json.dumps(content, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            pass  # There is a lone surrogate: only escaped it has a form.
    return json.dumps(content).encode()


def _fitting(reader: Reader, form: str) -> Any:
    match form:
        case "version":
            return 1
        case "key":
            return _key(reader)
        case "text":
            return reader.text(8)
        case "maybe":
            return reader.text(8) if reader.number(2) else None
        case "flag":
            return bool(reader.number(2))
        case "area":
            return ("local", "local", "session")[reader.number(3)]
        case "part":
            return 1 + reader.number(3)
        case "count":
            return reader.number(8)
        case "outcome":
            return ("applied", "refused")[reader.number(2)]
        case "reason":
            return reader.choice(_REASONS)
        case "items":
            return [[_key(reader), _value(reader)] for _ in range(reader.number(5))]
        case "values":
            return [[_key(reader), _value(reader) if reader.number(3) else None] for _ in range(reader.number(4))]
        case _:
            return [_change(reader) for _ in range(reader.number(5))]


def _change(reader: Reader) -> list[Any]:
    match reader.number(6):
        case 0:
            return ["clear"]
        case 1 | 2:
            return ["remove", _key(reader)]
        case _:
            return ["set", _key(reader), _value(reader)]


def _key(reader: Reader) -> str:
    place = reader.number(2 * len(_KEYS))
    return _KEYS[place] if place < len(_KEYS) else reader.text(4)


def _value(reader: Reader) -> str | float:
    return reader.text(12) if reader.number(5) else reader.choice(_NUMBERS)


def _anything(reader: Reader, depth: int) -> Any:
    match reader.number(10 if depth else 6):
        case 0:
            return None
        case 1:
            return bool(reader.number(2))
        case 2 | 3:
            return reader.choice(_NUMBERS)
        case 4:
            return reader.text(12)
        case 5:
            return reader.number(2**16) ** (1 + reader.number(16))
        case 6 | 7:
            return [_anything(reader, depth - 1) for _ in range(reader.number(5))]
        case _:
            return {_key(reader): _anything(reader, depth - 1) for _ in range(reader.number(4))}
