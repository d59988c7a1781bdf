"""Agreement: whether browser, app and journal say the same, and the same as was told.

To be looked at when nothing is broken any more and every edit has its outcome.
"""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

from monitor.core.edits import EditState, Reason
from tests.faults.operator import TAG
from tests.journal.desk import rows, verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from tests.faults.account import Account

_APPLIED = str(EditState.APPLIED)
_MAY_BE_APPLIED = {str(Reason.UNKNOWN), str(Reason.GONE)}
"""Refusals of edits that the browser may have applied, and that say so."""


class Told:
    """What the app told of outcomes since `forget`, by the edits' tags."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self.outcomes: dict[str, list[str]] = {}
        self.edits: dict[str, str] = {}

    def hear(self, edit: str, tag: str, outcome: str) -> None:
        """Of one outcome, at the moment it is told."""
        self._account.outcomes[outcome] += 1
        self.outcomes.setdefault(tag, []).append(outcome)
        self.edits[tag] = edit

    @property
    def applied(self) -> set[str]:
        """The tags of the edits that were told to be applied."""
        return {tag for tag, outcomes in self.outcomes.items() if _APPLIED in outcomes}

    def forget(self) -> None:
        """Begin anew."""
        self.outcomes.clear()
        self.edits.clear()


class Recorded:
    """What the journal in ``folder`` has of edits and outcomes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._of_tag: dict[str, int] = {}
        self._edits: dict[str, int] = {}
        self._outcomes: dict[int, list[str]] = {}
        self._counting: set[int] = set()
        self.broken: str | None = None

    def look(self) -> None:
        """At all of it."""
        self._of_tag.clear()
        self._edits.clear()
        self._outcomes.clear()
        self._counting.clear()
        for kind, first, edit, key, outcome, reason in rows(
            self._folder, "kind", "of", "edit", "key", "outcome", "reason"
        ):
            if kind == "outcome":
                self._outcomes.setdefault(first, []).append(reason or outcome)
            elif kind in ("edit", "more"):
                if kind == "edit":
                    self._edits[edit] = first
                if isinstance(key, str) and key.startswith(TAG):
                    self._of_tag[key.removeprefix(TAG)] = first
                elif key == "n":
                    self._counting.add(first)
        found = verdict(self._folder)
        self.broken = None if found.broken is None else f"at entry {found.broken}: {found.why}"

    @property
    def edits(self) -> int:
        """How many were asked for."""
        return len(self._edits)

    def has(self, tag: str) -> bool:
        """Whether it was asked for."""
        return tag in self._of_tag

    def counts(self, tag: str) -> bool:
        """Whether the edit with that tag counts up ``n``."""
        return self._of_tag.get(tag) in self._counting

    def outcomes(self, tag: str) -> list[str]:
        """Of the edit with that tag."""
        return self._outcomes.get(self._of_tag.get(tag, 0), [])

    def all_outcomes(self) -> dict[str, list[str]]:
        """By edit."""
        return {edit: self._outcomes.get(first, []) for edit, first in self._edits.items()}


def compare(
    areas: Mapping[str, Mapping[str, Any]],
    counted: Mapping[str, int],
    read: Sequence[Sequence[str]],
    told: Told,
    recorded: Recorded,
) -> tuple[list[str], int, int, int]:
    """Returns what is wrong, in words, and how many edits are lost, applied twice, and have two outcomes. ``areas`` is
    what the browsers hold, ``counted`` what ``n`` was when they held no item of an edit, as far as that is known,
    ``read`` the mails that each page has read.
    """
    wrong: list[str] = []
    held = {
        key.removeprefix(TAG): (session, value)
        for session, items in areas.items()
        for key, value in items.items()
        if key.startswith(TAG)
    }
    wrong += [
        f"{tag} is of session {value}, and in {session}" for tag, (session, value) in held.items() if value != session
    ]
    counting = Counter(session for tag, (session, _) in held.items() if recorded.counts(tag))
    wrong += [
        f"session {session} counted from {start} to {areas[session]['n']} by {counting[session]} edits"
        for session, start in counted.items()
        if int(areas[session]["n"]) != start + counting[session]
    ]
    lost = [tag for tag in told.applied if tag not in held]
    wrong += [f"{tag} was told to be applied, and is lost" for tag in lost]
    twice = [tag for log in read for tag, times in Counter(log).items() if times > 1]
    wrong += [f"{tag} was written twice" for tag in twice]
    two = [
        f"{edit} has the outcomes {', '.join(outcomes)}"
        for edit, outcomes in recorded.all_outcomes().items()
        if len(outcomes) > 1 and not _is_late_answer(outcomes)
    ]
    wrong += two
    wrong += [f"{edit} has no outcome" for edit, outcomes in recorded.all_outcomes().items() if not outcomes]
    wrong += [f"{tag} is in the browser, and not in the journal" for tag in held if not recorded.has(tag)]
    for tag in held:
        outcomes = recorded.outcomes(tag)
        if outcomes and _APPLIED not in outcomes and not _MAY_BE_APPLIED.intersection(outcomes):
            wrong.append(f"{tag} was refused ({', '.join(outcomes)}), and is in the browser")
    for tag, outcomes in told.outcomes.items():
        if str(Reason.NOT_RECORDED) in outcomes:
            if recorded.has(tag) or len(outcomes) > 1:
                wrong.append(f"{tag} was told to be {', '.join(outcomes)}, and was asked for")
        elif not set(outcomes) <= set(recorded.outcomes(tag)):
            wrong.append(f"{tag} was told to be {', '.join(outcomes)}, in the journal {recorded.outcomes(tag)}")
    if recorded.broken is not None:
        wrong.append(f"the journal is broken {recorded.broken}")
    return wrong, len(lost), len(twice), len(two)


async def verified(folder: Path) -> list[str]:
    """What ``session-monitor journal verify`` says is wrong."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "monitor", "journal", "--folder", str(folder), "verify",
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await process.communicate()
    return [f"journal verify: {said.decode().strip()}"] if process.returncode else []


def late_answers(recorded: Recorded) -> int:
    """Edits whose outcome nobody knew when the app was started again, and that were answered after all."""
    return sum(_is_late_answer(outcomes) for outcomes in recorded.all_outcomes().values())


def _is_late_answer(outcomes: list[str]) -> bool:
    return len(outcomes) == 2 and outcomes[0] == Reason.UNKNOWN
