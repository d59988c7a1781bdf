"""Items as a script that sets them when it is pasted into the console of a browser."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from monitor.core.interchange.forms import Form, InterchangeError, Lines, Parsed, gather, literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from monitor.core.interchange.forms import Item
    from monitor.core.messages import AreaKind

_OBJECTS: Final[dict[AreaKind, str]] = {"local": "localStorage", "session": "sessionStorage"}


def to_console_script(items: Iterable[Item], area: AreaKind) -> str:
    """A call of ``setItem`` for each item, a line each."""
    # Not assignments: localStorage["__proto__"] = "…" sets no item.
    return "\n".join(f"{_OBJECTS[area]}.setItem({literal(key)}, {literal(value)});" for key, value in items)


_NOTHING = re.compile(r"(?:[\s;\ufeff]++|//[^\n\r]*+|/\*.*?\*/)*+", re.DOTALL)
_CALL = re.compile(r"(?:(?:window|globalThis)\s*\.\s*)?(localStorage|sessionStorage)\s*\.\s*setItem\s*\(\s*")
_COMMA = re.compile(r"\s*,\s*")
_CLOSE = re.compile(r"\s*,?\s*\)[ \t]*+(?=[;\n\r]|//|/\*|\Z)")
_LITERAL = re.compile(
    r'"((?:[^"\\\n\r]++|\\(?:\r\n|.))*+)"'
    r"|'((?:[^'\\\n\r]++|\\(?:\r\n|.))*+)'"
    r"|`((?:[^`\\$]++|\\(?:\r\n|.)|\$(?!\{))*+)`",
    re.DOTALL,
)
# ECMA-262, 12.9.4 String Literals, but for the octal escapes, which its strict mode does not have.
_ESCAPE = re.compile(
    r"\\(?:u\{0*([0-9A-Fa-f]{1,6})\}|u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|(\r\n|[\n\r\u2028\u2029])"
    r"|(0)(?![0-9])|([^ux0-9]))|\\",
    re.DOTALL,
)
_SHORT: Final = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


class _NotReadError(Exception):
    """What is wrong, as a sentence, and at which place."""

    def __init__(self, sentence: str, place: int) -> None:
        super().__init__(sentence)
        self.place = place


def read_console_script(text: str) -> Parsed:
    """The items that a script sets, if it does nothing else.

    Raises:
        InterchangeError: there is something else than calls of ``setItem`` with two texts in quotes.
    """
    lines = Lines(text)
    objects: dict[str, int] = {}
    try:
        items, repeated = gather(_calls(text, objects), lines)
    except _NotReadError as error:
        raise InterchangeError(str(error), lines.at(error.place)) from error
    if len(objects) > 1:
        sentence = "The script sets items of both localStorage and sessionStorage."
        raise InterchangeError(sentence, lines.at(max(objects.values())))
    return Parsed(Form.CONSOLE_SCRIPT, items, repeated, "session" if "sessionStorage" in objects else "local")


def _calls(text: str, objects: dict[str, int]) -> Iterator[tuple[int, str, str]]:
    """Where each call begins, its key and its value; and in ``objects`` whose they are and since when."""
    place = _end(_NOTHING, text, 0)
    while place < len(text):
        start = place
        call = _CALL.match(text, place)
        if call is None:
            raise _NotReadError(
                'Only calls such as localStorage.setItem("key", "value"); can be read from a script.', place
            )
        objects.setdefault(call[1], start)
        key, place = _text(text, call.end(), "key")
        comma = _COMMA.match(text, place)
        if comma is None:
            raise _NotReadError("A comma and the value should follow the key.", place)
        value, place = _text(text, comma.end(), "value")
        close = _CLOSE.match(text, place)
        if close is None:
            raise _NotReadError("The call should end after the value: a closing parenthesis and a semicolon.", place)
        yield start, key, value
        place = _end(_NOTHING, text, close.end())


def _text(text: str, place: int, name: str) -> tuple[str, int]:
    found = _LITERAL.match(text, place)
    if found is None:
        raise _NotReadError(f"The {name} should be a text in quotes, on one line and with nothing to work out.", place)
    if text[place] == '"':
        try:
            return str(json.loads(found[0])), found.end()  # Much quicker, and enough for all that we write.
        except json.JSONDecodeError:
            pass  # JavaScript has more escapes than JSON.
    index = found.lastindex
    assert index is not None
    body, start = found[index], found.start(index)
    if text[place] == "`":
        body = body.replace("\r\n", "\n").replace("\r", "\n")

    def replace(escape: re.Match[str]) -> str:
        point, unit, byte, line_break, zero, other = escape.groups()
        code = point or unit or byte
        if code is not None and int(code, 16) <= 0x10FFFF:
            return chr(int(code, 16))
        if line_break is not None:
            return ""
        if zero is not None:
            return "\0"
        if other is not None:
            return _SHORT.get(other, other)
        raise _NotReadError(f"“{escape.string[escape.start() :][:2]}” is not an escape here.", start + escape.start())

    return _ESCAPE.sub(replace, body) if "\\" in body else body, found.end()


def _end(pattern: re.Pattern[str], text: str, place: int) -> int:
    found = pattern.match(text, place)
    assert found is not None
    return found.end()
