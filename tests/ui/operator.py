"""Operator: the keyboard and the mouse at the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton

from monitor.ui.storage.columns import Column

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from monitor.ui.inspector.inspector import Inspector
    from monitor.ui.main_window import MainWindow
    from monitor.ui.storage.area_panel import AreaPanel
    from monitor.ui.storage.item_editor import ItemEditor
    from monitor.ui.storage.long_text import LongTextDialog
    from monitor.ui.storage.table import StorageTable

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


class Operator:
    """Works with ``window`` as a person does. `look` lets the window show what has happened."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window = window
        self.bot = qtbot

    def look(self) -> None:
        self.window.frame.flush()
        QApplication.processEvents()
        self.window.frame.flush()

    @property
    def panel(self) -> AreaPanel:
        panel = self.window.storage.panel
        assert panel is not None
        return panel

    @property
    def table(self) -> StorageTable:
        return self.panel.table

    @property
    def editor(self) -> ItemEditor:
        editor = self.table.editor
        assert editor is not None
        return editor

    @property
    def inspector(self) -> Inspector:
        return self.panel.inspector

    @property
    def dialog(self) -> LongTextDialog:
        dialog = self.table.dialog
        assert dialog is not None
        return dialog

    def press(self, key: Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key where the focus is."""
        target = QApplication.focusWidget() or self.window
        QTest.keyClick(target, key, modifiers)
        self.look()

    def type(self, text: str) -> None:
        """Type over what is selected, or at the cursor. Only ASCII can be typed in tests."""
        target = QApplication.focusWidget()
        assert target is not None
        QTest.keyClicks(target, text)
        self.look()

    def go_to(self, key: str, column: Column = Column.VALUE) -> None:
        """Make this cell the current one."""
        self.look()
        self.table.setFocus()
        row = self.panel.model.row_of(key)
        assert row is not None
        # Not by what Qt saw of the keys last: with Ctrl, which nobody holds any more, it would be one more row.
        both = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.table.selectionModel().setCurrentIndex(self.panel.model.index(row, column), both)
        self.look()

    def double_click(self, key: str, column: Column) -> None:
        """Click twice into this cell."""
        self.click(key, column)
        QTest.mouseDClick(self.table.viewport(), Qt.MouseButton.LeftButton, pos=self._place(key, column))
        self.look()

    def click(self, key: str, column: Column = Column.KIND) -> None:
        """Click into this cell."""
        QTest.mouseClick(self.table.viewport(), Qt.MouseButton.LeftButton, pos=self._place(key, column))
        self.look()

    def _place(self, key: str, column: Column) -> QPoint:
        row = self.panel.model.row_of(key)
        assert row is not None
        return self.table.visualRect(self.panel.model.index(row, column)).center()

    def edit(self, key: str) -> ItemEditor:
        """Open the editor of a value."""
        self.go_to(key)
        self.press(Key.Key_F2)
        return self.editor

    def keys(self) -> list[str]:
        """The keys that the table shows."""
        self.look()
        return self.panel.model.keys()

    def cell(self, key: str, column: Column) -> str:
        """The text of a cell."""
        self.look()
        row = self.panel.model.row_of(key)
        assert row is not None
        text = self.panel.model.index(row, column).data()
        assert isinstance(text, str)
        return text

    def question(self) -> QMessageBox:
        """The question that is asked right now."""
        self.look()
        asked = [box for box in self.window.findChildren(QMessageBox) if box.isVisible()]
        assert len(asked) == 1
        return asked[0]

    def answer(self, text: str) -> None:
        """Push the button of the question whose text begins so."""
        for button in self.question().buttons():
            if button.text().replace("&", "").startswith(text):
                self.push(button)
                # The offscreen platform does not give the focus back by itself.
                self.window.activateWindow()
                self.bot.waitUntil(self.window.isActiveWindow)
                return
        raise AssertionError(f"no button {text!r}")

    def push(self, button: object) -> None:
        """Click a button."""
        assert isinstance(button, QPushButton)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        self.look()
