"""Times as programs note them: units since the beginning of 1970 in UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, ClassVar, Final, Literal, TypeAlias

from msgspec import Struct

if TYPE_CHECKING:
    from datetime import tzinfo

Unit: TypeAlias = Literal["seconds", "milliseconds", "microseconds"]

EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(2100, 1, 1, tzinfo=UTC)
"""Numbers that would be times before `EARLIEST` or not before this are not taken for times."""


class EpochTime(Struct, frozen=True):
    """A number that may be a time. Always a guess: it may count something else."""

    title: ClassVar[str] = "Time"
    guess: ClassVar[bool] = True

    unit: Unit
    utc: datetime
    local: datetime
    """The same time in the zone that was asked for."""


def read_epoch_time(text: str, zone: tzinfo) -> EpochTime | None:
    """The time that ``text`` may be, else None. The three units' ranges do not overlap. Seconds and milliseconds may
    have a fraction; what is finer than a microsecond is cut off.
    """
    found = _NUMBER.fullmatch(text)
    if found is None:
        return None
    whole, fraction = found[1], found[2] or ""
    for unit, places in _PLACES.items():
        exact = int(whole + (fraction + "000000")[:places])
        if _FIRST <= exact < _PAST and (places or not fraction):
            utc = _1970 + timedelta(microseconds=exact)
            return EpochTime(unit, utc, utc.astimezone(zone))
    return None


_NUMBER: Final = re.compile(r"([1-9][0-9]{8,15})(?:\.([0-9]{1,20}))?")
_PLACES: Final[dict[Unit, int]] = {"seconds": 6, "milliseconds": 3, "microseconds": 0}
"""How many decimal places each unit has above a microsecond."""
_1970: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST: Final = (EARLIEST - _1970) // timedelta(microseconds=1)
_PAST: Final = (LATEST - _1970) // timedelta(microseconds=1)
