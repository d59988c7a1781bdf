"""RunningApp: the app's process, seen from outside; it may be killed and started again."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_ROOT: Final = Path(__file__).parents[2]
_PATIENCE: Final = 90.0
"""Seconds after which an app that does not answer counts as hung."""
_LONGEST_LINE: Final = 2**26


class AppEndedError(Exception):
    """The process ended before it answered."""


class RunningApp:
    """One life of the app after the other, on the same folder and port. ``hear`` is given what it says unasked: a kind
    and what. What it writes to its standard error goes to ``log``. An edit has ``answer_within`` seconds.
    """

    def __init__(self, folder: Path, log: Path, hear: Callable[[str, Any], None], answer_within: float) -> None:
        self.port = 0
        self._answer_within = answer_within
        self._folder = folder
        self._log = log
        self._hear = hear
        self._lives = 0
        self._answers: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()
        self._asking = asyncio.Lock()

    async def spawn(self) -> None:
        """Begin a life."""
        self._lives += 1
        arguments = [str(self._folder), str(self.port), str(self._lives), str(self._answer_within)]
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.faults.app", *arguments,
                cwd=_ROOT,
                env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_LOGGING_RULES": "default.warning=false"},
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                limit=_LONGEST_LINE,
            )  # fmt: skip
        self._listens: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._answers = asyncio.Queue()
        self._reading = asyncio.create_task(self._read(self._process, self._answers))

    async def start(self) -> None:
        """Begin a life, and wait until it listens, where the one before did."""
        await self.spawn()
        async with asyncio.timeout(_PATIENCE):
            port = await self._listens
        if self.port not in (0, port):
            raise AppEndedError(f"it listens at {port}, not at {self.port} as before")
        self.port = port

    @property
    def pid(self) -> int:
        """Of its process."""
        return self._process.pid

    @property
    def ended(self) -> bool:
        """Whether its process has."""
        return self._process.returncode is not None

    async def ask(self, command: str, **arguments: Any) -> Any:
        """Tell it to do something, and wait for what comes of it.

        Raises:
            AppEndedError: it ended before.
            RuntimeError: it failed.
        """
        async with self._asking, asyncio.timeout(_PATIENCE):
            assert self._process.stdin is not None
            self._process.stdin.write(json.dumps([command, arguments]).encode() + b"\n")
            outcome, answer = await self._answers.get()
        if outcome == "ended":
            raise AppEndedError(f"the app ended before it answered to {command}")
        if outcome != "done":
            raise RuntimeError(answer)
        return answer

    async def kill(self) -> None:
        """End it by SIGKILL. What it had said before is heard."""
        self._process.send_signal(signal.SIGKILL)
        await self._reading

    async def close(self) -> None:
        """End it in good order.

        Raises:
            RuntimeError: it did not end well.
        """
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._reading
        finally:
            if self._process.returncode is None:
                self._process.kill()
                await self._process.wait()
        if self._process.returncode:
            raise RuntimeError(f"the app ended with {self._process.returncode}")

    async def _read(self, process: asyncio.subprocess.Process, answers: asyncio.Queue[tuple[str, Any]]) -> None:
        assert process.stdout is not None
        async for line in process.stdout:
            if not line.endswith(b"\n"):
                break  # half a line of one that was killed
            kind, what = json.loads(line)
            if kind in ("done", "failed"):
                answers.put_nowait((kind, what))
            elif kind == "listens":
                self._listens.set_result(what)
            else:
                self._hear(kind, what)
        await process.wait()
        if not self._listens.done():
            self._listens.set_exception(AppEndedError("the app ended before it listened"))
            self._listens.exception()  # nobody may wait for it, when it was killed at its start
        answers.put_nowait(("ended", None))
