"""Loss: the end of a connection, and what the system still holds of it."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import asyncio
    import socket

PORTION: Final = 65_536
"""Bytes of one read."""


class Loss:
    """``reason`` is asyncio's: ``None`` where one side closed. Call `close` at the end.

    asyncio reads no more once a write has failed. What the peer sent before it went away, and was not read because
    others had their turn, would be lost with the socket: `keep` makes a second handle to it, `read` reads from that.
    """

    def __init__(self, reason: Exception | None) -> None:
        self.reason = reason
        self._rest: socket.socket | None = None

    def keep(self, transport: asyncio.BaseTransport) -> None:
        """Keep what was not read, if the connection broke. Of TLS nothing can be read without ``transport``."""
        if isinstance(self.reason, OSError) and transport.get_extra_info("sslcontext") is None:
            with contextlib.suppress(OSError):  # where there is no descriptor left
                self._rest = transport.get_extra_info("socket").dup()

    def read(self) -> bytes:
        """The next portion. Empty if there is none."""
        if self._rest is not None:
            with contextlib.suppress(OSError):  # how it broke, after all that came before: there is no more
                return self._rest.recv(PORTION)
        return b""

    def close(self) -> None:
        """Let the system forget it."""
        if self._rest is not None:
            self._rest.close()
