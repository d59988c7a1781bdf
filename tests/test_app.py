"""The app as a whole: it starts, serves, takes an edit, and quits without leaving anything behind."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

from monitor import __version__
from monitor.cli import main, parser
from monitor.core.edits import EditState
from monitor.core.events import AreaLoaded, EditUpdated, Event
from monitor.core.registry import Registry
from monitor.loop import EventLoop
from monitor.serving import live
from monitor.ui.main_window import MainWindow
from tests.browser.drivers import Chromium
from tests.browser.sites import Site

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from tests.event_loop import AsyncRunner

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals and /proc are of POSIX systems")


@pytest.fixture(scope="module")
def runner(qapp: QApplication) -> Iterator[AsyncRunner]:
    qapp.setQuitOnLastWindowClosed(False)  # as the app does: closing the window only begins the end
    qapp.removePostedEvents(qapp, QEvent.Type.Quit)  # of a window that an earlier test has closed
    with asyncio.Runner(loop_factory=partial(EventLoop, qapp)) as runner:
        yield runner


def open_sockets() -> set[str]:
    """What this process has open as a socket, by the system's names."""
    found = set()
    for path in Path("/proc/self/fd").iterdir():
        try:
            target = str(path.readlink())
        except FileNotFoundError:
            continue  # the listing's own descriptor
        if target.startswith("socket:"):
            found.add(target)
    return found


def expect(registry: Registry, wanted: Callable[[Event], bool]) -> Awaitable[Event]:
    """The next event from now on that is ``wanted``."""
    heard: asyncio.Future[Event] = asyncio.get_running_loop().create_future()

    def hear(event: Event) -> None:
        if not heard.done() and wanted(event):
            heard.set_result(event)

    heard.add_done_callback(lambda _: unsubscribe())
    unsubscribe = registry.subscribe(hear)
    return asyncio.wait_for(heard, 30)


@posix
async def test_start_edit_quit_leaves_no_task_thread_or_socket(qtbot: QtBot) -> None:
    """With a real page in a real browser. In ./packaging/test this runs in Python's development mode."""
    before = threading.active_count(), open_sockets()
    registry = Registry()
    window = MainWindow(registry, time.monotonic)
    qtbot.addWidget(window)
    window.show()
    address: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    app = asyncio.create_task(live(parser().parse_args(["--port", "0"]), registry, window, address.set_result))
    bridge = (await address).replace("ws://", "http://") + "/bridge.js"
    html = f"<!doctype html><script>localStorage.cart = 'full'</script><script src={bridge}></script>"

    async with Site({"/": html}) as site, Chromium.launch() as browser:
        loaded = expect(registry, lambda event: isinstance(event, AreaLoaded) and event.area.kind == "local")
        page = await browser.open(site.url("/"))
        await loaded
        window.frame.flush()
        applied = expect(
            registry, lambda event: isinstance(event, EditUpdated) and event.edit.state is EditState.APPLIED
        )
        panel = window.storage.panel
        assert panel is not None, "the first session is shown at once"
        panel.table.edit_value("cart")
        assert panel.table.editor is not None
        line = panel.table.editor.line
        line.selectAll()
        QTest.keyClicks(line, "empty")
        QTest.keyClick(line, Qt.Key.Key_Return)
        await applied
        assert await page.evaluate("localStorage.cart") == "empty"

        window.close()
        assert await asyncio.wait_for(app, 30) == 0
        assert page.errors == []
    assert (threading.active_count(), open_sockets()) == before


@pytest.fixture
def screen() -> Iterator[str]:
    """A virtual screen, for what the offscreen platform does not have or complains of."""
    reading, writing = os.pipe()
    program = shutil.which("Xvfb")
    assert program, "Xvfb is needed; ./packaging/test installs it"
    command = [program, "-displayfd", str(writing), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL) as process:
        os.close(writing)
        with open(reading) as numbers:  # noqa: PTH123 - a descriptor has no path
            number = numbers.readline().strip()
        yield f":{number}"
        process.terminate()


def start(screen: str, home: Path, *arguments: str, output: int = subprocess.PIPE) -> subprocess.Popen[str]:
    """The app as a process of its own, in which every warning of Python's or Qt's is fatal."""
    environment = {
        **os.environ,
        "DISPLAY": screen,
        "QT_QPA_PLATFORM": "xcb",
        "QT_FATAL_WARNINGS": "1",
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_STATE_HOME": str(home / "state"),
        "XDG_RUNTIME_DIR": str(home),
    }
    command = [sys.executable, "-X", "dev", "-W", "error", "-m", "monitor", "--port", "0", *arguments]
    return subprocess.Popen(command, env=environment, stdout=output, stderr=subprocess.PIPE, text=True)


@posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_and_a_polite_kill_end_it_in_order_and_without_a_warning(
    screen: str, tmp_path: Path, number: signal.Signals
) -> None:
    tmp_path.chmod(0o700)
    with start(screen, tmp_path, "--demo") as app:
        assert app.stdout is not None
        assert app.stdout.readline().startswith("Session Monitor listens at ws://127.0.0.1:")
        app.send_signal(number)
        _, complaints = app.communicate(timeout=60)
    assert without_slow_callbacks(complaints) == ""
    assert app.returncode == 0


@posix
def test_screenshot_writes_a_picture_of_the_demo_and_exits(screen: str, tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    picture = tmp_path / "window.png"
    with start(screen, tmp_path, "--demo", "--size", "900x600", "--screenshot", str(picture)) as app:
        _, complaints = app.communicate(timeout=120)
    assert without_slow_callbacks(complaints) == ""
    assert app.returncode == 0
    image = QImage(str(picture))
    assert (image.width(), image.height()) == (900, 600)
    assert len({image.pixel(x, y) for x in range(0, 900, 7) for y in range(0, 600, 7)}) > 20, "more than a blank window"


@posix
def test_a_picture_can_be_interrupted(screen: str, tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    picture = tmp_path / "window.png"
    with start(screen, tmp_path, "--screenshot", str(picture)) as app:
        assert app.stdout is not None
        app.stdout.readline()
        app.send_signal(signal.SIGTERM)
        _, complaints = app.communicate(timeout=60)
    assert "ended before the picture was taken" in complaints
    assert app.returncode == 1
    assert not picture.exists()


@posix
@pytest.mark.parametrize("output", ["pipe", "full disk"])
def test_it_serves_though_nobody_reads_what_it_says(screen: str, tmp_path: Path, output: str) -> None:
    """Started as `session-monitor | true`, or with its output in a file on a disk that is full."""
    tmp_path.chmod(0o700)
    if output == "pipe":
        reading, writing = os.pipe()
        os.close(reading)
    else:
        writing = os.open("/dev/full", os.O_WRONLY)
    picture = tmp_path / "window.png"
    with start(screen, tmp_path, "--screenshot", str(picture), output=writing) as app:
        os.close(writing)
        _, complaints = app.communicate(timeout=120)
    assert without_slow_callbacks(complaints) == ""
    assert app.returncode == 0
    assert picture.exists()


def without_slow_callbacks(text: str) -> str:
    """Development mode says which callbacks took long; on a busy machine some do, and none of that is a fault."""
    return "".join(line for line in text.splitlines(keepends=True) if " WARNING asyncio: Executing <" not in line)


# --- the command line ------------------------------------------------------------------------------------------------


def test_version_and_help_say_so_and_load_no_qt() -> None:
    program = (
        "import sys, monitor.cli\ntry: monitor.cli.main(sys.argv[1:])\nfinally: assert 'PySide6' not in sys.modules"
    )
    for option, expected in (("--version", f"session-monitor {__version__}"), ("--help", "--screenshot FILE")):
        done = subprocess.run([sys.executable, "-c", program, option], capture_output=True, text=True, check=True)
        assert expected in done.stdout


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--port", "70000"], "is not a port"),
        (["--port", "eighty"], "is not a port"),
        (["--host", ""], "an address to listen on is missing"),
        (["--host", " "], "an address to listen on is missing"),
        (["--size", "large"], "is not a size"),
        (["--size", "0x600"], "is not a size"),
        (["--size", "99999999999x5"], "is not a size"),
        (["--connections", "0"], "is not a whole number"),
        (["--screenshot", "window.jpg"], "does not end in .png"),
        (["--screenshot", "/no/such/folder/window.png"], "there is no folder"),
        (["--colour"], "unrecognized arguments"),
    ],
)
def test_a_mistyped_option_is_refused_in_words(
    arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as refusal:
        main(arguments)
    assert refusal.value.code == 2
    assert complaint in capsys.readouterr().err


def test_any_name_that_ends_in_png_may_be_a_picture_s(tmp_path: Path) -> None:
    for name in ("window.png", "WINDOW.PNG", ".png"):
        picture = tmp_path / name
        assert parser().parse_args(["--screenshot", str(picture)]).screenshot == picture
