"""SessionsDelegate: draws one row of the tree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen, QPolygon
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from monitor.ui.icons import icon
from monitor.ui.sessions.rows import OriginRow, PageRow, Row, SessionRow, level
from monitor.ui.sessions.sentences import row_subtitle, row_title
from monitor.ui.sessions.view import ARROW, INDENT

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from monitor.ui.appearance import Appearance
    from monitor.ui.sessions.badges import Badge
    from monitor.ui.sessions.model import SessionsModel
    from monitor.ui.words import WallClock

_ICON: Final = 16
_SMALL_ICON: Final = 12
_GAP: Final = 7
_PADDING: Final = 5

# As integers: to put flags together anew costs more than to draw the text.
_SELECTED: Final = QStyle.StateFlag.State_Selected.value
_HOVERED: Final = QStyle.StateFlag.State_MouseOver.value
_CURRENT: Final = QStyle.StateFlag.State_HasFocus.value
_ON_ONE_LINE: Final = int(Qt.AlignmentFlag.AlignVCenter) | int(Qt.TextFlag.TextSingleLine)


class SessionsDelegate(QStyledItemDelegate):
    """Draws the rows of ``model``."""

    def __init__(self, model: SessionsModel, appearance: Appearance, wall: WallClock, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self._appearance = appearance
        self._wall = wall

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Every row is as tall as every other."""
        return QSize(100, self.row_height(option.font))

    def row_height(self, font: QFont) -> int:
        """Two lines, and some air."""
        return QFontMetrics(font).height() + QFontMetrics(self._small(font)).height() + 2 * _PADDING

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Arrow, icon, two lines; on the right a count or what needs attention."""
        row = self._model.row(index.row())
        color = self._appearance.color
        rect = option.rect
        state = option.state.value
        painter.save()
        if state & _SELECTED:
            painter.fillRect(rect, color("selection"))
        elif state & _HOVERED:
            painter.fillRect(rect, color("hover"))
        if state & _CURRENT:
            painter.fillRect(QRect(rect.left(), rect.top(), 3, rect.height()), color("accent"))
        left = rect.left() + 4 + level(row) * INDENT
        if not isinstance(row, PageRow):
            self._draw_arrow(painter, QRect(left, rect.top(), ARROW, rect.height()), self._model.tree.is_open(row))
        left += ARROW
        shape, shade = self._icon_of(row)
        top = rect.top() + _PADDING
        first_line = QFontMetrics(option.font).height()
        icon(shape, color(shade).name()).paint(painter, QRect(left, top + (first_line - _ICON) // 2, _ICON, _ICON))
        left += _ICON + _GAP
        right = rect.right() - 8
        if not isinstance(row, PageRow):
            for badge in self._model.badges(row):
                right -= self._draw_badge(painter, option, badge, right)
        self._draw_lines(painter, option.font, QRect(QPoint(left, top), QPoint(right, rect.bottom())), row)
        painter.restore()

    def _draw_lines(self, painter: QPainter, font: QFont, rect: QRect, row: Row) -> None:
        color = self._appearance.color
        away = isinstance(row, SessionRow) and not row.session.live
        if isinstance(row, OriginRow):
            font = QFont(font)
            font.setWeight(QFont.Weight.DemiBold)
        metrics = QFontMetrics(font)
        painter.setFont(font)
        painter.setPen(color("muted" if away else "text"))
        elide = Qt.TextElideMode.ElideRight
        line = QRect(rect.left(), rect.top(), rect.width(), metrics.height())
        flags = _ON_ONE_LINE
        painter.drawText(line, flags, metrics.elidedText(row_title(row), elide, rect.width()))
        small = self._small(font)
        small.setWeight(QFont.Weight.Normal)
        metrics = QFontMetrics(small)
        painter.setFont(small)
        painter.setPen(color("muted"))
        line = QRect(rect.left(), line.bottom() + 1, rect.width(), metrics.height())
        painter.drawText(line, flags, metrics.elidedText(row_subtitle(row, self._wall), elide, rect.width()))

    def _draw_badge(self, painter: QPainter, option: QStyleOptionViewItem, badge: Badge, right: int) -> int:
        """Draw it to the left of ``right``; returns its width with the gap before it."""
        color = self._appearance.color
        text, ink, ground, picture = badge
        font = self._small(option.font)
        metrics = QFontMetrics(font)
        before = _SMALL_ICON + (3 if text else 0) if picture else 0
        width, height = metrics.horizontalAdvance(text) + before + 14, metrics.height() + 2
        place = QRect(right - width, option.rect.center().y() - height // 2, width, height)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(color("border" if ink == "muted" else ink), 1))
        painter.setBrush(color(ground))
        painter.drawRoundedRect(place, height / 2, height / 2)
        painter.setFont(font)
        painter.setPen(color(ink))
        painter.drawText(place.adjusted(before, 0, 0, 0), Qt.AlignmentFlag.AlignCenter, text)
        if picture:
            spot = QRect(place.left() + 7, place.center().y() - _SMALL_ICON // 2, _SMALL_ICON, _SMALL_ICON)
            icon(picture, color(ink).name()).paint(painter, spot)
        return width + 6

    def _draw_arrow(self, painter: QPainter, rect: QRect, is_open: bool) -> None:
        middle = rect.center()
        if is_open:
            points = [QPoint(-4, -2), QPoint(0, 2), QPoint(4, -2)]
        else:
            points = [QPoint(-2, -4), QPoint(2, 0), QPoint(-2, 4)]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._appearance.color("muted"), 1.6, c=Qt.PenCapStyle.RoundCap))
        painter.drawPolyline(QPolygon([middle + point for point in points]))

    def _icon_of(self, row: Row) -> tuple[str, str]:
        if isinstance(row, OriginRow):
            return "origin", "muted"
        if isinstance(row, SessionRow):
            if not row.session.live:
                return "left", "muted"
            if any(page.connected for page in row.session.pages.values()):
                return "live", "good"
            return "away", "warning"
        page = row.page
        if page.page_id not in page.session.pages or not page.connected:
            return "away", "muted"
        return ("leader", "accent") if page.leads else ("page", "muted")

    def _small(self, font: QFont) -> QFont:
        small = QFont(font)
        small.setPointSizeF(max(7.0, font.pointSizeF() - 1))
        return small
