"""Fading: the marks of what has just happened are drawn anew until they are gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QTimer

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QTableView

    from monitor.ui.storage.item_states import ItemStates

_FADE_EVERY: Final = 60
"""Milliseconds."""
_ROWS_IN_VIEW: Final = 60


class Fading(QTimer):
    """Draws the rows of ``table`` whose marks fade; ``row_of`` says where a key is. Call `follow` when there may be
    something new.
    """

    def __init__(self, table: QTableView, states: ItemStates, row_of: Callable[[str], int | None]) -> None:
        super().__init__(table)
        self._table = table
        self._states = states
        self._row_of = row_of
        self.setInterval(_FADE_EVERY)
        self.timeout.connect(self._fade)

    def follow(self) -> None:
        """Begin, if anything is marked."""
        if self._states.fading and not self.isActive():
            self.start()

    def _fade(self) -> None:
        faded = self._states.fade()
        if not self._states.fading:
            self.stop()
        viewport = self._table.viewport()
        if len(faded) > _ROWS_IN_VIEW:
            viewport.update()
            return
        for key in faded:
            row = self._row_of(key)
            if row is not None:
                top = self._table.rowViewportPosition(row)
                viewport.update(0, top, viewport.width(), self._table.rowHeight(row))
