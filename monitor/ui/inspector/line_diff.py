"""What differs between two texts, line by line, within bounds: a diff is never worth a window that stands still."""

from __future__ import annotations

from difflib import SequenceMatcher
from time import perf_counter
from typing import TYPE_CHECKING, Final, NamedTuple

from monitor.core.escapes import escape, needs_escapes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

BUDGET: Final = 0.05
"""Seconds for finding which lines are equal."""

MOST_LINES: Final = 5_000
"""Lines that differ, beyond which they are not matched one by one: no step of the matching takes long then."""

MOST_SHOWN: Final = 1_000
"""Lines of a diff that are shown: some 30 ms."""

_LONGEST: Final = 1_000_000
_CONTEXT: Final = 3
_AROUND: Final = 60
_WIDEST: Final = 1_200


class Line(NamedTuple):
    """One line of a diff. ``sign`` is "-" or "+" for one that only the first or the second text has, " " for one that
    both have, "…" for a word about lines that are left out. From ``start`` to ``end`` it is another than its opposite.
    """

    sign: str
    text: str
    start: int = 0
    end: int = 0


class Diff(NamedTuple):
    """The lines to show. ``note`` says what there is to say of them, such as that not all is shown."""

    lines: list[Line]
    note: str = ""


def line_diff(before: str, after: str, budget: float = BUDGET) -> Diff:
    """What differs. Characters that would not show are escaped, and the note says so."""
    if before == after:
        return Diff([], "There is no difference.")
    notes = []
    if max(len(before), len(after)) > _LONGEST:
        before, after = _around(before, after)
        notes.append(f"Only {_LONGEST:,} characters from the first difference on are compared.")
    old, new = before.split("\n"), after.split("\n")
    escapes = needs_escapes(before) or needs_escapes(after)
    if escapes:
        notes.append("Both are shown escaped: one of them has characters that would not show.")
    start, stop = _common(old, new)
    a, b = old[start : len(old) - stop], new[start : len(new) - stop]
    blocks = _blocks(a, b, perf_counter() + budget)
    if blocks is None:
        notes.append("Too much differs to match it line by line: what differs stands in one piece.")
        blocks = [(0, len(a), 0, len(b))]
    shifted = [(i + start, j + start, k + start, n + start) for i, j, k, n in blocks]
    lines: list[Line] = []
    for line in _lines(old, new, shifted):
        if len(lines) == MOST_SHOWN:
            notes.append(f"Only the first {MOST_SHOWN:,} lines are shown.")
            break
        lines.append(_escaped(line) if escapes else line)
    return Diff(lines, " ".join(notes))


def _escaped(line: Line) -> Line:
    if line.sign == "…":
        return line
    same, other, rest = (
        escape(part) for part in (line.text[: line.start], line.text[line.start : line.end], line.text[line.end :])
    )
    return Line(line.sign, same + other + rest, len(same), len(same) + len(other))


def _common(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """How many lines at the start, and at the end, are the same."""
    shorter = min(len(old), len(new))
    start = next((at for at in range(shorter) if old[at] != new[at]), shorter)
    rest = shorter - start
    return start, next((at for at in range(rest) if old[-1 - at] != new[-1 - at]), rest)


class _OutOfTime(Exception):  # noqa: N818 - it is no error: the answer is only another one
    pass


class _Matcher(SequenceMatcher[str]):
    """Gives up when it is too late."""

    until = 0.0

    def find_longest_match(self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None) -> object:  # type: ignore[override]  # its Match is a type of the stub alone
        if perf_counter() > self.until:
            raise _OutOfTime
        return super().find_longest_match(alo, ahi, blo, bhi)


def _blocks(old: list[str], new: list[str], until: float) -> list[tuple[int, int, int, int]] | None:
    """Which lines of the one stand for which of the other; ``None`` if that takes too long to find."""
    if not old or not new:
        return [(0, len(old), 0, len(new))]
    if len(old) + len(new) > MOST_LINES:
        return None
    matcher = _Matcher(None, old, new)
    matcher.until = until
    try:
        return [tuple(code[1:]) for code in matcher.get_opcodes() if code[0] != "equal"]  # type: ignore[misc]  # four numbers
    except _OutOfTime:
        return None


def _lines(old: list[str], new: list[str], blocks: list[tuple[int, int, int, int]]) -> Iterator[Line]:
    at = 0
    for start, stop, first, last in blocks:
        yield from _between(old, at, start, at_start=at == 0)
        if stop - start == last - first:
            most = min(stop - start, MOST_SHOWN)
            pairs = [_pair(a, b) for a, b in zip(old[start : start + most], new[first : first + most], strict=True)]
            yield from (removed for removed, _ in pairs)
            yield from (added for _, added in pairs)
        else:
            yield from (Line("-", _cut(old[at])) for at in range(start, stop))
            yield from (Line("+", _cut(new[at])) for at in range(first, last))
        at = stop
    yield from _between(old, at, len(old), at_end=True)


def _between(
    lines: list[str], start: int, stop: int, *, at_start: bool = False, at_end: bool = False
) -> Iterator[Line]:
    """Lines that both have: those near to what differs."""
    head = 0 if at_start else _CONTEXT
    tail = 0 if at_end else _CONTEXT
    left_out = stop - start - head - tail
    if left_out <= 1:
        yield from (Line(" ", _cut(line)) for line in lines[start:stop])
        return
    yield from (Line(" ", _cut(line)) for line in lines[start : start + head])
    yield Line("…", f"{left_out:,} lines that are the same")
    yield from (Line(" ", _cut(line)) for line in lines[stop - tail : stop])


def _pair(old: str, new: str) -> tuple[Line, Line]:
    """Two lines that stand for one another, with what differs in them; long ones cut down to that."""
    start = common_start(old, new)
    stop = common_end(old[start:], new[start:])
    return _marked("-", old, start, len(old) - stop), _marked("+", new, start, len(new) - stop)


def common_start(one: str, other: str) -> int:
    """How many characters are the same at the start."""
    low, high = 0, min(len(one), len(other))
    while low < high:  # By halves: character by character, millions would take a second.
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def common_end(one: str, other: str) -> int:
    """How many are at the end."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[len(one) - middle : len(one) - low] == other[len(other) - middle : len(other) - low]:
            low = middle
        else:
            high = middle - 1
    return low


def _around(before: str, after: str) -> tuple[str, str]:
    """The texts from somewhat before the first difference on, as long as is looked at."""
    start = max(0, common_start(before, after) - _WIDEST)
    return before[start : start + _LONGEST], after[start : start + _LONGEST]


def _marked(sign: str, text: str, start: int, end: int) -> Line:
    if len(text) <= _WIDEST:
        return Line(sign, text, start, end)
    first, last = max(0, start - _AROUND), min(len(text), end + _AROUND, start + _WIDEST)
    before, after = "…" if first else "", "…" if last < len(text) else ""
    shift = len(before) - first
    return Line(sign, before + text[first:last] + after, start + shift, min(end, last) + shift)


def _cut(text: str) -> str:
    return text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"
