"""Lenses on a value: what kind it looks like, how large it is, how it reads on one line, and its escaped form.

A value is a Python ``str`` that stands for exactly one sequence of UTF-16 units: any characters, lone surrogates
included. Looking through a lens never alters it. Web Storage counts and limits UTF-16 units, and so do all sizes here.
"""

import json
import re
from collections.abc import Callable, Sequence
from typing import Final, Literal, TypeAlias

import msgspec

QUOTA: Final = 5_242_880
"""UTF-16 units of keys and values that a browser lets one area hold."""

Kind: TypeAlias = Literal[
    "empty", "text", "number", "boolean", "null", "object", "array", "string", "token", "redacted"
]


class Redacted(int):
    """Stands where a value would: the page keeps the value to itself, this is its length in UTF-16 units."""

    def __repr__(self) -> str:
        return f"Redacted({int(self)})"


Value: TypeAlias = str | Redacted


def units(value: Value) -> int:
    """The length in UTF-16 units, as JavaScript's ``length`` has it."""
    if isinstance(value, Redacted):
        return int(value)
    if value.isascii():
        return len(value)
    try:
        return len(value.encode("utf-16-le")) // 2
    except UnicodeEncodeError:
        # Not by encoding with "surrogatepass": its error handler takes seconds for a value full of lone surrogates.
        return 2 * len(value) - len(_PAIRED.sub("", value))


_PAIRED = re.compile("[\U00010000-\U0010ffff]+")  # what UTF-16 needs two units for
_LOW_SURROGATE = re.compile("[\udc00-\udfff]")
_SURROGATE_PAIR = re.compile("([\ud800-\udbff][\udc00-\udfff])")


def canonical(text: str) -> str:
    """The one Python form of a sequence of UTF-16 units: a high and a low surrogate side by side become one
    character.
    """
    if text.isascii() or _LOW_SURROGATE.search(text) is None:
        return text
    return _replaced(_SURROGATE_PAIR, text, _Joined())


class _Joined(dict[str, str]):
    """The character for each pair of surrogates."""

    def __missing__(self, pair: str) -> str:
        high, low = map(ord, pair)
        return self.setdefault(pair, chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)))


def _replaced(pattern: re.Pattern[str], text: str, replacements: dict[str, str]) -> str:
    """``text`` with the replacement of the one group of ``pattern`` for all that it finds. Much quicker than ``sub``
    with a function where there are millions.
    """
    parts = pattern.split(text)
    parts[1::2] = map(replacements.__getitem__, parts[1::2])
    return "".join(parts)


_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_JWT = re.compile(r"eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*")
_json_syntax: msgspec.json.Decoder[msgspec.Raw] = msgspec.json.Decoder(msgspec.Raw)


def kind(value: Value) -> Kind:
    """What the value looks like to a person. A guess from its text alone: Web Storage holds nothing but text."""
    if isinstance(value, Redacted):
        return "redacted"
    told = _TOLD_BY_FIRST.get(value[:1])
    return "text" if told is None else told(value)


def kinds(values: Sequence[Value | None]) -> list[Kind | Literal[""]]:
    """The kind of each, and nothing where there is no value."""
    told = _TOLD_BY_FIRST.get
    try:
        return [tell(value) if (tell := told(value[:1])) else "text" for value in values]  # type: ignore[index, arg-type]  # that raises
    except TypeError:  # Some are redacted, or not there.
        return ["" if value is None else kind(value) for value in values]


def _number_or_text(value: str) -> Kind:
    return "number" if len(value) < 400 and _NUMBER.fullmatch(value) else "text"


def _tell_word(word: str, name: Kind) -> Callable[[str], Kind]:
    return lambda value: name if value == word else "text"


def _tell_json(closing: str, name: Kind) -> Callable[[str], Kind]:
    return lambda value: name if value[-1] == closing and _is_json(value) else "text"


def _token_or_text(value: str) -> Kind:
    return "token" if _JWT.fullmatch(value) else "text"


# What begins otherwise is text.
_TOLD_BY_FIRST: Final[dict[str, Callable[[str], Kind]]] = {
    "": lambda _value: "empty",
    "t": _tell_word("true", "boolean"),
    "f": _tell_word("false", "boolean"),
    "n": _tell_word("null", "null"),
    **dict.fromkeys("-0123456789", _number_or_text),
    "e": _token_or_text,
    "{": _tell_json("}", "object"),
    "[": _tell_json("]", "array"),
    '"': _tell_json('"', "string"),
}


def _is_json(text: str) -> bool:
    try:
        _json_syntax.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        # msgspec refuses lone surrogates, which a browser reads; the standard library reads more than it should.
        return _SURROGATE_IN_JSON.search(text) is not None and _is_json_with_lone_surrogates(text)
    return True


_SURROGATE_IN_JSON = re.compile(r"[\ud800-\udfff]|\\u[dD][89a-fA-F]")


def _is_json_with_lone_surrogates(text: str) -> bool:
    try:
        json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return False
    return True


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


# What would not survive, or not show, in a line of a window: controls, the two separators, the byte order mark,
# direction overrides and isolates, and lone surrogates.
_UNSHOWABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
# Only signs that the fonts of most systems have in fixed width.
_PICTURES = {"\n": "↵", "\r": "←", "\t": "⇥", "\0": "∅", "\u2028": "↵", "\u2029": "↵"}


def one_line(text: str, limit: int = 300) -> str:
    """The beginning of ``text`` for a cell, a label or a log: at most ``limit`` characters, none of which does
    anything.

    Not reversible, and never written back: it is for looking only.
    """
    cut = text if len(text) <= limit else text[: limit - 1] + "…"
    return _UNSHOWABLE.sub(lambda found: _PICTURES.get(found.group(), "�"), cut)


# Qt's text widgets turn these into something else or drop them, so a person edits them as escapes. Line breaks are
# escaped too where there is only one line to edit in.
_NEEDS_ESCAPES = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ufffc\ud800-\udfff]"
)
_TO_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0"}
# The others but for surrogates, in runs with all ASCII but the backslash.
_NUMBERED = (
    "\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffc"
)
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


class _EightDigits(dict[str, str]):
    """Python's escape for each code that stood in braces."""

    def __missing__(self, code: str) -> str:
        return self.setdefault(code, f"\\U{code:0>8}")


def unescape(text: str) -> str:
    """The text that `escape` was given.

    Raises:
        EscapeError: a backslash begins nothing that `escape` writes. Never a guess.
    """
    if "\\" not in text:
        return canonical(text)
    # Two blanks keep the places of all that follows.
    wrong = _NO_ESCAPE.search(text.replace("\\\\", "  "))
    if wrong is not None:
        raise EscapeError(wrong.start(), text[wrong.start() : wrong.start() + 2])
    # One by one, a value full of escapes would take many seconds. Python's own decoder reads them in no time, once
    # they are written so that it takes each as we do: to it, \0 begins a number in base eight, and \u{} is nothing.
    pythonic = text.replace("\\\\", "\\x5c").replace("\\0", "\\x00")
    if "\\u{" in pythonic:
        pythonic = _replaced(_IN_BRACES, pythonic, _EightDigits())
    return canonical(pythonic.encode("raw_unicode_escape").decode("unicode_escape"))
