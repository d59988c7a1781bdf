"""The start: the window is painted before anything is imported that is not on its first picture."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

# Of the app's own rooms, those that are painted or that paint; of what it uses, what PySide6 itself has not imported.
NOT_PAINTED = [
    "asyncio",
    "logging.handlers",
    "monitor.core.messages",
    "monitor.core.registry",
    "monitor.hub",
    "monitor.journal",
    "monitor.journaling",
    "monitor.loop",
    "monitor.serving",
    "monitor.ui.actions",
    "monitor.ui.connect_dialog",
    "monitor.ui.icons",
    "monitor.ui.inspector",
    "monitor.ui.journal",
    "monitor.ui.lettering",
    "monitor.ui.questions",
    "monitor.ui.sessions.model",
    "monitor.ui.sessions.tree_painting",
    "monitor.ui.storage",
    "monitor.ui.undo",
    "msgspec",
    "PySide6.QtSvg",
    "qasync",
    "regex",
    "sqlite3",
    "websockets",
]

FIRST_PICTURE = """
import sys
from pathlib import Path
from PySide6.QtWidgets import QApplication
import monitor.app
from monitor.ui.appearance import ARGUMENTS
from monitor.ui.main_window import MainWindow

application = QApplication(["start", *ARGUMENTS])
window = MainWindow()
window.show()
while not window.windowHandle().isExposed():
    application.processEvents()
print("painted", *sorted(sys.modules), sep="\\n")
"""


@pytest.fixture(scope="module")
def imported() -> list[str]:
    """All that is imported when the window is on the screen."""
    process = subprocess.run(
        [sys.executable, "-c", FIRST_PICTURE], capture_output=True, text=True, timeout=60, check=True
    )
    painted, *names = process.stdout.split()
    assert painted == "painted"
    return names


@pytest.mark.parametrize("module", NOT_PAINTED)
def test_the_first_picture_does_not_wait_for(module: str, imported: list[str]) -> None:
    assert [name for name in imported if name == module or name.startswith(f"{module}.")] == []


READ = """
import linecache, sys
from monitor.cli import main

code = main(["--port", "0", "--screenshot", sys.argv[1]])
print("read", *linecache.cache, sep="\\n")
sys.exit(code)
"""


def test_no_source_of_the_app_is_read(tmp_path: Path) -> None:
    command = [sys.executable, "-c", READ, str(tmp_path / "window.png")]
    process = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    _, found, read = process.stdout.partition("read\n")
    assert found
    assert [path for path in read.splitlines() if "monitor" in Path(path).parts] == []
