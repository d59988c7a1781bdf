"""Spool: the file that every record is written to first, at once.

It begins with a name of its own (16 random bytes), then come the records: length (4 bytes), keyed digest (32), content.
The digest covers the one before it too, so what an app that died left half written, and what was put there by others,
is told apart from what is whole.
"""

from __future__ import annotations

import hmac
import os
import secrets
import threading
from hashlib import blake2b
from typing import TYPE_CHECKING, Final, NamedTuple

from monitor.journal.files import open_private

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_NAME: Final = 16
_DIGEST: Final = 32
_LENGTH: Final = 4
_LARGEST: Final = 2**31
_LONG: Final = 65_536
"""Bytes from which on a second call of the system is quicker than a copy."""


class Spooled(NamedTuple):
    """A record's content, and where in the file it ends."""

    content: bytes
    end: int


class Spool:
    """The open file. `read` first, then `append`. One thread may `append` while another calls `sync` or `empty`.

    Raises:
        OSError: it cannot be opened or read.
    """

    def __init__(self, path: Path, key: bytes) -> None:
        self._key = key
        self._path = path
        self._file = open_private(path, os.O_RDWR | os.O_CREAT)
        self._descriptor = self._file.fileno()
        self._lock = threading.Lock()
        self.name = b""
        self.end = 0
        """Where the next record goes, in bytes."""
        self._last = b""
        self._dirty = True  # the next record is not to be written where the file stands

    def read(self) -> list[Spooled]:
        """The whole records."""
        content = self._content()
        if len(content) < _NAME:
            self.empty()
            return []
        self.name = self._last = content[:_NAME]
        self.end = _NAME
        found = list(self._whole(content))
        if found:
            self.end = found[-1].end
            self._last = content[found[-1].end - len(found[-1].content) - _DIGEST :][:_DIGEST]
        self._dirty = True
        return found

    def contents(self) -> list[Spooled]:
        """All whole records that are in it now."""
        with self._lock:
            content = self._content()
        return list(self._whole(content))

    def _content(self) -> bytes:
        with self._path.open("rb") as file:
            return file.read()

    def _whole(self, content: bytes) -> Iterator[Spooled]:
        """The records, up to the first that is not whole or not ours."""
        last, end = content[:_NAME], _NAME
        while (whole := self._record(content, end, last)) is not None:
            last = content[end + _LENGTH : end + _LENGTH + _DIGEST]
            end = whole.end
            yield whole

    def _record(self, content: bytes, begin: int, last: bytes) -> Spooled | None:
        length = int.from_bytes(content[begin : begin + _LENGTH], "big")
        body = begin + _LENGTH + _DIGEST
        digest, record = content[begin + _LENGTH : body], content[body : body + length]
        if not length or len(record) < length:
            return None
        if not hmac.compare_digest(digest, self._digest(last, record)):
            return None
        return Spooled(record, body + length)

    def _digest(self, last: bytes, content: bytes) -> bytes:
        # In the midst of other work half as long as HMAC by OpenSSL, whose code is seldom at hand.
        digest = blake2b(last, key=self._key, digest_size=_DIGEST)
        digest.update(content)
        return digest.digest()

    def append(self, content: bytes) -> int:
        """Write a record. Returns where it ends.

        Raises:
            OSError: it cannot be written. Nothing of it was.
        """
        with self._lock:
            return self._append(content)

    def append_to(self, name: bytes, content: bytes) -> int | None:
        """Write a record that makes sense only in the spool of this name. Returns where it ends; ``None`` if a new one
        was begun meanwhile, and nothing was written. Raises as `append` does.
        """
        with self._lock:
            return self._append(content) if name == self.name else None

    def _append(self, content: bytes) -> int:
        if len(content) >= _LARGEST:
            raise OSError("the edit is too large for the journal")
        if not os.fstat(self._descriptor).st_nlink:
            raise OSError("its files were removed")
        if not self.end:
            self._renew()
        elif self._dirty:
            os.ftruncate(self._descriptor, self.end)
            os.lseek(self._descriptor, self.end, os.SEEK_SET)
        digest = self._digest(self._last, content)
        head = len(content).to_bytes(_LENGTH, "big") + digest
        self._dirty = True  # until all of it is written
        if len(content) < _LONG:
            self._write(head + content)
        else:
            self._write(head)
            self._write(content)
        self._dirty = False
        self._last = digest
        self.end += len(head) + len(content)
        return self.end

    def _write(self, content: bytes) -> None:
        written = os.write(self._descriptor, content)
        while written < len(content):
            written += os.write(self._descriptor, memoryview(content)[written:])

    def sync(self) -> None:
        """Let the disk have it. May take some milliseconds."""
        os.fsync(self._descriptor)

    def empty(self) -> None:
        """Begin a new one: all that is in it is elsewhere."""
        with self._lock:
            self._renew()

    def empty_if_ends_at(self, end: int) -> bool:
        """Begin a new one, unless something was written after ``end``."""
        with self._lock:
            if self.end != end:
                return False
            self._renew()
            return True

    def _renew(self) -> None:
        self.name, self.end = b"", 0  # until it has another
        os.ftruncate(self._descriptor, 0)
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        self.end = 0
        name = secrets.token_bytes(_NAME)
        if os.write(self._descriptor, name) < _NAME:
            raise OSError("the disk is full")
        self.name = self._last = name
        self.end = _NAME
        self._dirty = False

    def close(self) -> None:
        """Nothing more is written."""
        self._file.close()
