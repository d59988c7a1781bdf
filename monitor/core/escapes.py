"""The escaped form of a value: all of it on one line, each character of it to be seen and typed.

`escape` writes it, `unescape` reads it back exactly. What `escape` does not write is an error, never guessed at.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from monitor.core.parts import at_once
from monitor.core.values import UNSEEN, canonical, replaced

if TYPE_CHECKING:
    from collections.abc import Generator

# Qt's text widgets turn these into something else or drop them, so a person edits them as escapes. Line breaks are
# escaped too where there is only one line to edit in.
_NEEDS_ESCAPES = re.compile(f"[\x00-\x08\x0b-\x1f{UNSEEN}\ufffc\ud800-\udfff]")
_TO_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0"}
# The others but for surrogates, in runs with all ASCII but the backslash.
_NUMBERED = f"\x01-\x08\x0b\x0c\x0e-\x1f{UNSEEN}\ufffc"
_TO_NUMBER = re.compile(rf"([{_NUMBERED}][{_NUMBERED}\0-\x5b\x5d-\x7e]*)")
_MANY_RUNS = 50_000


def _numbered(run: str) -> str:
    """The run as Python escapes it, which writes what is below 256 in its own way."""
    return run.encode("unicode_escape").decode("ascii").replace("\\x00", "\\0").replace("\\x", "\\u00")


class _Escapes(dict[int, str | int]):
    """What each character becomes, worked out once."""

    def __missing__(self, code: int) -> str | int:
        char = chr(code)
        short = "\\\\" if char == "\\" else _TO_SHORT.get(char)
        self[code] = short or (f"\\u{code:04x}" if needs_escapes(char) else code)
        return self[code]


_ESCAPES = _Escapes()


def needs_escapes(text: str) -> bool:
    """Whether a plain editor of many lines would not hold ``text`` exactly or not show all of it."""
    return not _is_shown(text) and _NEEDS_ESCAPES.search(text) is not None


def _is_shown(text: str) -> bool:
    """Whether all of it shows on one line: then none of it needs escapes, but for the backslash. Python knows that ten
    times as fast as a pattern, yet takes what stands in for an object for a sign.
    """
    return text.isprintable() and "\ufffc" not in text


def escape(text: str) -> str:
    """``text`` on one line with ``\\n``, ``\\0``, ``\\uXXXX`` and the like for all that does not show; `unescape`
    reverses it.
    """
    # Character by character, the largest values take most of a second: whole texts and long runs are much quicker. The
    # backslash comes first, for the others bring more.
    escaped = text.replace("\\", "\\\\")
    if not _is_shown(text):
        parts = _TO_NUMBER.split(escaped, _MANY_RUNS)
        if len(parts) > 2 * _MANY_RUNS:
            return text.translate(_ESCAPES)
        parts[1::2] = map(_numbered, parts[1::2])
        escaped = "".join(parts)
    for char, short in _TO_SHORT.items():
        escaped = escaped.replace(char, short)
    # What cannot be encoded are surrogates.
    return escaped if escaped.isascii() else escaped.encode("utf-8", "backslashreplace").decode("utf-8")


class EscapeError(ValueError):
    """A backslash that begins no escape. ``position`` is the index of that backslash in the text."""

    def __init__(self, position: int, found: str) -> None:
        super().__init__(f"{found!r} at character {position + 1} is not an escape; write \\\\ for a backslash")
        self.position = position


# For a text without escaped backslashes.
_NO_ESCAPE = re.compile(
    r"\\(?![nrt0]|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|u\{(?:[0-9A-Fa-f]{1,5}|0[0-9A-Fa-f]{5}|10[0-9A-Fa-f]{4})\})"
)
_IN_BRACES = re.compile(r"\\u\{([0-9A-Fa-f]{1,6})\}")
_LONGEST: Final = len("\\u{10ffff}")
PART: Final = 131_072
"""Characters that are read at a time: 3 ms at most."""


class _EightDigits(dict[str, str]):
    """Python's escape for each code that stood in braces."""

    def __missing__(self, code: str) -> str:
        return self.setdefault(code, f"\\U{code:0>8}")


def unescape(text: str) -> str:
    """The text that `escape` was given.

    Raises:
        EscapeError: a backslash begins nothing that `escape` writes. Never a guess.
    """
    return at_once(unescaped(text))


def unescaped(text: str, part: int = PART) -> Generator[None, None, str]:
    """The same, giving way after each ``part``, which is at least 11 characters long: of the largest values it takes
    most of a second.
    """
    if "\\" not in text:
        return canonical(text)
    parts = [""]
    start = 0
    while start < len(text):
        end = _end_of_part(text, start, part)
        found = _read_part(text, start, end)
        if _is_cut(parts[-1], found):
            parts[-1], found = parts[-1][:-1], canonical(parts[-1][-1] + found)
        parts.append(found)
        start = end
        if start < len(text):
            yield
    return "".join(parts)


def _end_of_part(text: str, start: int, longest: int) -> int:
    """Where the part that begins there may end, so that no escape is cut."""
    end = start + longest
    if end >= len(text):
        return len(text)
    last = text.rfind("\\", end - _LONGEST, end)
    if last < 0:
        return end
    read = text[start : last + 1]
    run = len(read) - len(read.rstrip("\\"))
    return last if run % 2 else end  # Of an even number each is an escaped backslash, and what follows is plain.


def _is_cut(one: str, other: str) -> bool:
    """Whether two surrogates meet there that are one character."""
    return "\ud800" <= one[-1:] <= "\udbff" and "\udc00" <= other[:1] <= "\udfff"


def _read_part(text: str, start: int, end: int) -> str:
    part = text[start:end]
    if "\\" not in part:
        return canonical(part)
    # Two blanks keep the places of all that follows.
    wrong = _NO_ESCAPE.search(part.replace("\\\\", "  "))
    if wrong is not None:
        raise EscapeError(start + wrong.start(), part[wrong.start() : wrong.start() + 2])
    # One by one, a value full of escapes would take many seconds. Python's own decoder reads them in no time, once
    # they are written so that it takes each as we do: to it, \0 begins a number in base eight, and \u{} is nothing.
    pythonic = part.replace("\\\\", "\\x5c").replace("\\0", "\\x00")
    if "\\u{" in pythonic:
        pythonic = replaced(_IN_BRACES, pythonic, _EightDigits())
    return canonical(pythonic.encode("raw_unicode_escape").decode("unicode_escape"))
