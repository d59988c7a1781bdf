"""The insides of asyncio's loop that this package builds on, typed. Python 3.11 to 3.14 agree about them."""

# ruff: noqa: SLF001  # that is what this file is for

from __future__ import annotations

import asyncio
from itertools import takewhile
from typing import TYPE_CHECKING, cast

from monitor.loop.binding import QEventLoop

if TYPE_CHECKING:
    from collections import deque
    from contextvars import Context
    from selectors import BaseSelector, SelectorKey
    from socket import socket
    from traceback import StackSummary
    from typing import Self

    class Handle(asyncio.Handle):
        _context: Context
        _source_traceback: StackSummary | None

    class TimerHandle(Handle, asyncio.TimerHandle):
        _scheduled: bool
        _when: float

    class Selector(BaseSelector):
        def fileno(self) -> int: ...

    class SelectorLoop(asyncio.SelectorEventLoop):
        _clock_resolution: float
        _closed: bool
        _csock: socket
        _current_handle: Handle | None
        _debug: bool
        _ready: deque[Handle]
        _scheduled: list[TimerHandle]
        _selector: Selector
        _stopping: bool
        _timer_cancelled_count: int

        def __enter__(self) -> Self: ...
        def __exit__(self, *error: object) -> None: ...
        def _process_events(self, event_list: list[tuple[SelectorKey, int]]) -> None: ...

else:
    Handle = asyncio.Handle

    # qasync's loop, in which everything that it redefines of asyncio's is asyncio's again.
    SelectorLoop = type(
        "SelectorLoop",
        (QEventLoop,),
        {
            name: getattr(asyncio.SelectorEventLoop, name)
            for redefining in takewhile(lambda base: base is not asyncio.SelectorEventLoop, QEventLoop.__mro__)
            for name in vars(redefining)
            if hasattr(asyncio.SelectorEventLoop, name) and (name == "__init__" or not name.startswith("__"))
        },
    )


def is_on_stack(handle: Handle) -> bool:
    """Whether this callback, or another one in the very same context, is being called further up the stack.

    A context can be entered once only. A second call would end in an error and be lost.
    """
    try:
        handle._context.run(int)
    except RuntimeError:
        return True
    return False


def drop_last_frame(handle: asyncio.Handle) -> None:
    """Let the traceback that a handle keeps in debug mode end where the user's code asked for the handle."""
    traceback = cast("Handle", handle)._source_traceback
    if traceback:
        del traceback[-1]
