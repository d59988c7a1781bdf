"""ConflictBar: says of a draft that the browser holds something else by now, and lets the operator decide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal

from monitor.core.values import Redacted
from monitor.ui.band import Band
from monitor.ui.words import quoted

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from monitor.ui.drafts.drafts import Draft, Drafts

KEEP: Final = "Alt+K"
TAKE: Final = "Alt+T"
COMPARE: Final = "Alt+M"


class ConflictBar(Band):
    """Shows the conflict of one draft at a time (`show_draft`), and is hidden while there is none.

    `compare_asked` says that the operator wants to see both texts; the rest it does by itself. ``narrow`` is for where
    room is scarce.
    """

    compare_asked = Signal()

    def __init__(self, drafts: Drafts, parent: QWidget, *, narrow: bool = False) -> None:
        super().__init__("conflict", parent, narrow=narrow)
        self._drafts = drafts
        self._key: str | None = None
        self.setAccessibleName("Changed meanwhile")
        meaning = "Go on with your text: saving it writes over what is there now"
        self.keep = self.add_button("Keep mine", KEEP, meaning, self.keep_mine)
        self.take = self.add_button(
            "Take theirs", TAKE, "Discard your text, and show what is there now", self.take_theirs
        )
        self.compare = self.add_button("Compare", COMPARE, "Show what differs", self.compare_asked.emit)
        self.hide()

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
