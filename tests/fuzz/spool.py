"""The journal's spool, damaged in any way; and the cells of its database."""

from __future__ import annotations

import atexit
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from monitor.core.journal_entry import Masked
from monitor.core.values import Redacted, canonical, units
from monitor.journal import records
from monitor.journal.cells import Mask, text_cell, text_of, value_of
from monitor.journal.spool import Spool
from tests.fuzz.reading import Reader, as_text

_folder = TemporaryDirectory(prefix="fuzz-spool-")
atexit.register(_folder.cleanup)
_PATH: Final = Path(_folder.name) / "journal.spool"
_KEY: Final = bytes(range(32))
_MASK: Final = Mask(_KEY)
_NONCE: Final = bytes(16)
_RECORDS: Final = (
    records.Sent(1, "run-1"),
    records.Settled(2, "run-1", "refused", "conflict", "why"),
    records.Asked(3, "run-2", "s", b"e\\x00", None, "local", None, "operator", "ada", "do", True, b"digest",
                  [records.Operation("set", "a", None, True, "1", "2")]),
    records.Settled(4, "run-2", "applied"),
)  # fmt: skip


def _as_spooled() -> tuple[bytes, list[bytes]]:
    """The whole file, and each record of it."""
    spool = Spool(_PATH, _KEY)
    spool.read()
    ends = [spool.end, *(spool.append(records.encode(record)) for record in _RECORDS)]
    spool.close()
    whole = _PATH.read_bytes()
    return whole, [whole[begin:end] for begin, end in pairwise(ends)]


_WHOLE, _PIECES = _as_spooled()
SEEDS: Final = (
    b"\0" + _WHOLE,
    b"\0" + _WHOLE[:-5],
    b"\0" + _WHOLE[:20],
    b"\1\0\0\1",
    b"\1\0\x20\xff",
    b"\2\0\1\2\3",
    b"\2\0\2\1",
    b"\3\0plain",
    b"\3\1\xed\xa0\x80\0\xf0\x9f\x98\x80",
    b"\3\1password",
)


def check(content: bytes) -> None:
    """What is read is what was written, as far as it is whole; and what is written afterwards is there too. Cells are
    what they were made of, and nobody without the key makes them mean anything else.
    """
    reader = Reader(content)
    match reader.number(4):
        case 0:
            _check_spool(reader.rest())
        case 1:
            damaged = bytearray(_WHOLE)
            while reader.more:
                place = reader.number(len(damaged))
                damaged[place] ^= reader.number(256)
            _check_spool(bytes(damaged))
        case 2:
            # Each record is as it was written, and perhaps not where it was.
            _check_spool(_WHOLE[:16] + b"".join(_PIECES[byte % len(_PIECES)] for byte in reader.rest()[:8]))
        case _:
            _check_cells(hidden=bool(reader.number(2)), text=as_text(reader.rest()))


def _check_spool(content: bytes) -> None:
    _PATH.write_bytes(content)
    spool = Spool(_PATH, _KEY)
    try:
        found = [records.decode(each.content) for each in spool.read()]
        assert found == list(_RECORDS[: len(found)]), "a record is there that was not written"
        if content == _WHOLE:
            assert len(found) == len(_RECORDS)
        spool.append(records.encode(_RECORDS[0]))
    finally:
        spool.close()
    again = Spool(_PATH, _KEY)
    try:
        assert [records.decode(each.content) for each in again.read()] == [*found, _RECORDS[0]]
    finally:
        again.close()


def _check_cells(*, hidden: bool, text: str) -> None:
    text = canonical(text)
    assert text_of(text_cell(text)) == text
    cell = _MASK.cell(text, hidden=hidden)
    value = value_of(cell)
    if hidden:
        assert isinstance(value, Masked)
        assert value.units == units(text)
        sealed = _MASK.seal(text, _NONCE)
        assert sealed is not None
        assert _MASK.unseal(sealed, cell) == text
        for damaged in (sealed[:-1], sealed[:-1] + bytes([sealed[-1] ^ 1]), text.encode("utf-8", "surrogatepass")):
            assert _MASK.unseal(damaged, cell) in (None, text)
    else:
        assert value == text
    length = Redacted(len(text))
    assert value_of(_MASK.cell(length, hidden=hidden)) == length
