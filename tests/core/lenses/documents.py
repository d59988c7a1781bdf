"""Documents as hypothesis makes them, and what they stand for: a second, slow reader to compare with."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from hypothesis import strategies as st

from monitor.core.lenses.json_text import members, parse
from monitor.core.values import canonical
from tests.core.texts import texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.core.lenses.json_text import Node


class Literal(NamedTuple):
    """A number, by its characters."""

    source: str


class Members(NamedTuple):
    """An object: its keys and values in order, duplicates included."""

    pairs: list[tuple[str, Any]]


def meaning(text: str) -> Any:
    """What a document stands for, with nothing lost: compare two of these by ``==``."""
    return json.loads(
        text, object_pairs_hook=lambda pairs: Members(list(pairs)), parse_int=Literal, parse_float=Literal
    )


def tokens_without_spaces(text: str) -> str:
    """All characters but the white space between tokens, found one character at a time."""
    kept: list[str] = []
    in_string = escaped = False
    for character in text:
        if in_string or character not in " \t\n\r":
            kept.append(character)
        if in_string:
            in_string = escaped or character != '"'
            escaped = character == "\\" and not escaped
        else:
            in_string = character == '"'
    return "".join(kept)


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it, in the order of the text."""
    yield node
    for member in members(node):
        yield from walk(member)


def nodes(text: str) -> list[Node]:
    return list(walk(parse(text)))


def _literal(text: str) -> str:
    return json.dumps(canonical(text))


def _raw_literal(text: str) -> str:
    """With what needs no escape as it is, surrogates too: JSON allows that, UTF-8 does not."""
    return json.dumps(text, ensure_ascii=False)


keys: st.SearchStrategy[str] = st.one_of(st.sampled_from(["", "a", "a", "b", "__proto__", "length", "é"]), texts)
strings: st.SearchStrategy[str] = st.one_of(texts.map(_literal), texts.map(_raw_literal))
numbers: st.SearchStrategy[str] = st.one_of(
    st.sampled_from(
        ["0", "-0", "1.10", "1e400", "-1E+3", "12345678901234567890", "0.1e-7", "9" * 5000, "1." + "0" * 40]
    ),
    st.integers().map(str),
)
scalars: st.SearchStrategy[str] = st.one_of(
    st.sampled_from(["true", "false", "null", '"\\u00e9"', '"\\/"']), numbers, strings
)
spaces: st.SearchStrategy[str] = st.sampled_from(["", "", " ", "\n", "\r\n  ", "\t", "\n\n    "])


@st.composite
def _container(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    values = draw(st.lists(inner, max_size=4))
    opening, closing = "[", "]"
    if draw(st.booleans()):
        opening, closing = "{", "}"
        literal = st.one_of(keys.map(_literal), keys.map(_raw_literal))
        values = [f"{draw(literal)}{draw(spaces)}:{draw(spaces)}{value}" for value in values]
    if not values:
        return opening + draw(spaces) + closing
    if draw(st.booleans()):  # laid out with one mind, as most documents are
        before, comma = draw(spaces), draw(st.sampled_from([",", ", ", ",\n  ", "\n, "]))
        return opening + before + comma.join(values) + before + closing
    spaced = [f"{draw(spaces)}{value}{draw(spaces)}" for value in values]
    return opening + ",".join(spaced) + closing


documents: st.SearchStrategy[str] = st.builds(
    lambda before, text, after: before + text + after, spaces, st.recursive(scalars, _container, max_leaves=12), spaces
)
"""Any JSON text: odd spaces, duplicate keys, numbers that no float holds, lone surrogates raw and escaped."""

values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | texts.map(canonical),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts.map(canonical), inner, max_size=4),
    max_leaves=12,
)
"""Python values that `json.dumps` writes."""
