"""The app with its journal: real processes, real sockets, killed and started again."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from functools import partial
from typing import TYPE_CHECKING

import pytest

from monitor.cli import parser
from monitor.core.edits import EditState, Reason
from monitor.core.messages import SetItem
from monitor.core.registry import Registry
from monitor.loop import EventLoop
from monitor.serving import live
from monitor.ui.main_window import MainWindow
from monitor.ui.sessions.sentences import row_subtitle
from monitor.ui.words import WallClock
from tests.hub.peers import LivingPage, until
from tests.journal.desk import rows, verdict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from monitor.hub import WebSocket
    from tests.event_loop import AsyncRunner

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support (propagateSizeHints|raise|grabbing)", extend=True)


@pytest.fixture(scope="module")
def runner(qapp: QApplication) -> Iterator[AsyncRunner]:
    qapp.setQuitOnLastWindowClosed(False)
    with asyncio.Runner(loop_factory=partial(EventLoop, qapp)) as runner:
        yield runner


class App:
    """The app in this process, as a context; closed as by the operator."""

    def __init__(self, folder: Path, qtbot: QtBot, *options: str) -> None:
        self.registry = Registry()
        self.window = MainWindow(self.registry, time.monotonic)
        qtbot.addWidget(self.window)
        self._options = ["--port", "0", "--journal-folder", str(folder), *options]

    async def __aenter__(self) -> App:
        self.window.show()
        address: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        options = parser().parse_args(self._options)
        self._task = asyncio.create_task(live(options, self.registry, self.window, address.set_result))
        self.url = await address
        return self

    async def __aexit__(self, *_: object) -> None:
        self.window._letting_go._quits = True
        self.window.close()
        assert await self._task == 0

    @property
    def hub(self) -> WebSocket:
        """As far as a page needs it."""
        return self  # type: ignore[return-value]  # it has a url, and that is all


def files(folder: Path) -> list[Path]:
    return list(folder.iterdir())


def killed_after_sending(folder: Path) -> None:
    """A process that edits is stopped and killed when it has sent something."""
    command = [sys.executable, "-m", "tests.journal.scribe", str(folder), "first"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as scribe:
        assert scribe.stdout is not None
        while not scribe.stdout.readline().startswith("sent"):
            pass
        scribe.send_signal(signal.SIGKILL)
        scribe.communicate()


@pytest.mark.logs
async def test_an_edit_that_waits_outlives_the_app(tmp_path: Path, qtbot: QtBot) -> None:
    page = LivingPage(items={"a": "1"})
    async with App(tmp_path, qtbot) as app:
        async with page.connected(app.hub):
            await until(app.registry, lambda: "s" in app.registry.sessions and app.registry.sessions["s"].area().loaded)
        session = app.registry.sessions["s"]
        await until(app.registry, lambda: not session.live)
        edit = session.edit([SetItem("a", "2", "1")], time.monotonic())
        assert edit.state is EditState.PENDING
        assert app.window._letting_go.keeps_waiting, "nobody is asked whether to lose it"
    async with App(tmp_path, qtbot) as app:
        session = app.registry.sessions["s"]
        assert (session.live, dict(session.area().items)) == (False, {"a": "1"})
        assert [waiting.id for waiting in session.unsettled()] == [edit.id]
        row = app.window.sessions_model.row_of(session)
        assert row is not None
        assert row_subtitle(row, WallClock(time.monotonic)).startswith("left at ")
        async with page.connected(app.hub):
            await until(app.registry, lambda: not session.unsettled())
        assert page.items == {"a": "2"}
    assert rows(tmp_path, "outcome", kind="outcome") == [("applied",)]
    assert verdict(tmp_path).broken is None


@pytest.mark.logs
async def test_a_second_instance_says_that_it_writes_nothing_down(tmp_path: Path, qtbot: QtBot) -> None:
    page = LivingPage(items={"a": "1"})
    async with App(tmp_path, qtbot), App(tmp_path, qtbot) as second:
        notice = second.window.status.notice.text()
        assert notice == "⚠ Edits made here are not journaled: another instance of this app writes it."
        async with page.connected(second.hub):
            await until(
                second.registry, lambda: "s" in second.registry.sessions and second.registry.sessions["s"].area().loaded
            )
            session = second.registry.sessions["s"]
            edit = session.edit([SetItem("a", "2", "1")], time.monotonic())
            await until(second.registry, lambda: edit.state is EditState.APPLIED)
    assert rows(tmp_path, "seq") == []


@pytest.mark.logs
async def test_where_the_journal_cannot_be_opened_no_edit_is_sent_and_it_is_said(tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "file").write_text("")
    page = LivingPage(items={"a": "1"})
    async with App(tmp_path / "file" / "folder", qtbot) as app:
        assert app.window.status.notice.text().startswith("⚠ No edit is sent, for there is no journal: it cannot be")
        async with page.connected(app.hub):
            await until(app.registry, lambda: "s" in app.registry.sessions and app.registry.sessions["s"].area().loaded)
            edit = app.registry.sessions["s"].edit([SetItem("a", "2", "1")], time.monotonic())
            assert (edit.state, edit.reason) == (EditState.REFUSED, Reason.NOT_RECORDED)
            assert "the journal was not opened" in edit.message
        assert page.items == {"a": "1"}


async def test_without_a_journal_nothing_is_written(tmp_path: Path, qtbot: QtBot) -> None:
    async with App(tmp_path / "journal", qtbot, "--no-journal") as app:
        assert app.window.journal is None
        assert not app.window.commands.show_journal.isEnabled()
    assert files(tmp_path) == []


async def test_what_is_unknown_after_a_kill_waits_for_the_operator(tmp_path: Path, qtbot: QtBot) -> None:
    killed_after_sending(tmp_path)
    async with App(tmp_path, qtbot) as app:
        (session,) = app.registry
        unknown = [row for row in rows(tmp_path, "of", "outcome", kind="outcome") if row[1] == "unknown"]
        refusals = app.window.outcomes.refusals(session)
        assert refusals <= 1
        refused = app.window.outcomes.of(session, session.area()).refused.values()
        assert all(edit.reason is Reason.UNKNOWN for edit in refused)
        assert unknown == [] or refusals == 1
    assert verdict(tmp_path).broken is None
