"""Why a text is not JSON, in words for the person who wrote it, and where."""

from __future__ import annotations

import json
import re
from typing import Final


class JsonError(ValueError):
    """The text is not JSON. ``str()`` gives a sentence with line and column.

    ``reason`` is that sentence without them. ``position`` is an index into the text, its length if the text ends too
    early. ``line`` and ``column`` count from 1, columns in characters; a line ends with ``\\n``.
    """

    def __init__(self, text: str, position: int, reason: str) -> None:
        self.reason = reason
        self.position = position
        self.line = text.count("\n", 0, position) + 1
        self.column = position - text.rfind("\n", 0, position)
        super().__init__(f"{reason} (line {self.line}, column {self.column})")


class NestedTooDeeplyError(JsonError):
    """The text is nested deeper than can be read here. Whether it is JSON is not known."""


class RefusedConstantError(ValueError):
    """The scanner met ``NaN``, ``Infinity`` or ``-Infinity``, which it would take and JSON does not know."""


def json_error(
    text: str, cause: json.JSONDecodeError | RefusedConstantError | RecursionError, start: int = 0
) -> JsonError:
    """The error to raise for what the standard library's scanner said of ``text``. All before ``start``, which is in no
    string, is known to be sound.
    """
    if isinstance(cause, RecursionError):
        position = _deep_position(text)
        return NestedTooDeeplyError(
            text, position, "Nested too deeply to be taken apart; it can still be edited as text"
        )
    if isinstance(cause, RefusedConstantError):
        constant = str(cause)
        return JsonError(text, _position_of_constant(text, start), f"{constant} is not JSON")
    position = min(cause.pos, len(text))
    return JsonError(text, position, _reason(text, position, cause.msg))


def _reason(text: str, position: int, said: str) -> str:
    """Our words for those of the scanner, which differ between versions of Python in detail, hence by beginnings."""
    found = _found(text, position)
    at_end = position == len(text)
    if said.startswith("Extra data"):
        return _after_the_end(text, position, found)
    if said.startswith("Illegal trailing comma"):
        return "A comma that nothing follows"
    if said.startswith("Expecting ':'"):
        return "The text ends before a colon" if at_end else f"A colon is expected, not {found}"
    if said.startswith("Expecting ','"):
        if at_end:
            return "The text ends before the closing bracket"
        return _number_cut_short(text, position) or f"A comma or a closing bracket is expected, not {found}"
    if said.startswith("Expecting property name"):
        if at_end:
            return "The text ends before the closing bracket"
        if text[position] == "}":
            return "A comma that nothing follows"
        return f"A key in double quotes is expected, not {found}"
    if said.startswith("Unterminated string"):
        return "This string does not end"
    if said.startswith("Invalid control character"):
        return f"Within a string this must be written as an escape: {found}"
    if said.startswith(("Invalid \\uXXXX", "Invalid \\escape")):
        return "This is no escape that JSON knows; a backslash itself is written \\\\"
    return "The text ends where a value is expected" if at_end else _no_value(text, position, found)


def _after_the_end(text: str, position: int, found: str) -> str:
    return _number_cut_short(text, position) or f"The text should end here, but there is {found}"


def _number_cut_short(text: str, position: int) -> str:
    """Why a number ends before ``position``, if one does and what follows looks like more of it."""
    number = _NUMBER_BEFORE.search(text, max(0, position - 400), position)
    if number is None:
        return ""
    rest = text[position]
    if rest in "0123456789":
        return "A number does not begin with a needless 0"
    if rest == "." and number[0].isdigit():
        return "Digits are missing after the decimal point"
    return "Digits are missing in the exponent" if rest in "eE" and "e" not in number[0].lower() else ""


def _no_value(text: str, position: int, found: str) -> str:
    first = text[position]
    if first == "\ufeff":
        return "A byte order mark (U+FEFF) is not JSON"
    if first in "]}" and text[:position].rstrip(" \t\n\r").endswith(","):
        return "A comma that nothing follows"
    if first == "'":
        return "A string needs double quotes"
    if first == "/":
        return "A comment is not JSON"
    if first == "-":
        return "Digits are missing after the minus sign"
    if first in "+.":
        return f"A number does not begin with {found}"
    word = _WORD.match(text, position)
    return f"A value is expected, not {word[0] if word else found}"


def _found(text: str, position: int) -> str:
    """What stands at ``position``, showable on one line."""
    if position >= len(text):
        return "the end"
    character = text[position]
    return _NAMES.get(character) or (character if character.isprintable() else f"U+{ord(character):04X}")


_WORD: Final = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]{0,30}")
_NAMES: Final = {"\n": "a line break", "\r": "a carriage return", "\t": "a tab", " ": "a space", '"': "a string"}

_NUMBER_BEFORE: Final = re.compile(r"[0-9][0-9.eE+-]*\Z")
_STRING: Final = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_CONSTANT: Final = re.compile(_STRING + r"|(-?Infinity|NaN)", re.DOTALL)
_BRACKET: Final = re.compile(_STRING + r"|([\[{])|[\]}]", re.DOTALL)
_DEEP: Final = 500


def _position_of_constant(text: str, start: int) -> int:
    """Where the first ``NaN`` or ``Infinity`` outside a string stands, from ``start`` on: the scanner does not tell,
    but all before is sound.
    """
    return next(found.start() for found in _CONSTANT.finditer(text, start) if found[1])


def _deep_position(text: str) -> int:
    """Where the text gets deep; the scanner does not tell how far it came."""
    depth = 0
    for found in _BRACKET.finditer(text):
        if found[1]:
            depth += 1
            if depth == _DEEP:
                return found.start()
        elif text[found.start()] != '"':
            depth -= 1
    return 0
