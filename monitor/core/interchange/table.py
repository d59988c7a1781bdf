"""Items as a table: key, tab, value, a line each; also two columns out of a spreadsheet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from monitor.core.escapes import EscapeError, escape, unescape
from monitor.core.interchange.forms import Form, InterchangeError, Lines, Parsed, gather
from monitor.core.values import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from monitor.core.interchange.forms import Item

LOOKS_LIKE_ANOTHER_FORM = re.compile(
    r"\s*([{\[]|//|/\*|(?:window\s*\.\s*|globalThis\s*\.\s*)?(?:local|session)Storage\b)"
)
"""How a text begins that is not a table."""

# A spreadsheet puts a cell in quotes only if it has a line break or a tab in it; a quote in there it doubles.
_QUOTED = re.compile(r'"((?:[^"]++|"")*+)"(?=[\t\n\r]|\Z)')
_PLAIN = re.compile(r"[^\t\n\r]*+")
_END = re.compile(r"\r\n|\n|\r|\Z")
_WHOLLY_IN_QUOTES = re.compile(r'"[^"]*"')


def to_table(items: Iterable[Item]) -> str:
    """A line for each item, escaped (`monitor.core.escapes.escape`) so that a line is an item. What a spreadsheet would
    take for a formula, which may do anything, has its sign escaped: it is text there, and read back as it was.
    """
    text = "\n".join(f"{_cell(key)}\t{_cell(value)}" for key, value in items)
    mistakable = LOOKS_LIKE_ANOTHER_FORM.match(text)
    if mistakable is None:
        return text
    place = mistakable.start(1)
    return f"{text[:place]}\\x{ord(text[place]):02x}{text[place + 1 :]}"


def _cell(text: str) -> str:
    form = _NOT_CARRIED.sub(lambda found: f"\\u{ord(found.group()):04x}", escape(canonical(text)))
    formula = _FORMULA.match(form)
    if formula is not None and _NUMBER.fullmatch(form) is None:
        place = formula.end() - 1
        sign = ord(form[place])
        escaped = f"\\x{sign:02x}" if sign < 256 else f"\\u{sign:04x}"
        form = f"{form[:place]}{escaped}{form[place + 1 :]}"
    # Not to be taken for a quoted cell of a spreadsheet.
    return f"\\x22{form[1:]}" if form.startswith('"') and not _WHOLLY_IN_QUOTES.fullmatch(form) else form


_FORMULA = re.compile(r'[\s"]*[=+\-@＝＋－＠]')  # some take the wide signs for the others
_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)*(?:[eE][+-]?[0-9]+)?")
_NOT_CARRIED = re.compile("[\ufdd0-\ufdef\ufffe\uffff]")


def read_table(text: str, escapes: bool | None) -> Parsed:
    """The items of a table. ``escapes`` says whether a backslash begins an escape; ``None`` finds out: if every one
    does, and no cell is quoted as only spreadsheets do.

    Raises:
        InterchangeError: a line has not exactly two columns, or a backslash begins no escape though it should.
    """
    lines = Lines(text)
    quoted: list[int] = []
    rows = list(_rows(text, lines, quoted))
    if "\\" not in text:
        escapes = None
    elif escapes is None:
        try:
            rows, escapes = (rows, False) if quoted else (list(_unescaped(rows, lines)), True)
        except InterchangeError:
            escapes = False
    elif escapes:
        rows = list(_unescaped(rows, lines))
    items, repeated = gather(rows, lines)
    return Parsed(Form.TABLE, items, repeated, escapes=escapes)


def _unescaped(rows: Iterable[tuple[int, str, str]], lines: Lines) -> Iterator[tuple[int, str, str]]:
    for place, key, value in rows:
        cell = key
        try:
            key = unescape(cell)
            cell = value
            value = unescape(cell)
        except EscapeError as error:
            found = cell[error.position : error.position + 2]
            raise InterchangeError(
                f"“{found}” is not an escape; write \\\\ for a backslash.", lines.at(place)
            ) from error
        yield place, key, value


def _rows(text: str, lines: Lines, quoted: list[int]) -> Iterator[tuple[int, str, str]]:
    place = 0
    while place < len(text):
        start = place
        cells = []
        while True:
            cell, place = _read_cell(text, place, quoted)
            cells.append(cell)
            if text[place : place + 1] != "\t":
                break
            place += 1
        end = _END.match(text, place)
        assert end is not None, "a cell ends at a tab or at the end of a line"
        place = end.end()
        if len(cells) == 2:
            yield start, cells[0], cells[1]
        elif cells != [""]:
            raise InterchangeError(_not_two(len(cells)), lines.at(start))


def _read_cell(text: str, place: int, quoted: list[int]) -> tuple[str, int]:
    if text.startswith('"', place):
        found = _QUOTED.match(text, place)
        if found is not None and ("\n" in found[1] or "\t" in found[1] or "\r" in found[1]):
            quoted.append(place)
            return found[1].replace('""', '"'), found.end()
    plain = _PLAIN.match(text, place)
    assert plain is not None
    return plain[0], plain.end()


def _not_two(columns: int) -> str:
    if columns == 1:
        return (
            "There is no tab here between a key and a value. Items are a JSON object, a table of two columns, or a "
            "script for the browser's console."
        )
    return f"There are {columns:,} columns here; items have two, key and value."
