"""The clock of the simulation, what is due on it, and the only source of chance."""

from __future__ import annotations

from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class World:
    """Time in seconds, and tasks that are due at their times. The same seed and the same calls give the same run."""

    def __init__(self, seed: int) -> None:
        self.now = 1000.0
        self.random = Random(seed)
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = count()

    def later(self, delay: float, task: Callable[[], None]) -> None:
        """Run ``task`` in ``delay`` seconds; what is due at the same time runs in the order of asking."""
        heappush(self._due, (self.now + delay, next(self._numbers), task))

    def advance(self, seconds: float) -> None:
        """Let time pass, and run what becomes due."""
        until = self.now + seconds
        while self._due and self._due[0][0] <= until:
            self.now, _, task = heappop(self._due)
            task()
        self.now = until

    def new_id(self, what: str) -> str:
        return f"{what}-{next(self._numbers)}"
