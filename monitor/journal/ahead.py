"""Ahead: long texts are written before the edit that holds them is asked for, in parts, so that no turn takes long.

The parts stand in the spool. The record of the edit, if it comes, refers to them: in the place of a cell it has ``p``
and the number of the text.
"""

from __future__ import annotations

import logging
from collections import deque
from os import urandom
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from msgspec.structs import replace

from monitor.journal.cells import ESCAPED, escape, escapes, not_recorded
from monitor.journal.records import Asked, Operation, Part, decode

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

    from monitor.journal.cells import Cell, Mask
    from monitor.journal.records import Record
    from monitor.journal.spool import Spool, Spooled

log = logging.getLogger(__name__)

_PART: Final = 2**18
"""Characters that are written in one turn."""
_NUMBER: Final = 16
_REFERENCE: Final = b"p"


class _Stands(NamedTuple):
    """A text that is there: ``cell`` is its own, ``spool`` the name of the one in which it stands."""

    cell: Cell
    reference: bytes
    spool: bytes


class Ahead:
    """What was written ahead for the next edit. ``append`` writes a record; ``mask`` is told each cell."""

    def __init__(self, spool: Spool, mask: Mask, append: Callable[[Part], object]) -> None:
        self._spool = spool
        self._mask = mask
        self._append = append
        self._standing: deque[_Stands] = deque(maxlen=2)  # of an edit: what was there, and what is to be

    def writing(self, text: str, hides: Callable[[], bool]) -> Generator[None, None, None]:
        """Work out the cell of this text, a part a turn, and write it as long as nothing ``hides`` it.

        Raises:
            RecordingError: it cannot be written.
        """
        number = urandom(_NUMBER)
        spool = self._spool.name
        is_escaped = escapes(text)
        stands = True
        yield
        escaped = [ESCAPED]
        for start in range(0, len(text), _PART):
            part = text[start : start + _PART]
            if is_escaped:
                escaped.append(escape(part))
            stands = stands and not hides()
            if stands:
                self._append(Part(number, escaped[-1] if is_escaped else part))
            yield
        cell: Cell = b"".join(escaped) if is_escaped else text
        self._mask.remember(text, cell)
        if stands:
            self._standing.append(_Stands(cell, _REFERENCE + number, spool))

    def forget(self) -> None:
        """What was written ahead was for an edit that has been asked for."""
        self._standing.clear()
        self._mask.forget()

    def shortened(self, asked: Asked, spool: bytes) -> Asked:
        """The record as the spool of this name may have it: with references to what stands there already."""
        if not self._standing:
            return asked
        return replace(asked, operations=[self._short(operation, spool) for operation in asked.operations])

    def _short(self, operation: Operation, spool: bytes) -> Operation:
        return replace(operation, old=self._reference(operation.old, spool), new=self._reference(operation.new, spool))

    def _reference(self, cell: Cell | None, spool: bytes) -> Cell | None:
        for stands in self._standing:
            if stands.cell is cell and stands.spool == spool:
                return stands.reference
        return cell


def whole_records(spooled: Iterable[Spooled]) -> list[tuple[Record, int]]:
    """What the spool holds, all of it, and where each record ends. No record refers to another any more."""
    parts: dict[bytes, list[Any]] = {}  # all of one text are of one type
    records: list[tuple[Record, int]] = []
    for each in spooled:
        record = decode(each.content)
        if isinstance(record, Part):
            parts.setdefault(record.text, []).append(record.content)
        elif isinstance(record, Asked):
            record = replace(record, operations=[_completed(operation, parts) for operation in record.operations])
        records.append((record, each.end))
    return records


def _completed(operation: Operation, parts: dict[bytes, list[Any]]) -> Operation:
    return replace(operation, old=_cell(operation.old, parts), new=_cell(operation.new, parts))


def _cell(cell: Cell | None, parts: dict[bytes, list[Any]]) -> Cell | None:
    if not isinstance(cell, bytes) or cell[:1] != _REFERENCE:
        return cell
    found = parts.get(cell[1:])
    if found is None:
        log.error("the journal's spool refers to a text that is not there: it is not kept")
        return not_recorded(0)
    return "".join(found) if isinstance(found[0], str) else b"".join([ESCAPED, *found])
