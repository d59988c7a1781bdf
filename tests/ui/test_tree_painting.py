"""The tree paints itself: each part of it as it paints the whole, what is meant by colour, and once at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QRect
from PySide6.QtTest import QTest

from monitor.core.registry import Registry
from tests.ui.operator import Operator
from tests.ui.simulated_page import FIREFOX, Clock, SimulatedPage

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

    from monitor.ui.sessions.view import SessionsView

_TITLES = ("plain", "<b>no markup</b>", "long " * 40, "עברית and English", "漢字かな", "e\u0301" * 60)


class Paints(QObject):
    """Counts how often ``view`` is painted."""

    def __init__(self, view: SessionsView) -> None:
        super().__init__(view)
        self.count = 0
        view.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.Paint
        return False


def come(registry: Registry, clock: Clock, number: int) -> SimulatedPage:
    return SimulatedPage(
        registry,
        clock,
        session_id=f"session-{number}",
        page_id=f"page-{number}",
        origin=f"https://{number % 3}.example",
        user=_TITLES[number % len(_TITLES)],
        user_agent=FIREFOX,
    )


@pytest.fixture
def view(operator: Operator, registry: Registry, clock: Clock) -> SessionsView:
    pages = [come(registry, clock, number) for number in range(60)]
    come_again = SimulatedPage(registry, clock, session_id="session-0", page_id="other", origin="https://0.example")
    pages[3].leave_for_good()
    operator.look()
    row = operator.window.sessions_model.row_of(come_again.session)
    assert row is not None
    operator.window.sessions_model.set_open(row, True)
    operator.look()
    return operator.window.sessions.view


def picture(view: SessionsView, part: QRect | None = None) -> QImage:
    return view.viewport().grab(view.viewport().rect() if part is None else part).toImage()


def ground(operator: Operator, row: int) -> str:
    """The colour at the end of the row, where nothing is written."""
    view = operator.window.sessions.view
    rect = view.visualRect(view.model().index(row, 0))
    return picture(view).pixelColor(rect.right() - 1, rect.top() + 2).name()


@pytest.mark.parametrize("scrolled", [0, 13, 100_000])
def test_a_part_is_painted_as_it_is_in_the_whole(view: SessionsView, scrolled: int) -> None:
    view.setFocus()
    view.make_current(view.model().index(2, 0))
    view.verticalScrollBar().setValue(scrolled)

    whole = picture(view)

    for part in (QRect(0, 0, 90, 50), QRect(40, 31, 300, 3), QRect(100, 70, 500, 200), QRect(0, 250, 900, 100)):
        shown = part & whole.rect()
        assert picture(view, shown) == whole.copy(shown)


def test_the_current_row_and_the_one_below_the_mouse_stand_out(operator: Operator, view: SessionsView) -> None:
    scheme = operator.window.appearance.scheme
    view.make_current(view.model().index(2, 0))
    QTest.mouseMove(view.viewport(), view.visualRect(view.model().index(4, 0)).center())
    operator.look()
    assert [ground(operator, row) for row in range(1, 6)] == [
        scheme.base,
        scheme.selection,
        scheme.base,
        scheme.hover,
        scheme.base,
    ]

    QTest.mouseMove(operator.window.sessions.search_field, QPoint(5, 5))
    operator.look()

    assert ground(operator, 4) == scheme.base


def test_where_nothing_is_found_it_says_so(operator: Operator, view: SessionsView) -> None:
    operator.window.sessions.search_field.setText("nobody")
    operator.look()
    nobody = picture(view)
    assert len({nobody.pixelColor(x, y).name() for x in range(nobody.width()) for y in range(60)}) > 1
    operator.window.sessions.search_field.setText("")
    operator.look()
    assert picture(view) != nobody


def test_a_session_that_comes_is_painted_once(
    operator: Operator, view: SessionsView, registry: Registry, clock: Clock
) -> None:
    paints = Paints(view)
    come(registry, clock, 60)
    operator.look()
    assert paints.count == 1
