"""Descriptors: each connection is an open file to the system, and many systems start a program with 1,024."""

from __future__ import annotations

import logging
import sys

log = logging.getLogger(__name__)

OTHERS = 500
"""What the rest of the program may have open."""


def allow(connections: int) -> None:
    """Let this process have that many connections, as far as its hard limit goes. Windows has no such limit."""
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + OTHERS
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    except (OSError, ValueError) as error:  # macOS has a second limit, which it does not tell
        log.warning("no more than about %d pages can connect: %s", soft - OTHERS, error)
