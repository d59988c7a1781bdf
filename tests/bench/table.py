"""The one table of a run, for people and for programs."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.bench.figures import Figure

HEADS: Final = ("figure", "measured", "baseline", "ratio", "goal", "met")
_MET: Final = {True: "yes", False: "NO", None: ""}


def as_text(results: Mapping[str, Sequence[Figure]]) -> str:
    """A table of Markdown, which a terminal shows as well."""
    rows = [HEADS, *(cells for name, figures in results.items() for cells in _cells(name, figures))]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADS))]
    lines = [
        "| "
        + " | ".join(_padded(cell, width, column) for column, (cell, width) in enumerate(zip(row, widths, strict=True)))
        + " |"
        for row in rows
    ]
    rule = (
        "| "
        + " | ".join("-" * (width - 1) + (":" if 0 < column < 4 else "-") for column, width in enumerate(widths))
        + " |"
    )
    return "\n".join([lines[0], rule, *lines[1:]])


def as_json(results: Mapping[str, Sequence[Figure]]) -> list[dict[str, Any]]:
    """The same, with every repetition."""
    return [
        {
            "bench": name,
            "figure": figure.what,
            "unit": figure.unit,
            "measured": _finite(figure.value),
            "baseline": _finite(figure.base),
            "ratio": _finite(figure.ratio),
            "goal": figure.goal.in_words(figure.unit) if figure.goal else None,
            "met": figure.met,
            "note": figure.note or None,
            "measured_each": [_finite(value) for value in figure.subject],
            "baseline_each": [_finite(value) for value in figure.baseline],
        }
        for name, figures in results.items()
        for figure in figures
    ]


def _cells(name: str, figures: Sequence[Figure]) -> list[tuple[str, ...]]:
    return [
        (
            f"{name}: {figure.what}{f' ({figure.note})' if figure.note else ''}",
            number(figure.value, figure.unit),
            number(figure.base, figure.unit),
            "" if figure.ratio is None or not figure.unit else f"{number(figure.ratio)}x",
            figure.goal.in_words(figure.unit) if figure.goal else "",
            _MET[figure.met],
        )
        for figure in figures
    ]


def number(value: float | None, unit: str = "") -> str:
    """Three digits that count, and the unit."""
    if value is None:
        return ""
    if isnan(value):
        return "none"
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2 if abs(value) >= 0.1 else 3
    return f"{value:,.{digits}f}{f' {unit}' if unit else ''}"


def _padded(cell: str, width: int, column: int) -> str:
    return cell.rjust(width) if 0 < column < 4 else cell.ljust(width)


def _finite(value: float | None) -> float | None:
    return None if value is None or isnan(value) else value
