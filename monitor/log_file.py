"""The log: where it is written, and that it gets what no code caught."""

from __future__ import annotations

import contextlib
import logging
import sys
from logging.handlers import RotatingFileHandler
from typing import TYPE_CHECKING

import platformdirs

from monitor import NAME
from monitor.log_format import LogFormat

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType

log = logging.getLogger(__name__)


def start_logging() -> Path | None:
    """Log to the terminal and, where the system lets us, to a file. Logs hold no values, and nothing that does anything
    to a terminal (`monitor.log_format`). Returns the file.
    """
    handlers: list[logging.Handler] = []
    if sys.stderr is not None:  # a windowed program on Windows has none
        handlers.append(logging.StreamHandler())
    path: Path | None = platformdirs.user_log_path(NAME, appauthor=False) / f"{NAME}.log"
    try:
        assert path is not None
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(PermissionError):  # A folder of somebody else's stays as it is.
            path.parent.chmod(0o700)  # The log holds no values, yet who was here when.
        handlers.append(
            RotatingFileHandler(path, maxBytes=2**20, backupCount=2, encoding="utf-8", errors="backslashreplace")
        )
    except OSError:
        path = None
    for handler in handlers:
        handler.setFormatter(LogFormat())
    logging.basicConfig(level=logging.WARNING, handlers=handlers)
    return path


def report_uncaught(say: Callable[[str], None], log_file: Path | None) -> None:
    """Nothing fails in silence: what no code caught is logged, and ``say`` is told where to read of it."""

    def report(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        log.critical("uncaught", exc_info=(kind, error, trace))
        where = f"; details are in {log_file}" if log_file else ""
        say(f"Something failed: {kind.__name__}{where}")

    sys.excepthook = report
