"""What an operator may rely on who edits one node: that node changes, as asked, and no other character."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.lenses.json_edits import (
    append,
    has_key,
    insert_after,
    insert_before,
    json_string,
    remove,
    rename,
    replace_value,
)
from monitor.core.lenses.json_text import JsonError, JsonKind, Node, node_at, parse
from monitor.core.values import canonical
from tests.core.lenses.documents import Members, documents, keys, meaning, nodes, walk
from tests.core.texts import texts


def held(value: Any) -> list[Any]:
    """The members of a meaning as one list: an object's are pairs."""
    found: list[Any] = value.pairs if isinstance(value, Members) else value
    return found


def reached(value: Any, path: tuple[int, ...]) -> Any:
    for index in path:
        member = held(value)[index]
        value = member[1] if isinstance(value, Members) else member
    return value


def spans(root: Node, without: Node | None = None) -> list[str]:
    """The sources of all keys and scalars, in order, but for those of one member and below it."""
    left_out = set() if without is None else {node.path for node in walk(without)}
    listed: list[str] = []
    for node in walk(root):
        if node.path not in left_out:
            listed.append(node.key_source)
            if node.kind not in (JsonKind.OBJECT, JsonKind.ARRAY):
                listed.append(node.source)
    return [source for source in listed if source]


def is_one_insertion(before: str, after: str) -> bool:
    """Whether ``after`` is ``before`` with characters put in at one place."""
    grown = len(after) - len(before)
    return any(after[:at] + after[at + grown :] == before for at in range(len(before) + 1))


@given(documents, documents, st.data())
def test_replacing_a_value_changes_its_characters_alone(text: str, value: str, data: st.DataObject) -> None:
    node = data.draw(st.sampled_from(nodes(text)))
    after = replace_value(node, value)
    assert after == text[: node.start] + value.strip(" \t\n\r") + text[node.end :]
    expected = meaning(text)
    if node.parent is None:
        expected = meaning(value)
    else:
        container = held(reached(expected, node.parent.path))
        container[node.index] = meaning(value) if node.key is None else (container[node.index][0], meaning(value))
    assert meaning(after) == expected


@given(documents, keys, st.data())
def test_renaming_a_member_changes_its_key_alone(text: str, key: str, data: st.DataObject) -> None:
    node = data.draw(st.sampled_from(nodes(text)))
    if node.key is None:
        with pytest.raises(ValueError, match="has no key"):
            rename(node, key)
        return
    after = rename(node, key)
    assert after == text[: node.key_start] + json_string(key) + text[node.key_end :]
    assert node_at(parse(after), node.path).key == canonical(key)
    expected = meaning(text)
    container = held(reached(expected, node.path[:-1]))
    container[node.index] = (canonical(key), container[node.index][1])
    assert meaning(after) == expected


@given(documents, documents, keys, st.sampled_from([insert_before, insert_after, append]), st.data())
def test_adding_a_member_leaves_all_others(text: str, value: str, key: str, add: Any, data: st.DataObject) -> None:
    suited = [
        node
        for node in nodes(text)
        if (node.kind in (JsonKind.OBJECT, JsonKind.ARRAY) if add is append else node.parent is not None)
    ]
    if not suited:
        return
    node = data.draw(st.sampled_from(suited))
    container = node if add is append else node.parent
    assert container is not None
    in_object = container.kind is JsonKind.OBJECT
    after = add(node, value, key if in_object else None)

    index = container.count if add is append else node.index + (add is insert_after)
    expected = meaning(text)
    held(reached(expected, container.path)).insert(
        index, (canonical(key), meaning(value)) if in_object else meaning(value)
    )
    assert meaning(after) == expected
    added = node_at(parse(after), (*container.path, index))
    assert added.source == value.strip(" \t\n\r")
    assert spans(parse(after), without=added) == spans(parse(text))
    if container.count:
        assert is_one_insertion(text, after)


@given(documents, st.data())
def test_removing_a_member_leaves_all_others(text: str, data: st.DataObject) -> None:
    node = data.draw(st.sampled_from(nodes(text)))
    if node.parent is None:
        with pytest.raises(ValueError, match="root"):
            remove(node)
        return
    after = remove(node)
    expected = meaning(text)
    del held(reached(expected, node.parent.path))[node.index]
    assert meaning(after) == expected
    assert spans(parse(after)) == spans(parse(text), without=node)
    assert is_one_insertion(after, text)


@given(documents, st.data())
def test_what_is_added_and_removed_leaves_no_trace(text: str, data: st.DataObject) -> None:
    members_of_any = [node for node in nodes(text) if node.parent is not None]
    if not members_of_any:
        return
    node = data.draw(st.sampled_from(members_of_any))
    container = node.parent
    assert container is not None
    key = "new" if container.kind is JsonKind.OBJECT else None
    before = insert_before(node, "1", key)
    assert remove(node_at(parse(before), node.path)) == text
    behind = insert_after(node, "1", key)
    assert remove(node_at(parse(behind), (*container.path, node.index + 1))) == text


# --- layout ----------------------------------------------------------------------------------------------------------

INDENTED = """{
  "a": [
    1,
    2
  ],
  "b": {},
  "c": {
    "only": []
  }
}"""


@pytest.mark.parametrize("indent", [None, 1, 2, 4, "\t"])
@given(
    value=st.recursive(
        st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text("abc"), inner), max_leaves=12
    ),
    data=st.data(),
)
def test_a_new_member_is_laid_out_as_the_document_is(indent: int | str | None, value: Any, data: st.DataObject) -> None:
    text = json.dumps(value, indent=indent)
    containers = [node for node in nodes(text) if node.kind in (JsonKind.OBJECT, JsonKind.ARRAY)]
    # What the layout of an empty or one-membered document would be nobody can tell.
    suited = [node for node in containers if node.count > 1 or (indent is not None and (node.count or node.parent))]
    if not suited:
        return
    container = data.draw(st.sampled_from(suited))
    after = append(container, "0", "new" if container.kind is JsonKind.OBJECT else None)
    assert after == json.dumps(json.loads(after), indent=indent)
    newest = node_at(parse(after), (*container.path, container.count))
    if container.count > 1:
        assert remove(newest) == text


def at(*path: int) -> Node:
    return node_at(parse(INDENTED), path)


@pytest.mark.parametrize(
    ("after", "changed", "to"),
    [
        (insert_before(at(0, 0), "0"), "    1,", "    0,\n    1,"),
        (insert_after(at(0, 1), "3"), "    2", "    2,\n    3"),
        (append(at(1), "1", "x"), '"b": {}', '"b": {\n    "x": 1\n  }'),
        (append(at(2, 0), "1"), '"only": []', '"only": [\n      1\n    ]'),
        (remove(at(0, 1)), "1,\n    2", "1"),
        (remove(at(0)), '"a": [\n    1,\n    2\n  ],\n  ', ""),
        (remove(at(2, 0)), '{\n    "only": []\n  }', "{}"),
        (rename(at(2, 0), 'q"'), '"only"', r'"q\""'),
        (replace_value(at(0), " null\n"), "[\n    1,\n    2\n  ]", "null"),
    ],
)
def test_edits_of_an_indented_document(after: str, changed: str, to: str) -> None:
    assert after == INDENTED.replace(changed, to, 1)


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("[]", "[0]"),
        ("[ ]", "[0]"),
        ("[1]", "[1,0]"),
        ("[ 1 ]", "[ 1, 0 ]"),
        ("[1, 2]", "[1, 2, 0]"),
        ("[1,2]", "[1,2,0]"),
        ("[1\n,2\n]", "[1\n,2\n,0\n]"),
        ("[\n\t1\n]", "[\n\t1,\n\t0\n]"),
        ("[\r\n  1\r\n]", "[\r\n  1,\r\n  0\r\n]"),
        ("{}", '{"k":0}'),
        ('{"a":1}', '{"a":1,"k":0}'),
        ('{"a": 1}', '{"a": 1, "k": 0}'),
        ('{"a" : 1}', '{"a" : 1, "k" : 0}'),
    ],
)
def test_appending(text: str, after: str) -> None:
    root = parse(text)
    assert append(root, "0", "k" if root.kind is JsonKind.OBJECT else None) == after


def test_a_colon_is_written_as_the_objects_around_write_it() -> None:
    text = '{"a" : [{}]}'
    assert append(node_at(parse(text), (0, 0)), "0", "k") == '{"a" : [{"k" : 0}]}'


def test_a_new_neighbour_is_parted_as_the_one_on_the_other_side() -> None:
    text = "[1,2,\n3]"
    assert insert_after(node_at(parse(text), (2,)), "0") == "[1,2,\n3,\n0]"
    assert insert_before(node_at(parse(text), (1,)), "0") == "[1,0,\n2,\n3]"
    assert insert_before(node_at(parse(text), (0,)), "0") == "[0,1,2,\n3]"


def test_an_empty_object_on_its_own_line_keeps_the_line_ends_of_the_document() -> None:
    text = "[\r\n\t{},\r\n\t{}\r\n]"
    assert append(node_at(parse(text), (0,)), "0", "k") == '[\r\n\t{\r\n\t\t"k": 0\r\n\t},\r\n\t{}\r\n]'


# --- refusals --------------------------------------------------------------------------------------------------------


def test_a_value_that_is_not_json_is_refused() -> None:
    first = node_at(parse("[1]"), (0,))
    for edit in (replace_value, insert_before, insert_after):
        with pytest.raises(JsonError) as caught:
            edit(first, "[1,\n x]")
        assert (caught.value.line, caught.value.column) == (2, 2)
    with pytest.raises(JsonError):
        append(parse("[]"), "")


def test_a_key_is_needed_in_an_object_and_nowhere_else() -> None:
    with pytest.raises(ValueError, match="needs a key"):
        append(parse("{}"), "1")
    with pytest.raises(ValueError, match="needs no key"):
        append(parse("[]"), "1", "k")
    with pytest.raises(ValueError, match="no members"):
        append(parse("12"), "1")


def test_the_root_has_no_siblings() -> None:
    for edit in (insert_before, insert_after):
        with pytest.raises(ValueError, match="root"):
            edit(parse("1"), "1")


@given(documents, keys)
def test_whether_a_key_is_taken(text: str, key: str) -> None:
    root = parse(text)
    value = meaning(text)
    taken = isinstance(value, Members) and canonical(key) in [canonical(name) for name, _ in value.pairs]
    assert has_key(root, key) == taken


def test_a_key_is_the_same_in_halves_and_whole() -> None:
    assert has_key(parse('{"😀": 1}'), "\ud83d\ude00")
    assert not has_key(parse('["a"]'), "a")


@given(texts)
def test_a_string_literal_stands_for_its_text(text: str) -> None:
    literal = json_string(text)
    assert json.loads(literal) == canonical(text)
    literal.encode()


def test_a_string_literal_escapes_no_more_than_it_must() -> None:
    assert json_string("é😀\u2028\x7f/") == '"é😀\u2028\x7f/"'
    assert json_string('"\\\n\0\ud800') == '"\\"\\\\\\n\\u0000\\ud800"'
    assert json_string("\ud83d\ude00") == '"😀"'
