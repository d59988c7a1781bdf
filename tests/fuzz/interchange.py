"""File import and paste: whatever the clipboard or a file holds, it is items, or a sentence and a line number."""

from __future__ import annotations

import re
from typing import Final

from monitor.core.interchange import (
    Form,
    InterchangeError,
    parse,
    to_console_script,
    to_json,
    to_table,
)
from monitor.core.values import canonical
from tests.fuzz.reading import as_text

SEEDS: Final = (
    b'\0{"a": "1", "b": {"c": [1, 2.5e3, null]}, "\\ud83d\\ude00": "\\udc00"}',
    b"\0\xef\xbb\xbf{\r\n}",
    b"\0key\tvalue\nother\t\n\n",
    b"\0a\\tb\t\\u00e9\\x41\\u{1f600}\\0\n",
    b'\0"two\nlines ""quoted"""\tplain\r\n"a"\t"b"',
    b"\1C:\\new\tx\\\\y",
    b"\2a\t\\q",
    b"\0localStorage.setItem(\"a\", 'b\\x41\\u{1f600}');\nwindow . localStorage.setItem(`c\\\n`, `d`,)\n",
    b'\0// what\n/* and\n why */ globalThis.sessionStorage.setItem("a", "b\\0");;',
    b'\0localStorage.setItem("\\u{d83d}\\u{de00}", `\\ud83d\\ude00`)',
    b"\0[1, 2]",
    b'\0{"a": ' + b"[" * 3_000,
    b"\0=1+1\t-5\n@a\t\xed\xa0\x80\n",
)
_ESCAPES: Final = (None, True, False)
_LINE: Final = re.compile(r"\r\n|\n|\r")


def check(content: bytes) -> None:
    """Nothing but items or the documented error; and items that were read go out and come in again in each form."""
    text = as_text(content[1:])
    try:
        parsed = parse(text, escapes=_ESCAPES[content[0] % 3] if content else None)
    except InterchangeError as error:
        assert str(error)
        assert 1 <= error.line <= 1 + len(_LINE.findall(text))
        return
    items = dict(parsed.items)
    assert len(items) == len(parsed.items), "a key came out twice"
    assert all(canonical(part) == part for item in parsed.items for part in item)
    assert parsed.repeated.keys() <= items.keys()
    assert all(len(lines) > 1 and sorted(lines) == lines for lines in parsed.repeated.values())
    assert parse(to_json(parsed.items)).items == parsed.items
    if items:
        table = parse(to_table(parsed.items))
        assert (table.form, table.items) == (Form.TABLE, parsed.items)
        script = parse(to_console_script(parsed.items, "session"))
        assert (script.area, script.items) == ("session", parsed.items)
