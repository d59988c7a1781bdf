"""CellWords: what stands in each cell of the table, and what is said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.ui.masking.masking import MASK
from monitor.ui.storage.columns import TITLES, Column, ItemState

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.ui.storage.item_states import ItemStates
    from monitor.ui.storage.look import Look
    from monitor.ui.storage.shown_items import ShownItems
    from monitor.ui.words import WallClock


class CellWords:
    """``look`` says how the item of a key reads."""

    def __init__(self, look: Callable[[str], Look], shown: ShownItems, states: ItemStates, wall: WallClock) -> None:
        self._look = look
        self._shown = shown
        self._states = states
        self._wall = wall

    def texts(self, key: str) -> tuple[str, ...]:
        """The texts of a row, by `Column`."""
        look = self._look(key)
        moment = self._shown.changed_at.get(key)
        changed = "" if moment is None else self._wall.words(moment)
        return look.key or "(empty key)", look.value, look.kind or "", look.size, changed, self._states.words(key)

    def text(self, key: str, column: int) -> str:
        """The text of a cell."""
        return self.texts(key)[column]

    def explanation(self, key: str, column: int) -> str:
        """The same for a tooltip, with what is to be said of the last edit of it."""
        if column == Column.STATE:
            return self._states.explanation(key)
        said = f"\n{self._states.explanation(key)}" if self._says_its_state(key, column) else ""
        return f"{self.text(key, column)}{said}"

    def spoken(self, key: str, column: int) -> str:
        """The same for one who cannot see the table."""
        said = self._states.words(key) if self._says_its_state(key, column) else ""
        text = self.text(key, column) or "nothing"
        if column == Column.VALUE and self._look(key).kind == "masked":
            text = text.replace(MASK, "masked,")
        return f"{TITLES[Column(column)]}: {text}{', ' if said else ''}{said}"

    def _says_its_state(self, key: str, column: int) -> bool:
        return column <= Column.VALUE and self._states.cell_state(key, column) is not ItemState.NONE
