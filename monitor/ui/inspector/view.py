"""View: one way to look at the subject of the inspector."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from monitor.ui.inspector.subject import Subject


class View(QWidget):
    """`show_subject` comes when the view comes to the front, and again when there is news; `leave` when it goes to the
    back, or the item does. Long news come only now and then (`monitor.ui.inspector.pace`): `unread` says how long.

    ``note`` is a sentence for below the view, ``error`` one that is about a mistake; `noted` says that they are others.
    What is long comes in parts: `busy` says so, and `settled` when all is there.
    `save_asked` carries the key of the item whose text the operator wants to be saved.
    ``tools`` is what stands beside them while the view is in front, if anything.
    """

    noted = Signal()
    settled = Signal()
    save_asked = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.note = ""
        self.error = ""
        self.tools: QWidget | None = None

    def show_subject(self, subject: Subject) -> None:
        """Show this item as it is now. What is typed in this view stays."""
        raise NotImplementedError

    def unread(self, subject: Subject) -> int:
        """Characters that `show_subject` would have to read through; 0 where it would find what is shown already, or
        being typed here.
        """
        raise NotImplementedError

    @property
    def busy(self) -> bool:
        """Whether what was to be shown is not all there yet."""
        return False

    def finish(self) -> bool:
        """What was typed is about to be saved: take over what is still open. False, and told, if that cannot be."""
        return True

    def catch_up(self) -> None:
        """Take in what was typed by now, also where it waits for what is still to come."""

    def leave(self) -> None:
        """Something else is about to be shown: hand over what was typed."""

    def say(self, note: str = "", error: str = "") -> None:
        """Have this said below the view."""
        if (note, error) != (self.note, self.error):
            self.note, self.error = note, error
            self.noted.emit()
