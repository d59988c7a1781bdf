"""What long messages took does not stay with the app."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

GROWN = """
import sys
from monitor.memory import give_back_large_blocks
from tests.bench.probes import resident
if "give back" in sys.argv:
    give_back_large_blocks()
for _ in range(2):
    before, kept, part = resident(), [], bytes(65_536)
    messages = [bytearray() for _ in range(20)]
    for _ in range(100):
        for message in messages:
            message += part
            kept.append(bytes(500))  # what is small and stays lies between
    del message, messages
print((resident() - before) // 2**20)
"""


def grown(*arguments: str) -> int:
    """MiB that stay of 125, in a process of its own, the second time."""
    asked = subprocess.run(
        [sys.executable, "-c", GROWN, *arguments], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return int(asked.stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="what it tells of is glibc's, and so is the way to measure it")
def test_long_messages_leave_no_memory_behind() -> None:
    assert grown("give back") < 20
