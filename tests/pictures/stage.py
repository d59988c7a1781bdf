"""Stage: a window over simulated pages, and what stands over it, for one picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from monitor.core.origins import Asking
from monitor.core.registry import Registry
from monitor.ui.main_window import MainWindow
from tests.ui.simulated_page import FIREFOX, Clock, SimulatedPage

if TYPE_CHECKING:
    from types import TracebackType

    from monitor.core.messages import WireValue
    from monitor.ui.appearance import Scheme
    from monitor.ui.storage.area_panel import AreaPanel

Key = Qt.Key
TOKEN = (
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI0MiIsIm5hbWUiOiJBZGEgTG92ZWxhY2UiLCJpYXQiOjE3OTU0MDAwMDAsImV4"
    "cCI6MTc5NTQwMzYwMH0.c2lnbmF0dXJl"
)
ITEMS: dict[str, WireValue] = {
    "auth.token": TOKEN,
    "cart": '{"lines":[{"sku":"HH-1003","name":"Linen apron","qty":1,"price":24.90},{"sku":"HH-1012","qty":2}],'
    '"total":12345678901234567890}',
    "flags.freeDelivery": "off",
    "flags.newCheckout": "true",
    "lastVisit": "1795400000000",
    "locale": "pt-BR",
    "message": "hello\r\nworld",
    "password": 12,
    "theme": "dark",
    "visitor": "half a pair: \ud800",
}


class Stage:
    """A window in the colours of ``scheme``. `look` lets it show what has happened."""

    def __init__(self, scheme: Scheme) -> None:
        self.clock = Clock()
        self.registry = Registry("pictures")
        self.window = MainWindow(self.registry, self.clock)
        self.window.appearance.show(scheme)
        self.window.resize(1180, 740)
        self.window.show_address(
            "ws://127.0.0.1:8765",
            '<script src="http://127.0.0.1:8765/bridge.js" async></script>',
            "http://127.0.0.1:8765/",
        )

    def __enter__(self) -> Self:
        self.window.show()
        self.window.activateWindow()
        self.look()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for widget in QApplication.topLevelWidgets():
            if widget is not self.window:
                widget.close()
        if not self.window.close():
            self.answer("Quit")
        self.window.deleteLater()
        # Processing events leaves this one for an event loop to come; windows that stay make each picture slower.
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def fill(self) -> SimulatedPage:
        """Four sessions of two sites; the first one is shown."""
        ada = SimulatedPage(
            self.registry, self.clock, dict(ITEMS), session_items={"step": "address"}, user="Ada Lovelace"
        )
        SimulatedPage(
            self.registry,
            self.clock,
            page_id="page-2",
            session_items={"step": "payment", "scroll": "1280"},
            title="Checkout",
            path="/checkout",
        )
        self.add_session("grace", user="Grace Hopper", user_agent=FIREFOX)
        till = self.add_session("till-4", origin="https://till.example", label="till 4")
        till.leave_for_good()
        self.add_session("sandbox", origin="null", storage_error="SecurityError: The operation is insecure.")
        self.look()
        return ada

    def add_session(self, name: str, **said: str) -> SimulatedPage:
        """One more session, with a little in it."""
        return SimulatedPage(
            self.registry,
            self.clock,
            {"theme": "light", "cart": "[]"},
            session_id=name,
            page_id=name,
            **said,  # type: ignore[arg-type] # all of these are texts
        )

    def ask(self, origin: str, title: str) -> None:
        """Pages of another origin wait."""
        self.registry.origins.ask(Asking(origin, title, f"{origin}/orders?week=48", FIREFOX, "127.0.0.1", self.clock()))
        self.look()

    @property
    def panel(self) -> AreaPanel:
        panel = self.window.storage.panel
        assert panel is not None
        return panel

    def go_to(self, key: str) -> None:
        """Make this item the current one."""
        self.look()
        row = self.panel.model.row_of(key)
        assert row is not None
        self.panel.table.setFocus()
        self.panel.table.selectRow(row)
        self.look()

    def press(self, key: Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key where the focus is."""
        QTest.keyClick(QApplication.focusWidget() or self.window, key, modifiers)
        self.look()

    def type(self, text: str) -> None:
        """Type where the focus is."""
        QTest.keyClicks(QApplication.focusWidget() or self.window, text)
        self.look()

    def answer(self, text: str) -> None:
        """Push the button of this name in the question that is asked."""
        for box in self.window.findChildren(QMessageBox):
            for button in box.buttons() if box.isVisible() else []:
                if button.text().replace("&", "") == text:
                    button.click()
                    return
        raise LookupError(f"nothing asks for {text!r}")

    def look(self) -> None:
        """Let the window show what has happened."""
        for _ in range(3):
            self.window.frame.flush()
            QApplication.processEvents()

    def picture(self) -> QPixmap:
        """The window, and whatever dialog or menu stands over it."""
        self.look()
        picture = self.window.grab()
        painter = QPainter(picture)
        for above in QApplication.topLevelWidgets():
            if above is not self.window and above.isVisible() and above.windowType() != Qt.WindowType.ToolTip:
                self._draw_over(painter, above)
        painter.end()
        return picture

    def _draw_over(self, painter: QPainter, above: QWidget) -> None:
        free = self.window.rect().size() - above.size()
        is_popup = above.windowType() == Qt.WindowType.Popup
        place = self.window.mapFromGlobal(above.pos()) if is_popup else QPoint(free.width() // 2, free.height() // 3)
        painter.drawPixmap(place, above.grab())
        painter.setPen(self.window.appearance.color("strong_border"))
        painter.drawRect(place.x(), place.y(), above.width() - 1, above.height() - 1)
