"""A window with thousands of sessions in its tree, for `tree`."""

from __future__ import annotations

from itertools import count, islice
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

from tests.bench.in_turn import obey_in_turn
from tests.bench.in_window import FilledWindow
from tests.bench.painting import until_painted
from tests.bench.tree import ORIGINS

if TYPE_CHECKING:
    from monitor.ui.sessions.view import SessionsView

SEARCHED = ("er 4", "p-13", "nobody")
"""What is typed: the first letters are everywhere, the last ones rare or nowhere."""


class TreeWindow:
    """Each public method is a command."""

    def __init__(self) -> None:
        self._filled = FilledWindow()
        self._numbers = count()

    @property
    def _view(self) -> SessionsView:
        return self._filled.window.sessions.view

    def fill(self, sessions: int) -> None:
        """So many sessions, and all their origins open."""
        for number in islice(self._numbers, sessions):
            self._filled.add_session(number, f"https://shop-{number % ORIGINS}.example")
        self._filled.window.sessions_model.set_all_open(True)
        self._filled.rest()
        assert self._view.model().rowCount() == sessions + min(sessions, ORIGINS)

    def keystrokes(self) -> dict[str, list[float]]:
        """Type searches letter by letter, and take them back. Returns milliseconds of each keystroke ``window``, and
        as ``bare`` of the same search in a list comprehension, and one paint.
        """
        field = self._filled.window.sessions.search_field
        texts = [row.search_in() for row in self._filled.window.sessions_model.tree.sessions.values()]
        window, bare = [], []
        for text in SEARCHED:
            typed = [text[:length] for length in range(1, len(text) + 1)]
            for shown in [*typed, *reversed(typed[:-1]), ""]:
                began = perf_counter()
                [each for each in texts if shown in each]
                self._view.viewport().repaint()
                bare.append((perf_counter() - began) * 1000)
                window.append(until_painted(lambda shown=shown: field.setText(shown), self._view))  # type: ignore[misc] # bound at once
                self._filled.settle()
        return {"window": window, "bare": bare}

    def insertions(self, count: int) -> dict[str, float]:
        """Let so many sessions come where they are in view, one at a time. Returns milliseconds, the median, until one
        is painted, and of a paint alone.
        """
        model = self._filled.window.sessions_model
        origin = model.tree.origins[1]
        inserted, painted = [], []
        for _ in range(count):
            last = list(origin.sessions.values())[-1]
            self._view.scrollTo(model.index_of(last), self._view.ScrollHint.PositionAtCenter)
            self._filled.settle()
            painted.append(until_painted(lambda: None, self._view))
            inserted.append(until_painted(lambda: self._come(origin.origin), self._view))
            new = model.index_of(list(origin.sessions.values())[-1])
            assert self._view.viewport().rect().intersects(self._view.visualRect(new))
            self._filled.settle()
        return {"inserted": median(inserted), "painted": median(painted)}

    def _come(self, origin: str) -> None:
        self._filled.add_session(next(self._numbers), origin)
        self._filled.window.frame.flush()


if __name__ == "__main__":
    window = TreeWindow()
    obey_in_turn(window.fill, window.keystrokes, window.insertions)
