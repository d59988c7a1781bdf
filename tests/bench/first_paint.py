"""Hears when a window is first painted, and says so on the standard output: ``painted``, and the nanoseconds of the
system's monotonic clock.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from time import monotonic_ns
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QMainWindow

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

FILES: Final = "SESSION_MONITOR_BENCH_FILES"
"""The variable of the environment that names a file, to which the process writes which files it uses."""


class FirstPaint(QObject):
    """Filters what comes to ``window``: the first exposure, which paints it whole, is over when it says so."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        handle = window.windowHandle()
        assert handle is not None, "only once the window is shown"
        self._painting = False
        handle.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Lets Qt expose the window, and then tells when that was done."""
        if self._painting or event.type() not in (QEvent.Type.Expose, QEvent.Type.Paint):
            return False
        self._painting = True
        QCoreApplication.sendEvent(watched, event)
        sys.stdout.write(f"painted {monotonic_ns()}\n")
        sys.stdout.flush()
        watched.removeEventFilter(self)
        return True


def tell_of_first_paint(window: type[QMainWindow]) -> type[QMainWindow]:
    """The same window, which tells."""

    class Telling(window):  # type: ignore[misc, valid-type] # known at run time only
        def showEvent(self, event: QShowEvent) -> None:
            super().showEvent(event)
            if not hasattr(self, "_first_paint"):
                self._first_paint = FirstPaint(self)

    return Telling


def tell_of_files() -> None:
    """Write down the files that this process has mapped and imported (Linux), if somebody asks for them."""
    if FILES not in os.environ:
        return
    maps = Path("/proc/self/maps").read_text(encoding="utf-8").splitlines()
    found = {line.partition("/")[2] for line in maps if "/" in line}
    files = {f"/{name}" for name in found}
    for module in list(sys.modules.values()):
        spec = getattr(module, "__spec__", None)
        files |= {path for path in (getattr(spec, "origin", None), getattr(spec, "cached", None)) if path}
    Path(os.environ[FILES]).write_text("\n".join(sorted(filter(os.path.isfile, files))), encoding="utf-8")
