"""Masking: which values of an area are masked now, and which the operator has revealed."""

from __future__ import annotations

from collections import Counter
from math import inf
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from monitor.core.secret_keys import looks_secret
from monitor.ui.words import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from monitor.ui.drafts.drafts import Drafts

MASK: Final = "••••••"
"""As many dots for each value."""
REVEALED_FOR: Final = 60.0
"""Seconds."""
_LOOK_EVERY: Final = 1_000
"""Milliseconds. Clocks are set, and computers sleep: the time is looked at this often while anything is revealed."""


class Masking(QObject):
    """Of one area. ``drafts`` are what is typed in it, ``clock`` gives seconds.

    `changed` carries the keys of values that are masked now and were not, or the other way round.
    """

    changed = Signal(object)

    def __init__(self, drafts: Drafts, clock: Callable[[], float], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._drafts = drafts
        self._clock = clock
        self._until: dict[str, float] = {}
        """By each key whose value is revealed, when its time is over."""
        self._held: Counter[str] = Counter()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.expire)

    def hides(self, key: str) -> bool:
        """Whether the value of this key is masked, if it has one. Asked for each cell that is drawn."""
        return looks_secret(key) and key not in self._until

    @property
    def reveals(self) -> bool:
        """Whether anything is revealed."""
        return bool(self._until)

    def reveal(self, keys: Iterable[str]) -> int:
        """Show these values for `REVEALED_FOR` seconds from now on. Returns how many were masked."""
        until = self._clock() + REVEALED_FOR
        secret = [key for key in keys if looks_secret(key)]
        shown = {key for key in secret if key not in self._until}
        self._until.update(dict.fromkeys(secret, until))
        if self._until and not self._timer.isActive():
            self._timer.start(_LOOK_EVERY)
        if shown:
            self.changed.emit(shown)
        return len(shown)

    def mask(self) -> None:
        """Mask all that is revealed, now; what the operator types in, as soon as that ends."""
        self._until.update(dict.fromkeys(self._until, -inf))
        self.expire()

    def hold(self, key: str) -> None:
        """An editor is open for this value."""
        self._held[key] += 1

    def release(self, key: str) -> None:
        """The opposite of `hold`."""
        self._held[key] -= 1
        if not self._held[key]:
            del self._held[key]

    def expire(self) -> None:
        """Mask what has been revealed for long enough and is not typed in."""
        now = self._clock()
        over = {key for key, until in self._until.items() if until <= now and not self._is_typed(key)}
        for key in over:
            del self._until[key]
        if not self._until:
            self._timer.stop()
        if over:
            self.changed.emit(over)

    def _is_typed(self, key: str) -> bool:
        draft = self._drafts.of(key)
        return key in self._held or (draft is not None and draft.writer is not None)


def masked_text(units: int) -> str:
    """What stands where a value of this length would."""
    return f"{MASK} {counted(units, 'unit')}"
