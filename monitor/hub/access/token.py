"""Token: what a page must know to connect, and the file that keeps it."""

from __future__ import annotations

import hmac
import os
import re
import secrets
from typing import TYPE_CHECKING, Final

from monitor.hub.access.configuration import UnprotectedError

if TYPE_CHECKING:
    from pathlib import Path

RANDOM_BYTES: Final = 24
FEWEST: Final = 16
"""Characters of a token that somebody made up."""
# It stands in HTML and in URLs as it is.
_TOKEN: Final = re.compile(rf"[A-Za-z0-9._~-]{{{FEWEST},200}}")


class TokenError(UnprotectedError):
    """That is no token, or its file cannot be used. Says why."""


def new_token() -> str:
    """One that nobody guesses."""
    return secrets.token_urlsafe(RANDOM_BYTES)


def checked(token: str) -> str:
    """The token, if it is one.

    Raises:
        TokenError: it is too short to be safe, or has characters that would have to be escaped.
    """
    if _TOKEN.fullmatch(token) is None:
        raise TokenError(f"a token has {FEWEST} to 200 letters, digits and any of . _ ~ -")
    return token


def matches(offered: str | None, token: str) -> bool:
    """Whether that is the token. How long it takes says nothing about the token."""
    return hmac.compare_digest((offered or "").encode("utf-8", "surrogatepass"), token.encode())


class TokenFile:
    """The token in ``path``, which only this user may read. Another process may change it: ask `changed` at times."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seen: tuple[int, int] | None = None

    def read(self) -> str | None:
        """The token, ``None`` if there is no file.

        Raises:
            TokenError: the file holds something else, cannot be read, or can be read by others.
        """
        try:
            status = self.path.stat()
            text = self.path.read_text("ascii").strip()
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise TokenError(f"the token cannot be read: {error}") from error
        if os.name == "posix" and status.st_mode & 0o077:
            raise TokenError(f"others can read the token: run chmod 600 {self.path}, then session-monitor token rotate")
        self._seen = (status.st_mtime_ns, status.st_ino)
        try:
            return checked(text)
        except TokenError as error:
            raise TokenError(f"{self.path} holds no token: {error}") from error

    def make(self) -> str:
        """A new token, in the place of the one before.

        Raises:
            TokenError: it cannot be written.
        """
        token = new_token()
        new = self.path.with_name(f"{self.path.name}.{os.getpid()}.new")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            new.unlink(missing_ok=True)
            # Under another name first: nobody finds half a token, or one that others may read.
            descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0), 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(f"{token}\n")
                file.flush()
                os.fsync(descriptor)
            new.replace(self.path)
            status = self.path.stat()
        except OSError as error:
            raise TokenError(f"the token cannot be written: {error}") from error
        self._seen = (status.st_mtime_ns, status.st_ino)
        return token

    def read_or_make(self) -> str:
        """The token; a new one if there is none. Raises as `read` and `make` do."""
        return self.read() or self.make()

    def changed(self) -> bool:
        """Whether the file is another than when it was last read or made. A file that is gone changes nothing."""
        try:
            status = self.path.stat()
        except OSError:
            return False
        seen = (status.st_mtime_ns, status.st_ino)
        changed, self._seen = seen != self._seen, seen
        return changed
