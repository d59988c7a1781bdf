"""JsonStep: one change in the JSON tree, kept as what it replaced and where, however long the document is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QUndoCommand

from monitor.core.lenses.json_splice import Splice
from monitor.ui.inspector.line_diff import common_end, common_start

if TYPE_CHECKING:
    from monitor.core.lenses.json_text import Node
    from monitor.ui.inspector.json_view import JsonView


class JsonStep(QUndoCommand):
    """Turns the document ``before`` into ``after``, and back. Done and undone only where the other one is shown.

    ``container`` is the object or array of ``before`` that it was done in, ``more`` how many members that has more by
    it; ``None``, if the whole document is another.
    """

    def __init__(self, view: JsonView, before: str, after: str, container: Node | None, more: int) -> None:
        super().__init__()
        self._view = view
        self._start = start = common_start(before, after)
        end = common_end(before[start:], after[start:])
        self._before = before[self._start : len(before) - end]
        self._after = after[self._start : len(after) - end]
        self._container = None if container is None else container.start
        self._more = more

    def undo(self) -> None:
        """Put back what was there."""
        self._replace(self._after, self._before, -self._more)

    def redo(self) -> None:
        """Do it, for the first time or once more."""
        self._replace(self._before, self._after, self._more)

    def _replace(self, old: str, new: str, more: int) -> None:
        text, start = self._view.model.text, self._start
        assert text is not None, "the steps are of the document that is shown"
        splice = None
        if self._container is not None:
            splice = Splice(start, len(old), len(new), self._container, more)
        self._view.put("".join((text[:start], new, text[start + len(old) :])), splice)
