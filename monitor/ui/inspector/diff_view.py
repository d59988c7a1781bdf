"""DiffView: what was typed against what the browser holds, or the newest version against the one before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from monitor.ui.inspector.comparison import Comparison, compared
from monitor.ui.inspector.diff_text import DiffText
from monitor.ui.inspector.view import View

if TYPE_CHECKING:
    from monitor.core.values import Value
    from monitor.ui.appearance import Appearance
    from monitor.ui.inspector.subject import Items, Subject


class DiffView(View):
    """Takes the time to compare only when one of the two texts is another."""

    def __init__(self, items: Items, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self._items = items
        self._shown: tuple[Value | None, Value | None] | None = None
        self.title = QLabel(self)
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.title.setProperty("muted", True)
        self.title.setContentsMargins(14, 6, 14, 6)
        self.text = DiffText(appearance, self)
        self.setFocusProxy(self.text)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.title)
        layout.addWidget(self.text, 1)

    def show_subject(self, subject: Subject) -> None:
        """Compare, and show what differs."""
        found = self._sides(subject)
        if found is None:
            self._shown = None
            self.title.setText("")
            self.text.show_lines([])
            self.say("Nothing to compare with: no other version of this item was seen.")
            return
        title, before, after = found
        self.title.setText(title)
        if self._shown is None or (before, after) != self._shown:
            self._shown = (before, after)
            diff = compared(Comparison(before, after))
            self.text.show_lines(diff.lines)
            self.say(diff.note)

    def unread(self, subject: Subject) -> int:
        """The length of the two texts, if one is another."""
        found = self._sides(subject)
        return 0 if found is None or found[1:] == self._shown else Comparison(*found[1:]).length

    def _sides(self, subject: Subject) -> tuple[str, Value | None, Value | None] | None:
        draft = subject.draft
        if draft is not None:
            written = draft.written
            typed = written.form if written.text is None else written.text
            return "−  what the browser holds      +  what you typed", draft.theirs, typed
        versions = self._items.versions(subject.key)
        if len(versions) < 2:
            return None
        old, new = versions[-2:]
        by = "you" if new.by == "operator" else "the page"
        title = f"−  {self._items.when(old.at)}      +  {self._items.when(new.at)}, by {by}"
        return title, old.value, new.value
