"""Lenses on a value: what kind it looks like, how large it is, and how it reads on one line.

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
        return f"{type(self).__name__}({int(self)})"


class NotRecorded(Redacted):
    """Stands where a value of a session that has not come back was: the page told it, but the journal did not keep it,
    and the process that knew it has ended. It is the same as no value that a page keeps to itself.
    """

    __hash__ = Redacted.__hash__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NotRecorded) and int(self) == int(other)

    def __ne__(self, other: object) -> bool:
        return not self == other


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
        # Each lone surrogate counts as the "?" that stands for it. Python writes that itself in UTF-8 alone: in UTF-16,
        # and to let them pass, it calls a handler for each, which takes seconds for a value full of them.
        return len(value.encode("utf-8", "replace").decode().encode("utf-16-le")) // 2


_LOW_SURROGATE = re.compile("[\udc00-\udfff]")
_SURROGATE_PAIR = re.compile("([\ud800-\udbff][\udc00-\udfff])")


def canonical(text: str) -> str:
    """The one Python form of a sequence of UTF-16 units: a high and a low surrogate side by side become one
    character.
    """
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError as error:  # There is a surrogate. To look for it so is quicker than with a pattern.
        if _LOW_SURROGATE.search(text, error.start) is None:
            return text
    else:
        return text
    return replaced(_SURROGATE_PAIR, text, _Joined())


class _Joined(dict[str, str]):
    """The character for each pair of surrogates."""

    def __missing__(self, pair: str) -> str:
        high, low = map(ord, pair)
        return self.setdefault(pair, chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)))


def replaced(pattern: re.Pattern[str], text: str, replacements: dict[str, str]) -> str:
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


UNSEEN: Final = "\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
"""For patterns: beyond ASCII, controls, the two separators, the byte order mark, direction overrides and isolates, and
others that do not show and are no part of a word. What joins letters and emoji is none of them.
"""
# What would not survive, or not show, in a line of a window: those, lone surrogates and tags.
_UNSHOWABLE = re.compile(f"[\x00-\x1f{UNSEEN}\ud800-\udfff\U000e0000-\U000e007f]")
# Only signs that the fonts of most systems have in fixed width.
_PICTURES = {"\n": "↵", "\r": "←", "\t": "⇥", "\0": "∅", "\u2028": "↵", "\u2029": "↵"}


def one_line(text: str, limit: int = 300) -> str:
    """The beginning of ``text`` for a cell, a label or a log: at most ``limit`` characters, none of which does
    anything.

    Not reversible, and never written back: it is for looking only.
    """
    cut = text if len(text) <= limit else text[: limit - 1] + "…"
    return _UNSHOWABLE.sub(lambda found: _PICTURES.get(found.group(), "�"), cut)
