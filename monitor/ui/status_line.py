"""StatusLine: where the hub listens, how many sessions there are, and how much they say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QElapsedTimer, Qt, QTimer
from PySide6.QtWidgets import QLabel, QSizePolicy, QStatusBar, QWidget

from monitor.ui.words import counted, plain_tooltip

if TYPE_CHECKING:
    from monitor.core.registry import Registry

_TOLD_FOR: Final = 6_000
_EVERY: Final = 1_000


class StatusLine(QStatusBar):
    """What is told for a moment stands on the left; the rest stays on the right. From `count` on it says how many
    messages come in.
    """

    _registry: Registry
    _received: int

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._since = QElapsedTimer()
        self.setSizeGripEnabled(False)
        self._notices: list[str] = []
        self.address = self._label("Not listening yet")
        self.notice = self._label("")
        # However long it is, the window may be narrower; the tool tip has all of it.
        self.notice.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.notice.hide()
        self.sessions = self._label("")
        self.show_sessions(0, 0)
        self.rate = self._label("0 messages/s")
        self.addWidget(self.address)
        self.addWidget(self.notice, 1)
        self.addPermanentWidget(self.sessions)
        self.addPermanentWidget(self.rate)
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY)
        self._timer.timeout.connect(self.show_rate)

    def count(self, registry: Registry) -> None:
        """Show how many messages ``registry`` receives from now on."""
        self._registry = registry
        self._received = registry.received
        self._since.start()
        self._timer.start()

    def _label(self, text: str) -> QLabel:
        label = QLabel(text, self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setContentsMargins(8, 2, 8, 2)
        return label

    def show_address(self, url: str) -> None:
        """Where the hub listens; empty if nowhere."""
        self.address.setText(f"Listening at {url}" if url else "Not listening")

    def show_notice(self, text: str) -> None:
        """A sentence that stays, beside those that stand there. An empty one says nothing."""
        if text and text not in self._notices:
            self._notices.append(text)
            self.notice.setText("  ".join(f"⚠ {notice}" for notice in self._notices))
            self.notice.setToolTip(plain_tooltip(self.notice.text()))
            self.notice.show()

    def tell(self, text: str) -> None:
        """A sentence that stays for some seconds."""
        self.showMessage(text, _TOLD_FOR)

    def show_sessions(self, live: int, left: int) -> None:
        """How many sessions are there."""
        self.sessions.setText(f"{counted(live, 'session')} live" + (f", {left:,} left" if left else ""))

    def show_rate(self) -> None:
        """How many messages a second came in since the last time."""
        received, seconds = self._registry.received, self._since.nsecsElapsed() / 1e9
        self._since.start()
        rate = round((received - self._received) / seconds)
        self._received = received
        self.rate.setText(f"{rate:,} messages/s")
