"""Context menus offer what can be done here, and do it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from monitor.core.messages import RemoveItem, SetItem
from monitor.core.registry import Registry
from monitor.ui.storage.columns import Column
from tests.ui.operator import Operator
from tests.ui.simulated_page import Clock, SimulatedPage


@pytest.fixture
def page(operator: Operator, registry: Registry, clock: Clock) -> SimulatedPage:
    page = SimulatedPage(registry, clock, {"alpha": "1", "beta": "2"}, user="Ada", path="/cart")
    operator.look()
    return page


def entries(operator: Operator) -> dict[str, QMenu]:
    """What the open context menu offers, by name."""
    menus = [menu for menu in operator.window.findChildren(QMenu) if menu.isVisible()]
    assert len(menus) == 1
    return {
        action.text().replace("&", "").rstrip("…"): menus[0]
        for action in menus[0].actions()
        if action.isVisible() and action.isEnabled() and not action.isSeparator()
    }


def choose(operator: Operator, name: str) -> None:
    menu = entries(operator)[name]
    next(action for action in menu.actions() if action.text().replace("&", "").rstrip("…") == name).trigger()
    menu.close()
    operator.look()


def open_item_menu(operator: Operator, key: str) -> None:
    operator.go_to(key)
    operator.table.customContextMenuRequested.emit(QPoint(5, 5))


def open_session_menu(operator: Operator) -> None:
    operator.look()
    operator.window.sessions.view.customContextMenuRequested.emit(QPoint(5, 5))


def test_an_item_can_be_edited_copied_and_deleted(operator: Operator, page: SimulatedPage) -> None:
    open_item_menu(operator, "alpha")
    assert {"Edit value", "Rename key", "Delete", "Copy value", "Copy key", "Add item", "Clear"} <= set(
        entries(operator)
    )
    choose(operator, "Delete")
    (request,) = page.asked
    assert request.operations == [RemoveItem("alpha", "1")]


@pytest.mark.parametrize("way", ["Overwrite", "Discard"])
def test_a_refused_edit_can_be_written_over_or_discarded(operator: Operator, page: SimulatedPage, way: str) -> None:
    operator.panel.model.editing.set_value("alpha", "mine", "other")
    page.answer()
    open_item_menu(operator, "alpha")
    choose(operator, way)
    assert [request.operations for request in page.asked] == (
        [[SetItem("alpha", "mine", "1")]] if way == "Overwrite" else []
    )
    assert not operator.panel.refusals.isVisible()


def test_the_removal_of_what_is_gone_cannot_be_retried(operator: Operator, page: SimulatedPage) -> None:
    operator.panel.model.editing.remove({"alpha": "other"})
    page.answer()
    page.remove("alpha")
    open_item_menu(operator, "alpha")
    assert not {"Retry", "Overwrite"} & set(entries(operator))
    assert not operator.panel.refusals.retry.isEnabled()
    assert not operator.panel.refusals.overwrite.isEnabled()
    choose(operator, "Discard")
    assert operator.keys() == ["beta"]


def test_an_edit_that_waits_can_be_taken_back(operator: Operator, page: SimulatedPage) -> None:
    page.leave_for_good()
    operator.panel.model.editing.set_value("alpha", "mine", "1")
    open_item_menu(operator, "alpha")
    choose(operator, "Take back what waits")
    assert operator.cell("alpha", Column.VALUE) == "1"
    page.connect()
    assert not page.asked


def test_what_identifies_a_session_can_be_copied(operator: Operator, page: SimulatedPage) -> None:
    open_session_menu(operator)
    assert "Forget" not in entries(operator)
    choose(operator, "Copy session id")
    assert QGuiApplication.clipboard().text() == "session-1"
    row = operator.window.sessions_model.row_of(page.session)
    assert row is not None
    operator.window.sessions_model.set_open(row, True)
    operator.window.sessions.view.make_current(operator.window.sessions_model.index(2))
    open_session_menu(operator)
    choose(operator, "Copy address")
    assert QGuiApplication.clipboard().text() == "https://shop.example/cart"


def test_sessions_that_left_can_be_forgotten(operator: Operator, page: SimulatedPage, registry: Registry) -> None:
    page.leave_for_good()
    open_session_menu(operator)
    assert "Forget all that left (1 session)" in entries(operator)
    choose(operator, "Forget")
    assert not registry.sessions


def test_a_group_that_was_refused_is_told_in_one_sentence(operator: Operator, page: SimulatedPage) -> None:
    operator.panel.model.editing.remove({"alpha": "1", "beta": "2"})
    page.refuse("denied", "NoModificationAllowedError")
    operator.look()
    text = operator.panel.refusals.label.text().replace("\u200b", "")
    assert text.startswith("“alpha”, “beta” were not deleted: the browser did not let the page write")
    assert "NoModificationAllowedError" in text
