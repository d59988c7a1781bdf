"""InspectedItems: a storage area as the inspector asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.ui.inspector.subject import Subject

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Sequence

    from monitor.core.history import History, Version
    from monitor.ui.drafts.drafts import Drafts
    from monitor.ui.storage.model import StorageModel
    from monitor.ui.words import WallClock


class InspectedItems:
    """The items of ``model``, and from ``history`` what they held before."""

    def __init__(self, model: StorageModel, history: History, wall: WallClock) -> None:
        self._model = model
        self._history = history
        self._wall = wall

    @property
    def drafts(self) -> Drafts:
        """What was typed for items."""
        return self._model.drafts

    def subject(self, key: str) -> Subject:
        """The item as its row shows it now."""
        model = self._model
        value, draft = model.shown_value(key), model.drafts.of(key)
        masked = model.masking.hides(key) and (isinstance(value, str) or draft is not None)
        look = model.look(key)
        kind = None if look.kind == "masked" else look.kind
        return Subject(key, value, kind, draft, model.allowed.can_edit(key), masked, look.units)

    def preparing(self, key: str, texts: Iterable[str]) -> Generator[None, None, None]:
        """Get ready to save these."""
        return self._model.editing.preparing(key, texts)

    def save(self, key: str, text: str, expected: str | None) -> None:
        """Send the edit, and show it."""
        self._model.editing.set_value(key, text, expected)
        self._model.flush()

    def versions(self, key: str) -> Sequence[Version]:
        """What the item was seen to hold, oldest first."""
        return self._history.versions(self._model.area, key)

    def when(self, moment: float) -> str:
        """The time on the wall."""
        return self._wall.words(moment)
