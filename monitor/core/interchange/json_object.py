"""Items as a JSON object."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from monitor.core.interchange.forms import Form, InterchangeError, Lines, Parsed, gather, literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from monitor.core.interchange.forms import Item


def to_json(items: Iterable[Item]) -> str:
    """An object with a line for each item; every value is a string."""
    lines = [f"  {literal(key)}: {literal(value)}" for key, value in items]
    return "{\n" + ",\n".join(lines) + "\n}" if lines else "{}"


def read_json(text: str) -> Parsed:
    """The items of an object. A value that is not a string becomes its JSON text, exactly as it is written.

    Raises:
        InterchangeError: it is not JSON, or not an object.
    """
    lines = Lines(text)
    try:
        items, repeated = gather(_members(text), lines)
    except json.JSONDecodeError as error:
        raise InterchangeError(f"This is not JSON: {_in_words(error, text)}.", lines.at(error.pos)) from error
    except RecursionError as error:
        raise InterchangeError("This JSON is nested too deeply to be read.", 1) from error
    return Parsed(Form.JSON, items, repeated)


def _members(text: str) -> Iterator[tuple[int, str, str]]:
    """Where each key begins, the key, and the value as text."""
    place = _end_of_blanks(text, 0)
    if text[place : place + 1] != "{":
        raise json.JSONDecodeError("Items are an object, of keys and values", text, place)
    place = _end_of_blanks(text, place + 1)
    if text[place : place + 1] == "}":
        _check_end(text, place + 1)
        return
    while True:
        if text[place : place + 1] != '"':
            raise json.JSONDecodeError("A key in double quotes should stand", text, place)
        start = place
        key, end = _decoder.raw_decode(text, place)
        place = _after(text, end, ":", "A colon should follow the key")
        value, end = _decoder.raw_decode(text, place)
        yield start, str(key), value if isinstance(value, str) and text[place] == '"' else text[place:end]
        place = _end_of_blanks(text, end)
        if text[place : place + 1] == "}":
            _check_end(text, place + 1)
            return
        place = _after(text, place, ",", "A comma or a closing brace should stand")


def _after(text: str, place: int, sign: str, otherwise: str) -> int:
    place = _end_of_blanks(text, place)
    if text[place : place + 1] != sign:
        raise json.JSONDecodeError(otherwise, text, place)
    return _end_of_blanks(text, place + 1)


def _check_end(text: str, place: int) -> None:
    place = _end_of_blanks(text, place)
    if place < len(text):
        raise json.JSONDecodeError("Something follows the object", text, place)


def _end_of_blanks(text: str, place: int) -> int:
    found = _BLANKS.match(text, place)
    assert found is not None
    return found.end()


def _in_words(error: json.JSONDecodeError, text: str) -> str:
    what = error.msg[0].lower() + error.msg[1:].removesuffix(" at").removesuffix(" starting")
    found = text[error.pos : error.pos + 1]
    where = "at the end" if not found else f"at character {error.colno:,}"
    return f"{what} {where}"


class _NotJSONError(ValueError):
    pass


def _refuse(constant: str) -> object:
    raise _NotJSONError(constant)


class _Decoder(json.JSONDecoder):
    """Numbers stay text, so that none is too long, and NaN and Infinity are mistakes, which they are in JSON."""

    def __init__(self) -> None:
        super().__init__(parse_int=str, parse_float=str, parse_constant=_refuse)

    def raw_decode(self, s: str, idx: int = 0) -> tuple[object, int]:
        """The value that begins at ``idx``, and where it ends."""
        try:
            return super().raw_decode(s, idx)
        except _NotJSONError as error:
            raise json.JSONDecodeError(f"A value of JSON should stand, not {error},", s, idx) from error


_decoder = _Decoder()
_BLANKS = re.compile(r"[ \t\n\r]*")
