"""ReadOnlyChip: says in words and colour that nothing may be written to what is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from monitor.core.read_only import EVERYTHING, ORIGIN, SESSION
from monitor.ui.icons import icon

if TYPE_CHECKING:
    from monitor.ui.appearance import Appearance

_WORDS: Final = {SESSION: "Read-only session", ORIGIN: "Read-only origin", EVERYTHING: "Everything read-only"}


class ReadOnlyChip(QFrame):
    """Hidden where something may be written."""

    def __init__(self, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self.setProperty("chip", "warning")
        self._picture = QLabel(self)
        self.label = QLabel(self)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(7, 1, 9, 2)
        layout.setSpacing(5)
        layout.addWidget(self._picture)
        layout.addWidget(self.label)
        self.hide()
        appearance.changed.connect(self._recolor)
        self._recolor()

    def show_why(self, why: str | None) -> None:
        """Why nothing may be written (`monitor.core.session.Session.why_read_only`), if that is so."""
        if why is not None:
            self.label.setText(_WORDS[why])
            self.setToolTip(f"Nothing is written to the browser: {why}. The Session menu lifts that.")
            self.setAccessibleName(_WORDS[why])
        self.setVisible(why is not None)

    def _recolor(self) -> None:
        self._picture.setPixmap(icon("read-only", self._appearance.scheme.warning).pixmap(14, 14))
