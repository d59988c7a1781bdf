"""Twenty pages among a hundred hostile connections lose nothing. Times are for `packaging/hostile` to look at."""

from __future__ import annotations

import sys

import pytest

from tests.bench.figures import Goal, Judged
from tests.bench.size import SMALL
from tests.hostile.attack import measure

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="loopback has many addresses on Linux alone, by default"
)


def test_pages_lose_nothing_among_hostile_connections() -> None:
    attack = measure(SMALL)
    counts = {figure.what: figure for figure in attack.figures if figure.unit == "" and figure.goal is not None}
    assert len(counts) >= 7
    assert not [f"{what}: {figure.value}" for what, figure in counts.items() if not figure.met]
    assert not [kind for kind, ways in attack.ends.items() if not ways], "each kind came"
    grown = next(figure for figure in attack.figures if figure.what == "memory grown, after it")
    assert grown.goal == Goal(128, Judged.VALUE)
    assert grown.met
