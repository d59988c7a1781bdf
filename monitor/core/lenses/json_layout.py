"""Layouts of a document: the same keys and scalars, character for character, with other white space between them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from monitor.core.lenses.json_text import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.core.lenses.json_text import Node

PIECE: Final = 32_768
"""Characters of the document that one part of `pretty_parts` or `compact_parts` covers, if nothing else is said."""

DEEPEST: Final = 50
"""Levels. What is nested deeper is indented as this one is: or else the spaces of a deep document fill the memory."""


def pretty(text: str, indent: int = 2) -> str:
    """The document ``text`` with each member on a line of its own, as ``JSON.stringify(value, null, indent)`` lays it
    out, but for the indentation of what is deeper than `DEEPEST`.

    A window takes `pretty_parts` for texts of more than some 100,000 characters.

    Raises:
        JsonError: ``text`` is not JSON.
    """
    return "".join(pretty_parts(parse(text), indent))


def compact(text: str) -> str:
    """The document ``text`` without white space outside of strings. A window takes `compact_parts` for texts of
    more than some 100,000 characters.

    Raises:
        JsonError: ``text`` is not JSON.
    """
    return "".join(compact_parts(parse(text)))


def pretty_parts(node: Node, indent: int = 2, piece: int = PIECE) -> Iterator[str]:
    """What joined is the node, laid out as by `pretty`: take parts while there is time, and stop when it is enough.

    Each part stands for ``piece`` characters of the document, or a little more, or one long string or number; it
    takes some 5 to 15 ms, and 5 Mi characters some 0.7 s, 2 s at the worst. Deep nesting makes the result far longer
    than the document (hundredfold at the worst): count what you take.
    """
    depth = 0
    line = "\n"
    for start, end in _pieces(node, piece):
        laid_out: list[str] = []
        add = laid_out.append
        for token in _TOKEN.findall(node.document, start, end):
            if token == ",":
                add("," + line)
            elif token == ":":
                add(": ")
            elif token == "[" or token == "{":
                depth += 1
                line = "\n" + " " * (indent * min(depth, DEEPEST))
                add(token + line)
            elif token == "]" or token == "}":
                depth -= 1
                line = "\n" + " " * (indent * min(depth, DEEPEST))
                add(line + token)
            elif token[0] == "[" or token[0] == "{":
                add(token[0] + token[-1])
            else:
                add(token)
        yield "".join(laid_out)


def compact_parts(node: Node, piece: int = PIECE) -> Iterator[str]:
    """What joined is the node, laid out as by `compact`; each part as in `pretty_parts`."""
    for start, end in _pieces(node, piece):
        yield "".join(_CHUNK.findall(node.document, start, end))


_STRING: Final = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_TOKEN: Final = re.compile(
    _STRING + r"|[,:]|\[[ \t\n\r]*+\]|\{[ \t\n\r]*+\}|[\[\]{}]|" + r'[^\[\]{},:" \t\n\r]++', re.DOTALL
)
_CHUNK: Final = re.compile(_STRING + r'|[^" \t\n\r]++', re.DOTALL)
_STRING_ALONE: Final = re.compile(_STRING, re.DOTALL)
_WHOLE: Final = re.compile(r'(?:[^"]++|' + _STRING + ")*+", re.DOTALL)
# The rest of a number or word that was cut, and of an empty object or array.
_REST: Final = re.compile(r'(?:[^\[\]{},:" \t\n\r]++)?+[ \t\n\r]*+[\]}]?+')


def _pieces(node: Node, size: int) -> Iterator[tuple[int, int]]:
    """The node's span in pieces that no token straddles."""
    text, start = node.document, node.start
    while start < node.end:
        end = _end(_WHOLE, text, start, min(start + size, node.end))
        if end == start:  # a string longer than a piece
            end = _end(_STRING_ALONE, text, start, node.end)
        end = _end(_REST, text, end, node.end)
        yield start, end
        start = end


def _end(pattern: re.Pattern[str], text: str, start: int, limit: int) -> int:
    found = pattern.match(text, start, limit)
    return found.end() if found else start
