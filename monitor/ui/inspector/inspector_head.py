"""InspectorHead: which item the inspector shows, what its value is, and the tabs of the views."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QTabBar, QToolButton, QVBoxLayout, QWidget

from monitor.core.values import NotRecorded, one_line
from monitor.ui.icons import icon
from monitor.ui.inspector.choices import ViewName
from monitor.ui.words import counted

if TYPE_CHECKING:
    from monitor.ui.inspector.subject import Subject

SHORTCUTS: Final = {name: f"Alt+{number}" for number, name in enumerate(ViewName, 1)}


class InspectorHead(QFrame):
    """The tabs stand in the order of `ViewName`. Whoever makes it connects them, and the two buttons."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("band", True)
        self.title = plain_label(self, "strong")
        self.title.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.meaning = plain_label(self, "muted")
        self.move_button = self._button("Beside or below the table (Shift+F4)")
        self.close_button = self._button("Hide the inspector (F4)")
        self.tabs = QTabBar(self)
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setAccessibleName("Views of the value")
        for place, name in enumerate(ViewName):
            self.tabs.addTab(name.value)
            self.tabs.setTabToolTip(place, f"{name.value} ({SHORTCUTS[name]})")
        names = QHBoxLayout()
        names.setSpacing(10)
        names.addWidget(self.title, 1)
        names.addWidget(self.meaning)
        names.addWidget(self.move_button)
        names.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 6, 8, 4)
        layout.setSpacing(2)
        layout.addLayout(names)
        layout.addWidget(self.tabs)

    def _button(self, meaning: str) -> QToolButton:
        button = QToolButton(self)
        button.setToolTip(meaning)
        button.setAccessibleName(meaning.partition(" (")[0])
        button.setIconSize(QSize(16, 16))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def show_subject(self, subject: Subject | None) -> None:
        """Name the item, and say what kind of value it has, and how long it is."""
        if subject is None:
            self.title.setText("Inspector")
            self.meaning.setText("")
            return
        self.title.setText(one_line(subject.key, 60) or "(empty key)")
        value = subject.value
        kind = "masked" if subject.masked or isinstance(value, NotRecorded) else subject.kind or "text"
        self.meaning.setText("no such item" if value is None else f"{kind}, {counted(subject.units, 'unit')}")

    def draw_icons(self, color: str) -> None:
        """Draw the buttons in this colour."""
        self.close_button.setIcon(icon("close", color))
        self.move_button.setIcon(icon("panel", color))


def plain_label(parent: QWidget, look: str) -> QLabel:
    """A label for any text, whatever stands in it; in this look of the style sheet."""
    label = QLabel(parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty(look, True)
    return label
