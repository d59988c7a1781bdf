"""Numbers, times and texts in words.

The window's first picture needs the numbers alone, so what the other words need is imported when they are.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.core.values import Redacted


def counted(count: int, one: str, many: str | None = None) -> str:
    """``1 page``, ``1,200 pages``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def share(part: int, whole: int) -> str:
    """``12``, or ``3 of 12`` where only a part is shown."""
    return f"{whole:,}" if part == whole else f"{part:,} of {whole:,}"


def size(units: int) -> str:
    """A number of UTF-16 units, as exact as it reads well: ``812``, ``14.2 K``, ``5.0 M`` (of 1,024 and 1,048,576)."""
    if units < 10_000:
        return f"{units:,}"
    if units < 1_000_000:
        return f"{units / 1024:,.1f} K"
    return f"{units / 1_048_576:,.1f} M"


def quoted(text: str, limit: int = 40) -> str:
    """A text from a browser inside a sentence."""
    from monitor.core.values import one_line

    return f"“{one_line(text, limit)}”"


def kept_back(value: Redacted) -> str:
    """What stands where a value would that nobody here knows."""
    from monitor.core.values import NotRecorded

    why = "not kept in the journal" if isinstance(value, NotRecorded) else "redacted"
    return f"{why}, {counted(int(value), 'unit')}"


def why_kept_back(value: Redacted) -> str:
    """Why nobody here knows it, in a sentence."""
    from monitor.core.values import NotRecorded

    if isinstance(value, NotRecorded):
        return "The journal does not keep such a value. It is known again when the session comes back."
    return "The page keeps this value to itself."


def plain_tooltip(text: str) -> str:
    """A tooltip that shows ``text`` as it is: Qt takes any text that looks like markup for markup."""
    from html import escape

    return f"<span>{escape(text)}</span>" if text else ""


_STEADY = 1.5
"""Seconds by which the two clocks may wander apart before it counts."""


class WallClock:
    """Turns the core's seconds into the time on the wall. The same moment is always told in the same words, unless the
    clock on the wall is put right.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        from datetime import datetime

        self._clock = clock
        self._local_time = datetime.fromtimestamp
        self._ahead = 0.0

    def words(self, moment: float) -> str:
        """``14:03:22``, with the date before it if that is another day than today."""
        now = time.time()
        ahead = now - self._clock()
        if abs(ahead - self._ahead) > _STEADY:
            self._ahead = ahead
        then = self._local_time(moment + self._ahead)
        today = then.date() == self._local_time(now).date()
        return then.strftime("%H:%M:%S" if today else "%Y-%m-%d %H:%M:%S")
