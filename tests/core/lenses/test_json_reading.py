"""A document that is read in parts is the one that is read at once, wherever it is cut."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.lenses.json_reading import Read, read_at_once, read_in_parts
from monitor.core.lenses.json_text import JsonError, Node, last_member, members, parse
from tests.core.lenses.documents import documents, nodes, walk

if TYPE_CHECKING:
    from collections.abc import Callable

parts = st.integers(4, 200)

_sources = st.sampled_from(["7", '"},"', '{"a":1,"a":2}', '{"b":[{"a":1,"a":2}],"a":[]}', '[{"a,":1,"a,":1}, 2]'])
_names = st.sampled_from(['"a"', '"b"', '"\\u0061"', '"],"'])
_spaces = st.sampled_from(["", " ", "\n  "])


@st.composite
def _containers(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    values = draw(st.lists(inner, min_size=2, max_size=6))
    comma = f",{draw(_spaces)}"
    if draw(st.booleans()):
        return f"[{comma.join(values)}]"
    return f"{{{comma.join(f'{draw(_names)}:{value}' for value in values)}}}"


long_documents = _containers(_containers(_sources))
"""Something longer than a part ends, names repeat in its last members, and the document goes on behind it."""


def read(text: str, part: int) -> tuple[Read, int]:
    """What came of it, and how often it gave way."""
    reading, ways = read_in_parts(text, part), 0
    while True:
        try:
            next(reading)
        except StopIteration as end:
            return end.value, ways
        ways += 1


def place(node: Node) -> tuple[object, ...]:
    return node.kind, node.start, node.end, node.count, node.index, node.key, node.key_start, node.key_end


def outcome(reading: Callable[[], Node]) -> object:
    """The root's place, or the mistake and where it is."""
    try:
        return place(reading())
    except JsonError as error:
        return type(error), str(error), error.position


def repeated(text: str) -> Counter[str]:
    """By the definition, one node after the other."""
    found: Counter[str] = Counter()
    for node in nodes(text):
        names = Counter(member.key for member in members(node) if member.key is not None)
        found.update({key: number - 1 for key, number in names.items() if number > 1})
    return found


@given(documents | long_documents, parts)
def test_every_node_is_where_it_is_and_every_repeated_key_is_found(text: str, part: int) -> None:
    found, _ = read(text, part)
    root = parse(text)
    assert place(found.root) == place(root)
    assert [place(node) for node in walk(found.root)] == [place(node) for node in walk(root)]
    assert found.repeated == repeated(text)


@given(documents, parts)
def test_the_last_member_is_found_from_the_end(text: str, part: int) -> None:
    found, _ = read(text, part)
    for node in walk(found.root):
        last = last_member(node)
        assert (None if last is None else place(last)) == (place(list(members(node))[-1]) if node.count else None)


@given(documents | long_documents, parts, st.data())
def test_a_mistake_is_the_same_as_when_all_is_read_at_once(text: str, part: int, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text)))
    wrong = (
        text[:at]
        + data.draw(st.sampled_from(["", ",", "]", "}", '"', "{", "[", ":", "NaN", "-Infinity", "\ufeff", "01", "\\"]))
        + text[at + data.draw(st.integers(0, 2)) :]
    )
    assert outcome(lambda: read(wrong, part)[0].root) == outcome(lambda: parse(wrong))


@pytest.mark.parametrize(
    "document",
    [
        [{"id": number, "tags": ["a,b", "},{"]} for number in range(20_000)],
        {"data": {"items": [{"id": number} for number in range(40_000)]}, "more": [1]},
        {f"key {number}": number for number in range(60_000)},
        {f"key {number}": {"a": [1, {"b": 2}], "c": number} for number in range(20_000)},
        list(range(150_000)),
        [[1, "},", {"x": [number]}, None][number % 4] for number in range(80_000)],
    ],
    ids=["objects", "nested", "keys", "objects in an object", "numbers", "mixed"],
)
@pytest.mark.parametrize("indent", [None, 2])
def test_it_gives_way_often(document: object, indent: int | None) -> None:
    text = json.dumps(document, indent=indent)
    found, ways = read(text, 4_096)
    assert place(found.root) == place(parse(text))
    assert ways > len(text) / 4_096 / 2
    assert not found.repeated


@pytest.mark.parametrize(
    "end",
    [
        "",
        "]",
        "}}",
        "]}}",
        ",]}",
        ", nul]}",
        ", NaN]}",
        ', {"last" 1}]}',
        ', {"last": 01}]}',
        ', {"last": 1,}]}',
        ", {last: 1}]}",
        ', {"la"st": 1}]}',
        ', {"last": [1, 2, {"a": 1}]}',
        ', "last]}',
    ],
)
def test_of_a_mistake_too_no_more_than_some_parts_are_read_at_a_time(end: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = '{"rows": [' + ", ".join(f'{{"id": {number}, "tags": ["a", "b"]}}' for number in range(20_000)) + end
    expected = outcome(lambda: parse(text))
    scanned, longest, decode = 0, 0, json.JSONDecoder.raw_decode

    def counting(decoder: json.JSONDecoder, text: str, position: int = 0) -> tuple[object, int]:
        nonlocal scanned
        try:
            found = decode(decoder, text, position)
        except json.JSONDecodeError as mistake:
            scanned += mistake.pos - position
            raise
        except ValueError:  # A constant was refused, which does not tell where.
            scanned += len(text) - position
            raise
        scanned += found[1] - position
        return found

    monkeypatch.setattr(json.JSONDecoder, "raw_decode", counting)
    reading = read_in_parts(text, 4_096)

    def read_and_count() -> Node:
        nonlocal scanned, longest
        while True:
            scanned = 0
            try:
                next(reading)
            except StopIteration as stopped:
                read: Read = stopped.value
                return read.root
            finally:
                longest = max(longest, scanned)

    assert outcome(read_and_count) == expected
    assert longest < 8 * 4_096


def test_keys_of_a_long_object_are_counted_across_its_parts() -> None:
    text = "{" + ",".join(f'"key {number % 50_000}":{number}' for number in range(50_003)) + "}"
    assert read_at_once(text).repeated == Counter(["key 0", "key 1", "key 2"])


def test_what_is_read_twice_is_counted_once() -> None:
    numbers = ",".join(f'{{"n":{number}}}' for number in range(10))
    text = f'{{"list":[{numbers},{{"a":1,"a":2}}],"other":[1,2,3]}}'
    for part in range(4, len(text) + 2):
        assert read(text, part)[0].repeated == Counter({"a": 1})


def test_what_is_nested_too_deeply_is_said_to_be() -> None:
    with pytest.raises(JsonError, match="Nested too deeply"):
        read_at_once("[" * 100_000)
