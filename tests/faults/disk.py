"""Disk: where the journal is, which can be filled."""

from __future__ import annotations

import errno
import os
import resource
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from types import TracebackType

_SIZE: Final = 128 * 2**20


class Disk:
    """A small filesystem of its own where this process may mount one; else a folder, and `fill` forbids the app's
    process to let a file grow. Use it as a context: it is gone afterwards.
    """

    def __enter__(self) -> Self:
        self._place = tempfile.TemporaryDirectory(prefix="faults-")
        self.root = Path(self._place.name)
        disk = self.root / "disk"
        disk.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size={_SIZE},mode=700", "tmpfs", str(disk)]
        self.mounted = os.geteuid() == 0 and subprocess.run(command, check=False, capture_output=True).returncode == 0
        self.folder = disk / "journal"
        self._ballast = disk / "ballast"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.mounted:
            subprocess.run(["umount", "--lazy", str(self._ballast.parent)], check=True)
        self._place.cleanup()

    def fill(self, pid: int, left: int) -> None:
        """Leave room for ``left`` bytes more, in whole pages, to the app whose process is ``pid``."""
        if not self.mounted:
            # What is written first is the spool; the database is larger most often, and cannot be written at all.
            spool = self.folder / "journal.spool"
            _, most = resource.prlimit(pid, resource.RLIMIT_FSIZE)
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (spool.stat().st_size + left, most))
            return
        descriptor = os.open(self._ballast, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            while not self._took(descriptor, left):  # the app writes meanwhile
                pass
        finally:
            os.close(descriptor)

    def _took(self, descriptor: int, left: int) -> bool:
        room = os.fstatvfs(descriptor)
        try:
            os.posix_fallocate(descriptor, 0, max(1, room.f_bavail * room.f_frsize - left))
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            return room.f_bavail == 0
        return True

    def free(self, pid: int) -> None:
        """There is room again."""
        if self.mounted:
            self._ballast.unlink(missing_ok=True)
            return
        with suppress(ProcessLookupError):  # it was killed meanwhile, and the next one is not forbidden anything
            _, most = resource.prlimit(pid, resource.RLIMIT_FSIZE)
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, most))
