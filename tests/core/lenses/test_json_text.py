"""What the inspector may rely on when it takes a text apart: every value is found where it stands, exactly."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.lenses.json_text import (
    JsonError,
    JsonKind,
    NestedTooDeeplyError,
    Node,
    decoded_string,
    keys,
    last_member,
    members,
    node_at,
    parse,
)
from monitor.core.values import canonical
from tests.core.lenses.documents import Literal, Members, documents, meaning, nodes
from tests.core.texts import texts


def meaning_by_nodes(node: Node) -> Any:
    match node.kind:
        case JsonKind.OBJECT:
            return Members([(str(member.key), meaning_by_nodes(member)) for member in members(node)])
        case JsonKind.ARRAY:
            return [meaning_by_nodes(member) for member in members(node)]
        case JsonKind.NUMBER:
            return Literal(node.source)
        case JsonKind.STRING:
            return decoded_string(node)
        case JsonKind.BOOLEAN | JsonKind.NULL:
            return {"true": True, "false": False, "null": None}[node.source]


def in_canonical_form(value: Any) -> Any:
    match value:
        case Members(pairs):
            return Members([(canonical(key), in_canonical_form(held)) for key, held in pairs])
        case list():
            return [in_canonical_form(held) for held in value]
        case Literal():
            return value
        case str():
            return canonical(value)
        case _:
            return value


@given(documents)
def test_the_nodes_say_what_the_document_says(text: str) -> None:
    assert meaning_by_nodes(parse(text)) == in_canonical_form(meaning(text))


@given(documents)
def test_every_node_knows_where_it_stands(text: str) -> None:
    for node in nodes(text):
        assert meaning(node.source) == meaning(text[node.start : node.end])
        assert not node.source[0].isspace()
        assert not node.source[-1].isspace()
        assert node.count == len(list(members(node)))
        if node.key is None:
            assert node.key_source == ""
            assert node.key_start == node.key_end == node.start
        else:
            assert canonical(json.loads(node.key_source)) == node.key
            assert text[node.key_end : node.start].strip(" \t\n\r") == ":"


@given(documents)
def test_a_path_leads_to_its_node(text: str) -> None:
    root = parse(text)
    for node in nodes(text):
        found = node_at(root, node.path)
        assert (found.start, found.end, found.path) == (node.start, node.end, node.path)


def test_a_path_to_nowhere_is_an_error() -> None:
    root = parse('[{"a": 1}, 2]')
    for path in [(2,), (-1,), (0, 1), (1, 0), (0, 0, 0)]:
        with pytest.raises(LookupError):
            node_at(root, path)


def test_members_of_an_object() -> None:
    text = ' { "a" : 1.10, "__proto__":{"x":[]} ,\n"a":"\\u00e9" } '
    first, second, third = members(parse(text))
    assert [(node.key, node.kind, node.source, node.count) for node in (first, second, third)] == [
        ("a", "number", "1.10", 0),
        ("__proto__", "object", '{"x":[]}', 1),
        ("a", "string", '"\\u00e9"', 0),
    ]
    assert decoded_string(third) == "é"
    assert (third.index, third.path, second.key_source) == (2, (2,), '"__proto__"')


def test_members_come_only_as_far_as_they_are_asked_for() -> None:
    listed = members(parse("[" + ",".join(["1"] * 1_000_000) + "]"))
    assert [next(listed).index for _ in range(5)] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("text", ["1", '"abc"', "null", "true", "[]", "{}", "[ \n ]", "{\t}"])
def test_what_holds_nothing_has_no_members(text: str) -> None:
    assert list(members(parse(text))) == []


def test_only_a_string_has_a_decoded_string() -> None:
    with pytest.raises(ValueError, match="not a string"):
        decoded_string(parse("12"))


def test_halves_of_a_pair_become_one_character() -> None:
    assert decoded_string(parse('"\\ud83d\\ude00"')) == "😀"
    assert decoded_string(parse('"\ud83d\\ude00"')) == "😀"
    assert decoded_string(parse('"\\ude00\\ud83d"')) == "\ude00\ud83d"
    assert [node.key for node in members(parse('{"\ud83d\\ude00": 1}'))] == ["😀"]


def test_numbers_of_any_length_are_text() -> None:
    digits = "9" * 100_000
    assert [node.source for node in members(parse(f"[{digits}, -{digits}.5e{digits}]"))] == [
        digits,
        f"-{digits}.5e{digits}",
    ]


def test_a_hundred_levels_are_read_and_a_hundred_thousand_refused() -> None:
    assert len(nodes("[" * 100 + "]" * 100)) == 100
    assert len(nodes('{"a":' * 100 + "1" + "}" * 100)) == 101
    for deep in ("[" * 100_000 + "]" * 100_000, '{"a":' * 100_000 + "1" + "}" * 100_000, '["[", 1' + ",[1" * 100_000):
        with pytest.raises(NestedTooDeeplyError, match="Nested too deeply") as caught:
            parse(deep)
        assert deep[caught.value.position] in "[{"


@pytest.mark.parametrize(
    ("text", "line", "column", "reason"),
    [
        ("", 1, 1, "The text ends where a value is expected"),
        (" \n", 2, 1, "The text ends where a value is expected"),
        ("[1,\n", 2, 1, "The text ends where a value is expected"),
        ("[", 1, 2, "The text ends where a value is expected"),
        ('{"a":', 1, 6, "The text ends where a value is expected"),
        ('{"a"', 1, 5, "The text ends before a colon"),
        ("{", 1, 2, "The text ends before the closing bracket"),
        ('{"a":1', 1, 7, "The text ends before the closing bracket"),
        ("[1", 1, 3, "The text ends before the closing bracket"),
        ('["abc', 1, 2, "This string does not end"),
        ('"\\', 1, 1, "This string does not end"),
        ("[1,\r\n 2,\n x]", 3, 2, "A value is expected, not x"),
        ("undefined", 1, 1, "A value is expected, not undefined"),
        ('{"a":True}', 1, 6, "A value is expected, not True"),
        ("\0", 1, 1, "A value is expected, not U+0000"),
        ("[}", 1, 2, "A value is expected, not }"),
        ("['a']", 1, 2, "A string needs double quotes"),
        ("{a:1}", 1, 2, "A key in double quotes is expected, not a"),
        ('{"a" 1}', 1, 6, "A colon is expected, not 1"),
        ('{"a":1 "b":2}', 1, 8, "A comma or a closing bracket is expected, not a string"),
        ("[1\n2]", 2, 1, "A comma or a closing bracket is expected, not 2"),
        ("[1.5.3]", 1, 5, "A comma or a closing bracket is expected, not ."),
        ("[1,]", 1, 4, "A comma that nothing follows"),
        ("1 2", 1, 3, "The text should end here, but there is 2"),
        ("{}\u2028", 1, 3, "The text should end here, but there is U+2028"),
        ("\ufeff{}", 1, 1, "A byte order mark (U+FEFF) is not JSON"),
        ("// x\n1", 1, 1, "A comment is not JSON"),
        ("NaN", 1, 1, "NaN is not JSON"),
        ('["NaN \\" Infinity",\n -Infinity]', 2, 2, "-Infinity is not JSON"),
        ("[01]", 1, 3, "A number does not begin with a needless 0"),
        ("-01", 1, 3, "A number does not begin with a needless 0"),
        ("-", 1, 1, "Digits are missing after the minus sign"),
        ("1.", 1, 2, "Digits are missing after the decimal point"),
        ("[1.e5]", 1, 3, "Digits are missing after the decimal point"),
        ("1e", 1, 2, "Digits are missing in the exponent"),
        ("[1.5E+]", 1, 5, "Digits are missing in the exponent"),
        ("+1", 1, 1, "A number does not begin with +"),
        (".5", 1, 1, "A number does not begin with ."),
        ('"a\nb"', 1, 3, "Within a string this must be written as an escape: a line break"),
        ('"\\x41"', 1, 2, "This is no escape that JSON knows; a backslash itself is written \\\\"),
        ('"\\u12"', 1, 3, "This is no escape that JSON knows; a backslash itself is written \\\\"),
    ],
    ids=ascii,
)
def test_why_a_text_is_not_json(text: str, line: int, column: int, reason: str) -> None:
    with pytest.raises(JsonError) as caught:
        parse(text)
    error = caught.value
    assert (error.reason, error.line, error.column) == (reason, line, column)
    assert str(error) == f"{reason} (line {line}, column {column})"
    assert not isinstance(error, NestedTooDeeplyError)


def test_a_comma_that_nothing_follows_in_an_object() -> None:
    # The scanner points at the comma or at the bracket, depending on its version.
    with pytest.raises(JsonError) as caught:
        parse('{"a":1,}')
    assert caught.value.reason == "A comma that nothing follows"
    assert caught.value.position in (6, 7)


@given(texts | st.text(st.sampled_from('[]{}",:\\ \n0123-+.eEtruefalsnNaI/\u2028u'), max_size=20))
def test_any_text_is_json_or_has_an_error_that_points_into_it(text: str) -> None:
    error = error_of(text)
    if error is not None:
        assert 0 <= error.position <= len(text)
        assert text.split("\n")[error.line - 1][: error.column - 1] == text[: error.position].rpartition("\n")[2]
        str(error).encode()


def error_of(text: str) -> JsonError | None:
    try:
        parse(text)
    except JsonError as error:
        return error
    return None


@given(documents)
def test_the_last_member_is_found_from_the_end(text: str) -> None:
    for node in nodes(text):
        listed = list(members(node))
        last = last_member(node)
        assert (last is None) is (not listed)
        if last is not None:
            assert all(getattr(last, name) == getattr(listed[-1], name) for name in Node.__struct_fields__)


@pytest.mark.parametrize(
    "member",
    ['"\\\\"', '"a\\"[{,:"', '["]",{"}":"\\\\\\""}]', "-1.5e+7", "true", '{"[":"{"}', '""', "[ ]", '"\\"\\""'],
)
def test_the_last_member_is_found_whatever_it_holds(member: str) -> None:
    for text in (f"[1,{member}]", f"[ {member} ]", f'{{"a\\"":0,"{{\\\\" : {member}\n}}', f'{{"":{member}}}'):
        root = parse(text)
        last = last_member(root)
        assert last is not None
        assert last.source == member
        assert last.path == (root.count - 1,)
        assert last.key == [node.key for node in members(root)][-1]


@given(documents)
def test_keys_are_those_of_the_members(text: str) -> None:
    for node in nodes(text):
        assert keys(node) == [member.key for member in members(node) if member.key is not None]
