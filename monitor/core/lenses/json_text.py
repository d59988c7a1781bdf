"""JSON as text: which value stands where, so that one can be shown or changed and all other characters stay.

`parse` says whether a text is JSON and gives its root; `members` lists what a node holds, one level at a time, and
only as far as it is asked. What is JSON is what JavaScript's ``JSON.parse`` takes, with one exception: a text nested
hundreds of levels deep is refused with `NestedTooDeeplyError`.

The standard library's scanner does the reading. It steps over a whole value at the speed of C and says where it ends;
numbers stay text, and no object of the document is built.
"""

from __future__ import annotations

import json
import re
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NoReturn

from msgspec import Struct

from monitor.core.lenses.json_error import JsonError, NestedTooDeeplyError, RefusedConstantError, json_error
from monitor.core.values import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = [
    "JsonError",
    "JsonKind",
    "NestedTooDeeplyError",
    "Node",
    "decoded_string",
    "keys",
    "last_member",
    "members",
    "node_at",
    "parse",
]


class JsonKind(StrEnum):
    """The six kinds of JSON values, in the words that `monitor.core.values.kind` uses too."""

    OBJECT = "object"
    ARRAY = "array"
    STRING = "string"
    NUMBER = "number"
    BOOLEAN = "boolean"
    NULL = "null"


class Node(Struct, frozen=True, eq=False):
    """One value of a document and where it stands. Made by `parse` and `members`; valid for ``document`` alone."""

    document: str
    kind: JsonKind
    start: int
    """Index of the value's first character in the document."""
    end: int
    """Index behind the value's last character."""
    count: int
    """How many members it holds itself, duplicate keys counted each; 0 for what is no object or array."""
    parent: Node | None = None
    index: int = 0
    """Its place among the members of its parent."""
    key: str | None = None
    """The decoded key if the parent is an object, else None. Two members may have the same."""
    key_start: int = 0
    """Index of the key's opening quote; where there is no key, of the value."""
    key_end: int = 0
    """Index behind the key's closing quote; where there is no key, of the value's first character."""
    long: Mapping[int, tuple[int, int]] | None = None
    """Of long objects and arrays of the document by their start: where they end, and how many members they hold."""

    @property
    def source(self) -> str:
        """The value's own characters, exactly."""
        return self.document[self.start : self.end]

    @property
    def key_source(self) -> str:
        """The key's own characters with its quotes and escapes; empty if there is no key."""
        return self.document[self.key_start : self.key_end]

    @property
    def path(self) -> tuple[int, ...]:
        """The indices that lead here from the root, for `node_at` in a later text. The root's is empty."""
        indices: list[int] = []
        node = self
        while node.parent is not None:
            indices.append(node.index)
            node = node.parent
        return tuple(reversed(indices))

    def __repr__(self) -> str:
        return f"Node({self.kind.value}, {self.start}, {self.end}, path={self.path})"


def parse(text: str) -> Node:
    """The root of the document ``text``. Reads all of it: 5 Mi characters take some 50 ms, 0.5 s at the very worst.

    Raises:
        JsonError: it is not JSON; the error says why and where.
        NestedTooDeeplyError: it is nested too deeply to be read; it may be JSON.
    """
    start = end_of(SPACE, text, 0)
    held, end = _scan(text, start)
    after = end_of(SPACE, text, end)
    if after != len(text):
        raise json_error(text, json.JSONDecodeError("Extra data", text, after))
    kind = _KINDS.get(text[start], JsonKind.NUMBER)
    return Node(text, kind, start, end, _count(kind, held), key_start=start, key_end=start)


def members(container: Node) -> Iterator[Node]:
    """What an object or array holds, in the order of the text, each only when asked for: a few microseconds,
    plus the time to step over what the member itself holds. Nothing for other kinds.

    Stop and go on as you like: the text does not change.

    Raises:
        NestedTooDeeplyError: as in `parse`; only if asked for from much deeper in the program than `parse` was.
    """
    if not container.count:
        return
    text = container.document
    in_object = container.kind is JsonKind.OBJECT
    key: str | None = None
    position = end_of(SPACE, text, container.start + 1)
    for index in range(container.count):
        start = key_end = position
        if in_object:
            decoded, key_end = _scan(text, position)
            key = canonical(str(decoded))
            start = end_of(COLON, text, key_end)
        kind = _KINDS.get(text[start], JsonKind.NUMBER)
        end, count = _extent(container, kind, start)
        yield Node(text, kind, start, end, count, container, index, key, position, key_end, container.long)
        position = end_of(_COMMA, text, end)


def last_member(container: Node) -> Node | None:
    """What `members` would list last, found from the end: it takes no longer for all that stands before it. ``None`` if
    there is nothing.
    """
    if not container.count:
        return None
    text = container.document
    end = _before_spaces(text, container.end - 1)
    start = key_start = key_end = _start_of(text, end, container.long)
    key: str | None = None
    if container.kind is JsonKind.OBJECT:
        key_end = _before_spaces(text, _before_spaces(text, start) - 1)  # the colon is between
        key_start = _start_of_string(text, key_end)
        key = canonical(str(_scan(text, key_start)[0]))
    kind = _KINDS.get(text[start], JsonKind.NUMBER)
    end, count = _extent(container, kind, start)
    return Node(text, kind, start, end, count, container, container.count - 1, key, key_start, key_end, container.long)


def keys(container: Node) -> list[str]:
    """The decoded keys of an object in the order of the text, duplicates included: faster than its `members`."""
    if container.kind is not JsonKind.OBJECT or not container.count:
        return []
    listed = _scan(container.document, container.start, _KEYS_DECODER)[0]
    assert isinstance(listed, list)
    return listed


def node_at(root: Node, path: Iterable[int]) -> Node:
    """The node that ``path`` leads to, such as the ``path`` of a node of the text before an edit.

    Raises:
        LookupError: there is no such node.
    """
    node = root
    for index in path:
        if not 0 <= index < node.count:
            raise LookupError(f"{node!r} has no member {index}")
        node = next(member for member in members(node) if member.index == index)
    return node


def decoded_string(node: Node) -> str:
    """What a string node stands for, its escapes resolved, in the canonical form of `monitor.core.values`.

    Raises:
        ValueError: the node is no string.
    """
    if node.kind is not JsonKind.STRING:
        raise ValueError(f"{node!r} is not a string")
    return canonical(str(_scan(node.document, node.start)[0]))


SPACE: Final = re.compile(r"[ \t\n\r]*")
COLON: Final = re.compile(r"[ \t\n\r]*:[ \t\n\r]*")
_COMMA: Final = re.compile(r"[ \t\n\r]*,?[ \t\n\r]*")
_KINDS: Final = {
    "{": JsonKind.OBJECT,
    "[": JsonKind.ARRAY,
    '"': JsonKind.STRING,
    "t": JsonKind.BOOLEAN,
    "f": JsonKind.BOOLEAN,
    "n": JsonKind.NULL,
}

_BEFORE_A_WORD: Final = " \t\n\r,:[{"
_CONTAINERS: Final = frozenset({JsonKind.OBJECT, JsonKind.ARRAY})


def refuse(constant: str) -> NoReturn:
    """For a scanner: what it would take and JSON does not know."""
    raise RefusedConstantError(constant)


# ``len`` stands in for each number and object as soon as it is read: nothing is kept, no limit on digits applies, and
# what is left of an object is how many members it has.
_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=len, parse_int=len, parse_float=len, parse_constant=refuse, strict=True
)


def _keys_of(pairs: list[tuple[str, object]]) -> list[str]:
    return [canonical(key) for key, _ in pairs]


_KEYS_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_keys_of, parse_int=len, parse_float=len, parse_constant=refuse, strict=True
)


def _scan(text: str, position: int, decoder: json.JSONDecoder = _DECODER) -> tuple[object, int]:
    """Step over the value at ``position``: what the decoder made of it, and where it ends."""
    try:
        return decoder.raw_decode(text, position)
    except (json.JSONDecodeError, RefusedConstantError, RecursionError) as cause:
        raise json_error(text, cause) from None


def _extent(container: Node, kind: JsonKind, start: int) -> tuple[int, int]:
    """Where the member that begins at ``start`` ends, and how many it holds itself."""
    known = None if container.long is None else container.long.get(start)
    if known is not None:
        return known
    held, end = _scan(container.document, start)
    return end, _count(kind, held) if kind in _CONTAINERS else 0


def _start_of(text: str, end: int, long: Mapping[int, tuple[int, int]] | None) -> int:
    """Where the value of a document begins that ends at ``end``."""
    if text[end - 1] == '"':
        return _start_of_string(text, end)
    if text[end - 1] in "]}":
        for start, (behind, _) in (long or {}).items():
            if behind == end:
                return start
        return _start_of_container(text, end)
    start = end
    while text[start - 1] not in _BEFORE_A_WORD:
        start -= 1
    return start


def _start_of_container(text: str, end: int) -> int:
    depth, position = 0, end
    while True:
        position -= 1
        match text[position]:
            case '"':
                position = _start_of_string(text, position + 1)
            case "]" | "}":
                depth += 1
            case "[" | "{":
                depth -= 1
                if not depth:
                    return position


def _start_of_string(text: str, end: int) -> int:
    """Within a string each quote has an odd number of backslashes before it, and the first quote has none."""
    start = text.rfind('"', 0, end - 1)
    while text[start - 1] == "\\":
        start = text.rfind('"', 0, start)
    return start


def _before_spaces(text: str, position: int) -> int:
    while text[position - 1] in " \t\n\r":
        position -= 1
    return position


def _count(kind: JsonKind, held: object) -> int:
    if kind is JsonKind.ARRAY and isinstance(held, list):
        return len(held)
    return held if kind is JsonKind.OBJECT and isinstance(held, int) else 0


def end_of(pattern: re.Pattern[str], text: str, position: int) -> int:
    """Behind what the pattern finds at ``position``, if anything."""
    found = pattern.match(text, position)
    return found.end() if found else position
