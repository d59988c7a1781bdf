"""What is done with both tables alike, for `storage_table`: milliseconds of each step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.bench.painting import until_painted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QTableView


def scrolled(table: QTableView, pages: int) -> list[float]:
    """Go down page by page, from the top again after the bottom."""
    bar = table.verticalScrollBar()
    bar.setValue(0)
    taken = []
    for _ in range(pages):
        place = 0 if bar.value() == bar.maximum() else bar.value() + bar.pageStep()
        taken.append(until_painted(lambda place=place: bar.setValue(place), table))  # type: ignore[misc] # bound at once
    bar.setValue(0)
    return taken


def typed(
    texts: Sequence[str], put: Callable[[str], None], table: QTableView, settle: Callable[[], None]
) -> list[float]:
    """Type each text letter by letter, and take it back."""
    taken = []
    for text in texts:
        shown = [text[:length] for length in range(1, len(text) + 1)]
        for each in [*shown, *reversed(shown[:-1]), ""]:
            taken.append(until_painted(lambda each=each: put(each), table))  # type: ignore[misc] # bound at once
            settle()
    return taken
