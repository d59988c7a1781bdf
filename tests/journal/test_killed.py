"""The app killed at any moment: what was sent is in the journal, and so is every outcome that was told."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.journal.desk import Desk, rows, verdict

if TYPE_CHECKING:
    from pathlib import Path


def killed(folder: Path, run: str, after: int) -> list[list[str]]:
    """What a scribe said until it was killed, once it had said so many lines."""
    command = [sys.executable, "-m", "tests.journal.scribe", str(folder), run]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as scribe:
        assert scribe.stdout is not None
        said = [scribe.stdout.readline() for _ in range(after)]
        scribe.send_signal(signal.SIGKILL)
        said += scribe.stdout.readlines()
    assert scribe.returncode == -signal.SIGKILL
    return [line.split() for line in said if line.endswith("\n")]


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is of POSIX systems")
def test_nothing_is_lost_when_the_app_is_killed_again_and_again(tmp_path: Path) -> None:
    random_numbers = random.Random(5)
    sent: list[str] = []
    told: dict[str, str] = {}
    for run in range(6):
        for word, *rest in killed(tmp_path, f"run{run}", random_numbers.randrange(2, 1_500)):
            if word == "sent":
                sent.append(rest[0])
            elif word == "told":
                assert rest[0] not in told, "two outcomes"
                told[rest[0]] = rest[1]
    with Desk(tmp_path, "last"):
        pass
    asked = dict(rows(tmp_path, "edit", "seq", kind="edit"))
    outcomes: dict[int, list[str]] = {}
    for first, outcome in rows(tmp_path, "of", "outcome", kind="outcome"):
        outcomes.setdefault(first, []).append(outcome)
    assert len(sent) > 100
    assert set(sent) <= set(asked)
    for edit, first in asked.items():
        assert len(outcomes[first]) == 1, "each has one outcome"
        if edit in told:
            assert outcomes[first] == [told[edit]]
    assert sum(found == ["unknown"] for found in outcomes.values()) <= 6
    assert verdict(tmp_path).broken is None
