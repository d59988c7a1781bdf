"""RowPainter: draws the rows of the tree. A screen full of them is drawn at every key that is typed in the search."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen, QPolygon

from monitor.ui.icons import icon
from monitor.ui.lettering import Lettering
from monitor.ui.sessions.rows import AskingRow, OriginRow, PageRow, Row, SessionRow, level
from monitor.ui.sessions.sentences import row_subtitle, row_title
from monitor.ui.sessions.view import ARROW, INDENT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from monitor.ui.appearance import Appearance
    from monitor.ui.sessions.badges import Badge
    from monitor.ui.sessions.model import SessionsModel
    from monitor.ui.words import WallClock

_ICON: Final = 16
_SMALL_ICON: Final = 12
_GAP: Final = 7
_BETWEEN: Final = 6
_PADDING: Final = 5

_CENTERED: Final = int(Qt.AlignmentFlag.AlignCenter)
_OPENED: Final = QPolygon([QPoint(-4, -2), QPoint(0, 2), QPoint(4, -2)])
_CLOSED: Final = QPolygon([QPoint(-2, -4), QPoint(2, 0), QPoint(-2, 4)])


class Line(NamedTuple):
    """A font's letters, and how tall a line of them is."""

    lettering: Lettering
    height: int


def _line(font: QFont) -> Line:
    metrics = QFontMetrics(font)
    return Line(Lettering(font, metrics), metrics.height())


class RowPainter:
    """Draws the rows of ``model`` in ``font``: arrow, icon, two lines; on the right a count or what needs attention."""

    def __init__(self, model: SessionsModel, appearance: Appearance, wall: WallClock, font: QFont) -> None:
        self._model = model
        self._appearance = appearance
        self._wall = wall
        self.use(font)

    def use(self, font: QFont) -> None:
        """Draw in this font from now on."""
        heavy, small = QFont(font), QFont(font)
        heavy.setWeight(QFont.Weight.DemiBold)
        small.setPointSizeF(max(7.0, font.pointSizeF() - 1))
        small.setWeight(QFont.Weight.Normal)
        self._title, self._heavy_title, self._subtitle = _line(font), _line(heavy), _line(small)
        self._small = small
        self._small_metrics = QFontMetrics(small)
        self.height = self._title.height + self._subtitle.height + 2 * _PADDING
        """Of every row, in pixels: two lines, and some air."""

    def paint_ground(self, painter: QPainter, place: QRect, *, selected: bool, hovered: bool, current: bool) -> None:
        """Draw what is below a row. ``current`` is one that has the focus."""
        color = self._appearance.color
        if selected or hovered:
            painter.fillRect(place, color("selection" if selected else "hover"))
        if current:
            painter.fillRect(place.left(), place.top(), 3, place.height(), color("accent"))

    def paint_arrows(self, painter: QPainter, rows: Iterable[tuple[Row, QRect]]) -> None:
        """Draw what opens and closes these rows where they stand, with a painter that smooths edges."""
        painter.setPen(QPen(self._appearance.color("muted"), 1.6, c=Qt.PenCapStyle.RoundCap))
        for row, place in rows:
            if isinstance(row, OriginRow | SessionRow):
                arrow = _OPENED if self._model.tree.is_open(row) else _CLOSED
                left = place.left() + 4 + level(row) * INDENT
                painter.drawPolyline(arrow.translated(left + (ARROW - 1) // 2, place.center().y()))

    def paint(self, painter: QPainter, row: Row, place: QRect) -> None:
        """Draw icon, lines and badges of the row, with a painter that smooths edges."""
        left = place.left() + 4 + level(row) * INDENT
        right = place.right() - 8
        if not isinstance(row, PageRow):
            for badge in self._model.badges(row):
                right -= self._draw_badge(painter, place, badge, right)
        left += ARROW
        top = place.top() + _PADDING
        shape, shade = self._icon_of(row)
        beside = QRect(left, top + (self._title.height - _ICON) // 2, _ICON, _ICON)
        icon(shape, self._appearance.color(shade).name()).paint(painter, beside)
        left += _ICON + _GAP
        self._draw_lines(painter, left, top, right - left + 1, row)

    def badge_at(self, row: Row, place: QRect, point: QPoint) -> Badge | None:
        """The badge that `paint` draws at this point of the row."""
        right = place.right() - 8
        for badge in [] if isinstance(row, PageRow) else self._model.badges(row):
            spot = self._badge_place(place, badge, right)
            if spot.contains(point):
                return badge
            right = spot.left() - _BETWEEN
        return None

    def _badge_place(self, row_place: QRect, badge: Badge, right: int) -> QRect:
        """Where it stands, to the left of ``right``."""
        before = _SMALL_ICON + (3 if badge.text else 0) if badge.picture else 0
        width = self._small_metrics.horizontalAdvance(badge.text) + before + 14
        height = self._subtitle.height + 2
        return QRect(right - width, row_place.center().y() - height // 2, width, height)

    def _draw_lines(self, painter: QPainter, left: int, top: int, width: int, row: Row) -> None:
        color = self._appearance.color
        away = isinstance(row, SessionRow) and not row.session.live
        lettering, height = self._heavy_title if isinstance(row, AskingRow | OriginRow) else self._title
        painter.setPen(color("muted" if away else "text"))
        lettering.draw(painter, row_title(row), left, top, width, height)
        top += height
        lettering, height = self._subtitle
        painter.setPen(color("muted"))
        lettering.draw(painter, row_subtitle(row, self._wall), left, top, width, height)

    def _draw_badge(self, painter: QPainter, row_place: QRect, badge: Badge, right: int) -> int:
        """Draw it to the left of ``right``; returns its width with the gap before it."""
        color = self._appearance.color
        text, ink, ground, picture = badge
        before = _SMALL_ICON + (3 if text else 0) if picture else 0
        place = self._badge_place(row_place, badge, right)
        painter.setPen(QPen(color("border" if ink == "muted" else ink), 1))
        painter.setBrush(color(ground))
        painter.drawRoundedRect(place, place.height() / 2, place.height() / 2)
        painter.setFont(self._small)
        painter.setPen(color(ink))
        painter.drawText(place.adjusted(before, 0, 0, 0), _CENTERED, text)
        if picture:
            spot = QRect(place.left() + 7, place.center().y() - _SMALL_ICON // 2, _SMALL_ICON, _SMALL_ICON)
            icon(picture, color(ink).name()).paint(painter, spot)
        return place.width() + _BETWEEN

    def _icon_of(self, row: Row) -> tuple[str, str]:
        if isinstance(row, AskingRow):
            return "waiting", "accent"
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
