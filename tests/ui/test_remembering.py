"""What the window remembers from one start to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QApplication

from monitor.ui.main_window import MainWindow
from monitor.ui.settings_file import SettingsFile
from monitor.ui.storage.columns import Column
from tests.ui.operator import CTRL, Key, Operator
from tests.ui.simulated_page import Clock, SimulatedPage

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from monitor.core.registry import Registry


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    """A file that lasts from one window to the next."""
    return QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)


def start(qtbot: QtBot, registry: Registry, clock: Clock, settings: QSettings) -> Operator:
    window = MainWindow(registry, clock, settings)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.sessions.choose(next(iter(registry)))
    return Operator(window, qtbot)


def test_arrangement_order_and_filter_are_as_they_were(
    qtbot: QtBot, registry: Registry, clock: Clock, settings: QSettings
) -> None:
    SimulatedPage(registry, clock, {"b": "1", "a": "22", "c": "333", "x": ""}, user="Ada")
    operator = start(qtbot, registry, clock, settings)
    operator.look()
    operator.window.resize(790, 500)
    operator.window.splitter.setSizes([225, 565])
    operator.table.sortByColumn(Column.SIZE, Qt.SortOrder.DescendingOrder)
    operator.table.horizontalHeader().resizeSection(Column.KEY, 211)
    operator.table.horizontalHeader().moveSection(0, 1)
    operator.press(Key.Key_F, CTRL)
    operator.window.storage.filter_field.setText("3")
    assert operator.keys() == ["c"]
    sizes = operator.window.splitter.sizes()
    operator.window.close()

    again = start(qtbot, registry, clock, settings)
    assert again.window.splitter.sizes() == sizes
    assert again.window.storage.filter_field.text() == "3"
    assert again.keys() == ["c"]
    again.window.storage.filter_field.clear()
    assert again.keys() == ["c", "a", "b", "x"]
    header = again.table.horizontalHeader()
    assert header.sectionSize(Column.KEY) == 211
    assert header.visualIndex(Column.KEY) == 1
    again.window.close()


def test_the_kind_of_storage_is_as_it_was(qtbot: QtBot, registry: Registry, clock: Clock, settings: QSettings) -> None:
    SimulatedPage(registry, clock, {"cart": "1"}, session_items={"step": "2"}, user="Ada")
    operator = start(qtbot, registry, clock, settings)
    operator.look()
    operator.press(Key.Key_2, CTRL)
    operator.window.close()
    again = start(qtbot, registry, clock, settings)
    assert again.keys() == ["step"]
    again.window.close()


def test_groups_and_the_options_of_the_filter_are_as_they_were(
    qtbot: QtBot, registry: Registry, clock: Clock, settings: QSettings
) -> None:
    SimulatedPage(registry, clock, {"a.b:1": "", "a.b:2": "", "A.c": ""}, user="Ada")
    operator = start(qtbot, registry, clock, settings)
    operator.look()
    operator.press(Key.Key_G, CTRL)
    panel = operator.panel.grouped.panel
    assert panel is not None
    panel.delimiters.setCurrentText(":  colon")
    for option in operator.window.storage.filter_bar.options():
        option.trigger()
    operator.window.close()

    again = start(qtbot, registry, clock, settings)
    panel = again.panel.grouped.panel
    assert panel is not None
    assert panel.delimiters.currentText() == ":  colon"
    assert [panel.groups.group(row).prefix for row in range(panel.groups.rowCount())] == ["", "a.b:"]
    again.window.storage.filter_field.setText("^a.")
    assert again.keys() == ["a.b:1", "a.b:2"], "an expression, and case matters"
    again.window.close()


def test_settings_that_make_no_sense_are_passed_over(
    qtbot: QtBot, registry: Registry, clock: Clock, settings: QSettings
) -> None:
    for name in ("window/geometry", "window/splitter", "items/columns", "items/area"):
        settings.setValue(name, "nonsense")
    SimulatedPage(registry, clock, {"cart": "1"}, user="Ada")
    operator = start(qtbot, registry, clock, settings)
    assert operator.keys() == ["cart"]
    operator.window.close()


@pytest.mark.logs
def test_settings_that_cannot_be_written_are_told_once(
    qtbot: QtBot, registry: Registry, clock: Clock, tmp_path: Path
) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where the folder should be")
    path = blocked / "window.ini"
    SimulatedPage(registry, clock, {"cart": "1"}, user="Ada")
    operator = start(qtbot, registry, clock, QSettings(str(path), QSettings.Format.IniFormat))
    operator.look()
    window = operator.window
    assert not window.status.notice.isVisible(), "nothing was to be written yet"
    window.show_notice("Port 8765 is taken.")
    for _ in range(2):
        operator.press(Key.Key_F4)
        notice = window.status.notice.text()
        assert notice == f"⚠ Port 8765 is taken.  ⚠ Settings cannot be written: {path}. They hold until the app ends."
        assert window.status.notice.isVisible()
    window.close()
    assert not window.isVisible(), "that does not hold it up"


def test_settings_that_can_be_written_again_are(qapp: QApplication, tmp_path: Path) -> None:
    path = tmp_path / "window.ini"
    path.mkdir()
    settings = QSettings(str(path), QSettings.Format.IniFormat)
    failures: list[str] = []
    file = SettingsFile(settings, settings)
    file.failed.connect(failures.append)
    for attempt in ("refused", "refused again"):
        settings.setValue("attempt", attempt)
        QApplication.processEvents()
    assert len(failures) == 1
    path.rmdir()
    settings.setValue("more", "1")
    QApplication.processEvents()
    assert {"attempt=refused again", "more=1"} <= set(path.read_text().splitlines())
    path.unlink()
    path.mkdir()
    settings.setValue("attempt", "third")
    QApplication.processEvents()
    assert len(failures) == 2, "told anew"


@pytest.mark.parametrize("grouped", [False, True])
def test_in_a_narrow_window_the_value_keeps_its_room(
    operator: Operator, registry: Registry, clock: Clock, grouped: bool
) -> None:
    SimulatedPage(registry, clock, {f"cart.{place:02}": "1" for place in range(40)}, user="Ada")
    operator.look()
    if grouped:
        operator.press(Key.Key_G, CTRL)
    table, window = operator.table, operator.window
    for width, hidden in ((1280, False), (740, True), (800, True), (600, True), (720, True), (1280, False)):
        window.resize(width, 520)
        operator.look()
        assert table.isColumnHidden(Column.KIND) == table.isColumnHidden(Column.CHANGED) == hidden
        assert table.columnWidth(Column.VALUE) >= (70 if grouped else 100)
        assert table.columnWidth(Column.STATE) >= 90
        assert table.horizontalScrollBar().maximum() == 0
        assert window.storage.filter_field.width() >= 140
    assert table.columnWidth(Column.STATE) == 156


def test_widths_that_the_operator_chose_outlive_a_narrow_window(
    qtbot: QtBot, registry: Registry, clock: Clock, settings: QSettings
) -> None:
    SimulatedPage(registry, clock, {"cart": "1"}, user="Ada")
    for width in (1280, 720, 1280):
        operator = start(qtbot, registry, clock, settings)
        operator.look()
        operator.window.resize(width, 520)
        operator.look()
        header = operator.table.horizontalHeader()
        if header.sectionSize(Column.KEY) == 150:
            header.resizeSection(Column.KEY, 250)
            header.resizeSection(Column.CHANGED, 130)
            operator.look()
        assert operator.table.horizontalScrollBar().maximum() == 0
        operator.window.close()
    assert [header.sectionSize(column) for column in (Column.KEY, Column.CHANGED)] == [250, 130]


def test_the_current_row_is_seen_when_the_inspector_opens(operator: Operator, registry: Registry, clock: Clock) -> None:
    SimulatedPage(registry, clock, {f"item {place:02}": "1" for place in range(40)}, user="Ada")
    operator.look()
    table = operator.table
    last_seen = table.rowAt(table.viewport().height() - table.rowHeight(0))
    operator.go_to(operator.keys()[last_seen])
    operator.press(Key.Key_F4)
    assert operator.inspector.isVisible()
    seen = table.visualRect(table.currentIndex())
    assert 0 <= seen.top() <= seen.bottom() < table.viewport().height()
