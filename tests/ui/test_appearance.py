"""Both schemes are legible, and the window follows the one that the system asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from monitor.core.registry import Registry
from monitor.ui.appearance import DARK, LIGHT, Appearance, Scheme
from monitor.ui.icons import app_icon, icon
from tests.ui.operator import Operator
from tests.ui.simulated_page import Clock, SimulatedPage

if TYPE_CHECKING:
    from collections.abc import Iterator

INKS = {
    "text": (
        "window",
        "base",
        "raised",
        "hover",
        "selection",
        "error_ground",
        "good_ground",
        "warning_ground",
        "flash",
    ),
    "muted": ("window", "base", "raised", "hover", "selection", "flash"),
    "accent": ("window", "base", "raised", "selection", "flash"),
    "on_accent": ("accent",),
    "good": ("window", "base", "selection", "good_ground", "flash"),
    "literal": ("base", "selection"),
    "warning": ("window", "base", "selection", "flash"),
    "error": ("window", "base", "raised", "selection", "error_ground", "flash"),
}
"""Which text stands on which ground."""


def luminance(color: str) -> float:
    """As WCAG 2 defines it."""

    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    found = QColor(color)
    return 0.2126 * linear(found.redF()) + 0.7152 * linear(found.greenF()) + 0.0722 * linear(found.blueF())


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), [(ink, ground) for ink, grounds in INKS.items() for ground in grounds])
def test_every_text_reads_on_every_ground_it_stands_on(scheme: Scheme, ink: str, ground: str) -> None:
    assert contrast(getattr(scheme, ink), getattr(scheme, ground)) >= 4.5


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_the_edges_of_fields_and_buttons_can_be_seen(scheme: Scheme) -> None:
    for ground in (scheme.window, scheme.base, scheme.raised):
        assert contrast(scheme.strong_border, ground) >= 3.0


@pytest.fixture
def appearance(qapp: QApplication) -> Iterator[Appearance]:
    appearance = Appearance.of(qapp)
    yield appearance
    appearance.show(LIGHT)


def test_the_system_decides_and_may_change_its_mind(appearance: Appearance, operator: Operator) -> None:
    hints = QApplication.styleHints()
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert appearance.scheme is DARK
    assert operator.window.palette().window().color() == QColor(DARK.window)
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert appearance.scheme is LIGHT
    assert operator.window.palette().window().color() == QColor(LIGHT.window)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_the_window_is_drawn_in_the_scheme(
    appearance: Appearance, operator: Operator, registry: Registry, clock: Clock, scheme: Scheme
) -> None:
    SimulatedPage(registry, clock, {"theme": "dark"}, user="Ada")
    appearance.show(scheme)
    operator.look()
    picture = operator.window.grab().toImage()
    below_the_items = operator.table.viewport().mapTo(operator.window, operator.table.viewport().rect().center())
    assert picture.pixelColor(below_the_items) == QColor(scheme.base)


@pytest.mark.usefixtures("qapp")
def test_icons_are_drawn_in_their_colour() -> None:
    image = icon("live", "#14703a").pixmap(16, 16).toImage()
    assert image.pixelColor(8, 8) == QColor("#14703a")
    assert not app_icon().pixmap(64, 64).isNull()
