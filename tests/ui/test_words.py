"""Numbers, times and texts from browsers, as the window writes them."""

from datetime import datetime, timedelta

import pytest
from PySide6.QtGui import QTextDocumentFragment

from monitor.core.edits import Reason
from monitor.ui.reasons import REASONS, REASONS_IN_SHORT
from monitor.ui.words import WallClock, counted, plain_tooltip, quoted, share, size
from tests.ui.random_text import AWKWARD


@pytest.mark.parametrize(
    ("units", "words"),
    [(0, "0"), (9_999, "9,999"), (10_240, "10.0 K"), (999_999, "976.6 K"), (5_242_880, "5.0 M")],
)
def test_size(units: int, words: str) -> None:
    assert size(units) == words


def test_counts() -> None:
    assert counted(1, "page") == "1 page"
    assert counted(1_200, "page") == "1,200 pages"
    assert counted(2, "value is", "values are") == "2 values are"
    assert share(3, 12) == "3 of 12"
    assert share(12, 12) == "12"


def test_quotes_are_short_and_on_one_line() -> None:
    assert quoted("a\nb") == "“a↵b”"
    assert len(quoted("x" * 1_000)) < 50


@pytest.mark.parametrize("text", ["<b>x</b>", "a & b", "<img src='file:///x'>", "plain"])
def test_a_tooltip_shows_markup_as_text(text: str) -> None:
    assert QTextDocumentFragment.fromHtml(plain_tooltip(text)).toPlainText() == text


def test_a_time_of_another_day_has_its_date() -> None:
    wall = WallClock(lambda: 1_000_000.0)
    assert len(wall.words(1_000_000.0)) == len("14:03:22")
    assert wall.words(1_000_000.0 - 3 * 86_400).startswith((datetime.now() - timedelta(days=3)).strftime("%Y-%m-"))


def test_every_reason_has_words() -> None:
    assert set(REASONS) == set(REASONS_IN_SHORT) == set(Reason)


def test_awkward_text_in_a_tooltip_breaks_nothing() -> None:
    for text in AWKWARD:
        assert isinstance(plain_tooltip(text), str)
