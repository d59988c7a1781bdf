"""What can go wrong: `PageError` is the page's fault, `DriverError` the browser's or ours."""

from __future__ import annotations


class PageError(Exception):
    """JavaScript that ran in a page threw; `name`, `message` and `stack` are those of the thrown error."""

    def __init__(self, name: str, message: str, stack: str = "") -> None:
        super().__init__(f"{name}: {message}" if name else message)
        self.name = name
        self.message = message
        self.stack = stack


class DriverError(Exception):
    """The browser did not start, did not answer in time, went away, or refused a command."""


class DocumentLeftError(DriverError):
    """The tab went on to another document, or was closed, before the answer came."""


class ProtocolError(DriverError):
    """The browser answered `method` with an error; `code` is the protocol's own name or number for it."""

    def __init__(self, method: str, code: str, message: str) -> None:
        super().__init__(f"{method}: {code}: {message}")
        self.method = method
        self.code = code
        self.message = message
