"""How full a storage is, is told in words and shown as a bar, and that it is nearly full not by colour alone."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor

from monitor.core.registry import Registry
from monitor.core.values import QUOTA
from monitor.ui.quota_bar import exactly, usage
from tests.ui.operator import Operator
from tests.ui.simulated_page import Clock, SimulatedPage


@pytest.mark.parametrize(
    ("units", "said"),
    [
        (0, "0 of 5.0 M units"),
        (812, "812 of 5.0 M units"),
        (int(QUOTA * 0.9) - 1, "4.5 M of 5.0 M units"),
        (int(QUOTA * 0.9) + 1, "⚠ 4.5 M of 5.0 M units, nearly full"),
        (QUOTA, "⚠ 5.0 M of 5.0 M units, nearly full"),
        (QUOTA + 1, "⚠ 5.0 M of 5.0 M units, over the quota"),
    ],
)
def test_the_words_say_how_much_and_whether_it_is_much(units: int, said: str) -> None:
    assert usage(units) == said


def test_the_exact_numbers_are_told_on_request() -> None:
    assert exactly(1_310_720).startswith("1,310,720 of the 5,242,880 UTF-16 units")
    assert exactly(1_310_720).endswith("(25.0%), 3,932,160 left")


def test_the_header_follows_what_the_browser_holds(operator: Operator, registry: Registry, clock: Clock) -> None:
    page = SimulatedPage(registry, clock, {"a": "x" * (QUOTA // 2 - 1)}, user="Ada")
    operator.look()
    header = operator.window.storage.header
    scheme = operator.window.appearance.scheme

    def ink(place: float) -> QColor:
        picture = header.quota.grab().toImage()
        return picture.pixelColor(int(picture.width() * place), picture.height() // 2)

    assert header.stored.text() == "2.5 M of 5.0 M units"
    assert "2,621,440" in header.quota.accessibleDescription()
    assert "2,621,440" in header.quota.toolTip()
    assert (ink(0.25), ink(0.75)) == (QColor(scheme.accent), QColor(scheme.border))
    page.set("b", "x" * (QUOTA // 2 - 100))
    operator.look()
    assert header.stored.text().endswith("nearly full")
    colors = {ink(place / 100).name() for place in range(10, 90)}
    assert {QColor(scheme.warning).name(), QColor(scheme.base).name()} <= colors
