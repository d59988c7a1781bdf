"""The hang guard: nothing that a browser is asked for is waited for without end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from tests.browser.drivers.errors import DriverError

COMMAND_GUARD = 60.0
"""Seconds that a command may take; far more than any needs, also on a loaded machine."""


@asynccontextmanager
async def hang_guard(
    missing: str, seconds: float = COMMAND_GUARD, *, context: Callable[[], str] = str
) -> AsyncIterator[None]:
    """Raise `DriverError`, which says what is `missing` and then the `context`, if the body takes over `seconds`."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        raise DriverError(f"{missing} in {seconds:g} s{context()}") from None
