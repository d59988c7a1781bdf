"""The app killed while it edits a browser's storage: the browser, what was told and the journal agree."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import sys
from typing import TYPE_CHECKING

import pytest
from websockets.exceptions import ConnectionClosed

from tests.hub.peers import LivingPage
from tests.journal.desk import Desk, rows, verdict

if TYPE_CHECKING:
    from pathlib import Path


class Address:
    """Where a hub listens, as a page needs it."""

    def __init__(self, port: str) -> None:
        self.url = f"ws://127.0.0.1:{port}"


async def lived(folder: Path, page: LivingPage, answers: int) -> list[list[str]]:
    """What the app told in a life that ends after so many answers of the page."""
    app = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.journal.app_process",
        str(folder),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    assert app.stdout is not None
    _, port = (await app.stdout.readline()).decode().split()
    told: list[str] = []
    with contextlib.suppress(ConnectionClosed):
        async with page.connected(Address(port)):  # type: ignore[arg-type]  # a page needs no more of it
            while len(told) < answers:
                told.append((await app.stdout.readline()).decode())
            app.send_signal(signal.SIGKILL)
            await app.wait()
    told += [line.decode() async for line in app.stdout]
    return [line.split() for line in told if line.endswith("\n")]


@pytest.mark.guard(120)
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is of POSIX systems")
async def test_browser_window_and_journal_agree(tmp_path: Path) -> None:
    page = LivingPage(items={"n": "0"})
    random_numbers = random.Random(7)
    told: list[list[str]] = []
    for _ in range(4):
        told += await lived(tmp_path, page, random_numbers.randrange(1, 300))
    with Desk(tmp_path, "last"):
        pass
    applied = {value for _, _, outcome, value in told if outcome == "applied"}
    asked = dict(rows(tmp_path, "seq", "new", kind="edit"))
    outcomes = rows(tmp_path, "of", "outcome", kind="outcome")
    assert len(applied) > 20
    assert int(page.items["n"]) >= max(map(int, applied)), "nothing that was told as applied is lost"
    assert sorted(map(int, applied)) == sorted(
        {int(asked[of]) for of, outcome in outcomes if outcome == "applied" and asked[of] in applied}
    )
    assert {str(number) for number in range(1, int(page.items["n"]) + 1)} <= set(asked.values()), "all was asked for"
    assert len(outcomes) == len(asked), "each has one outcome"
    assert sum(outcome == "unknown" for _, outcome in outcomes) <= 4
    assert verdict(tmp_path).broken is None
