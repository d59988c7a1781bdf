"""The same texts are JSON here and in JavaScript, whose ``JSON.parse`` is the measure, and mean the same there."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.core.lenses.json_edits import json_string
from monitor.core.lenses.json_layout import compact, pretty
from monitor.core.lenses.json_text import JsonError, JsonKind, decoded_string, parse
from monitor.core.values import canonical
from tests.core.lenses.documents import documents
from tests.core.texts import texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Ask: TypeAlias = Callable[[str, list[Any]], list[Any]]

# Each line asks a function about a list; ASCII both ways, so that lone surrogates get through.
SCRIPT = r"""
const functions = {
  string: (text) => { try { const v = JSON.parse(text); return [true, typeof v === "string" ? v : null]; }
                      catch { return [false, null]; } },
  stringify: (text) => JSON.stringify(text),
  layouts: (text) => { const v = JSON.parse(text); return [JSON.stringify(v), JSON.stringify(v, null, 2)]; },
};
require("readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const [name, list] = JSON.parse(line);
  const answer = JSON.stringify(list.map(functions[name]));
  console.log(answer.replace(/[\u007f-\uffff]/g, (c) => "\\u" + c.charCodeAt(0).toString(16).padStart(4, "0")));
});
"""


@pytest.fixture(scope="module")
def javascript() -> Iterator[Ask]:
    node = shutil.which("node")
    if node is None:
        pytest.skip("needs node")
    with subprocess.Popen([node, "-e", SCRIPT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        answers, questions = process.stdout, process.stdin

        def ask(name: str, texts_to_judge: list[Any]) -> list[Any]:
            print(json.dumps([name, texts_to_judge]), file=questions, flush=True)
            found: list[Any] = json.loads(answers.readline())
            return found

        yield ask
        questions.close()
        process.wait(timeout=30)


def judged(text: str) -> list[Any]:
    """What ``string`` of the script answers, by our own reading."""
    try:
        root = parse(text)
    except JsonError:
        return [False, None]
    return [True, decoded_string(root) if root.kind is JsonKind.STRING else None]


# fmt: off
TABLE = [
    "", " ", "1", "-1", "-0", "0", "00", "01", "-01", "+1", "-", "--1", ".5", "1.", "1.5", "1.5.5", "1e5", "1E+5",
    "1e-5", "1e", "1e+", "1.e5", "0e0", "0.0", "0x10", "1_000", "1e400", "9" * 10_000, "1n", "NaN", "Infinity",
    "-Infinity", "undefined", "true", "false", "null", "True", "nul", "nulll", "tru", "truefalse", "true false",
    '""', '"', '"a', "'a'", '"a" ', ' "a"', '"\\"', '"\\\\"', '"\\/"', '"\\b\\f\\n\\r\\t"', '"\\a"', '"\\v"', '"\\0"',
    '"\\x41"', '"\\u0041"', '"\\u004"', '"\\u004g"', '"\\u+041"', '"\\u 041"', '"\\U0041"', '"\\u0000"', '"\0"',
    '"\x01"', '"\x1f"', '"\x7f"', '"\x80"', '"\u2028"', '"\u2029"', '"\ufeff"', '"\ud800"', '"\udc00"', '"\\ud800"',
    '"\\udc00\\ud800"', '"\\ud83d\\ude00"', '"\ud83d\\ude00"', '"\\ud83d\ude00"', '"a\tb"', '"a\nb"', '"a\\\nb"',
    "\ufeff1", "1\ufeff", "\u20281", "1\u2028", "\xa01", "\x0b1", "\x0c1", "\x001", "1\x00", "\t\n\r 1\t\n\r ", "\x851",
    "[]", "[ ]", "[", "]", "[,]", "[1,]", "[,1]", "[1,,2]", "[1 2]", "[1,2]", "[1]]", "[[1]", "[1,[2,{}]]", "[1}",
    "{}", "{ }", "{", "}", "{,}", '{"a"}', '{"a":}', '{"a":1', '{"a":1,}', '{"a":1,"a":2}', '{"__proto__":1}',
    '{a:1}', "{'a':1}", "{1:1}", '{"a" : 1}', '{"a"::1}', '{"a":1 "b":2}', '{"a":1;"b":2}', '{"":""}', '{null:1}',
    '{"\\ud800":1}', '{"a\nb":1}', "/**/1", "1//", "#1", "[1]#", "١", "1١", "\\u0031", "[1]\\n", "(1)", '"a" + "b"',
    "1,", ",1", "1 2", '"a""b"', "{}{}", "[][]", "[" * 100 + "]" * 100, "[" * 100, "[1,NaN]", '{"a":-Infinity}',
]
# fmt: on


def test_a_table_of_odd_texts(javascript: Ask) -> None:
    ours = {text: judged(text) for text in TABLE}
    theirs = dict(zip(TABLE, javascript("string", TABLE), strict=True))
    assert {text: ours[text] for text in TABLE if ours[text] != theirs[text]} == {}


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """A document with one character too few, too many or another."""
    text: str = draw(documents)
    at = draw(st.integers(0, len(text)))
    inserted: str = draw(st.sampled_from(["", *'[]{}",:\\ \n\0019-+.eEnt/\ufeff\u2028\ud800']))
    return text[:at] + inserted + text[at + draw(st.integers(0, 1)) :]


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.lists(documents | damaged() | texts | texts.map(lambda text: f'"{text}"'), min_size=5, max_size=10))
def test_the_same_texts_are_json(javascript: Ask, candidates: list[str]) -> None:
    candidates = [canonical(text) for text in candidates]
    assert [judged(text) for text in candidates] == javascript("string", candidates)


@given(st.lists(texts.map(canonical), min_size=1, max_size=10))
def test_string_literals_are_those_of_javascript(javascript: Ask, plain: list[str]) -> None:
    assert [json_string(text) for text in plain] == javascript("stringify", plain)


def test_layouts_are_those_of_javascript(javascript: Ask) -> None:
    text = '{"a":[],"b":{},"c":[1,"x",[null,true,{"d":"é\u2028😀"}]],"__proto__":{"e":-1.5}}'
    assert javascript("layouts", [text]) == [[compact(text), pretty(text)]]
