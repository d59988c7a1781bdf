"""Reader: choices out of the bytes of an input. Where these end, every choice is the first."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

    T = TypeVar("T")


def as_text(content: bytes) -> str:
    """Any bytes as a text: UTF-8 and lone surrogates as they are, what is neither as surrogates of its own."""
    try:
        return content.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return content.decode("utf-8", "surrogateescape")


class Reader:
    """Takes from the front of ``content``."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._place = 0

    @property
    def more(self) -> bool:
        """Whether there is anything left."""
        return self._place < len(self._content)

    def number(self, below: int) -> int:
        """A number from 0, ``below`` at most 2**16."""
        width = 1 if below <= 256 else 2
        return int.from_bytes(self.some(width), "big") % below

    def choice(self, among: Sequence[T]) -> T:
        """One of them."""
        return among[self.number(len(among))]

    def some(self, count: int) -> bytes:
        """As many bytes, or as there are."""
        self._place += count
        return self._content[self._place - count : self._place]

    def text(self, longest: int) -> str:
        """A text of some bytes."""
        return as_text(self.some(self.number(longest + 1)))

    def rest(self) -> bytes:
        """All that is left."""
        return self.some(len(self._content))
