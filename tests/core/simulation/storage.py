"""Web Storage areas, small ones."""

from __future__ import annotations

from typing import Final

QUOTA: Final = 30
"""UTF-16 units that a simulated area may hold: few, so that edits meet the limit."""

REDACTED: Final = frozenset({"token"})
"""Keys whose values the simulated sites keep to themselves."""


class Area:
    """The items of one Web Storage object, and which of them an edit wrote last."""

    def __init__(self) -> None:
        self.items: dict[str, str] = {}
        self.by_operator: set[str] = set()

    def copy(self) -> Area:
        other = Area()
        other.items = dict(self.items)
        other.by_operator = set(self.by_operator)
        return other


def size(items: dict[str, str]) -> int:
    """UTF-16 units; the simulation's texts have no characters outside the basic plane."""
    return sum(len(key) + len(value) for key, value in items.items())


def shown(key: str, value: str) -> str | int:
    """The value as it leaves the page."""
    return len(value) if key in REDACTED else value
