"""JsonTools: what stands below the JSON view: tree or text, adding and removing members, and the way to a mistake."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QToolButton, QWidget

if TYPE_CHECKING:
    from monitor.core.lenses.json_text import JsonError


class JsonTools(QWidget):
    """Buttons alone: whoever makes them connects them."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.as_tree = self._choice("Tree", "Show the members as a tree (Alt+2 again)")
        self.as_form = self._choice("Formatted", "Show the text laid out to be read (Alt+2 again)")
        self.as_tree.setChecked(True)
        group = QButtonGroup(self)
        group.addButton(self.as_tree)
        group.addButton(self.as_form)
        self.add_button = self._button("+", "Add a member", "Ins")
        self.remove_button = self._button("−", "Remove the member", "Del")
        self.place_button = QPushButton(self)
        self.place_button.setToolTip("Go to the place of the mistake")
        self.place_button.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for widget in (self.as_tree, self.as_form, self.add_button, self.remove_button, self.place_button):
            row.addWidget(widget)

    def _choice(self, text: str, meaning: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setToolTip(meaning)
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _button(self, text: str, meaning: str, key: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setToolTip(f"{meaning} ({key})")
        button.setAccessibleName(meaning)
        return button

    def follow(self, form: bool, able: bool) -> None:
        """The text is shown, or the tree; and members may be added and removed, or not."""
        for button in (self.add_button, self.remove_button):
            button.setVisible(not form)
            button.setEnabled(able)
        (self.as_form if form else self.as_tree).setChecked(True)

    def show_place(self, wrong: JsonError | None) -> None:
        """Offer to go to the mistake, if there is one."""
        self.place_button.setVisible(wrong is not None)
        if wrong is not None:
            self.place_button.setText(f"Line {wrong.line:,}, column {wrong.column:,}")
