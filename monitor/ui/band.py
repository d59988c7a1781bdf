"""Band: something to know, across the whole width, and what can be done about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from monitor.ui.icons import icon
from monitor.ui.words import plain_tooltip

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QResizeEvent

    from monitor.ui.appearance import Appearance

_WIDE: Final = 620
"""Pixels from which on the buttons stand beside the words."""
_PICTURE: Final = 18


class Band(QFrame):
    """A ``label`` of plain words, and buttons beside or below it, as there is room. ``kind`` is the name that the style
    sheet has for its colours; ``narrow`` is for where room is scarce.
    """

    def __init__(self, kind: str, parent: QWidget, *, narrow: bool = False) -> None:
        super().__init__(parent)
        self.setProperty("band", kind)
        self.label = QLabel(self)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setWordWrap(True)
        self._words = QHBoxLayout()
        self._words.setSpacing(10)
        self._words.addWidget(self.label, 1)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(6)
        self._buttons.addStretch(1)
        self._layout = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._layout.setContentsMargins(*((7, 4, 7, 6) if narrow else (14, 8, 12, 8)))
        self._layout.setSpacing(6)
        self._layout.addLayout(self._words, 1)
        self._layout.addLayout(self._buttons)

    def add_picture(self, name: str, color: str, appearance: Appearance) -> None:
        """Show the icon of this name before the words, in a colour of the scheme, always the one of the moment."""
        self._words.insertWidget(0, _Picture(name, color, appearance, self))

    def add_button(self, text: str, shortcut: str, meaning: str, slot: Callable[[], object]) -> QPushButton:
        """One more button. ``shortcut`` is the one that an action of the window has for the same: no mnemonics."""
        button = QPushButton(text, self)
        button.setToolTip(plain_tooltip(f"{meaning} ({shortcut})"))
        button.setAccessibleDescription(meaning)
        button.setAutoDefault(False)
        button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        # A click leaves the focus where it is: the band may be gone after it.
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda: slot())
        self._buttons.insertWidget(self._buttons.count() - 1, button)
        return button

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The buttons stand beside the words where there is room for both."""
        super().resizeEvent(event)
        wide = self.width() >= _WIDE
        self._layout.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)


class _Picture(QLabel):
    """An icon that is drawn anew in other colours, as long as it is there."""

    def __init__(self, name: str, color: str, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self._name = name
        self._color = color
        self._appearance = appearance
        # To a method, so that Qt ends the connection with the picture.
        appearance.changed.connect(self._draw)
        self._draw()

    def _draw(self) -> None:
        self.setPixmap(icon(self._name, getattr(self._appearance.scheme, self._color)).pixmap(_PICTURE, _PICTURE))
