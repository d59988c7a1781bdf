"""Why no item of an area is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.core.values import one_line
from monitor.ui.words import counted, quoted

if TYPE_CHECKING:
    from monitor.ui.storage.model import StorageModel


def why_empty(model: StorageModel) -> str:
    """What there is to say instead of items; nothing where there are some."""
    area = model.area
    if model.rowCount():
        return ""
    if area.error is not None:
        return f"This page has no storage to show.\nThe browser says: {one_line(area.error)}"
    if not area.loaded:
        return "Waiting for the page to send its items…"
    if model.filtered and model.total:
        group = f"is in the group {quoted(model.group)} and " if model.group else ""
        return f"None of {counted(model.total, 'item')} {group}matches the filter."
    return "There is nothing in this storage.\nThe row below adds an item (Ctrl+N)."
