"""A long document read in parts: whoever reads it can do something else between two of them.

The standard library's scanner steps over a whole value at once, which takes a tenth of a second for the longest. Here
it is given some members at a time, cut out at a comma: if they are JSON between brackets of their own, then the comma
was one between members, and they are what stands there. What is longer than a part is read member by member.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from monitor.core.lenses.json_error import JsonError, RefusedConstantError, json_error
from monitor.core.lenses.json_text import COLON, SPACE, JsonKind, Node, end_of, parse, refuse
from monitor.core.parts import at_once
from monitor.core.values import canonical

if TYPE_CHECKING:
    from collections.abc import Generator

PART: Final = 65_536
"""Characters that are read at a time: some 2 ms."""

_FEW: Final = 512
_SINGLY: Final = 64
"""Members that are read one by one where no comma was found to cut at, before it is tried again."""
_DEEPEST: Final = 20
_MARKS: Final = ("},", "],", '",', ",")
"""What may stand at the end of a member, the most telling first."""


class Read(NamedTuple):
    """``root`` is what `parse` gives; ``repeated`` the decoded keys that stand more than once in one object, with how
    many are too many.
    """

    root: Node
    repeated: Counter[str]


def read_in_parts(text: str, part: int = PART) -> Generator[None, None, Read]:
    """Read the document ``text``, and give way after each ``part`` characters or so.

    Raises:
        JsonError: it is not JSON: what `parse` says.
        NestedTooDeeplyError: as there.
    """
    try:
        return (yield from _Reader(text, part).read())
    except _UnsureError:
        return Read(parse(text), _Scanner().repeated_in(text))


def read_at_once(text: str) -> Read:
    """The same without giving way: 5 Mi characters take some 0.2 s."""
    return at_once(read_in_parts(text))


def parsed(text: str) -> Generator[None, None, Node | JsonError]:
    """The root of the document, or why there is none. No more than a `PART` is read at once."""
    try:
        if len(text) <= PART:
            return parse(text)
        return (yield from read_in_parts(text)).root
    except JsonError as error:
        return error


class _UnsureError(Exception):
    """The text cannot be read in parts: it is no object or array, or is nested deeply."""


class _Scanner:
    """The standard library's scanner, which counts the keys that repeat. Numbers and objects are not kept."""

    def __init__(self) -> None:
        self.repeated: Counter[str] = Counter()
        self._objects: list[list[tuple[str, object]]] = []
        self._decoder = json.JSONDecoder(
            object_pairs_hook=self._take, parse_int=len, parse_float=len, parse_constant=refuse, strict=True
        )

    def _take(self, pairs: list[tuple[str, object]]) -> int:
        if len({key for key, _ in pairs}) < len(pairs):
            self._objects.append(pairs)
        self._last = pairs
        return len(pairs)

    def _decode(self, text: str, position: int = 0) -> tuple[object, int] | None:
        self._objects.clear()
        try:
            return self._decoder.raw_decode(text, position)
        except (json.JSONDecodeError, RefusedConstantError, RecursionError):
            return None

    def refusal(self, text: str) -> json.JSONDecodeError | RefusedConstantError | None:
        """Why what ``text`` begins with is not JSON; ``None`` if it is, or is nested too deeply."""
        try:
            self._decoder.raw_decode(text)
        except (json.JSONDecodeError, RefusedConstantError) as cause:
            return cause
        except RecursionError:
            pass
        return None

    def _count_all(self) -> None:
        for pairs in self._objects:
            self.count([key for key, _ in pairs])

    def scan(self, text: str, position: int = 0) -> tuple[object, int] | None:
        """What stands at ``position``, and where it ends; ``None`` if it is not JSON, or not all of it."""
        found = self._decode(text, position)
        if found is not None:
            self._count_all()
        return found

    # What ends early was cut within something else: it is scanned again, and is not to be counted twice.

    def scan_elements(self, text: str) -> int | None:
        """How many elements of an array these are; ``None`` if they are not that."""
        found = self._decode(f"[{text}]")
        if found is None or found[1] != len(text) + 2 or not isinstance(found[0], list):
            return None
        self._count_all()
        return len(found[0])

    def scan_members(self, text: str) -> list[str] | None:
        """The decoded keys of these members of an object, which may repeat; ``None`` if they are not that."""
        found = self._decode(f"{{{text}}}")
        if found is None or found[1] != len(text) + 2:
            return None
        outermost = self._last
        self._objects = [pairs for pairs in self._objects if pairs is not outermost]
        self._count_all()
        return [key for key, _ in outermost]

    def count(self, keys: list[str]) -> None:
        """These are all keys of one object."""
        if len(set(keys)) < len(keys):
            self.repeated.update({canonical(key): many - 1 for key, many in Counter(keys).items() if many > 1})

    def repeated_in(self, text: str) -> Counter[str]:
        """The same of a whole document."""
        self.repeated.clear()
        self.scan(text, end_of(SPACE, text, 0))
        return self.repeated


class _Level:
    """An object or array that is longer than a part, as far as it was read."""

    def __init__(self, opening: str, start: int, part: int) -> None:
        self.in_object = opening == "{"
        self.closing = "}" if self.in_object else "]"
        self.start = start
        self.keys: list[str] = []
        self.count = 0
        self.span = part
        self.singly = 0
        self.mark = _MARKS[0]


class _Reader:
    def __init__(self, text: str, part: int) -> None:
        self._text = text
        self._part = part
        self._scanner = _Scanner()
        self._levels: list[_Level] = []
        self._long: dict[int, tuple[int, int]] = {}
        self._sound = 0
        """What is before this has no mistake: where the innermost level opens, or behind one of its members."""

    def read(self) -> Generator[None, None, Read]:
        text = self._text
        start = end_of(SPACE, text, 0)
        if text[start : start + 1] not in ("{", "["):
            raise _UnsureError
        position = self._open(start)
        while self._levels:
            yield
            position = self._members(position)
        after = end_of(SPACE, text, position)
        if after != len(text):
            raise json_error(text, json.JSONDecodeError("Extra data", text, after))
        kind = JsonKind.OBJECT if text[start] == "{" else JsonKind.ARRAY
        end, count = self._long[start]
        root = Node(text, kind, start, end, count, key_start=start, key_end=start, long=self._long)
        return Read(root, self._scanner.repeated)

    def _open(self, start: int) -> int:
        """Begin with what opens there. Returns where its first member stands, or it closes."""
        if len(self._levels) == _DEEPEST:
            raise _UnsureError
        level = _Level(self._text[start], start, self._part)
        self._levels.append(level)
        self._sound = start
        return end_of(SPACE, self._text, start + 1)

    def _members(self, position: int) -> int:
        """Read some members of the innermost level, and what closes behind them. Returns where to go on."""
        text, level = self._text, self._levels[-1]
        if not (level.count == 0 and text.startswith(level.closing, position)):
            end = self._some(level, position)
            if end < 0:
                return self._open(-end)
            self._sound = position = end_of(SPACE, text, end)
        while text.startswith(self._levels[-1].closing, position):
            level = self._levels.pop()
            position += 1
            self._long[level.start] = (position, level.count)
            self._scanner.count(level.keys)
            if not self._levels:
                return position
            self._sound = position = end_of(SPACE, text, position)
        if not text.startswith(",", position):
            raise self._mistake()
        return end_of(SPACE, text, position + 1)

    def _some(self, level: _Level, position: int) -> int:
        """Read many members if they can be cut out, else one. Returns where they end; negative where one begins that is
        longer than a part.
        """
        while not level.singly:
            end = self._cut_out(level, position)
            if end:
                level.span = min(level.span * 4, self._part)
                return end
            level.span //= 4
            if level.span < _FEW:
                level.singly, level.span = _SINGLY, 2 * _FEW
        level.singly -= 1
        return self._one(level, position)

    def _cut_out(self, level: _Level, position: int) -> int:
        """Returns where the members end, at a comma; 0 if none was found."""
        text = self._text
        tried = set()
        for mark in (level.mark, *_MARKS):
            found = text.rfind(mark, position, position + level.span)
            comma = found + len(mark) - 1
            if found < 0 or comma in tried:
                continue
            tried.add(comma)
            cut = text[position:comma]
            if level.in_object:
                keys = self._scanner.scan_members(cut)
                if not keys:
                    continue
                level.keys += keys
                level.count += len(keys)
            else:
                count = self._scanner.scan_elements(cut)
                if not count:
                    continue
                level.count += count
            level.mark = mark
            return comma
        return 0

    def _one(self, level: _Level, position: int) -> int:
        text = self._text
        start = position
        if level.in_object:
            key = self._scanner.scan(text, position) if text.startswith('"', position) else None
            colon = COLON.match(text, key[1]) if key is not None else None
            if key is None or colon is None:
                raise self._mistake()
            level.keys.append(str(key[0]))
            start = colon.end()
        level.count += 1
        if text[start : start + 1] not in ("{", "["):
            value = self._scanner.scan(text, start)
            if value is None:
                raise self._mistake()
            return value[1]
        for length in (self._part // 16, self._part):
            value = self._scanner.scan(text[start : start + length])
            if value is not None:
                return start + value[1]
        return -start

    def _mistake(self) -> JsonError:
        """Why the text is not JSON. The mistake is in what comes next in the innermost level, be it a member or what is
        between two: only this is scanned, in a level of its own.
        """
        text, level, start = self._text, self._levels[-1], self._sound
        before = "" if start == level.start else '{"":""' if level.in_object else '[""'
        cause = self._scanner.refusal(before + text[start:])
        if cause is None:
            raise _UnsureError
        if isinstance(cause, json.JSONDecodeError):
            cause = json.JSONDecodeError(cause.msg, text, start - len(before) + cause.pos)
        return json_error(text, cause, start)
