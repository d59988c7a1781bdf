"""Look: how an item reads in the table. Worked out for rows in view only, and once for each value."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from monitor.core.values import Kind, NotRecorded, Redacted, Value, kind, one_line, units
from monitor.ui import words
from monitor.ui.masking.masking import masked_text

# A few screens full. What is not in view is worked out again when it comes into view.
_MOST_KEPT: Final = 2_000

# The prefix of a value is enough to tell one change from the next at a glance; the cell shows what fits.
_PREVIEW: Final = 400


class Look(NamedTuple):
    """The texts of one item: nothing in them does anything (`monitor.core.values.one_line`). ``units`` is the length of
    the value.
    """

    key: str
    value: str
    kind: Kind | Literal["masked"] | None
    size: str
    units: int = 0

    @property
    def is_hidden(self) -> bool:
        """Whether what stands in the value's place is not the value."""
        return self.kind in ("redacted", "masked")


def look(key: str, value: Value | None, *, masked: bool = False) -> Look:
    """How the item reads; ``None`` where there is no such item. Of a ``masked`` value not even its kind is told: of
    ``true`` that would be all.
    """
    key_text = one_line(key, 200)
    if value is None:
        return Look(key_text, "", None, "")
    length = units(value)
    if isinstance(value, Redacted):
        hidden_as: Literal["masked", "redacted"] = "masked" if isinstance(value, NotRecorded) else "redacted"
        return Look(key_text, words.kept_back(value), hidden_as, words.size(length), length)
    if masked:
        return Look(key_text, masked_text(length), "masked", words.size(length), length)
    return Look(key_text, one_line(value, _PREVIEW), kind(value), words.size(length), length)


class Looks:
    """Looks by key, each as good as the value it was made from."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[Value | None, bool, Look]] = {}

    def of(self, key: str, value: Value | None, *, masked: bool) -> Look:
        """How the item reads now."""
        kept = self._kept.get(key)
        if kept is not None and kept[0] is value and kept[1] is masked:
            return kept[2]
        if len(self._kept) >= _MOST_KEPT:
            self._kept.clear()
        made = look(key, value, masked=masked)
        self._kept[key] = (value, masked, made)
        return made
