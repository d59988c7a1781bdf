"""SessionHeader: whose storage is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from monitor.core.values import one_line
from monitor.ui.icons import icon
from monitor.ui.labels import ElidedLabel
from monitor.ui.quota_bar import QuotaBar, exactly, usage
from monitor.ui.read_only.chip import ReadOnlyChip
from monitor.ui.sessions.sentences import origin_in_words, state_in_words
from monitor.ui.words import counted, plain_tooltip

if TYPE_CHECKING:
    from monitor.core.area import StorageArea
    from monitor.ui.appearance import Appearance
    from monitor.ui.sessions.rows import SessionRow
    from monitor.ui.words import WallClock


class SessionHeader(QFrame):
    """Two lines: who, and where from; on the right how much is stored."""

    def __init__(self, appearance: Appearance, wall: WallClock, parent: QWidget) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._wall = wall
        self._drawn = ("", "")
        self._picture = QLabel(self)
        self.title = ElidedLabel(self)
        self.title.setProperty("heading", True)
        self.state = self._label("strong")
        self.read_only = ReadOnlyChip(appearance, self)
        self.subtitle = ElidedLabel(self)
        self.subtitle.setProperty("muted", True)
        self.items = self._label("strong")
        self.items.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.stored = self._label("muted")
        self.stored.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.quota = QuotaBar(appearance, self)
        first = QHBoxLayout()
        first.setSpacing(9)
        first.addWidget(self._picture)
        first.addWidget(self.title)
        first.addWidget(self.state)
        first.addWidget(self.read_only)
        first.addStretch(1)
        left = QVBoxLayout()
        left.setSpacing(2)
        left.addLayout(first)
        left.addWidget(self.subtitle)
        right = QVBoxLayout()
        right.setSpacing(2)
        right.addWidget(self.items)
        right.addWidget(self.stored)
        right.addSpacing(2)
        right.addWidget(self.quota)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 8)
        layout.addLayout(left, 1)
        layout.addLayout(right)

    def _label(self, look: str) -> QLabel:
        label = QLabel(self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setProperty(look, True)
        return label

    def show_session(self, row: SessionRow, area: StorageArea) -> None:
        """Show what is known of the session, and of this area of it, now."""
        session = row.session
        scheme = self._appearance.scheme
        state = state_in_words(session, self._wall)
        shape, color = {"live": ("live", scheme.good), "away": ("away", scheme.warning)}.get(
            state, ("left", scheme.muted)
        )
        if self._drawn != (shape, color):
            # A style sheet costs more than all the rest.
            self._drawn = (shape, color)
            self._picture.setPixmap(icon(shape, color).pixmap(18, 18))
            self.state.setStyleSheet(f"color: {color}")
        self.title.setText(one_line(row.title, 60))
        self.title.setToolTip(plain_tooltip(f"Session id {one_line(session.session_id)}"))
        self.state.setText(state)
        self.read_only.show_why(session.why_read_only)
        pages = [counted(len(session.pages), "page")] if session.live else []
        self.subtitle.setText("   ".join([origin_in_words(session.origin), row.browser, *pages]))
        self.items.setText(counted(len(area.items), "item") if area.loaded else "")
        self.stored.setText(usage(area.units) if area.loaded else "")
        self.stored.setToolTip(plain_tooltip(exactly(area.units)))
        self.quota.show_units(area.units)
        self.quota.setVisible(area.loaded)
