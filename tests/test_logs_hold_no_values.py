"""No value of a browser's gets into the log: not in what is logged, not in its file, not on the terminal."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import os
import sys
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtGui import QGuiApplication

from monitor.core.messages import SetItem
from monitor.core.registry import Registry
from monitor.hub import WebSocket
from monitor.log_file import report_uncaught, start_logging
from monitor.ui.main_window import MainWindow
from tests.hub.peers import LivingPage, ScriptedPage, hello, snapshot, until
from tests.journal.desk import Desk
from tests.ui.operator import CTRL, Key, Operator
from tests.ui.simulated_page import Clock, SimulatedPage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from monitor.core.events import Event

VALUE = "hunter2-of-the-browser"
pytestmark = [
    pytest.mark.logs,  # much fails here, as it is meant to
    pytest.mark.qt_log_ignore("This plugin does not support (propagateSizeHints|raise|grabbing)", extend=True),
]


class Listener(logging.Handler):
    """Keeps what it hears."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(record)


def logged(log: Path) -> str:
    return log.read_text(encoding="utf-8")


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """The file of the app's own log, with every level of the app's loggers; at the end it holds no value."""
    for name in ("XDG_STATE_HOME", "LOCALAPPDATA", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / "state"))
    root, ours, listener = logging.getLogger(), logging.getLogger("monitor"), Listener()
    pytests, root.handlers[:] = root.handlers[:], []
    path = start_logging()
    assert path is not None
    terminal, to_file = root.handlers
    assert isinstance(terminal, logging.StreamHandler)
    screen = io.StringIO()
    terminal.setStream(screen)
    handlers = [terminal, to_file, listener]
    root.handlers[:] = [*pytests, *handlers]
    ours.setLevel(logging.DEBUG)
    try:
        yield path
        assert VALUE not in path.read_text(encoding="utf-8")
        assert VALUE not in screen.getvalue()
        assert not [each for each in listener.heard if VALUE in each.getMessage() or VALUE in repr(each.args)]
    finally:
        ours.setLevel(logging.NOTSET)
        for handler in handlers:
            root.removeHandler(handler)
            handler.close()


BROKEN: list[Any] = [
    f'{{"type": "changes", "area": "local", "seq": 1, "changes": [["set", "k", {VALUE}',
    {"type": VALUE},
    {"type": "changes", "area": VALUE, "seq": 1, "changes": []},
    {"type": "changes", "area": "local", "seq": VALUE, "changes": []},
    {"type": "changes", "area": "local", "seq": 1, "changes": [["set", "k", [VALUE]]]},
    {"type": "changes", "area": "local", "seq": 1, "changes": [[VALUE, "k", "v"]]},
    {"type": "snapshot", "area": "local", "part": 2, "parts": 1, "seq": 0, "items": [["k", VALUE]]},
    {"type": "snapshot", "area": "local", "part": 1, "parts": 1, "seq": 0, "items": [["k", VALUE, VALUE]]},
    {"type": "result", "id": VALUE, "outcome": VALUE, "area": "local", "seq": 1, "values": [["k", VALUE]]},
    VALUE,
    VALUE.encode(),
]


@pytest.mark.parametrize("said", BROKEN, ids=map(str, range(len(BROKEN))))
async def test_of_messages_that_are_broken(log: Path, said: object) -> None:
    async with WebSocket(port=0) as ws, ScriptedPage.open(ws) as page:
        await page.lead({"k": VALUE})
        await page.socket.send(json.dumps(said) if isinstance(said, dict) else said)  # type: ignore[arg-type]  # a text
        await page.say(snapshot({"k": VALUE + "2"}, seq=9))
        await page.say({"type": "bye"})
        await page.closed()
    async with WebSocket(port=0) as ws, ScriptedPage.open(ws) as page:
        await page.say({**hello(), "title": [VALUE]}, {**hello(), "label": {"v": VALUE}})
        await page.closed()


async def test_of_what_programs_set_and_browsers_refuse(log: Path) -> None:
    async with WebSocket(port=0) as ws, LivingPage("s", {"k": VALUE}).connected(ws):
        session = await ws.wait_for_session()
        storage = session.local_storage
        storage.set("a", VALUE)
        storage.set("b", {VALUE: {VALUE}})
        storage.set("c", float("nan"))
        await asyncio.sleep(0)
    async with WebSocket(port=0) as ws, ScriptedPage.open(ws) as page:
        await page.lead({"k": VALUE})
        await until(ws.registry, lambda: ws.registry.sessions["s"].area().loaded)
        await ws.send_message({"localstorage": {"k": VALUE + "2", "n": VALUE}}, "s")
        edit = await page.hear()
        await page.say(
            {
                "type": "result",
                "id": edit["id"],
                "outcome": "refused",
                "area": "local",
                "seq": 0,
                "error": "quota",
                "message": "no room",
                "values": [["k", VALUE], ["n", None]],
            }
        )
        await until(ws.registry, lambda: not ws.registry.sessions["s"].unsettled())
        await ws.send_message({"other": {"k": VALUE}}, "s")
        await ws.send_message({"localstorage": [VALUE]}, "s")  # type: ignore[dict-item]  # a mistake of the program's
        assert "refused what a program set" in logged(log)


def test_of_listeners_that_fail_and_of_what_no_code_caught(log: Path) -> None:
    registry, clock, said = Registry("test"), Clock(), list[str]()

    def fail(event: Event) -> None:
        raise ValueError(f"at {event}: {VALUE}")

    registry.subscribe(fail)
    page = SimulatedPage(registry, clock, {"k": VALUE})
    page.session.edit([SetItem("k", "2", VALUE)], clock())
    page.answer()
    report_uncaught(said.append, None)
    try:
        int(VALUE)
    except ValueError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    finally:
        sys.excepthook = sys.__excepthook__
    assert said == ["Something failed: ValueError"]
    assert "failed at ItemsChanged" in logged(log)
    assert "CRITICAL monitor.log_file: uncaught" in logged(log)


def test_of_what_the_journal_does(log: Path, tmp_path: Path) -> None:
    with Desk(tmp_path) as desk:
        page = desk.page({"k": VALUE, "token": VALUE})
        desk.set(page, "k", VALUE + "2", VALUE)
        desk.set(page, "token", VALUE + "2", "another")
        desk.filed()
        (tmp_path / "journal.sqlite3").write_bytes(b"no database")
        desk.set(page, "k", VALUE, VALUE + "2")
    with Desk(tmp_path) as desk:
        desk.page({"k": VALUE})


def test_of_what_an_operator_does(log: Path, qtbot: QtBot) -> None:
    registry, clock = Registry("test"), Clock()
    window = MainWindow(registry, clock)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    operator = Operator(window, qtbot)
    page = SimulatedPage(registry, clock, {"k": VALUE, "token": VALUE, "j": json.dumps({"v": VALUE})}, user="Ada")
    operator.look()
    for key in ("k", "token"):
        operator.edit(key)
        operator.type(VALUE + "!")
        operator.press(Key.Key_Return)
        page.refuse("quota", "no room")
        operator.look()
        operator.edit(key)
        page.set(key, VALUE + "?")
        operator.press(Key.Key_Return)
        page.answer_all()
        operator.look()
    operator.go_to("j")
    operator.press(Key.Key_F4)
    operator.press(Key.Key_Delete)
    page.answer_all()
    operator.press(Key.Key_Z, CTRL)
    page.answer_all()
    QGuiApplication.clipboard().setText(f'{{"k": {VALUE}}}')
    operator.press(Key.Key_V, CTRL)
    assert operator.panel.paste_dialog is not None
    operator.panel.paste_dialog.reject()
    window.close()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes; folders of a user are that user's there")
def test_nobody_else_can_read_the_log(log: Path) -> None:
    assert log.parent.stat().st_mode & 0o077 == 0
