"""A hub has room for all its connections before the first one comes."""

from __future__ import annotations

import subprocess
import sys

import pytest

SERVING = """
import asyncio, resource
from pathlib import Path
from monitor.hub import Settings, WebSocket

status = Path("/proc/self/status")

async def serve():
    async with WebSocket(port=0, settings=Settings(connections={connections})) as ws:
        print(resource.getrlimit(resource.RLIMIT_NOFILE)[0], ws._connections.most)
        if status.exists():
            print(*(line.split()[1] for line in status.open() if line.startswith("FDSize")))

resource.setrlimit(resource.RLIMIT_NOFILE, (256, 1900))
asyncio.run(serve())
"""


def serving(connections: int) -> list[int]:
    """How many files a process may have open that is to serve so many, and how many it serves; on Linux also how many
    files it has room for.
    """
    code = SERVING.format(connections=connections)
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    return [int(number) for number in told.split()]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
@pytest.mark.parametrize(
    ("wanted", "files", "served"), [(1_000, 1_500, 1_000), (1_500, 1_900, 1_400)], ids=["as wanted", "as allowed"]
)
def test_a_hub_serves_more_than_the_system_starts_programs_with_and_no_more_than_it_lets_it(
    wanted: int, files: int, served: int
) -> None:
    assert serving(wanted)[:2] == [files, served]


@pytest.mark.skipif(sys.platform != "linux", reason="no other system has a table that grows, and tells of it")
def test_there_is_room_for_them_before_they_come() -> None:
    assert serving(1_000)[2] >= 1_500
