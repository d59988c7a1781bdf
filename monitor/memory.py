"""Memory: what large values took is the system's again as soon as they are gone."""

from __future__ import annotations

import contextlib
import sys
from typing import Final

LARGE: Final = 128 * 2**10
"""Bytes from which a block is asked of the system on its own. glibc begins with as many."""

_M_MMAP_THRESHOLD: Final = -3  # mallopt(3)


def give_back_large_blocks() -> None:
    """Keep glibc from raising `LARGE` each time that a larger block is freed, up to 32 MiB: those after it are cut out
    of one heap then, which stays as large as it was at its fullest while anything small lies at its end. After many
    unfinished messages that was some 200 MiB. To be called once; other systems need nothing.
    """
    if sys.platform != "linux":
        return
    import ctypes  # late: nothing else needs it

    with contextlib.suppress(AttributeError):  # of a C library without it, musl's
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, LARGE)
