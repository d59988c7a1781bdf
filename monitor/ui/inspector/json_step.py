"""JsonStep: one change in the JSON tree, kept as what it replaced and where, however long the document is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QUndoCommand

from monitor.ui.inspector.line_diff import common_end, common_start

if TYPE_CHECKING:
    from monitor.ui.inspector.json_view import JsonView


class JsonStep(QUndoCommand):
    """Turns the document ``before`` into ``after``, and back. Done and undone only where the other one is shown."""

    def __init__(self, view: JsonView, before: str, after: str) -> None:
        super().__init__()
        self._view = view
        self._start = start = common_start(before, after)
        end = common_end(before[start:], after[start:])
        self._before = before[self._start : len(before) - end]
        self._after = after[self._start : len(after) - end]

    def undo(self) -> None:
        """Put back what was there."""
        self._replace(self._after, self._before)

    def redo(self) -> None:
        """Do it, for the first time or once more."""
        self._replace(self._before, self._after)

    def _replace(self, old: str, new: str) -> None:
        text = self._view.model.text
        assert text is not None, "the steps are of the document that is shown"
        self._view.put("".join((text[: self._start], new, text[self._start + len(old) :])))
