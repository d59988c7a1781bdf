"""After an edit the root is the one that reading the whole document would give, and so is all below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from monitor.core.lenses import json_edits
from monitor.core.lenses.json_reading import read_in_parts
from monitor.core.lenses.json_splice import Splice, spliced_root
from monitor.core.lenses.json_text import JsonKind, parse
from tests.core.lenses.documents import documents, walk

if TYPE_CHECKING:
    from monitor.core.lenses.json_text import Node


def read(text: str, part: int) -> Node:
    """With all that is longer than a part known by its place."""
    reading = read_in_parts(text, part)
    while True:
        try:
            next(reading)
        except StopIteration as end:
            root: Node = end.value.root
            return root


def places(root: Node) -> list[tuple[object, ...]]:
    return [(node.kind, node.start, node.end, node.count, node.index, node.key) for node in walk(root)]


def splice(before: str, after: str, container: Node, more: int) -> Splice:
    """What differs, and no more: it may begin and end in the middle of anything."""
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    end = 0
    while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    return Splice(start, len(before) - start - end, len(after) - start - end, container.start, more)


@given(documents, st.integers(1, 60), st.data())
def test_the_root_is_right_after_each_edit(text: str, part: int, data: st.DataObject) -> None:
    root = read(text, part)
    for _ in range(4):
        node = data.draw(st.sampled_from(list(walk(root))))
        container = node.parent
        value = data.draw(st.sampled_from(["null", "7", '"a,b]"', "[]", '{"a":[1,{"b":2}]}', "[[1,2],[1,3]]"]))
        match data.draw(st.sampled_from(["replace", "remove", "append", "rename"])):
            case "replace" if container is not None:
                after, more = json_edits.replace_value(node, value), 0
            case "remove" if container is not None:
                after, more = json_edits.remove(node), -1
            case "append" if node.kind in (JsonKind.OBJECT, JsonKind.ARRAY):
                key = "a" if node.kind is JsonKind.OBJECT else None
                after, container, more = json_edits.append(node, value, key), node, 1
            case "rename" if container is not None and node.key is not None:
                after, more = json_edits.rename(node, "b"), 0
            case _:
                continue
        assert container is not None
        before = root.document
        undone = spliced_root(
            spliced_root(root, after, splice(before, after, container, more)),
            before,
            splice(after, before, container, -more),
        )
        assert places(undone) == places(root)
        root = spliced_root(root, after, splice(before, after, container, more))
        assert places(root) == places(parse(after))
