"""start: from the start of the process to the first painted window, and to listening, warm and from the disk."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from time import monotonic_ns
from typing import TYPE_CHECKING, Final, NamedTuple

from tests.bench.figures import Figure, Goal, Judged

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.bench.size import Size

_ROOT: Final = Path(__file__).parents[2]
_PATIENCE: Final = 60.0
_FILES: Final = "SESSION_MONITOR_BENCH_FILES"  # `first_paint.FILES`; but this process must not have Qt's files mapped
_APP: Final = ["start_app", "--port", "0"]
_BARE: Final = ["start_bare"]


class _Start(NamedTuple):
    """Milliseconds from the start of the process."""

    painted: float
    listening: float


def measure(size: Size) -> list[Figure]:
    """Each process starts in a home of its own, which is empty. It runs until it is told to end."""
    with tempfile.TemporaryDirectory(prefix="bench-start-") as home:
        app_files, bare_files = (_files(home, arguments) for arguments in (_APP, _BARE))
        figures = _figures("warm", home, size, ())
        if hasattr(os, "posix_fadvise"):
            figures += _figures("evicted cache", home, size, {*app_files, *bare_files})
    return figures


def _figures(state: str, home: str, size: Size, evicted: Iterable[str]) -> list[Figure]:
    app, bare, paced = [], [], size.pick(3, 1)
    for _ in range(size.repetitions):
        # The machine's other work makes a start slower and never faster, so each is the best of a few.
        pairs = []
        for _ in range(paced):
            _evict(evicted)
            one = _start(home, _BARE)
            _evict(evicted)
            pairs.append((one, _start(home, _APP)))
        bare.append(min(one.painted for one, _ in pairs))
        app.append(min((other for _, other in pairs), key=lambda start: start.painted))
    painted = [start.painted for start in app]
    listening = [start.listening for start in app]
    return [
        Figure(f"first paint, {state}", "ms", painted, bare, Goal(1.1)),
        Figure(
            f"listening, {state}",
            "ms",
            listening,
            painted,
            Goal(100, Judged.DIFFERENCE),
            "baseline: its own first paint",
        ),
    ]


def _start(home: str, arguments: list[str], files: str = "") -> _Start:
    settings = {name: str(Path(home, name)) for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME")}
    environment = {**os.environ, **settings, "HOME": home, "QT_QPA_PLATFORM": "offscreen"}
    # As an installed program is: compiled, by the first start that asks for its files.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment["PYTHONPYCACHEPREFIX"] = str(Path(home, "compiled"))
    if files:
        environment[_FILES] = files
    command = [sys.executable, "-m", f"tests.bench.{arguments[0]}", *arguments[1:]]
    painted = listening = 0
    awaited = 2 if arguments is _APP else 1
    began = monotonic_ns()
    with subprocess.Popen(command, cwd=_ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        watch = threading.Timer(_PATIENCE, process.kill)
        watch.start()
        try:
            for line in process.stdout:
                if line.startswith("painted "):
                    painted = int(line.split()[1])
                elif "listens at" in line:
                    listening = monotonic_ns()
                awaited -= 1
                if not awaited:
                    break
        finally:
            process.terminate()
            process.wait()
            watch.cancel()
    if awaited:
        raise RuntimeError(f"{' '.join(command)} ended before it was painted or listened")
    return _Start((painted - began) / 1e6, (listening - began) / 1e6)


def _files(home: str, arguments: list[str]) -> list[str]:
    """The files that the process reads when it starts."""
    path = Path(home, "files")
    _start(home, arguments, str(path))
    return path.read_text(encoding="utf-8").split("\n")


def _evict(paths: Iterable[str]) -> None:
    """Let the system forget what it has kept of these files in memory; what another process has mapped stays."""
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(descriptor)
