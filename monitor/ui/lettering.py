"""Lettering: draws texts in one font. Each is cut to its cell and laid out once, for that takes longer than to draw."""

from __future__ import annotations

from typing import Final, NamedTuple

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QStaticText, QTextOption, QTransform

# A few screens full.
_MOST_KEPT: Final = 1_000
_NARROWEST_CHARACTER: Final = 2

# As integers: to put flags together anew costs more than to draw the text.
_ON_ONE_LINE: Final = int(Qt.AlignmentFlag.AlignVCenter) | int(Qt.TextFlag.TextSingleLine)
_LEFT: Final = int(Qt.AlignmentFlag.AlignLeft) | _ON_ONE_LINE
_RIGHT: Final = int(Qt.AlignmentFlag.AlignRight) | _ON_ONE_LINE


class _Laid(NamedTuple):
    text: str
    """What fits."""
    line: QStaticText
    width: float
    height: float


class Lettering:
    """Draws plain text on one line. Texts are cut where ``metrics`` says that the cell ends: those of ``font``, or of
    one that is as wide.
    """

    def __init__(self, font: QFont, metrics: QFontMetrics) -> None:
        self.font = font
        self._metrics = metrics
        self._struck = font.strikeOut()
        self._kept: dict[tuple[str, int], _Laid] = {}
        # On a line from left to right, whichever way the words in it run: as QPainter.drawText draws it.
        self._option = QTextOption()
        self._option.setTextDirection(Qt.LayoutDirection.LeftToRight)
        self._option.setWrapMode(QTextOption.WrapMode.NoWrap)

    def draw(
        self, painter: QPainter, text: str, left: int, top: int, width: int, height: int, *, right: bool = False
    ) -> None:
        """In the middle of this rectangle's height, at its left or its ``right``, in the painter's pen."""
        laid = self._kept.get((text, width)) or self._lay(text, width)
        painter.setFont(self.font)
        if self._struck or laid.width > width or laid.height > height:
            # Qt strikes a QStaticText out in the wrong place, and cuts nothing off where another font is taller.
            painter.drawText(left, top, width, height, _RIGHT if right else _LEFT, laid.text)
            return
        before = width - laid.width if right else 0.0
        painter.drawStaticText(QPointF(left + before, top + (height - laid.height) / 2), laid.line)

    def _lay(self, text: str, width: int) -> _Laid:
        if len(self._kept) >= _MOST_KEPT:
            self._kept.clear()
        # Qt measures all that it is given before it cuts off what does not fit.
        most = max(width, 0) // _NARROWEST_CHARACTER
        fitting = self._metrics.elidedText(text[:most], Qt.TextElideMode.ElideRight, width)
        line = QStaticText(fitting)
        line.setTextFormat(Qt.TextFormat.PlainText)
        line.setTextOption(self._option)
        line.prepare(QTransform(), self.font)
        size = line.size()
        laid = self._kept[text, width] = _Laid(fitting, line, size.width(), size.height())
        return laid
