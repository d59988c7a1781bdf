"""The question that is asked before every item of an area is removed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QMessageBox

from monitor.core.values import Redacted
from monitor.ui.questions import Answer, ask
from monitor.ui.storage.area_tabs import AREA_NAMES
from monitor.ui.words import counted

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from monitor.core.edits import Edit
    from monitor.ui.storage.model import StorageModel

_WARNING: Final = QMessageBox.Icon.Warning


def ask_to_clear(model: StorageModel, parent: QWidget, refused: Edit | None = None) -> None:
    """Ask, without waiting for the answer, whether to remove every item that the browser holds now, shown or not, and
    do so, if it holds the same by then. That answers an edit that was ``refused``.
    """
    revision, count = model.area.revision, len(model.area.items)

    def clear() -> None:
        model.editing.clear(revision)
        if refused is not None:
            model.editing.discard(refused)

    text = f"Delete all {counted(count, 'item')} of this {AREA_NAMES[model.area.kind]}?"
    ask("Clear", text, _after_clearing(model), [Answer(f"Delete {counted(count, 'item')}", clear)], parent, _WARNING)


def _after_clearing(model: StorageModel) -> str:
    redacted = sum(isinstance(value, Redacted) for value in model.area.items.values())
    back = "They are deleted in the browser, at once. Undo puts them back"
    if model.shown.held_back:
        changes = counted(model.shown.held_back, "item")
        unseen = f"The table is paused: {changes} changed in the browser meanwhile, and you do not see how. "
    else:
        unseen = ""
    if not redacted:
        return f"{unseen}{back}."
    return f"{unseen}{back}, but not the {counted(redacted, 'redacted one')}: what was there is not known here."
