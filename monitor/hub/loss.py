"""Loss: what the system still holds of a connection that broke."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio
    import socket

PORTION = 65_536
"""Bytes of one read."""


class Loss:
    """The end of ``transport``, for that ``reason``. asyncio reads no more once a write has failed: what the peer sent
    before it went away, and was not read because others had their turn, would be lost with the socket. So this keeps a
    second handle to it. Over TLS there is none: its keys are gone. Call `close` at the end.
    """

    def __init__(self, transport: asyncio.BaseTransport, reason: Exception | None) -> None:
        self.reason = reason
        self._rest: socket.socket | None = None
        if isinstance(reason, OSError) and transport.get_extra_info("sslcontext") is None:
            self._rest = transport.get_extra_info("socket").dup()

    def read(self) -> bytes:
        """The next portion. Empty if there is none."""
        if self._rest is None:
            return b""
        try:
            return self._rest.recv(PORTION)
        except OSError:
            return b""

    def close(self) -> None:
        """Let the system forget it."""
        if self._rest is not None:
            self._rest.close()
