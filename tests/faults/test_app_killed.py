"""The app killed while it edits a browser's storage: the browser, what was told and the journal agree.

The other faults, and many more rounds, are for ``./packaging/faults``.
"""

from __future__ import annotations

import sys

import pytest

from tests.faults.account import Account
from tests.faults.rounds import CROWD, Size, play


@pytest.mark.guard(240)
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is of POSIX systems")
async def test_browser_window_and_journal_agree() -> None:
    account = Account()

    await play(7, ["app-killed", CROWD], 3, Size(answer_within=3.0, crowd=20), account, _say_nothing)

    assert account.wrong == []
    assert account.faults.total() == 3
    assert account.checked > 20


def _say_nothing(text: str) -> None:
    """What is wrong stands in the account."""
