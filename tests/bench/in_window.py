"""A real window over a core that is fed by hand, for what is measured in the window alone."""

from __future__ import annotations

import gc
from time import monotonic

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication

from monitor.core.messages import Hello, Snapshot, encode
from monitor.core.page import Line, Page
from monitor.core.registry import Registry
from monitor.ui.main_window import MainWindow


class FilledWindow:
    """The window, shown. What is fed to it is shown when `settle` returns."""

    def __init__(self) -> None:
        application = QApplication.instance() or QApplication(["bench"])
        assert isinstance(application, QApplication)
        self.registry = Registry("bench")
        self.window = MainWindow(self.registry, monotonic)
        self.window.show()
        self.window.activateWindow()
        self.settle()

    def add_session(self, number: int, origin: str, items: dict[str, str] | None = None) -> Page:
        """A page connects, whose session has these items."""
        hello = Hello(
            version=1,
            session_id=f"{number:08x}-session",
            secret="secret",
            page_id=f"page-{number}",
            document_id="",
            origin=origin,
            url=f"{origin}/basket?step={number}",
            title=f"Basket {number}",
            user_agent="Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0.0.0 Safari/537.36",
            visible=True,
            bridge="bench",
            user=f"customer {number}",
        )
        page = self.registry.greet(encode(hello), Line(_send, _close), monotonic())
        assert page is not None
        if items is not None:
            self.registry.receive(page, encode(Snapshot("local", 1, 1, 0, list(items.items()))), monotonic())
        return page

    def settle(self) -> None:
        """Show everything, and do what Qt has put off."""
        for _ in range(3):
            self.window.frame.flush()
            QCoreApplication.processEvents()

    def rest(self) -> None:
        """As the app does after its start: what is there need not be looked at by the garbage collector again."""
        self.settle()
        gc.collect()
        gc.freeze()
        gc.set_threshold(20_000, 10, 10)


def _send(_message: object) -> None:
    pass


def _close(code: int, reason: str) -> None:
    raise AssertionError(f"closed with {code}: {reason}")
