"""InspectorFoot: what is to be said of the view in front, its tools, and what is to become of what was typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from monitor.ui.inspector.inspector_head import plain_label

if TYPE_CHECKING:
    from monitor.ui.inspector.view import View


class InspectorFoot(QFrame):
    """Hidden while there is nothing in it. Whoever makes it connects the two buttons."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("foot", True)
        self.note = plain_label(self, "muted")
        self.note.setWordWrap(True)
        self.save_button = QPushButton("Save", self)
        self.save_button.setToolTip("Save what you typed (Ctrl+S, Ctrl+Enter)")
        self.save_button.setProperty("main", True)
        self.discard_button = QPushButton("Discard", self)
        self.discard_button.setToolTip("Let go of what you typed")
        self._tools = QHBoxLayout()
        self._tools.setSpacing(8)
        self._tools.addStretch(1)
        self._tools.addWidget(self.discard_button)
        self._tools.addWidget(self.save_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 6, 12, 6)
        layout.setSpacing(4)
        layout.addWidget(self.note)
        layout.addLayout(self._tools)

    def add(self, tools: QWidget) -> None:
        """These belong to a view, which shows and hides them."""
        self._tools.insertWidget(0, tools)

    def show_view(self, view: View | None, drafted: bool) -> None:
        """Say what the view in front says, if there is one; ``drafted``: something was typed for the item."""
        error = "" if view is None else view.error
        self.note.setText(error or ("" if view is None else view.note))
        self.note.setVisible(bool(self.note.text()))
        if self.note.property("error") != bool(error):
            self.note.setProperty("error", bool(error))
            self.note.setProperty("muted", not error)
            self.note.style().polish(self.note)
        self.save_button.setVisible(drafted)
        self.discard_button.setVisible(drafted)
        self.setVisible(drafted or (view is not None and (bool(self.note.text()) or view.tools is not None)))
