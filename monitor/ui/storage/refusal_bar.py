"""RefusalBar: what was not saved and why, and what the operator can do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal

from monitor.core.edits import Edit, Intent, Reason, Replace
from monitor.core.messages import Clear, RemoveItem, RenameItem, SetItem
from monitor.core.values import QUOTA, Redacted, Value, units
from monitor.ui.band import Band
from monitor.ui.labels import breakable
from monitor.ui.masking.masking import masked_text
from monitor.ui.storage.copy_form import has_text
from monitor.ui.storage.item_states import reason_in_words
from monitor.ui.words import counted, quoted, why_kept_back

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from monitor.core.area import StorageArea
    from monitor.ui.appearance import Appearance
    from monitor.ui.masking.masking import Masking
    from monitor.ui.storage.editing import Editing

COPY: Final = "Alt+X"


class RefusalBar(Band):
    """Shows the latest refused edit of an area, until all are retried or discarded. Call `follow` when there is
    news. `copy_asked` carries an edit whose text the operator wants to have, `clear_asked` one that was to remove
    every item, and is to do so now: whoever hears that asks first, for there may be others by now.
    """

    copy_asked = Signal(object)
    clear_asked = Signal(object)

    def __init__(self, editing: Editing, masking: Masking, appearance: Appearance, parent: QWidget) -> None:
        super().__init__("refusal", parent)
        self._editing = editing
        self._masking = masking
        self._edit: Edit | None = None
        self._can_copy = False
        self._shown: tuple[object, ...] = ()
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.add_picture("refused", "error", appearance)
        self.retry = self.add_button(
            "Retry", "Alt+Y", "Try the same again, if the browser still holds what you saw", self.try_again
        )
        self.overwrite = self.add_button("Overwrite", "Alt+O", "Write over what the browser holds now", self.write_over)
        self.copy = self.add_button(
            "Copy text", COPY, "Copy what you wrote, whole: several items as a JSON object", self.copy_text
        )
        self.discard = self.add_button(
            "Discard", "Alt+D", "Let go of this edit and what you wrote, and leave the browser as it is", self.let_go
        )
        self.follow()

    @property
    def edit(self) -> Edit | None:
        """The refused edit that is shown."""
        return self._edit

    def follow(self) -> None:
        """Show what there is to show now."""
        refused = list(self._editing.outcomes.of(self._editing.session, self._editing.area).refused.values())
        edit = refused[-1] if refused else None
        if edit is not self._edit:
            self._edit, self._can_copy = edit, edit is not None and has_text(edit)
        session, area = self._editing.session, self._editing.area
        masked = edit is not None and len(edit.named_keys) == 1 and any(map(self._masking.hides, edit.named_keys))
        shown = (self._edit, len(refused), area.revision, session.why_read_only, masked)
        if self._edit is not None and shown != self._shown:
            self._shown = shown
            more = len(refused) - 1
            said = in_words(self._edit, area, self._masking.hides)
            self.label.setText(breakable(f"{said} (And {counted(more, 'more edit')}.)" if more else said))
            self.retry.setEnabled(self._editing.can_retry(self._edit))
            self.overwrite.setEnabled(self._editing.can_overwrite(self._edit))
            self.copy.setVisible(self.can_copy)
        self.setVisible(self._edit is not None)

    @property
    def can_try_again(self) -> bool:
        """Whether to try the same again could come to anything."""
        return self._edit is not None and self.retry.isEnabled()

    @property
    def can_write_over(self) -> bool:
        """Whether there is anything to write over."""
        return self._edit is not None and self.overwrite.isEnabled()

    @property
    def can_copy(self) -> bool:
        """Whether the operator wrote anything, which could be copied."""
        return self._can_copy

    def copy_text(self) -> None:
        """Copy what the operator wrote."""
        if self._edit is not None and self.can_copy:
            self.copy_asked.emit(self._edit)

    def try_again(self) -> None:
        """Do the same again, where the browser holds what the operator saw."""
        if self._edit is not None and self.can_try_again:
            self._editing.retry(self._edit)

    def write_over(self) -> None:
        """Do it over what the browser holds now."""
        if self._edit is not None and self.can_write_over:
            if not isinstance(self._edit.operations, Replace) and isinstance(self._edit.operations[0], Clear):
                self.clear_asked.emit(self._edit)
            else:
                self._editing.overwrite(self._edit)

    def let_go(self) -> None:
        """Leave the browser as it is."""
        if self._edit is not None:
            self._editing.discard(self._edit)


_DONE: Final = {
    Intent.DO: ("saved", "deleted", "renamed to", "You wrote"),
    Intent.UNDO: ("put back", "removed again", "renamed back to", "Before your edit it held"),
    Intent.REDO: ("saved again", "deleted again", "renamed again to", "You wrote"),
}
"""What was to be done to a value, an item and a key; and how the value that was to be written is introduced."""


def in_words(edit: Edit, area: StorageArea, hides: Callable[[str], bool]) -> str:
    """What was not done and why; what the browser holds, and what the operator wrote. ``hides`` says of a key whether
    its value is masked.
    """
    items, operations = area.items, edit.operations
    saved, deleted, renamed, wrote = _DONE[edit.intent]
    if isinstance(operations, Replace):
        return _not_done(edit, area, "the items", "were", "replaced")
    if len(operations) > 1:
        keys = [quoted(key) for key in sorted(edit.named_keys)]
        named = ", ".join(keys[:2]) + (f" and {len(keys) - 2:,} more" if len(keys) > 2 else "")
        done = deleted if all(isinstance(each, RemoveItem) for each in operations) else saved
        return _not_done(edit, area, named, "were", done)
    match operations[0]:
        case SetItem(key=key, value=value):
            said = _not_done(edit, area, quoted(key), "was", saved)
            if edit.reason is Reason.UNKNOWN and items.get(key) == value:
                return f"{said} The browser holds it."
            written = masked_text(units(value)) if hides(key) else quoted(value, 60)
            return f"{said} {_holds(items.get(key), hides(key))} {wrote} {written}."
        case RemoveItem(key=key):
            return f"{_not_done(edit, area, quoted(key), 'was', deleted)} {_holds(items.get(key), hides(key))}"
        case RenameItem(key=key, new_key=new_key):
            return _not_done(edit, area, quoted(key), "was", f"{renamed} {quoted(new_key)}")
        case Clear():
            return _not_done(edit, area, "the items", "were", "cleared")


def _not_done(edit: Edit, area: StorageArea, subject: str, was: str, done: str) -> str:
    if edit.reason is Reason.UNKNOWN:
        return f"It is not known whether {subject} {was} {done}: the app ended before the browser answered."
    why = reason_in_words(edit)
    if edit.reason is Reason.QUOTA:
        why = f"{why}: {_room(edit, area)}"
    return f"{subject[0].upper()}{subject[1:]} {was} not {done}: {why}."


def _room(edit: Edit, area: StorageArea) -> str:
    """How much there is, and how much more the edit would take."""
    after: dict[str, Value | None] = {}
    if isinstance(edit.operations, Replace):
        needed = sum(units(key) + units(value) for key, value in edit.operations.items.items()) - area.units
    else:
        for operation in edit.operations:
            match operation:
                case SetItem(key=key, value=value):
                    after[key] = value
                case RemoveItem(key=key):
                    after[key] = None
                case RenameItem(key=key, new_key=new_key):
                    after[new_key] = after.get(key, area.items.get(key))
                    after[key] = None
        needed = sum(_size(key, value) - _size(key, area.items.get(key)) for key, value in after.items())
    return f"{area.units:,} of {QUOTA:,} units are used, and this needs {max(needed, 0):,} more"


def _size(key: str, value: Value | None) -> int:
    return 0 if value is None else units(key) + units(value)


def _holds(value: Value | None, masked: bool) -> str:
    if value is None:
        return "The browser holds no such item."
    if isinstance(value, Redacted):
        return why_kept_back(value)
    return f"The browser holds {masked_text(units(value)) if masked else quoted(value, 60)}."
