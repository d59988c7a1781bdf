"""Spool: what was appended is there after any end of the process, and nothing else is taken for it."""

from __future__ import annotations

import os
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from monitor.journal.spool import Spool

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEY = b"k" * 32


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.spool"


def contents(path: Path, key: bytes = KEY) -> list[bytes]:
    spool = Spool(path, key)
    found = [each.content for each in spool.read()]
    spool.close()
    return found


def written(path: Path, *records: bytes) -> list[int]:
    spool = Spool(path, KEY)
    spool.read()
    ends = [spool.append(record) for record in records]
    spool.close()
    return ends


def test_records_come_back_in_order(path: Path) -> None:
    written(path, b"one", b"two")
    written(path, b"three" * 100_000)
    assert contents(path) == [b"one", b"two", b"three" * 100_000]
    assert path.stat().st_mode & 0o777 == 0o600


def test_what_was_half_written_is_not_there_and_is_written_over(path: Path) -> None:
    ends = written(path, b"one", b"two", b"three")
    for size in range(ends[0], ends[1]):
        with path.open("r+b") as file:
            file.truncate(size)
        assert contents(path) == [b"one"]
    written(path, b"new")
    assert contents(path) == [b"one", b"new"]


@pytest.mark.parametrize("size", range(16))
def test_a_spool_that_was_only_begun_is_empty(path: Path, size: int) -> None:
    path.write_bytes(b"n" * size)
    assert contents(path) == []
    written(path, b"one")
    assert contents(path) == [b"one"]


def test_what_others_put_there_is_not_taken(path: Path) -> None:
    ends = written(path, b"one", b"two", b"three")
    whole = path.read_bytes()
    for place in range(ends[0], ends[1]):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert contents(path) == [b"one"]
    path.write_bytes(whole[: ends[0]] + whole[ends[1] :])  # one is taken out
    assert contents(path) == [b"one"]
    path.write_bytes(whole)
    assert contents(path, key=b"l" * 32) == []


def test_what_is_in_it_can_be_asked_for_at_any_time(path: Path) -> None:
    spool = Spool(path, KEY)
    spool.read()
    spool.append(b"one")
    spool.append(b"two")
    assert [each.content for each in spool.contents()] == [b"one", b"two"]
    spool.close()


def test_it_is_emptied_only_if_nothing_was_written_meanwhile(path: Path) -> None:
    spool = Spool(path, KEY)
    spool.read()
    before, first = spool.name, spool.append(b"one")
    second = spool.append(b"two")
    assert not spool.empty_if_ends_at(first)
    assert spool.empty_if_ends_at(second)
    assert spool.name != before
    spool.append(b"three")
    spool.close()
    assert contents(path) == [b"three"]


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)


def test_a_spool_that_could_not_be_begun_anew_is_not_the_one_before(path: Path) -> None:
    spool = Spool(path, KEY)
    spool.read()
    spool.append(b"one")
    before = spool.name
    with no_file_larger_than(1), pytest.raises(OSError, match=r"large|full"):
        spool.empty()
    assert spool.append_to(before, b"of the one before") is None
    spool.append(b"two")
    spool.close()
    assert contents(path) == [b"two"]


def test_what_does_not_fit_on_the_disk_is_not_there_and_what_comes_later_is(path: Path) -> None:
    spool = Spool(path, KEY)
    spool.read()
    end = spool.append(b"one")
    with no_file_larger_than(end + 100):
        for _ in range(2):
            with pytest.raises(OSError, match="large"):
                spool.append(os.urandom(1_000))
        assert spool.end == end
        spool.append(b"two")
    spool.append(b"three" * 1_000)
    spool.close()
    assert contents(path) == [b"one", b"two", b"three" * 1_000]
