"""Labels that text from a browser may not widen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

_NARROW: Final = 60
_LONG_WORD: Final = re.compile(r"\S{24}(?=\S)")


class ElidedLabel(QLabel):
    """One line of plain text, which ends in “…” where there is no room for all of it. `text` is whole."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        """As high as a line, and hardly any width."""
        hint = super().minimumSizeHint()
        return QSize(min(_NARROW, hint.width()), hint.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw what there is room for."""
        rect = self.contentsRect()
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, rect.width())
        painter = QPainter(self)
        align = self.alignment() | Qt.TextFlag.TextSingleLine
        ink = QPalette.ColorRole.WindowText
        self.style().drawItemText(painter, rect, int(align), self.palette(), self.isEnabled(), text, ink)


def breakable(text: str) -> str:
    """``text`` for a label of several lines, which else would be as wide as the longest word."""
    return _LONG_WORD.sub("\\g<0>\u200b", text)
