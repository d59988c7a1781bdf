"""What an operator may rely on who looks at a number that may be a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.lenses.epoch_time import EARLIEST, LATEST, read_epoch_time
from tests.core.texts import texts

ZONE = timezone(timedelta(hours=5, minutes=30), "IST")
MICROSECOND = timedelta(microseconds=1)


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31, 23, 59, 59), timezones=st.just(UTC)),
    st.sampled_from([("seconds", 10**6), ("milliseconds", 10**3), ("microseconds", 1)]),
)
def test_a_time_in_any_unit_is_found(time: datetime, unit: tuple[str, int]) -> None:
    name, microseconds = unit
    count = (time - datetime(1970, 1, 1, tzinfo=UTC)) // MICROSECOND // microseconds
    found = read_epoch_time(str(count), ZONE)
    assert found is not None
    assert found.unit == name
    assert timedelta(0) <= time - found.utc < microseconds * MICROSECOND
    assert found.local == found.utc
    assert found.local.utcoffset() == ZONE.utcoffset(None)


@pytest.mark.parametrize(
    ("text", "unit", "microsecond"),
    [
        ("1700000000.5", "seconds", 500_000),
        ("1700000000.1234567", "seconds", 123_456),
        ("1700000000123.4567", "milliseconds", 123_456),
    ],
)
def test_fractions(text: str, unit: str, microsecond: int) -> None:
    found = read_epoch_time(text, UTC)
    assert found is not None
    assert (found.unit, found.utc) == (unit, datetime(2023, 11, 14, 22, 13, 20, microsecond, tzinfo=UTC))


def test_the_range_begins_and_ends_sharply() -> None:
    first, past = int(EARLIEST.timestamp()), int(LATEST.timestamp())
    for scale in (1, 1_000, 1_000_000):
        assert read_epoch_time(str(first * scale), UTC) is not None
        assert read_epoch_time(str(first * scale - 1), UTC) is None
        assert read_epoch_time(str(past * scale - 1), UTC) is not None
        assert read_epoch_time(str(past * scale), UTC) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "12345",
        "-1700000000",
        "+1700000000",
        " 1700000000",
        "1700000000\n",
        "1700000000.",
        "17e8",
        "01700000000",
        "1700000000123456.7",
        "1700000000123456789",
        "1" * 5000,
        "１７００００００００",
        "1,700,000,000",
    ],
)
def test_what_is_not_taken_for_a_time(text: str) -> None:
    assert read_epoch_time(text, UTC) is None


@given(texts)
def test_no_text_is_too_odd(text: str) -> None:
    assert read_epoch_time(text, UTC) is None or text[0].isdigit()
