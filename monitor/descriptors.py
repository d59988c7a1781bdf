"""Descriptors: each connection is an open file to the system, and many systems start a program with room for few."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
from pathlib import Path

log = logging.getLogger(__name__)

OTHERS = 500
"""What the rest of the program may have open."""


def allow(connections: int) -> None:
    """Let this process have that many connections, as far as its hard limit goes, and make room for them.

    Linux doubles its table of open files each time that it is full. If the process has threads, whoever opens the next
    file waits for that some 10 ms: called before there are threads, this waits for nobody, and no connection has to.
    Windows has neither the limit nor the table.
    """
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + OTHERS
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        except (OSError, ValueError) as error:  # macOS has a second limit, which it does not tell
            log.warning("no more than about %d pages can connect: %s", soft - OTHERS, error)
            return
    _make_room(wanted)


def _make_room(files: int) -> None:
    import fcntl

    with contextlib.suppress(OSError), Path(os.devnull).open("rb") as opened:  # or it grows later
        os.close(fcntl.fcntl(opened, fcntl.F_DUPFD_CLOEXEC, files - 1))
