"""BesideOrBelow: the items of an area and the inspector, side by side or one below the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QWidget

from monitor.ui.inspector.choices import Choices, Place

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

_WIDE: Final = 1_060
"""Pixels from which on there is room for both side by side."""

_SHARE: Final = 0.45


class BesideOrBelow(QSplitter):
    """Shows an inspector with ``items`` as ``choices`` says, and remembers there how much room each has. `inspect_in`
    is to be called before it is shown.

    What stands in it is made in it: a widget that is moved to another parent, with all that is in it, has its style
    found anew, which takes as long as to make it.
    """

    def __init__(self, choices: Choices, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self._inspector: QWidget
        self._choices = choices
        self._arranged: bool | None = None
        self.setHandleWidth(1)
        self.items = QWidget(self)

    def inspect_in(self, inspector: QWidget) -> None:
        """``inspector`` is the one. It was made in here."""
        choices = self._choices
        self._inspector = inspector
        self.setChildrenCollapsible(False)
        self.setStretchFactor(0, 1)
        self.setStretchFactor(1, 0)
        inspector.setVisible(choices.shown)
        self.splitterMoved.connect(lambda: choices.choose_sizes(self.is_beside, self.saveState()))
        choices.changed.connect(self.follow)

    @property
    def is_beside(self) -> bool:
        """Whether the inspector is to stand beside the items, not below them."""
        place = self._choices.place
        return self.width() >= _WIDE if place is Place.AUTOMATIC else place is Place.BESIDE

    def turn(self) -> None:
        """Put the inspector where it is not now."""
        self._choices.place = Place.BELOW if self.is_beside else Place.BESIDE

    def follow(self) -> None:
        """Arrange both as the operator wants them."""
        beside, shown = self.is_beside, self._choices.shown
        if beside is not self._arranged:
            self._arranged = beside
            self.setOrientation(Qt.Orientation.Horizontal if beside else Qt.Orientation.Vertical)
            kept = self._choices.sizes(beside)
            if kept is None or not self.restoreState(kept):
                whole = max(self.width() if beside else self.height(), 100)
                self.setSizes([round(whole * (1 - _SHARE)), round(whole * _SHARE)])
            # The state has the orientation and the handle as well, as they were when it was kept.
            self.setOrientation(Qt.Orientation.Horizontal if beside else Qt.Orientation.Vertical)
            self.setHandleWidth(1)
        if self._inspector.isVisibleTo(self) is not shown:
            self._inspector.setVisible(shown)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """There may be room side by side now, or no more."""
        super().resizeEvent(event)
        self.follow()
