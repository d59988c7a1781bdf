"""Who may connect to the app: the question is asked and answered in its window, and the token changed."""

from __future__ import annotations

import asyncio
import re
import ssl
import time
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox

from monitor.admission import folder, token_path
from monitor.cli import main, parser
from monitor.core.messages import SetItem
from monitor.core.registry import Registry
from monitor.hub import Access, WebSocket
from monitor.loop import EventLoop
from monitor.serving import live
from monitor.ui.main_window import MainWindow
from tests.hub.peers import ScriptedPage, applied, hello

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from tests.event_loop import AsyncRunner

SHOP = "https://shop.example"
pytestmark = [
    pytest.mark.logs,  # that an origin asks is a warning
    pytest.mark.qt_log_ignore("This plugin does not support (propagateSizeHints|raise|grabbing)", extend=True),
]


@pytest.fixture(scope="module")
def runner(qapp: QApplication) -> Iterator[AsyncRunner]:
    qapp.setQuitOnLastWindowClosed(False)  # as the app does: closing the window only begins the end
    qapp.removePostedEvents(qapp, QEvent.Type.Quit)  # of a window that an earlier test has closed
    with asyncio.Runner(loop_factory=partial(EventLoop, qapp)) as runner:
        yield runner


@asynccontextmanager
async def served(qtbot: QtBot, *arguments: str) -> AsyncIterator[tuple[MainWindow, WebSocket]]:
    """The app's window while it serves, and a stand-in for its hub that says where that is."""
    registry = Registry()
    window = MainWindow(registry, time.monotonic)
    qtbot.addWidget(window)
    window.show()
    address: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    options = parser().parse_args(["--port", "0", "--no-journal", *arguments])
    app = asyncio.create_task(live(options, registry, window, address.set_result))
    where = WebSocket(port=int((await address).rpartition(":")[2]))
    try:
        yield window, where
    finally:
        window.close()
        assert await app == 0


def push(window: MainWindow, name: str) -> None:
    """Push this button of the question that is asked."""
    (question,) = [box for box in window.findChildren(QMessageBox) if box.isVisible()]
    (button,) = [button for button in question.buttons() if button.text().replace("&", "") == name]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def token_of(window: MainWindow) -> str:
    """The token in the line that the window has for copying."""
    found = re.search(r'data-token="([^"]*)"', window.connect_panel.snippet.text())
    assert found is not None
    return found[1]


async def test_an_origin_that_asks_is_allowed_in_the_window_and_remembered(qtbot: QtBot) -> None:
    async with served(qtbot) as (window, hub), ScriptedPage.open(hub, origin=SHOP) as page:
        await page.say(hello(origin=SHOP))
        await page.hear("wait")
        window.frame.flush()
        view = window.sessions.view
        view.setCurrentIndex(view.model().index(0, 0))
        QTest.keyClick(view, Qt.Key.Key_Return)
        push(window, "Allow")
        await page.hear("greet")
        await page.lead({"a": "1"}, origin=SHOP)
    assert (folder() / "origins.json").exists()
    async with served(qtbot) as (_, hub), ScriptedPage.open(hub, origin=SHOP) as page:
        await page.lead(origin=SHOP)


async def test_the_token_is_rotated_in_the_window(qtbot: QtBot) -> None:
    async with served(qtbot, "--always-token") as (window, hub), ScriptedPage.open(hub) as page:
        before = token_of(window)
        await page.lead(token=before)
        window.commands.permits.rotate.trigger()
        push(window, "Rotate")
        assert await page.closed() == (1008, "the token was changed")
        assert token_of(window) != before
        assert token_of(window) == token_path().read_text().strip()
        async with ScriptedPage.open(hub) as again:
            await again.lead(token=token_of(window))


async def test_one_that_was_rotated_on_the_command_line_shows_in_the_window(
    qtbot: QtBot, capsys: pytest.CaptureFixture[str]
) -> None:
    async with served(qtbot, "--always-token") as (window, hub), ScriptedPage.open(hub) as page:
        await page.lead(token=token_of(window))
        capsys.readouterr()
        assert main(["token", "rotate"]) == 0
        assert await page.closed() == (1008, "the token was changed")
        assert token_of(window) == capsys.readouterr().out.strip()
        assert "The token was changed" in window.status.notice.text()


async def test_the_app_speaks_tls_on_its_own_event_loop(qtbot: QtBot) -> None:
    async with served(qtbot, "--tls-self-signed") as (window, where):
        assert "https://127.0.0.1" in window.connect_panel.snippet.text()
        hub = WebSocket(port=where.port, access=Access(tls_folder=folder()))
        trusting = ssl.create_default_context(cafile=folder() / "tls-certificate.pem")
        big = "x" * 1_000_000
        async with ScriptedPage.open(hub, ssl=trusting) as page:
            await page.lead({"a": big})
            window.frame.flush()
            session = window.sessions.session
            assert session is not None
            session.edit([SetItem("a", big + "y")], time.monotonic())
            request = await page.hear("edit")
            assert request["operations"][0]["value"] == big + "y"
            await page.say(applied(request, 1))


async def test_a_window_that_others_could_reach_without_tls_serves_nobody(qtbot: QtBot) -> None:
    registry = Registry()
    window = MainWindow(registry, time.monotonic)
    qtbot.addWidget(window)
    window.show()
    options = parser().parse_args(["--port", "0", "--no-journal", "--host", "0.0.0.0"])
    asyncio.get_running_loop().call_soon(window.close)
    assert await live(options, registry, window, lambda _: None) == 0
    assert "needs TLS" in window.status.notice.text()


async def test_where_nobody_needs_a_token_there_is_none_to_rotate(qtbot: QtBot) -> None:
    async with served(qtbot) as (window, _):
        assert not window.commands.permits.rotate.isEnabled()
        assert "data-token" not in window.connect_panel.snippet.text()
    assert not token_path().exists()


async def test_a_token_that_cannot_be_read_is_said_and_nobody_served(qtbot: QtBot) -> None:
    folder().mkdir(parents=True)
    token_path().write_text("short")
    token_path().chmod(0o600)
    registry = Registry()
    window = MainWindow(registry, time.monotonic)
    qtbot.addWidget(window)
    window.show()
    options = parser().parse_args(["--port", "0", "--no-journal", "--always-token"])
    # The window, being closed, ends it once it has come so far as to wait.
    asyncio.get_running_loop().call_soon(window.close)
    assert await live(options, registry, window, lambda _: None) == 0
    assert "holds no token" in window.status.notice.text()
