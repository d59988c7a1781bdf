"""SearchedSessions: which sessions of an origin match a search. Each pass over them all is one in C."""

from __future__ import annotations

from bisect import bisect_left
from itertools import compress
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from monitor.ui.rows import picked

if TYPE_CHECKING:
    from monitor.ui.sessions.rows import Row, SessionRow

NUMBER: Final = attrgetter("number")


class SearchedSessions:
    """The sessions in the order in which they were first seen.

    Lists side by side, and not something in each row: rows lie all over the memory, and to go there for each takes
    longer than to look for a word in its text.
    """

    def __init__(self) -> None:
        self.needle = ""
        self.rows: list[SessionRow] = []
        self.hits = bytearray()
        """1 for each of ``rows`` that matches, 0 for the others."""
        self._texts: list[str] = []
        self._dropped: set[SessionRow] = set()

    def add(self, row: SessionRow) -> None:
        """Seen last. Call `look_again` before it is looked for."""
        self.rows.append(row)
        self._texts.append("")
        self.hits.append(not self.needle)

    def drop(self, row: SessionRow) -> None:
        """It is no longer there after `tidy`: many may go at once."""
        self._dropped.add(row)

    def tidy(self) -> bool:
        """Let go of what was dropped. Says if there was anything."""
        if not self._dropped:
            return False
        kept = [row not in self._dropped for row in self.rows]
        self._dropped.clear()
        self.rows = list(compress(self.rows, kept))
        self._texts = list(compress(self._texts, kept))
        self.hits = bytearray(compress(self.hits, kept))
        return True

    def look_again(self, row: SessionRow) -> bool:
        """What is known of the session is another. Returns whether it matches now and did not, or the other way round;
        ``False`` for one that was just added.
        """
        place = bisect_left(self.rows, row.number, key=NUMBER)
        is_new = not self._texts[place]
        text = self._texts[place] = row.search_in()
        before, self.hits[place] = self.hits[place], self.needle in text
        return not is_new and self.hits[place] != before

    def matches(self, row: SessionRow) -> bool:
        """Whether it did when it was looked at last."""
        return bool(self.hits[bisect_left(self.rows, row.number, key=NUMBER)])

    def search(self, needle: str) -> None:
        """Find those that have ``needle``, which is folded, in `SessionRow.search_in`."""
        # A longer search finds some of what the shorter one found.
        fewer = self.needle in needle and 2 * self.hits.count(1) < len(self.hits)
        self.needle = needle
        if not needle:
            self.hits = bytearray(b"\1") * len(self.rows)
        elif fewer:
            places = compress(range(len(self.hits)), self.hits)
            texts = compress(self._texts, self.hits)
            found = [place for place, text in zip(places, texts, strict=True) if needle in text]
            self.hits = bytearray(len(self.hits))
            for place in found:
                self.hits[place] = 1
        else:
            self.hits = bytearray([needle in text for text in self._texts])

    def add_found(self, rows: list[Row]) -> None:
        """Add those that match to ``rows``."""
        rows.extend(picked(self.rows, self.hits))
