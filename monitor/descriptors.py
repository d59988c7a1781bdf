"""Descriptors: each connection is an open file to the system, and many systems start a program with room for few."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import Final

OTHERS: Final = 500
"""What the rest of the program may have open."""


def allow(connections: int) -> int:
    """Let this process have that many connections, and make room for them. Returns how many it can have: the system
    may let it open fewer files.

    Linux doubles its table of open files each time that it is full. If the process has threads, whoever opens the next
    file waits for that some 10 ms: called before there are threads, this waits for nobody, and no connection has to.
    Windows has neither the limit nor the table.
    """
    if sys.platform == "win32":
        return connections
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = wanted = connections + OTHERS
    if hard != resource.RLIM_INFINITY:
        allowed = min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < allowed:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
        except (OSError, ValueError):  # macOS has a second limit, which it does not tell
            allowed = soft
    _make_room(allowed)
    return connections if allowed == wanted else max(allowed - OTHERS, allowed // 2)


def _make_room(files: int) -> None:
    """Open the last of them for a moment: the table stays as long as it was once. Where that fails it grows later."""
    import fcntl

    with contextlib.suppress(OSError), Path(os.devnull).open("rb") as opened:
        os.close(fcntl.fcntl(opened, fcntl.F_DUPFD_CLOEXEC, files - 1))
