"""Mutation: inputs like those that are known, for who has no coverage to be guided by."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Final

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hypothesis.strategies import SearchStrategy

_AWKWARD: Final = (
    b"\0", b"\xff", b'"', b"\\", b"\t", b"\r\n", b"{", b"[", b"[[[[", b"0", b"-1", b"1e400", b"9" * 25, b"null", b"NaN",
    b"\\ud800", b"\\udc00", b"\\u{110000}", b"\xed\xa0\x80", b"\xf0\x9f\x98\x80", b"__proto__", b"=1+1", b"//", b"/*",
)  # fmt: skip


def inputs(seeds: Sequence[bytes]) -> SearchStrategy[bytes]:
    """Mutations of the seeds, and now and then any bytes."""
    mutated = st.builds(lambda number: mutation(seeds, Random(number)), st.integers(0, 2**32))
    return st.one_of(mutated, mutated, mutated, st.binary(max_size=200))


def mutation(seeds: Sequence[bytes], dice: Random) -> bytes:
    """A seed with some changes."""
    content = bytearray(dice.choice(seeds))
    for _ in range(dice.choice((1, 1, 2, 3, 6))):
        place = dice.randrange(len(content) + 1)
        end = min(len(content), place + dice.choice((1, 1, 2, 8, 40)))
        match dice.randrange(6):
            case 0:
                content[place:end] = dice.randbytes(end - place)
            case 1:
                del content[place:end]
            case 2:
                content[place:place] = content[place:end] * dice.choice((1, 2, 30))
            case 3:
                content[place:place] = dice.choice(_AWKWARD)
            case 4:
                content[place:end] = dice.choice(_AWKWARD)
            case _:
                other = dice.choice(seeds)
                start = dice.randrange(len(other) + 1)
                content[place:end] = other[start : start + dice.choice((4, 20, 200))]
    return bytes(content)
