"""What the readers and writers of the forms share."""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from monitor.core.values import UNSEEN, canonical

if TYPE_CHECKING:
    from collections.abc import Iterable

    from monitor.core.messages import AreaKind

Item: TypeAlias = tuple[str, str]
"""Key and value."""


class Form(StrEnum):
    """What a text is, as a person calls it."""

    JSON = "JSON"
    TABLE = "table"
    CONSOLE_SCRIPT = "console script"


class InterchangeError(ValueError):
    """The text cannot be read as items. ``str`` of it is a sentence; ``line`` counts from 1."""

    def __init__(self, sentence: str, line: int) -> None:
        super().__init__(sentence)
        self.line = line


class Parsed(NamedTuple):
    """What a text holds.

    ``items`` has each key once, where it first came, with the value that came last; ``repeated`` says on which lines
    a key came that came more than once. ``area`` is which storage a script names; ``None`` for the other forms.
    ``escapes`` is whether backslashes of a table were read as escapes; ``None`` where it makes no difference.
    """

    form: Form
    items: list[Item]
    repeated: dict[str, list[int]]
    area: AreaKind | None = None
    escapes: bool | None = None


class Lines:
    """Line numbers of places in ``text``."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._breaks: list[int] | None = None

    def at(self, place: int) -> int:
        """The number of the line, from 1, on which the character at ``place`` stands."""
        if self._breaks is None:
            self._breaks = [found.end() - 1 for found in _LINE_BREAK.finditer(self._text)]
        return bisect_left(self._breaks, place) + 1


_LINE_BREAK = re.compile(r"\r\n|\n|\r")


def gather(found: Iterable[tuple[int, str, str]], lines: Lines) -> tuple[list[Item], dict[str, list[int]]]:
    """Items from places, keys and values as they came: each key once, and the lines of those that came again."""
    items: dict[str, str] = {}
    first: dict[str, int] = {}
    again: dict[str, list[int]] = {}
    for place, raw_key, value in found:
        key = canonical(raw_key)
        if key in items:
            again.setdefault(key, [first[key]]).append(place)
        else:
            first[key] = place
        items[key] = canonical(value)
    return list(items.items()), {key: [lines.at(place) for place in places] for key, places in again.items()}


_encoder = json.JSONEncoder(ensure_ascii=False)

# What a clipboard, a text field or a console would drop, turn into something else or not show.
_NOT_CARRIED = re.compile(f"[{UNSEEN}\ufdd0-\ufdef\ufff9-\uffff\ud800-\udfff]")


def literal(text: str) -> str:
    """``text`` as a string literal that JSON and JavaScript read alike, in characters that any clipboard carries."""
    written = _encoder.encode(canonical(text))
    return (
        written
        if written.isascii() and "\x7f" not in written
        else _NOT_CARRIED.sub(lambda found: f"\\u{ord(found.group()):04x}", written)
    )
