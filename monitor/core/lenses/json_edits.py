"""Edits of a document: each takes a node and gives the whole new text, in which every other source stands as it stood.

A new member is laid out as its neighbours are: on a line of its own where they have one, with their indentation and
their space behind commas and colons. After an edit `json_text.parse` the new text; nodes of the old one are no use for
it.

Keys are not checked for duplicates here, since JSON allows them: ask `has_key` before.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from monitor.core.lenses.json_text import JsonKind, keys, members, parse
from monitor.core.values import canonical

if TYPE_CHECKING:
    from monitor.core.lenses.json_text import Node


def json_string(text: str) -> str:
    """The JSON string literal for ``text``, exactly what ``JSON.stringify`` writes: lone surrogates as escapes, all
    that needs none as it is.
    """
    literal = json.dumps(canonical(text), ensure_ascii=False)
    return literal if literal.isascii() else _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", literal)


def has_key(container: Node, key: str) -> bool:
    """Whether the object ``container`` has a member of that decoded key. Reads all of it."""
    return canonical(key) in keys(container)


def replace_value(node: Node, value: str) -> str:
    """The document with the JSON ``value`` in the place of the node; white space around ``value`` is dropped.

    Raises:
        JsonError: ``value`` is not JSON.
    """
    return _spliced(node.document, node.start, node.end, _checked(value))


def rename(member: Node, key: str) -> str:
    """The document with another key for the member; ``key`` is plain text, not a literal.

    Raises:
        ValueError: the node is not a member of an object.
    """
    if member.key is None:
        raise ValueError(f"{member!r} has no key")
    return _spliced(member.document, member.key_start, member.key_end, json_string(key))


def insert_before(sibling: Node, value: str, key: str | None = None) -> str:
    """The document with a new member before ``sibling``, whose index it takes.

    Args:
        sibling: A member of an object or array.
        value: JSON.
        key: Plain text; needed in an object, refused in an array.

    Raises:
        JsonError: ``value`` is not JSON.
        ValueError: ``sibling`` is the root, or ``key`` is missing or too much.
    """
    container = _parent(sibling)
    added = _member(container, value, key) + _separator_at(container, sibling)
    return _spliced(sibling.document, sibling.key_start, sibling.key_start, added)


def insert_after(sibling: Node, value: str, key: str | None = None) -> str:
    """The document with a new member behind ``sibling``; otherwise as `insert_before`."""
    container = _parent(sibling)
    added = _separator_at(container, sibling) + _member(container, value, key)
    return _spliced(sibling.document, sibling.end, sibling.end, added)


def append(container: Node, value: str, key: str | None = None) -> str:
    """The document with a new last member in the object or array ``container``, which may be empty.

    Raises:
        JsonError: ``value`` is not JSON.
        ValueError: ``container`` is neither object nor array, or ``key`` is missing or too much.
    """
    added = _member(container, value, key)
    document = container.document
    if container.count:
        end = _before_spaces(document, container.end - 1)
        return _spliced(document, end, end, _separator(container) + added)
    margin, closing = _margins_inside(container)
    return _spliced(document, container.start + 1, container.end - 1, margin + added + closing)


def remove(member: Node) -> str:
    """The document without the member, its key and one comma.

    Raises:
        ValueError: the node is the root.
    """
    container = _parent(member)
    document = member.document
    if container.count == 1:
        return _spliced(document, container.start + 1, container.end - 1, "")
    following = _COMMA.match(document, member.end)
    if following is not None:
        return _spliced(document, member.key_start, following.end(), "")
    comma = _before_spaces(document, member.key_start) - 1
    return _spliced(document, _before_spaces(document, comma), member.end, "")


_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_SPACES: Final = " \t\n\r"
_SPACE: Final = re.compile(r"[ \t\n\r]*")
_COMMA: Final = re.compile(r"[ \t\n\r]*,[ \t\n\r]*")


def _spliced(text: str, start: int, end: int, replacement: str) -> str:
    return "".join((text[:start], replacement, text[end:]))


def _checked(value: str) -> str:
    """The source of ``value`` without white space around it."""
    return parse(value).source


def _parent(node: Node) -> Node:
    if node.parent is None:
        raise ValueError("The root of a document has no siblings and cannot be removed")
    return node.parent


def _member(container: Node, value: str, key: str | None) -> str:
    """The source of a new member of ``container``."""
    if container.kind is JsonKind.OBJECT and key is not None:
        return json_string(key) + _colon(container) + _checked(value)
    if container.kind is JsonKind.ARRAY and key is None:
        return _checked(value)
    if container.kind not in (JsonKind.OBJECT, JsonKind.ARRAY):
        raise ValueError(f"{container!r} can have no members")
    raise ValueError(f"A member of an {container.kind.value} needs {'a' if key is None else 'no'} key")


# --- How neighbours are laid out -------------------------------------------------------------------------------------


def _separator_at(container: Node, sibling: Node) -> str:
    """What to put between ``sibling`` and a new neighbour: what parts it from one that it has."""
    document = sibling.document
    following = _COMMA.match(document, sibling.end)
    if following is not None:
        return following[0]
    if sibling.index:
        comma = _before_spaces(document, sibling.key_start) - 1
        return document[_before_spaces(document, comma) : sibling.key_start]
    return _separator(container)


def _separator(container: Node) -> str:
    """What parts the members of ``container``, which has at least one; of a lone one it is guessed."""
    first = next(members(container))
    following = _COMMA.match(container.document, first.end)
    if following is not None:
        return following[0]
    margin = container.document[container.start + 1 : first.key_start]
    return "," + (margin or _space_behind(_colon(container)))


def _colon(container: Node) -> str:
    """The colon with its white space, as the nearest object that has one writes it."""
    around: Node | None = container
    while around is not None:
        if around.kind is JsonKind.OBJECT and around.count:
            first = next(members(around))
            return around.document[first.key_end : first.start]
        around = around.parent
    return ": " if "\n" in _margin_before(container) else ":"


def _space_behind(colon: str) -> str:
    return " " if colon.endswith(" ") else ""


def _margins_inside(empty: Node) -> tuple[str, str]:
    """White space to put before the first member of an empty object or array, and behind it.

    A container that stands on a line of its own gets one step more of indentation inside, the step by which it is
    indented itself.
    """
    margin = _margin_before(empty)
    if empty.parent is None or "\n" not in margin:
        return "", ""
    document = empty.document
    line_break, indent = _split_margin(margin)
    last = empty.parent.end - 1
    outer = _split_margin(document[_before_spaces(document, last) : last])[1]
    step = indent[len(outer) :] if indent.startswith(outer) else ""
    return line_break + indent + (step or "  "), line_break + indent


def _margin_before(node: Node) -> str:
    """The white space before a node, or before its key."""
    return node.document[_before_spaces(node.document, node.key_start) : node.key_start]


def _split_margin(margin: str) -> tuple[str, str]:
    """Its line break (one, however many there are) and the indentation behind."""
    before, line_break, indent = margin.rpartition("\n")
    return ("\r" if before.endswith("\r") else "") + line_break, indent


def _before_spaces(text: str, position: int) -> int:
    """The end of what stands before ``position`` if white space is left out."""
    while position > 0 and text[position - 1] in _SPACES:
        position -= 1
    return position
