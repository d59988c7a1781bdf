"""QuotaBar: how much of what a browser lets one storage hold is used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from monitor.core.values import QUOTA
from monitor.ui.words import plain_tooltip, size

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from monitor.ui.appearance import Appearance

NEARLY: Final = 0.9
"""The part of the quota from which on it is told that there is not much left."""

_HEIGHT: Final = 5
_WIDTH: Final = 120


class QuotaBar(QWidget):
    """A slim bar; the words beside it are `usage`. From `NEARLY` on it is striped, too, not only in another colour."""

    def __init__(self, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._units = 0
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Part of the quota in use")
        appearance.changed.connect(self.update)

    def show_units(self, units: int) -> None:
        """So many UTF-16 units are in use."""
        self._units = units
        self.setToolTip(plain_tooltip(exactly(units)))
        self.setAccessibleDescription(exactly(units))
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as the words beside it, about."""
        return QSize(_WIDTH, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A track and what is filled of it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        track = QRectF(self.rect())
        painter.setBrush(self._appearance.color("border"))
        painter.drawRoundedRect(track, _HEIGHT / 2, _HEIGHT / 2)
        part = min(self._units / QUOTA, 1.0)
        if part <= 0:
            return
        filled = QRectF(track)
        filled.setWidth(max(track.width() * part, _HEIGHT))
        color = self._appearance.color("accent" if part < NEARLY else "error" if self._units > QUOTA else "warning")
        painter.setBrush(color)
        painter.drawRoundedRect(filled, _HEIGHT / 2, _HEIGHT / 2)
        if part >= NEARLY:
            painter.setBrush(self._appearance.color("base"))
            for place in range(_HEIGHT * 2, int(filled.width()) - _HEIGHT, _HEIGHT * 2):
                painter.drawRect(QRectF(place, 0, 1.5, _HEIGHT))


def usage(units: int) -> str:
    """How much is used, in words; and that it is much, if it is."""
    said = f"{size(units)} of {size(QUOTA)} units"
    if units > QUOTA:
        return f"⚠ {said}, over the quota"
    return f"⚠ {said}, nearly full" if units >= NEARLY * QUOTA else said


def exactly(units: int) -> str:
    """How much is used, exactly."""
    return (
        f"{units:,} of the {QUOTA:,} UTF-16 units of keys and values that a browser lets one storage hold "
        f"({units / QUOTA:.1%}), {max(QUOTA - units, 0):,} left"
    )
