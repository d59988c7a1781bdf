"""Files: where the journal is kept, and that nobody else reads it."""

from __future__ import annotations

import contextlib
import os
import secrets
import sys
from typing import IO, TYPE_CHECKING, Final

import platformdirs

from monitor import NAME

if TYPE_CHECKING:
    from pathlib import Path

KEY_BYTES: Final = 32


class JournalError(Exception):
    """The journal cannot be used. The text says why, in words for the operator."""


def default_folder() -> Path:
    """The user's data folder for this app."""
    return platformdirs.user_data_path(NAME, appauthor=False)


class Files:
    """The files of the journal in ``folder``, which is made if it is not there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = folder / "journal.sqlite3"
        self.spool = folder / "journal.spool"
        self.key = folder / "journal.key"
        self.lock = folder / "journal.lock"

    def make_folder(self) -> None:
        """Raises OSError where that is not possible."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def beside(self) -> list[Path]:
        """What SQLite keeps beside the database."""
        return [self.database.with_name(f"{self.database.name}{ending}") for ending in ("-wal", "-shm")]

    def target(self, path: Path) -> Path:
        """Where a copy is to be written that the operator wants at ``path``: where a link leads.

        Raises:
            OSError: there is a file of the journal, or something that is no file.
        """
        target = path.resolve()
        if target in [own.resolve() for own in (self.database, self.spool, self.key, self.lock, *self.beside())]:
            raise OSError(f"{path} is a file of the journal itself")
        if target.exists() and not target.is_file():
            raise OSError(f"{path} is no file")
        return target

    def read_key(self) -> bytes:
        """The key of the digests, made now if there is none.

        Raises:
            JournalError: the file holds something else.
            OSError: it cannot be read or made.
        """
        try:
            key = self.key.read_bytes()
        except FileNotFoundError:
            key = secrets.token_bytes(KEY_BYTES)
            # Under another name first: half a key would be none.
            new = self.key.with_name(f"{self.key.name}.{os.getpid()}")
            try:
                with open_private(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC) as file:
                    file.write(key)
                    file.flush()
                    os.fsync(file.fileno())
                new.replace(self.key)
            except BaseException:
                new.unlink(missing_ok=True)
                raise
        if len(key) != KEY_BYTES:
            raise JournalError(f"{self.key} is not a key of {KEY_BYTES} bytes")
        return key


def open_private(path: Path, flags: int) -> IO[bytes]:
    """Open a file that only this user may read."""
    descriptor = os.open(path, flags | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0), 0o600)
    return os.fdopen(descriptor, "rb" if flags & 3 == os.O_RDONLY else "r+b" if flags & os.O_RDWR else "wb", 0)


class Lock:
    """Says to other processes that this one writes the journal. It ends with the process, however that ends."""

    def __init__(self, path: Path) -> None:
        self._file = open_private(path, os.O_RDWR | os.O_CREAT)

    def take(self) -> bool:
        """Whether it is ours now."""
        try:
            if sys.platform == "win32":
                import msvcrt

                msvcrt.locking(self._file.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                import fcntl

                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.close()
            return False
        return True

    def release(self) -> None:
        """Let another process have it."""
        self._file.close()


def sync_folder(folder: Path) -> None:
    """Let a power cut not take a file's name away. Systems that cannot do that do it by themselves."""
    with contextlib.suppress(OSError, AttributeError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
