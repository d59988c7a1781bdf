"""What a process finds out about itself."""

from __future__ import annotations

import gc
import os
from pathlib import Path
from time import perf_counter


def resident() -> int:
    """Bytes of memory in use (Linux)."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def stolen() -> float:
    """Seconds of all processors, since the machine began, that its host gave to other machines (Linux; proc(5))."""
    steal = int(Path("/proc/stat").read_text(encoding="ascii").partition("\n")[0].split()[8])
    return steal / os.sysconf("SC_CLK_TCK")


def garbage_collections(times: int) -> list[float]:
    """Seconds that full garbage collections take, one after the other."""
    taken = []
    for _ in range(times):
        began = perf_counter()
        gc.collect()
        taken.append(perf_counter() - began)
    return taken
