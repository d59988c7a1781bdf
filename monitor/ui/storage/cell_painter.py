"""CellPainter: draws the cells of the table. A screen full of them is some 150, and each is drawn at every change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QApplication, QStyle

from monitor.ui.appearance import fixed_font
from monitor.ui.icons import icon
from monitor.ui.storage.columns import Column, ItemState
from monitor.ui.storage.item_states import FLASH

if TYPE_CHECKING:
    from PySide6.QtWidgets import QStyleOptionViewItem

    from monitor.ui.appearance import Appearance
    from monitor.ui.storage.model import StorageModel

PADDING: Final = 9
ICON: Final = 16
_GAP: Final = 6
_NARROWEST_CHARACTER: Final = 2

# As integers: to put flags together anew costs more than to draw the text.
_SELECTED: Final = QStyle.StateFlag.State_Selected.value
_CURRENT: Final = QStyle.StateFlag.State_HasFocus.value
_ON_ONE_LINE: Final = int(Qt.AlignmentFlag.AlignVCenter) | int(Qt.TextFlag.TextSingleLine)
_LEFT: Final = int(Qt.AlignmentFlag.AlignLeft) | _ON_ONE_LINE
_RIGHT: Final = int(Qt.AlignmentFlag.AlignRight) | _ON_ONE_LINE

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


class CellPainter:
    """Everything is drawn as plain text, in the font of a kind of cell and the colour of its state."""

    def __init__(self, model: StorageModel, appearance: Appearance) -> None:
        self._model = model
        self._appearance = appearance
        self.load_fonts()

    def load_fonts(self) -> None:
        """Take the system's fonts as they are now."""
        self.plain = QApplication.font()
        self.fixed = fixed_font()
        self._struck = QFont(self.fixed)
        self._struck.setStrikeOut(True)
        self._slanted = QFont(self.fixed)
        self._slanted.setItalic(True)
        self._plain_metrics = QFontMetrics(self.plain)
        self._fixed_metrics = QFontMetrics(self.fixed)

    def width(self, key: str, column: int) -> int:
        """How wide the cell would have to be to show its text whole."""
        metrics = self._fixed_metrics if column <= Column.VALUE else self._plain_metrics
        beside = ICON + _GAP if column == Column.STATE else 0
        return metrics.horizontalAdvance(self._model.words.text(key, column)) + 2 * PADDING + beside

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, key: str, column: int) -> None:
        """Ground, line below, text; the state's icon in the last column, and in the cell that the state is about."""
        rect = option.rect
        self._draw_ground(painter, rect, option.state.value, key)
        left, width = rect.left() + PADDING, rect.width() - 2 * PADDING
        text = self._model.words.text(key, column)
        metrics = self._plain_metrics
        if column <= Column.VALUE:
            state = self._model.states.cell_state(key, column)
            if state is not ItemState.NONE:
                name, ink = STATE_LOOKS[state]
                width -= ICON + _GAP
                self._draw_icon(painter, rect, rect.right() - PADDING - ICON, name, ink)
            metrics = self._fixed_metrics
            painter.setFont(self._text_font(key, column, state))
            painter.setPen(self._text_ink(key, column, state))
        else:
            painter.setFont(self.plain)
            look = STATE_LOOKS.get(self._model.states.state(key)) if column == Column.STATE else None
            painter.setPen(self._appearance.color("muted" if look is None else look[1]))
            if look is not None:
                self._draw_icon(painter, rect, left, *look)
                left, width = left + ICON + _GAP, width - ICON - _GAP
        if not text:
            return
        # Qt measures all that it is given before it cuts off what does not fit.
        text = metrics.elidedText(text[: width // _NARROWEST_CHARACTER], Qt.TextElideMode.ElideRight, width)
        align = _RIGHT if column == Column.SIZE else _LEFT
        painter.drawText(left, rect.top(), width, rect.height(), align, text)

    def _draw_icon(self, painter: QPainter, rect: QRect, left: int, name: str, ink: str) -> None:
        middle = rect.top() + rect.height() // 2
        icon(name, self._appearance.color(ink).name()).paint(painter, QRect(left, middle - ICON // 2, ICON, ICON))

    def _draw_ground(self, painter: QPainter, rect: QRect, flags: int, key: str) -> None:
        color = self._appearance.color
        if flags & _SELECTED:
            painter.fillRect(rect, color("selection"))
        left = self._model.states.flash(key)
        if left:
            flash = QColor(color("flash"))
            flash.setAlphaF(min(1.0, left / FLASH) if self._appearance.moves else 1.0)
            painter.fillRect(rect, flash)
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, color("border"))
        if flags & _CURRENT:
            painter.setPen(color("accent"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(rect.adjusted(0, 0, -1, -1))

    def _text_ink(self, key: str, column: int, state: ItemState) -> QColor:
        if state in (ItemState.PENDING, ItemState.WAITING):
            return self._appearance.color("accent")
        muted = not key if column == Column.KEY else self._model.look(key).kind == "redacted"
        gone = self._model.states.state(key) is ItemState.REMOVED
        return self._appearance.color("muted" if muted or gone else "text")

    def _text_font(self, key: str, column: int, state: ItemState) -> QFont:
        if state in (ItemState.PENDING, ItemState.WAITING):
            pending = self._model.states.pending.of(key)
            return self._struck if pending is not None and pending.value is None else self._slanted
        slanted = not key if column == Column.KEY else self._model.look(key).kind == "redacted"
        return self._slanted if slanted else self.fixed
