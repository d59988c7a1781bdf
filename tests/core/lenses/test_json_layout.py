"""What an operator may rely on who has a document laid out anew: white space changes, no token does."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.lenses.json_layout import DEEPEST, compact, compact_parts, pretty, pretty_parts
from monitor.core.lenses.json_text import JsonError, parse
from tests.core.lenses.documents import documents, nodes, tokens_without_spaces, values


@given(documents, st.integers(0, 4))
def test_a_layout_keeps_every_token(text: str, indent: int) -> None:
    tokens = tokens_without_spaces(text)
    assert tokens_without_spaces(pretty(text, indent)) == tokens
    assert compact(text) == tokens


@given(documents, st.integers(0, 4))
def test_a_layout_forgets_the_one_before(text: str, indent: int) -> None:
    assert pretty(compact(text), indent) == pretty(text, indent)
    assert compact(pretty(text, indent)) == compact(text)


@given(values, st.integers(1, 8))
def test_the_layouts_are_those_of_javascript(value: Any, indent: int) -> None:
    text = json.dumps(value, ensure_ascii=False)
    assert pretty(text, indent) == json.dumps(value, ensure_ascii=False, indent=indent)
    assert compact(text) == json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@given(documents, st.integers(1, 12), st.data())
def test_parts_join_to_the_whole_however_small_they_are(text: str, piece: int, data: st.DataObject) -> None:
    node = data.draw(st.sampled_from(nodes(text)))
    assert "".join(pretty_parts(node, 2, piece)) == pretty(node.source)
    assert "".join(compact_parts(node, piece)) == compact(node.source)


def test_a_long_document_comes_in_many_parts() -> None:
    root = parse("[" + ",".join(['{"a": [1.10, "x"]}'] * 50_000) + "]")
    assert max(map(len, pretty_parts(root))) < 200_000
    assert max(map(len, compact_parts(root))) < 40_000
    assert len(next(pretty_parts(root, piece=100))) < 1_000


@pytest.mark.parametrize("string", ['"' + "x" * 300_000 + '"', '"' + '\\"' * 300_000 + '"', '"' + "]}" * 100_000 + '"'])
def test_a_string_longer_than_a_part_stays_whole(string: str) -> None:
    text = f'{{"a":[1,{string}],{string}:2}}'
    assert compact(pretty(text)) == text


def test_deep_documents_are_indented_so_far_and_no_further() -> None:
    lines = pretty("[" * 300 + "]" * 300).splitlines()
    assert [len(line) - 1 for line in lines[:DEEPEST]] == list(range(0, 2 * DEEPEST, 2))
    assert max(map(len, lines)) == 2 * DEEPEST + 2  # the innermost is "[]"


def test_empty_containers_stay_on_their_line() -> None:
    assert pretty(' {"a" : [ ] ,"b":{\n} , "c":[[],[ 1e400 ]]} ') == (
        '{\n  "a": [],\n  "b": {},\n  "c": [\n    [],\n    [\n      1e400\n    ]\n  ]\n}'
    )


@pytest.mark.parametrize("lay_out", [pretty, compact])
def test_what_is_not_json_is_not_laid_out(lay_out: Any) -> None:
    with pytest.raises(JsonError):
        lay_out("[1,")
