"""ConnectPanel: how to connect a page."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from monitor.ui.appearance import fixed_font

_COPIED_FOR: Final = 2_000

_EXPLANATION: Final = (
    "Put this line into the pages that you want to watch. Each browser that opens one of them appears on the left, "
    "with its LocalStorage, as long as the page is open."
)


class ConnectPanel(QWidget):
    """`page_asked` comes when the operator wants to see the sample page."""

    page_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heading = self._label("", "heading")
        self.explanation = self._label("", "muted")
        self.snippet = self._label("", "code")
        self.snippet.setFont(fixed_font())
        self.snippet.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.snippet.setAccessibleName("Line to put into a page")
        self._box = QFrame(self)
        self._box.setProperty("card", True)
        inner = QVBoxLayout(self._box)
        inner.setContentsMargins(14, 12, 14, 12)
        inner.addWidget(self.snippet)
        self.copy = QPushButton("Co&py", self)
        self.copy.setDefault(True)
        self.copy.clicked.connect(self._copy)
        self.open_page = QPushButton("Open the s&ample page", self)
        self.open_page.setToolTip("A page of our own that is connected already, in your browser")
        self.open_page.clicked.connect(self.page_asked)
        self.address = self._label("", "muted")
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.copy)
        buttons.addWidget(self.open_page)
        buttons.addStretch(1)
        column = QWidget(self)
        column.setMaximumWidth(620)
        layout = QVBoxLayout(column)
        layout.setContentsMargins(28, 24, 28, 24)
        layout.setSpacing(14)
        for widget in (self.heading, self.explanation, self._box):
            layout.addWidget(widget)
        layout.addLayout(buttons)
        layout.addWidget(self.address)
        centred = QHBoxLayout()
        centred.addStretch(1)
        centred.addWidget(column, 20)
        centred.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addStretch(2)
        outer.addLayout(centred)
        outer.addStretch(3)
        self._copied = QTimer(self)
        self._copied.setSingleShot(True)
        self._copied.setInterval(_COPIED_FOR)
        self._copied.timeout.connect(lambda: self.copy.setText("Co&py"))
        self.show_address("", "", "")

    def _label(self, text: str, look: str) -> QLabel:
        label = QLabel(text, self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setProperty(look, True)
        return label

    def show_address(self, url: str, snippet: str, page_url: str) -> None:
        """Where the hub listens, the line that connects a page to it, and where the sample page is; empty while the
        hub is not there yet.
        """
        self._say("Connect a page", _EXPLANATION)
        self.snippet.setText(snippet or "One moment…")
        self.copy.setEnabled(bool(snippet))
        self.open_page.setEnabled(bool(page_url))
        self.address.setText(f"Listening at {url}" if url else "Not listening yet")

    def show_not_listening(self, why: str) -> None:
        """The hub cannot listen, so there is nothing to connect to."""
        self.show_address("", "", "")
        self._say("Not listening", why)
        for widget in (self._box, self.copy, self.open_page, self.address):
            widget.hide()

    def _say(self, heading: str, explanation: str) -> None:
        self.heading.setText(heading)
        self.explanation.setText(explanation)
        for widget in (self._box, self.copy, self.open_page, self.address):
            widget.show()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.snippet.text())
        self.copy.setText("✓ Copied")
        self._copied.start()
