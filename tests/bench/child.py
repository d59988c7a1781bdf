"""Child: a process of a benchmark, told what to do over its standard input and output, one JSON value a line."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from types import TracebackType

_ROOT = Path(__file__).parents[2]
_PATIENCE = 180.0
"""Seconds after which a child that does not answer is given up."""

_QUIET = {"QT_QPA_PLATFORM": "offscreen", "QT_LOGGING_RULES": "default.warning=false"}
"""Without a screen, and without what that platform says of every window with size hints."""


class Child:
    """Runs ``python -m PACKAGE.MODULE``. Use it as a context; the process ends with it, by its own id.

    ``core`` pins it to one processor where the system can.
    """

    def __init__(self, module: str, core: int | None = None, package: str = "tests.bench", **settings: str) -> None:
        self._arguments = [sys.executable, "-m", f"{package}.{module}"]
        self._core = core
        self._settings = settings

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            self._arguments,
            cwd=_ROOT,
            env={**os.environ, **_QUIET, **self._settings},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        if self._core is not None and hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(self._process.pid, {self._core % len(os.sched_getaffinity(0))})
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    def ask(self, command: str, **arguments: Any) -> Any:
        """Tell it to do something, and wait for what comes of it.

        Raises:
            RuntimeError: it failed, or ended; its standard error says how.
        """
        self.tell(command, **arguments)
        return self.answer()

    def tell(self, command: str, **arguments: Any) -> None:
        """Tell it, and do something else meanwhile; then take the `answer`."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps([command, arguments]) + "\n")
        self._process.stdin.flush()

    def answer(self) -> Any:
        """What came of what it was told."""
        assert self._process.stdout is not None
        watch = threading.Timer(_PATIENCE, self._process.kill)
        watch.start()
        try:
            line = self._process.stdout.readline()
        finally:
            watch.cancel()
        if not line:
            raise RuntimeError(f"{' '.join(self._arguments)} ended without an answer")
        outcome, answer = json.loads(line)
        if outcome != "done":
            raise RuntimeError(answer)
        return answer


async def obey(commands: Mapping[str, Callable[..., Awaitable[Any]]]) -> None:
    """In the child: do what comes, one after the other, until there is no more to come."""
    loop = asyncio.get_running_loop()
    lines: asyncio.Queue[str] = asyncio.Queue()

    def read() -> None:
        for line in sys.stdin:
            loop.call_soon_threadsafe(lines.put_nowait, line)
        loop.call_soon_threadsafe(lines.put_nowait, "")

    threading.Thread(target=read, daemon=True).start()
    while line := await lines.get():
        command, arguments = json.loads(line)
        try:
            outcome = ["done", await commands[command](**arguments)]
        except Exception as error:
            outcome = ["failed", f"{command}: {error!r}"]
        sys.stdout.write(json.dumps(outcome) + "\n")
        sys.stdout.flush()
