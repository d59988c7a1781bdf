"""ItemFilter: which items are shown: those that have a text, or what an expression describes, in key or value."""

from __future__ import annotations

import re
from time import perf_counter
from typing import TYPE_CHECKING, Final, NamedTuple

import regex

if TYPE_CHECKING:
    from monitor.core.values import Value

LONGEST_EXPRESSION: Final = 1_000
"""Characters. One that is longer was not written by a person, and may take seconds to be read."""

MOST_REPEATED: Final = 200_000
"""Pieces that an expression may come to when its counted repetitions are written out, which is what `regex` does with
them: a quarter of a kilobyte each. ``((a{1000}){1000}){1000}`` would take all memory there is.
"""

_SECONDS: Final = 0.25
_SECONDS_AN_ITEM: Final = 15e-6

# The folded form of a long value costs up to 80 ms for the longest there is, so it is kept while a filter stands.
_LONG: Final = 2_000


class FilterChoice(NamedTuple):
    """What the operator asks for. ``text`` is looked for as it is, or, with ``is_expression``, read as a regular
    expression; upper and lower case are the same unless ``match_case``.
    """

    text: str = ""
    is_expression: bool = False
    match_case: bool = False


class ExpressionError(ValueError):
    """The text is no regular expression. ``str`` of it is a sentence."""


class ItemFilter:
    """Lets through what ``choice`` describes; all, if its text is empty.

    An expression may take for ever. `begin` gives it some time for each time that items are looked through; when that
    is over, the filter has ``stopped``, for good: from then on it lets everything through, and what it has kept out
    before is to be looked at again.

    ``before`` is the filter that this one replaces: what it has found out about long values need not be found again.

    Raises:
        ExpressionError: the text is to be a regular expression, and is none.
    """

    def __init__(self, choice: FilterChoice, before: ItemFilter | None = None) -> None:
        self.stopped = False
        self._is_open = not choice.text
        self._deadline = 0.0
        self.folds = not (choice.match_case or choice.is_expression)
        self.needle = choice.text.casefold() if self.folds else choice.text
        self._expression = _compiled(choice) if choice.is_expression and choice.text else None
        self._folded: dict[str, tuple[Value, str]] = before._folded if before is not None and choice.text else {}  # noqa: SLF001 - its own kind

    def __bool__(self) -> bool:
        return not self._is_open

    @property
    def is_plain(self) -> bool:
        """Whether there is no more to it than to find ``needle``, in upper or lower case alike if it ``folds``."""
        return self._expression is None and not self._is_open

    def begin(self, items: int) -> None:
        """So many items are going to be looked at now."""
        self._deadline = perf_counter() + _SECONDS + items * _SECONDS_AN_ITEM

    def lets_through(self, key: str, value: Value | None) -> bool:
        """Whether the item is one to show."""
        if self._is_open:
            return True
        if self.folds:
            if self.needle in key.casefold():
                return True
            return isinstance(value, str) and self.needle in self._fold(key, value)
        text = value if isinstance(value, str) else ""
        if self._expression is not None:
            return self._finds(self._expression, key) or self._finds(self._expression, text)
        return self.needle in key or self.needle in text

    def narrows(self, before: ItemFilter) -> bool:
        """Whether it lets through nothing that ``before``, the filter until now, keeps out."""
        if before.stopped or not before:
            return not before.stopped
        return self.is_plain and before.is_plain and self.folds == before.folds and before.needle in self.needle

    def _finds(self, expression: regex.Pattern[str], text: str) -> bool:
        seconds = self._deadline - perf_counter()
        try:
            # As the last time that is left is no time at all for regex, it is not asked then.
            return seconds <= 0 or expression.search(text, timeout=seconds) is not None
        except (TimeoutError, MemoryError):
            seconds = 0
            return True
        finally:
            if seconds <= 0:
                self.stopped = self._is_open = True

    def _fold(self, key: str, value: str) -> str:
        if len(value) < _LONG:
            return value.casefold()
        kept = self._folded.get(key)
        if kept is None or kept[0] is not value:
            kept = self._folded[key] = (value, value.casefold())
        return kept[1]


def _compiled(choice: FilterChoice) -> regex.Pattern[str]:
    text = choice.text
    if len(text) > LONGEST_EXPRESSION:
        raise ExpressionError(f"An expression can have {LONGEST_EXPRESSION:,} characters; this one has {len(text):,}.")
    if _written_out(text) > MOST_REPEATED:
        raise ExpressionError("The counts in braces come to more than can be searched for.")
    try:
        return regex.compile(text, 0 if choice.match_case else regex.IGNORECASE)
    except regex.error as error:
        raise ExpressionError(_in_words(error)) from error
    except RecursionError as error:
        raise ExpressionError("The parentheses are nested too deeply.") from error
    except (ValueError, MemoryError) as error:
        raise ExpressionError(f"Not an expression: {error or 'it takes too much memory'}.") from error


def _in_words(error: regex.error) -> str:
    """``str`` of the error is what is wrong and where, counted from 0."""
    what, _, place = str(error).rpartition(" at position ")
    if not (what and place.isdecimal()):
        return f"{str(error)[:1].upper()}{str(error)[1:]}."
    return f"{what[:1].upper()}{what[1:]} at character {int(place) + 1:,}."


_COUNT = re.compile(r"([)}]\s*)?\{\s*(\d+)")


def _written_out(text: str) -> int:
    """At most how many pieces the expression comes to: counts after a group multiply, of others the largest does."""
    nested, largest = 1, 1
    for found in _COUNT.finditer(text):
        # More digits than these are too many, whatever they are.
        count = max(int(found[2][:10]), 1)
        if found[1]:
            nested *= count
        else:
            largest = max(largest, count)
    return nested * largest * len(text)
