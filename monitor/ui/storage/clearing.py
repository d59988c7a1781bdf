"""The question that is asked before every item of an area is removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMessageBox

from monitor.core.values import Redacted
from monitor.ui.questions import Answer, ask
from monitor.ui.storage.area_tabs import AREA_NAMES
from monitor.ui.words import counted

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from monitor.ui.storage.model import StorageModel


def ask_to_clear(model: StorageModel, parent: QWidget) -> None:
    """Ask, without waiting for the answer, whether to remove every item, and do so."""
    revision, count = model.shown.revision, model.total
    text = f"Delete all {counted(count, 'item')} of this {AREA_NAMES[model.area.kind]}?"
    delete = Answer(f"Delete {counted(count, 'item')}", lambda: model.editing.clear(revision))
    ask("Clear", text, _after_clearing(model), [delete], parent, QMessageBox.Icon.Warning)


def _after_clearing(model: StorageModel) -> str:
    redacted = sum(isinstance(value, Redacted) for value in model.area.items.values())
    back = "They are deleted in the browser, at once. Undo puts them back"
    if not redacted:
        return f"{back}."
    return f"{back}, but not the {counted(redacted, 'redacted one')}: the page kept what it held to itself."
