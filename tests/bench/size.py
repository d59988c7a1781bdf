"""Size: how much of everything is measured. Full, or just enough to see that each benchmark works."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Size:
    """``repetitions`` interleaved pairs of baseline and subject."""

    full: bool
    repetitions: int

    def pick(self, full: T, small: T) -> T:
        """One of two, as the size is."""
        return full if self.full else small


FULL = Size(full=True, repetitions=5)
SMALL = Size(full=False, repetitions=1)
