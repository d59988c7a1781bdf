"""Figures: one measured quantity with its baseline, and whether it meets its goal."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from math import log, nan
from statistics import fmean, median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Judged(Enum):
    """What of a figure its goal is about."""

    RATIO = "x"
    """Subject by baseline, repetition by repetition."""
    VALUE = ""
    """The subject itself."""
    DIFFERENCE = "more"
    """Subject less baseline, repetition by repetition."""


@dataclass(frozen=True)
class Goal:
    """``judged`` must be at most ``limit``, or at least."""

    limit: float
    judged: Judged = Judged.RATIO
    at_least: bool = False

    def met_by(self, value: float) -> bool:
        """Whether this is good enough. What could not be measured is not."""
        return value >= self.limit if self.at_least else value <= self.limit

    def in_words(self, unit: str) -> str:
        """``≤ 0.6x``, ``≤ 35 ms`` or ``≤ 16 ms more``."""
        sign = "≥" if self.at_least else "≤"
        if self.judged is Judged.RATIO:
            return f"{sign} {self.limit:g}x"
        return f"{sign} {self.limit:g} {unit}" + (" more" if self.judged is Judged.DIFFERENCE else "")


@dataclass(frozen=True)
class Figure:
    """``subject`` and ``baseline`` hold one value for each repetition, in ``unit``, smaller being better unless the
    goal says otherwise. Without a goal a figure is there to be looked at.
    """

    what: str
    unit: str
    subject: Sequence[float]
    baseline: Sequence[float] = ()
    goal: Goal | None = None
    note: str = ""

    @property
    def value(self) -> float:
        """The median of the subject."""
        return median(self.subject) if self.subject else nan

    @property
    def base(self) -> float | None:
        """The median of the baseline."""
        return median(self.baseline) if self.baseline else None

    @property
    def ratio(self) -> float | None:
        """The median of subject by baseline: a machine that is slow for a while is so for both."""
        pairs = [one / other for one, other in zip(self.subject, self.baseline, strict=False) if other]
        return median(pairs) if pairs else None

    @property
    def difference(self) -> float | None:
        """The median of subject less baseline."""
        pairs = [one - other for one, other in zip(self.subject, self.baseline, strict=False)]
        return median(pairs) if pairs else None

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; ``None`` without one."""
        if self.goal is None:
            return None
        judged = {Judged.RATIO: self.ratio, Judged.VALUE: self.value, Judged.DIFFERENCE: self.difference}
        value = judged[self.goal.judged]
        return value is not None and self.goal.met_by(value)


def growth(what: str, by_size: Mapping[int, Figure]) -> Figure:
    """How the subject grows with its size: the exponent e of ``size**e`` that fits best, the same for its baseline."""
    subject = _exponent({size: figure.value for size, figure in by_size.items()})
    bases = {size: figure.base for size, figure in by_size.items()}
    known = {size: base for size, base in bases.items() if base is not None}
    sizes = " to ".join(f"{size:,}" for size in (min(by_size), max(by_size)))
    return Figure(f"{what}: exponent, {sizes}", "", [subject], [_exponent(known)] if known else [])


def _exponent(values: Mapping[int, float]) -> float:
    points = [(log(size), log(value)) for size, value in values.items() if value > 0]
    if len(points) < 2:
        return nan
    middle_x, middle_y = fmean(x for x, _ in points), fmean(y for _, y in points)
    below = sum((x - middle_x) ** 2 for x, _ in points)
    return sum((x - middle_x) * (y - middle_y) for x, y in points) / below


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest of ``values`` that ``share`` of them (0 to 1) do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else nan
