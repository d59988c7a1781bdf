"""Icons: our own SVG files, drawn in a colour of the scheme, sharp at every scale."""

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from monitor.resource_files import resource

_SIZES = (16, 20, 24, 32, 48, 64)
_APP_SIZES = (16, 24, 32, 48, 64, 128, 256, 512)


@cache
def icon(name: str, color: str) -> QIcon:
    """The icon of ``resources/icons/NAME.svg``, with ``currentColor`` in it being ``color`` (as ``#rrggbb``)."""
    svg = resource("icons", f"{name}.svg").read_text(encoding="utf-8").replace("currentColor", color)
    return _drawn(svg, _SIZES)


@cache
def action_icon(name: str, color: str, disabled: str) -> QIcon:
    """The same for an action, with another colour while it is disabled: what Qt makes up itself hardly differs on a
    dark ground.
    """
    made = QIcon(icon(name, color))
    for size in _SIZES:
        made.addPixmap(icon(name, disabled).pixmap(QSize(size, size)), QIcon.Mode.Disabled)
    return made


@cache
def app_icon() -> QIcon:
    """The app's own icon."""
    return _drawn(resource("icons", "session-monitor.svg").read_text(encoding="utf-8"), _APP_SIZES)


def _drawn(svg: str, sizes: tuple[int, ...]) -> QIcon:
    renderer = QSvgRenderer(QByteArray(svg.encode()))
    assert renderer.isValid(), "an icon of ours is not SVG"
    made = QIcon()
    for size in sizes:
        pixmap = QPixmap(QSize(size, size))
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        renderer.render(painter, QRectF(0, 0, size, size))
        painter.end()
        made.addPixmap(pixmap)
    return made
