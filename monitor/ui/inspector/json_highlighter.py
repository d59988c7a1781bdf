"""JsonHighlighter: the colours of JSON in an editor."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING, Final

from PySide6.QtGui import QSyntaxHighlighter, QTextCharFormat, QTextDocument

if TYPE_CHECKING:
    from monitor.ui.appearance import Appearance

LONGEST: Final = 200_000
"""Characters that are coloured in 0.1 s. A longer text has no colours."""

_TOKEN: Final = re.compile(
    r'(?P<string>"(?:[^"\\]|\\.)*+(?P<end>"|\\?$))(?P<key>\s*:)?'
    r"|(?P<number>-?\b[0-9][0-9.eE+-]*)|(?P<word>\b(?:true|false|null)\b)"
)
_REST: Final = re.compile(r'(?:[^"\\]|\\.)*+(?P<end>"|\\?$)(?P<key>\s*:)?')
_WIDE: Final = re.compile("[\U00010000-\U0010ffff]")
_IN_STRING: Final = 1


class JsonHighlighter(QSyntaxHighlighter):
    """Colours a document that looks like JSON, mistakes or not. Call `enable` with each text before it is put in."""

    def __init__(self, document: QTextDocument, appearance: Appearance) -> None:
        super().__init__(document)
        self._appearance = appearance
        self._formats: dict[str, QTextCharFormat] = {}
        self._enabled = False
        self._wide: list[int] = []
        """Where in the line the characters are that are two UTF-16 units, which is what Qt counts."""
        self._recolor()
        appearance.changed.connect(self._recolor)

    def enable(self, text: str) -> None:
        """Whether there are colours depends on how the text begins, and on how long it is."""
        self._enabled = len(text) <= LONGEST and text.lstrip(" \t\r\n")[:1] in ("{", "[", '"')

    def highlightBlock(self, text: str) -> None:  # noqa: N802 - Qt calls it by name
        """Colour one line."""
        if not self._enabled:
            return
        self._wide = [] if text.isascii() else [found.start() for found in _WIDE.finditer(text)]
        at = 0
        if self.previousBlockState() == _IN_STRING:
            at = self._color_string(_REST.match(text), 0)
        else:
            self.setCurrentBlockState(0)
        while at >= 0:
            found = _TOKEN.search(text, at)
            if found is None:
                return
            if found["string"] is not None:
                at = self._color_string(found, found.start())
                continue
            self._draw(found.start(), found.end(), found.lastgroup or "")
            at = found.end()

    def _color_string(self, found: re.Match[str] | None, start: int) -> int:
        """Returns where to go on; -1 if the string goes on in the next line."""
        if found is None:
            self.setCurrentBlockState(0)
            return 0
        end = found.end("end")
        name = "key" if found["key"] is not None else "string"
        self._draw(start, end, name)
        closed = found["end"] == '"'
        self.setCurrentBlockState(0 if closed else _IN_STRING)
        return found.end() if closed else -1

    def _draw(self, start: int, end: int, name: str) -> None:
        first, last = (place + bisect_left(self._wide, place) for place in (start, end))
        self.setFormat(first, last - first, self._formats[name])

    def _recolor(self) -> None:
        for name, color in (("key", "accent"), ("string", "good"), ("number", "warning"), ("word", "literal")):
            self._formats[name] = made = QTextCharFormat()
            made.setForeground(self._appearance.color(color))
        if self._enabled:
            self.rehighlight()
