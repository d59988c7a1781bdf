"""Long work in parts: a generator that gives way between two of them, and returns what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Generator

    Result = TypeVar("Result")


def at_once(parts: Generator[None, None, Result]) -> Result:
    """What it returns, without giving way."""
    while True:
        try:
            next(parts)
        except StopIteration as stopped:
            result: Result = stopped.value
            return result
