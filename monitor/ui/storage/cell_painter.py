"""CellPainter: draws the rows of the table. A screen full of cells is some 150, and each is drawn at every change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QApplication

from monitor.ui.appearance import fixed_font
from monitor.ui.icons import icon
from monitor.ui.lettering import Lettering
from monitor.ui.storage.columns import Column, ItemState
from monitor.ui.storage.item_states import FLASH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.ui.appearance import Appearance
    from monitor.ui.storage.model import StorageModel

PADDING: Final = 9
ICON: Final = 16
_GAP: Final = 6

STATE_LOOKS: Final = {
    ItemState.REFUSED: ("refused", "error"),
    ItemState.DRAFT: ("edit", "accent"),
    ItemState.PENDING: ("saving", "accent"),
    ItemState.WAITING: ("waiting", "warning"),
    ItemState.REMOVED: ("refused", "warning"),
    ItemState.CHANGED: ("changed", "warning"),
    ItemState.SAVED: ("saved", "good"),
    ItemState.REDACTED: ("redacted", "muted"),
}
"""Icon and colour of each state that has one. The words beside them say the same."""


class Cell(NamedTuple):
    """Where in the viewport a column stands, in pixels."""

    column: int
    left: int
    width: int


class CellPainter:
    """Everything is drawn as plain text, in the font of a kind of cell and the colour of its state."""

    def __init__(self, model: StorageModel, appearance: Appearance) -> None:
        self._model = model
        self._appearance = appearance
        self.fixed = fixed_font()
        struck, slanted = QFont(self.fixed), QFont(self.fixed)
        struck.setStrikeOut(True)
        slanted.setItalic(True)
        plain = QApplication.font()
        self._plain_metrics = QFontMetrics(plain)
        self._fixed_metrics = QFontMetrics(self.fixed)
        self._plain = Lettering(plain, self._plain_metrics)
        self._upright = Lettering(self.fixed, self._fixed_metrics)
        self._struck = Lettering(struck, self._fixed_metrics)
        self._slanted = Lettering(slanted, self._fixed_metrics)

    def width(self, key: str, column: int) -> int:
        """How wide the cell would have to be to show its text whole."""
        metrics = self._fixed_metrics if column <= Column.VALUE else self._plain_metrics
        beside = ICON + _GAP if column == Column.STATE else 0
        return metrics.horizontalAdvance(self._model.words.text(key, column)) + 2 * PADDING + beside

    def paint(
        self, painter: QPainter, key: str, place: QRect, cells: Sequence[Cell], *, selected: bool, current: int
    ) -> None:
        """Draw these cells of the row of ``key``, which stands in ``place``: ground, line below, texts; the icon of the
        state in the last column, and in the cell that it is about. ``current`` is the column with the focus, or -1.
        """
        color = self._appearance.color
        self._draw_ground(painter, key, place, selected=selected)
        top, height = place.top(), place.height()
        state = self._model.states.state(key)
        texts = self._model.words.texts(key)
        for column, left, width in cells:
            text = texts[column]
            if column == current:
                painter.setPen(color("accent"))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(left, top, width - 1, height - 1)
            left, width = left + PADDING, width - 2 * PADDING
            ink, lettering = "muted", self._plain
            if column <= Column.VALUE:
                shown = state
                if state is not ItemState.NONE:
                    shown = self._model.states.cell_state(key, column)
                if shown is not ItemState.NONE:
                    width -= ICON + _GAP
                    self._draw_icon(painter, left + width + _GAP - 1, place, shown)
                ink, lettering = self._exact(key, column, state, shown)
            elif column == Column.STATE and state is not ItemState.NONE:
                ink = STATE_LOOKS[state][1]
                self._draw_icon(painter, left, place, state)
                left, width = left + ICON + _GAP, width - ICON - _GAP
            if text:
                painter.setPen(color(ink))
                lettering.draw(painter, text, left, top, width, height, right=column == Column.SIZE)

    def _draw_ground(self, painter: QPainter, key: str, place: QRect, *, selected: bool) -> None:
        color = self._appearance.color
        if selected:
            painter.fillRect(place, color("selection"))
        left = self._model.states.flash(key)
        if left:
            flash = QColor(color("flash"))
            flash.setAlphaF(min(1.0, left / FLASH) if self._appearance.moves else 1.0)
            painter.fillRect(place, flash)
        painter.fillRect(place.left(), place.bottom(), place.width(), 1, color("border"))

    def _draw_icon(self, painter: QPainter, left: int, place: QRect, state: ItemState) -> None:
        name, ink = STATE_LOOKS[state]
        top = place.top() + place.height() // 2 - ICON // 2
        icon(name, self._appearance.color(ink).name()).paint(painter, QRect(left, top, ICON, ICON))

    def _exact(self, key: str, column: int, state: ItemState, shown: ItemState) -> tuple[str, Lettering]:
        """Colour and font of a key or value; ``shown`` is what the cell says of the item's ``state``."""
        if shown in (ItemState.PENDING, ItemState.WAITING):
            pending = self._model.states.pending.of(key)
            return "accent", self._struck if pending is not None and pending.value is None else self._slanted
        # What stands there is not the page's, but says that there is nothing, or nothing to be seen.
        told = not key if column == Column.KEY else self._model.look(key).is_hidden
        return "muted" if told or state is ItemState.REMOVED else "text", self._slanted if told else self._upright
