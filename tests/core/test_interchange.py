"""Items become text and come back exactly; what cannot be read is told with the line it is on."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import subprocess

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor.core.escapes import needs_escapes
from monitor.core.interchange import (
    Form,
    InterchangeError,
    Parsed,
    parse,
    to_console_script,
    to_json,
    to_table,
)
from tests.core.texts import utf16

BEGINNINGS = [
    "",
    "{",
    "[1]",
    " {",
    "localStorage",
    "window.sessionStorage",
    "//",
    "/*",
    '"',
    '""',
    '"a',
    '"a"',
    "\ufeff",
    "=",
    "+1",
    "-",
    "@",
    " =",
    '"=',
    "\t=",
]
KEYS = [
    "__proto__",
    "constructor",
    "length",
    "setItem",
    "toString",
    "\ufdd0",
    "\uffff",
    "\u2028",
    "</script>",
    "\\",
    "`${0}",
]
text = utf16 | st.sampled_from(KEYS) | st.builds(str.__add__, st.sampled_from(BEGINNINGS), utf16)
some = st.lists(st.tuples(text, text), min_size=1, max_size=6, unique_by=lambda item: item[0])


@settings(deadline=None)
@given(items=some)
def test_json_comes_back_exactly(items: list[tuple[str, str]]) -> None:
    written = to_json(items)
    assert parse(written) == Parsed(Form.JSON, items, {})
    assert json.loads(written) == dict(items)


@settings(deadline=None)
@given(items=some)
@example(items=[('"a', "1"), ("b", '"')])
@example(items=[("k", '"a""b"'), ("{", "")])
@example(items=[("", "")])
def test_a_table_comes_back_exactly(items: list[tuple[str, str]]) -> None:
    written = to_table(items)
    parsed = parse(written)
    assert (parsed.form, parsed.items, parsed.repeated) == (Form.TABLE, items, {})
    assert len(written.split("\n")) == len(items)


@settings(deadline=None)
@given(items=some)
def test_no_cell_of_a_table_is_a_formula_to_a_spreadsheet(items: list[tuple[str, str]]) -> None:
    for cell in re.split("[\t\n]", to_table(items)):
        seen = cell.lstrip(' "')
        assert not seen.startswith(tuple("=+-@＝＋－＠")) or re.fullmatch(r"[+-][0-9.,]+([eE][+-]?[0-9]+)?", cell)


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=HYPERLINK(1)", "\\x3dHYPERLINK(1)"),
        ('"=1"', '"\\x3d1"'),
        ("  @a", "  \\x40a"),
        ("-5", "-5"),
        ("+1.5e-3", "+1.5e-3"),
        ("-5+1", "\\x2d5+1"),
        ("a=b", "a=b"),
        ("＝1+1", "\\uff1d1+1"),
    ],
)
def test_the_sign_of_a_formula_alone_is_escaped_and_a_number_is_none(value: str, cell: str) -> None:
    assert to_table([("k", value)]) == f"k\t{cell}"
    assert parse(to_table([("k", value)])).items == [("k", value)]


@settings(deadline=None)
@given(items=some, area=st.sampled_from(["local", "session"]))
def test_a_console_script_comes_back_exactly(items: list[tuple[str, str]], area: str) -> None:
    written = to_console_script(items, "local" if area == "local" else "session")
    assert parse(written) == Parsed(Form.CONSOLE_SCRIPT, items, {}, "local" if area == "local" else "session")


@settings(deadline=None)
@given(items=some)
def test_what_is_written_is_made_of_characters_that_a_clipboard_carries(items: list[tuple[str, str]]) -> None:
    for written in (to_json(items), to_table(items), to_console_script(items, "local")):
        assert not needs_escapes(written)
        assert written.encode().decode() == written
        assert not any(0xFDD0 <= ord(char) <= 0xFDEF or 0xFFFE <= ord(char) < 0x10000 for char in written)


_BROWSER = r"""
const units = text => Array.from({length: text.length}, (_, at) => text.charCodeAt(at));
const scripts = JSON.parse(require("fs").readFileSync(0, "utf8"));
const results = scripts.map(script => {
    const items = new Map();
    const storage = { setItem(key, value) { items.set(String(key), String(value)); } };
    new Function("localStorage", "sessionStorage", script)(storage, undefined);
    return [...items].map(([key, value]) => [units(key), units(value)]);
});
process.stdout.write(JSON.stringify(results));
"""


def utf16_units(of: str) -> list[int]:
    encoded = of.encode("utf-16-le", "surrogatepass")
    return [int.from_bytes(encoded[place : place + 2], "little") for place in range(0, len(encoded), 2)]


@pytest.mark.skipif(shutil.which("node") is None, reason="there is no JavaScript engine to run the script in")
@settings(max_examples=5, deadline=None)
@given(many=st.lists(some, min_size=60, max_size=60))
def test_javascript_reads_a_console_script_as_it_was_meant(many: list[list[tuple[str, str]]]) -> None:
    scripts = json.dumps([to_console_script(items, "local") for items in many])
    run = subprocess.run(
        ["node", "-e", _BROWSER], input=scripts, capture_output=True, text=True, timeout=60, check=True
    )
    assert json.loads(run.stdout) == [
        [[utf16_units(key), utf16_units(value)] for key, value in items] for items in many
    ]


literals = st.text(st.sampled_from("\"'`\\nrtbfv0x41u{}d8\r\n $a\u2028é"), max_size=8)


@pytest.mark.skipif(shutil.which("node") is None, reason="there is no JavaScript engine to run the script in")
@settings(max_examples=5, deadline=None)
@given(many=st.lists(st.tuples(literals, st.sampled_from("\"'`")), min_size=300, max_size=300))
def test_what_is_read_of_anybodys_script_is_what_javascript_reads(many: list[tuple[str, str]]) -> None:
    read = []
    for body, quote in many:
        script = f"localStorage.setItem({quote}{body}{quote}, 'x')"
        with contextlib.suppress(InterchangeError):  # Less than JavaScript is read, never something else.
            read.append((script, parse(script).items))
    run = subprocess.run(
        ["node", "-e", _BROWSER],
        input=json.dumps([script for script, _ in read]),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert json.loads(run.stdout) == [
        [[utf16_units(key), utf16_units(value)] for key, value in items] for _, items in read
    ]


@pytest.mark.parametrize(
    "written",
    [
        "12345678901234567890",
        "1.10",
        "1e400",
        "-0",
        "true",
        "null",
        '{"a": [1,  2]}',
        "[\n 1.0\n]",
        '[" }"]',
        "9" * 5_000,
    ],
)
def test_json_values_that_are_no_strings_keep_their_text(written: str) -> None:
    assert parse(f'{{ "a" : {written} , "b":"x"}}').items == [("a", written), ("b", "x")]


@pytest.mark.parametrize(
    ("source", "items"),
    [
        ("a\tb", [("a", "b")]),
        ("a\tb\r\nc\td\r\n", [("a", "b"), ("c", "d")]),
        ("a\t\n\n\tb\n", [("a", ""), ("", "b")]),
        ('note\t"two\nlines"\nnext\t1', [("note", "two\nlines"), ("next", "1")]),
        ('note\t"a ""word""\tand C:\\new"', [("note", 'a "word"\tand C:\\new')]),
        ('theme\t"dark"\nname\t"a" and "b"\nhalf\t"', [("theme", '"dark"'), ("name", '"a" and "b"'), ("half", '"')]),
        ('a\t{"b":1}', [("a", '{"b":1}')]),
        ("path\tC:\\windows", [("path", "C:\\windows")]),
    ],
)
def test_two_columns_of_a_spreadsheet_are_items(source: str, items: list[tuple[str, str]]) -> None:
    assert parse(source).items == items


def test_backslashes_of_a_table_are_read_as_the_operator_says() -> None:
    source = "path\tC:\\new"
    assert parse(source) == Parsed(Form.TABLE, [("path", "C:\new")], {}, escapes=True)
    assert parse(source, escapes=False) == Parsed(Form.TABLE, [("path", "C:\\new")], {}, escapes=False)
    assert parse("path\tC:\\windows").escapes is False
    with pytest.raises(InterchangeError, match="not an escape") as caught:
        parse("a\tb\npath\tC:\\windows", escapes=True)
    assert caught.value.line == 2
    assert parse("a\tb", escapes=True).escapes is None


@pytest.mark.parametrize(
    ("source", "items"),
    [
        ("localStorage.setItem('a', 'it\\'s')", [("a", "it's")]),
        ("localStorage.setItem(`a`, `two\r\nlines`)", [("a", "two\nlines")]),
        (
            "// ours\nwindow.localStorage . setItem ( 'a' , \"b\" , ) ; /* and */ localStorage.setItem('', '')",
            [("a", "b"), ("", "")],
        ),
        ("localStorage.setItem('a', 'b')\nlocalStorage.setItem('c', 'd') // last", [("a", "b"), ("c", "d")]),
        ("localStorage.setItem('a', '\\ud83d\\u{de00}')", [("a", "😀")]),
    ],
)
def test_scripts_written_by_hand_are_read(source: str, items: list[tuple[str, str]]) -> None:
    assert parse(source).items == items


@pytest.mark.parametrize(
    ("source", "line", "said"),
    [
        ("", 1, "no text"),
        ("\r\n \n", 1, "no text"),
        ("hello", 1, "no tab"),
        ("a\tb\n\nc", 3, "no tab"),
        ("a\tb\nc\td\te", 2, "3 columns"),
        ('{"a": 1,\n}', 2, "a key in double quotes should stand at character 1"),
        ('{"a": 1', 1, "at the end"),
        ('{"a"\n1}', 2, "a colon"),
        ('{"a": 1}\n\nx', 3, "something follows"),
        ('{"a": NaN}', 1, "NaN"),
        ('{"a":\n{"b": Infinity}}', 2, "Infinity"),
        ('{"a": "\t"}', 1, "control character"),
        ('{"a": [1,\n2,,]}', 2, "value"),
        ("[1]", 1, "object"),
        ('{"a": ' + "[" * 200_000, 1, "nested too deeply"),
        ("localStorage.a = 1", 1, "Only calls"),
        ("localStorage.setItem('a', 'b');\nlocalStorage.setItem('a', b)", 2, "value should be a text"),
        ("localStorage.setItem('a', 'b' + 'c')", 1, "should end"),
        ("localStorage.setItem('a')", 1, "comma"),
        ("localStorage.setItem('a', '\\1')", 1, "not an escape"),
        ("localStorage.setItem('a', '\\u{110000}')", 1, "not an escape"),
        ("localStorage.setItem(`a${1}`, 'b')", 1, "key should be a text"),
        ("localStorage.setItem('a', 'b')\n\nsessionStorage.setItem('a', 'b')", 3, "both"),
        ("localStorage.setItem('a', 'b') alert(1)", 1, "should end"),
        ("localStorage.setItem('a', 'b');\nalert(1)", 2, "Only calls"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(source: str, line: int, said: str) -> None:
    with pytest.raises(InterchangeError, match=said) as caught:
        parse(source)
    assert caught.value.line == line


@pytest.mark.parametrize(
    "source",
    [
        '{"a": 1,\n "b": 2,\n "a": "3"}',
        "a\t1\nb\t2\na\t3",
        "localStorage.setItem('a', '1')\nlocalStorage.setItem('b', '2')\nlocalStorage.setItem('a', '3')",
    ],
)
def test_a_repeated_key_is_reported_and_the_last_value_counts(source: str) -> None:
    parsed = parse(source)
    assert parsed.items == [("a", "3"), ("b", "2")]
    assert parsed.repeated == {"a": [1, 3]}


@settings(deadline=None)
@given(
    source=st.text(
        st.sampled_from("{}[]\":,\\\t\n\r 1aeE.+-/*()';`$\ufeff") | st.characters(codec=None, categories=None)
    )
)
def test_any_text_is_read_or_refused_with_a_line_that_it_has(source: str) -> None:
    try:
        items = parse(source).items
    except InterchangeError as error:
        line = error.line
        items = []
    else:
        line = 1
    assert 1 <= line <= source.count("\n") + source.count("\r") + 1
    assert len({key for key, _ in items}) == len(items)


@pytest.mark.parametrize("write", [to_json, to_table, lambda items: to_console_script(items, "local")])
def test_the_largest_text_there_is_comes_back(write: object) -> None:
    assert callable(write)
    for items in (
        [(f"key {place}", "\n\0" * 5) for place in range(100_000)],
        [("one", '\\"\n' * 500_000)],
    ):
        assert parse(write(items)).items == items
