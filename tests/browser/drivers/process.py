"""The browser's process group: started with a fresh home, listened to until it says its address, ended as a whole."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, nullcontext, suppress
from pathlib import Path

from tests.browser.drivers.errors import DriverError
from tests.browser.drivers.guard import hang_guard

START_GUARD = 60.0
"""Seconds that a browser may take until it says its address; a loaded machine needs many times the usual second."""

END_GUARD = 20.0
"""Seconds that a killed process group may take to be gone."""

KEPT_STDERR = 64 * 1024
"""Bytes of stderr kept for error messages, the latest ones."""


class BrowserProcess(asyncio.Protocol):
    """One browser, leader of a process group of its own, and the reader of its stderr.

    The pipe's end of file is the news that every process of the browser is gone, for they all inherit it: those of the
    group, which are killed, and the crash handlers, which have left the group and end by themselves when it is gone.
    """

    def __init__(self, folder: Path, announcement: re.Pattern[str]) -> None:
        loop = asyncio.get_running_loop()
        self.folder = folder
        self._announcement = announcement
        self._stderr = bytearray()
        self._address: asyncio.Future[str] = loop.create_future()
        self._gone: asyncio.Future[None] = loop.create_future()
        self._popen: subprocess.Popen[bytes] | None = None

    @property
    def process_id(self) -> int:
        """The id of the browser's first process, which is also the id of its group."""
        assert self._popen is not None, "not spawned yet"
        return self._popen.pid

    @property
    def stderr(self) -> str:
        """The latest that the browser wrote to stderr."""
        return self._stderr.decode(errors="replace")

    async def spawn(self, command: Sequence[str], environment: dict[str, str]) -> None:
        """Start `command` in a process group of its own."""
        reading, writing = os.pipe()
        pipe = os.fdopen(reading, "rb", buffering=0)
        try:
            await asyncio.get_running_loop().connect_read_pipe(lambda: self, pipe)
            self._popen = _start(command, environment, writing)
        except BaseException:
            pipe.close()
            raise
        finally:
            os.close(writing)

    async def address(self) -> str:
        """Wait until the browser says where its debugging protocol listens.

        Raises `DriverError`, with what the browser wrote, when it ends first or stays silent.
        """
        async with hang_guard("no debugging address", START_GUARD, context=lambda: f"; stderr:\n{self.stderr}"):
            return await asyncio.shield(self._address)

    def kill(self) -> None:
        """Kill the whole group at once, as a crash or a power cut would."""
        with suppress(ProcessLookupError):
            os.killpg(self.process_id, signal.SIGKILL)

    async def end(self) -> None:
        """Kill what is left of the group and wait until all of it is gone."""
        if self._popen is None:
            return
        self.kill()
        async with hang_guard(f"the killed process group {self.process_id} did not end", END_GUARD):
            await asyncio.shield(self._gone)
        self._popen.wait(END_GUARD)  # it has closed its pipe: this only collects the exit status

    def data_received(self, data: bytes) -> None:
        """Keep what the browser wrote, and look for its address."""
        self._stderr += data
        if not self._address.done() and (said := self._announcement.search(self.stderr)):
            self._address.set_result(said[1])
        del self._stderr[:-KEPT_STDERR]

    def connection_lost(self, exc: Exception | None) -> None:
        """Every process that could write to the pipe is gone."""
        if not self._address.done():
            self._address.set_exception(DriverError(f"the browser ended; stderr:\n{self.stderr}"))
            self._address.exception()  # nobody may be waiting for it, and then that is no news
        if not self._gone.done():
            self._gone.set_result(None)


def _start(command: Sequence[str], environment: dict[str, str], stderr: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=stderr,
        stderr=stderr,
        start_new_session=True,
    )


@asynccontextmanager
async def browser_process(
    programs: Sequence[str],
    arguments: Sequence[str],
    profile_files: dict[str, str],
    announcement: re.Pattern[str],
    folder: Path | None = None,
) -> AsyncIterator[BrowserProcess]:
    """Run the first of `programs` that is installed; at the end no process and no file of it is left, save what it
    wrote to `folder` if one is given: its profile is there the next time.

    `{profile}` in `arguments` stands for the fresh profile folder, which first gets `profile_files` (name to text).
    `announcement` is searched in stderr; its first group is the address of the debugging protocol.
    """
    program = next(filter(None, map(shutil.which, programs)), None)
    if program is None:
        raise DriverError(f"none of {', '.join(programs)} is installed")
    # Short, because it holds Unix sockets, whose paths may have 107 characters.
    place = tempfile.TemporaryDirectory(prefix="browser-") if folder is None else nullcontext(str(folder))
    with place as home:
        profile, environment = _home(Path(home), profile_files)
        process = BrowserProcess(Path(home), announcement)
        try:
            command = [program, *(part.format(profile=profile) for part in arguments)]
            await process.spawn(_dying_with_us(command), environment)
            yield process
        finally:
            await process.end()


def _dying_with_us(command: Sequence[str]) -> Sequence[str]:
    """Let the kernel end the browser when these tests are themselves killed and can clean up nothing, where it can."""
    setpriv = shutil.which("setpriv")
    return command if setpriv is None else [setpriv, "--pdeathsig", "KILL", "--", *command]


def _home(folder: Path, profile_files: dict[str, str]) -> tuple[Path, dict[str, str]]:
    """Lay out the profile, and a home so that nothing is read from or written to the user's own."""
    rooms = {name: folder / name for name in ("profile", "home", "tmp")}
    for room in rooms.values():
        room.mkdir(parents=True, exist_ok=True)
    for name, text in profile_files.items():
        (rooms["profile"] / name).write_text(text, encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "DBUS_", "MOZ_"))}
    environment |= {"HOME": str(rooms["home"]), "TMPDIR": str(rooms["tmp"])}
    return rooms["profile"], environment
