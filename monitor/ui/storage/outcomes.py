"""Outcomes: what became of the operator's edits, in every session, whether it is shown or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from monitor.core.edits import Edit, EditState
from monitor.core.events import EditUpdated, SessionForgotten
from monitor.core.messages import RenameItem, SetItem

if TYPE_CHECKING:
    from monitor.core.area import StorageArea
    from monitor.core.registry import Registry
    from monitor.core.session import Session

AUTHOR: Final = "operator"
"""Whose edits are kept here: those that were made in the window."""


class AreaOutcomes:
    """The outcomes in one area: refused edits by id, oldest first, until the operator has dealt with them; and when
    the last edit of a key was applied, in seconds on the core's clock.
    """

    __slots__ = ("refused", "renamed", "saved_at")

    def __init__(self) -> None:
        self.refused: dict[str, Edit] = {}
        self.saved_at: dict[str, float] = {}
        self.renamed: set[str] = set()
        """Keys that came of a rename, their last edit."""


class Outcomes(QObject):
    """`changed` carries the session and the area whose refused edits are others; `dismissed` the session and an edit
    that the operator has dealt with, refused or not gone out yet.
    """

    changed = Signal(object, object)
    dismissed = Signal(object, object)

    def __init__(self, registry: Registry, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._areas: dict[Session, dict[StorageArea, AreaOutcomes]] = {}
        self.end = registry.subscribe_each({EditUpdated: self._take_edit, SessionForgotten: self._forget})

    def of(self, session: Session, area: StorageArea) -> AreaOutcomes:
        """The outcomes in this area."""
        return self._areas.get(session, {}).get(area) or AreaOutcomes()

    def refusals(self, session: Session) -> int:
        """How many refused edits of the session wait for the operator."""
        areas = self._areas.get(session)
        return sum(len(outcomes.refused) for outcomes in areas.values()) if areas else 0

    def dismiss(self, session: Session, area: StorageArea, edit: Edit) -> None:
        """The operator has dealt with the edit: let go of it, or tried again."""
        self.of(session, area).refused.pop(edit.id, None)
        self.dismissed.emit(session, edit)
        self.changed.emit(session, area)

    def _take_edit(self, event: EditUpdated) -> None:
        if event.edit.author == AUTHOR and self._take(event.session, event.area, event.edit):
            self.changed.emit(event.session, event.area)

    def _forget(self, event: SessionForgotten) -> None:
        self._areas.pop(event.session, None)

    def _take(self, session: Session, area: StorageArea, edit: Edit) -> bool:
        """Returns whether other edits are refused now than before."""
        areas = self._areas.setdefault(session, {})
        outcomes = areas.get(area)
        if outcomes is None:
            outcomes = areas[area] = AreaOutcomes()
        if edit.state is EditState.REFUSED:
            outcomes.refused[edit.id] = edit
            return True
        if edit.state is EditState.APPLIED:
            assert edit.settled_at is not None
            for key, renamed in _keys_written(edit):
                outcomes.saved_at[key] = edit.settled_at
                (outcomes.renamed.add if renamed else outcomes.renamed.discard)(key)
            # An answer may come to what nobody hoped to hear of any more (`monitor.core.edits.Reason.UNKNOWN`).
            return outcomes.refused.pop(edit.id, None) is not None
        if not edit.sent and outcomes.refused:
            # Written anew: what was refused before is answered by this.
            named = edit.named_keys
            before = len(outcomes.refused)
            outcomes.refused = {
                known: refused
                for known, refused in outcomes.refused.items()
                if not refused.named_keys or refused.named_keys - named
            }
            return len(outcomes.refused) < before
        return False


def _keys_written(edit: Edit) -> list[tuple[str, bool]]:
    """Each with whether it came of a rename."""
    if not isinstance(edit.operations, (list, tuple)):
        return []
    written = []
    for operation in edit.operations:
        if isinstance(operation, SetItem):
            written.append((operation.key, False))
        elif isinstance(operation, RenameItem):
            written.append((operation.new_key, True))
    return written
