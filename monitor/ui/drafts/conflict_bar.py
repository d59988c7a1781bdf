"""ConflictBar: says of a draft that the browser holds something else by now, and lets the operator decide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from monitor.core.values import Redacted
from monitor.ui.words import quoted

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from monitor.ui.drafts.drafts import Draft, Drafts

KEEP: Final = "Alt+K"
TAKE: Final = "Alt+T"
COMPARE: Final = "Alt+M"
_WIDE: Final = 620


class ConflictBar(QFrame):
    """Shows the conflict of one draft at a time (`show_draft`), and is hidden while there is none.

    `compare_asked` says that the operator wants to see both texts; the rest it does by itself. ``narrow`` is for where
    room is scarce.
    """

    compare_asked = Signal()

    def __init__(self, drafts: Drafts, parent: QWidget, *, narrow: bool = False) -> None:
        super().__init__(parent)
        self._drafts = drafts
        self._key: str | None = None
        self.setProperty("band", "conflict")
        self.setAccessibleName("Changed meanwhile")
        self.label = QLabel(self)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setWordWrap(True)
        self.keep = self._button("Keep mine", KEEP, "Go on with your text: saving it writes over what is there now")
        self.take = self._button("Take theirs", TAKE, "Discard your text, and show what is there now")
        self.compare = self._button("Compare", COMPARE, "Show what differs")
        self.keep.clicked.connect(self.keep_mine)
        self.take.clicked.connect(self.take_theirs)
        self.compare.clicked.connect(self.compare_asked)
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        for button in (self.keep, self.take, self.compare):
            buttons.addWidget(button)
        buttons.addStretch(1)
        self._layout = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._layout.setContentsMargins(*((7, 4, 7, 6) if narrow else (14, 7, 10, 7)))
        self._layout.setSpacing(6)
        self._layout.addWidget(self.label, 1)
        self._layout.addLayout(buttons)
        self.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The buttons stand beside the words where there is room for both."""
        super().resizeEvent(event)
        wide = self.width() >= _WIDE
        self._layout.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)

    def _button(self, text: str, shortcut: str, meaning: str) -> QPushButton:
        # No mnemonics: the actions of the window have these shortcuts, for the draft that is at hand.
        button = QPushButton(text, self)
        button.setToolTip(f"{meaning} ({shortcut})")
        button.setAccessibleDescription(meaning)
        button.setAutoDefault(False)
        button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def show_draft(self, draft: Draft | None) -> bool:
        """Say what there is to say of this draft. Returns whether there is anything."""
        if draft is None or not draft.conflict:
            self._key = None
            self.hide()
            return False
        self._key = draft.key
        theirs = draft.theirs
        self.keep.setEnabled(not isinstance(theirs, Redacted))
        if isinstance(theirs, Redacted):
            happened = "keeps this value to itself by now"
        else:
            happened = "removed it meanwhile" if theirs is None else f"changed it to {quoted(theirs, 60)} meanwhile"
        self.label.setText(f"The page {happened}. Your text is kept.")
        self.show()
        return True

    def keep_mine(self) -> None:
        """The next save expects what the browser holds now."""
        if self._key is not None:
            self._drafts.keep_mine(self._key)

    def take_theirs(self) -> None:
        """Let go of the draft."""
        if self._key is not None:
            self._drafts.drop(self._key)
