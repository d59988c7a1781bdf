"""A browser that tests start ends with them, however they end, and leaves nothing."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import sys
from pathlib import Path

import pytest

from tests.browser.drivers import Browser, Chromium, DriverError, Firefox
from tests.browser.drivers.process import browser_process

PROC = Path("/proc")

both = pytest.mark.parametrize("launched", [Chromium, Firefox], ids=["chromium", "firefox"])


def processes_of(folder: Path) -> set[int]:
    """Return the ids of the processes whose environment names `folder`: those of the browser that lives there."""
    if not PROC.exists():
        pytest.skip("processes are looked up in /proc")
    found = set()
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            try:
                environment = (entry / "environ").read_bytes()
            except OSError:  # it ended meanwhile, or is somebody else's
                continue
            if bytes(folder) in environment:
                found.add(int(entry.name))
    return found


async def ended(process_id: int) -> None:
    """Wait until the process has ended."""
    try:
        watched = os.pidfd_open(process_id)
    except ProcessLookupError:
        return
    loop = asyncio.get_running_loop()
    over = loop.create_future()
    loop.add_reader(watched, over.set_result, None)
    try:
        await over
    finally:
        loop.remove_reader(watched)
        os.close(watched)


@both
async def test_a_browser_leaves_no_process_and_no_file(launched: type[Browser]) -> None:
    async with launched.launch() as browser:
        await browser.open("about:blank")
        folder = browser.folder
        assert browser.process_id in processes_of(folder)

    assert processes_of(folder) == set()
    assert not folder.exists()


@both
async def test_a_killed_browser_leaves_nothing_either(launched: type[Browser]) -> None:
    async with launched.launch() as browser:
        page = await browser.open("about:blank")
        folder = browser.folder

        browser.kill()

        with pytest.raises(DriverError):
            await page.evaluate("new Promise(() => {})")

    assert processes_of(folder) == set()
    assert not folder.exists()


async def test_a_test_that_fails_leaves_nothing() -> None:
    folders = []

    async def failing(browser: Browser) -> None:
        folders.append(browser.folder)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        async with Chromium.launch() as browser:
            await failing(browser)

    assert processes_of(folders[0]) == set()
    assert not folders[0].exists()


@pytest.mark.guard(30)
async def test_a_browser_dies_with_a_test_run_that_is_killed() -> None:
    script = """
import asyncio, sys
from tests.browser.drivers import Chromium

async def main():
    async with Chromium.launch() as browser:
        print(browser.process_id, browser.folder, flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""
    run = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parents[2]
    )
    assert run.stdout is not None
    process_id, folder = (await run.stdout.readline()).decode().split()
    processes = processes_of(Path(folder))

    run.send_signal(signal.SIGKILL)

    await run.wait()
    assert int(process_id) in processes
    try:
        for one in processes:
            await ended(one)
    finally:
        for one in processes_of(Path(folder)):
            os.kill(one, signal.SIGKILL)
        shutil.rmtree(folder)  # nobody was left to do so


async def test_a_program_that_is_not_there_is_named() -> None:
    with pytest.raises(DriverError, match="none of no-such-browser, nor-this-one is installed"):
        async with browser_process(("no-such-browser", "nor-this-one"), (), {}, re.compile("(x)")):
            pass


async def test_what_a_program_wrote_before_it_ended_is_told() -> None:
    with pytest.raises(DriverError, match=r"the browser ended; stderr:\nno screen"):
        async with browser_process(("sh",), ("-c", "echo no screen >&2"), {}, re.compile("at (x)")) as process:
            await process.address()
