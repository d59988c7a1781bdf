"""Comparison: two values, and how they are made comparable: JSON by its formatted form, nothing as no lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from monitor.core.lenses.json_layout import pretty_parts
from monitor.core.lenses.json_text import JsonError, parse
from monitor.core.values import Redacted, kind
from monitor.ui.inspector.line_diff import Diff, Line, line_diff
from monitor.ui.words import kept_back, why_kept_back

if TYPE_CHECKING:
    from monitor.core.values import Value

_FORMATTED: Final = 400_000
"""Characters of JSON that are formatted for a diff: it takes a tenth of a second."""
_LONGEST: Final = 4 * _FORMATTED


class Comparison(NamedTuple):
    """``before`` and ``after``; ``None`` for no such item."""

    before: Value | None
    after: Value | None

    @property
    def length(self) -> int:
        """Characters to compare."""
        return sum(len(value) for value in self if isinstance(value, str))


def compared(pair: Comparison) -> Diff:
    """What differs, ready to be shown."""
    before, after = pair
    if isinstance(before, Redacted) or isinstance(after, Redacted):
        lines = [Line(sign, _redacted(value)) for sign, value in (("-", before), ("+", after))]
        known = before if isinstance(before, Redacted) else after
        assert isinstance(known, Redacted)
        return Diff(lines, f"{why_kept_back(known)} So it cannot be compared.")
    if before is None or after is None:
        if before is None and after is None:
            return Diff([], "There is no such item on either side.")
        whole = line_diff(before or "", after or "")
        gone = "There was no such item before." if before is None else "There is no such item any more."
        lines = [line for line in whole.lines if line.sign != ("-" if before is None else "+")]
        return Diff(lines, gone)
    if before == after:
        return line_diff(before, after)
    formatted = [_formatted(text) for text in (before, after)]
    if None not in formatted and formatted[0] != formatted[1]:
        diff = line_diff(formatted[0] or "", formatted[1] or "")
        return Diff(diff.lines, f"Both are shown formatted. {diff.note}".strip())
    return line_diff(before, after)


def _formatted(text: str) -> str | None:
    if len(text) > _FORMATTED or kind(text) not in ("object", "array"):
        return None
    pretty = ""
    try:
        for part in pretty_parts(parse(text)):
            pretty += part
            if len(pretty) > _LONGEST:  # nested deeply: its indentation outgrows the rest
                return None
    except JsonError:
        return None
    return pretty


def _redacted(value: Value | None) -> str:
    if value is None:
        return "no such item"
    return kept_back(value) if isinstance(value, Redacted) else "a value"
