"""Asks pip-audit about every component, and believes it only if it was really told something.

    python packaging/audit.py [--advisories ZIP]

pip-audit exits with 0 for packages that its service does not know, and so it does where there is a mirror of the index
without the service. So each component must have been answered for, and beside them stands one of which a flaw is known.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import traceback
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from pathlib import Path
from typing import Any, Final

from advisories import AdvisoriesError, look_up
from components import Component, components

SERVICES: Final = ("pypi", "osv")
KNOWN: Final = "urllib3==1.26.4"
"""CVE-2021-33503: not installed, only asked about. Who does not know of it knows of none."""
OLD: Final = timedelta(days=30)
"""Advisories are written every day: a copy whose youngest is older has not been renewed."""
AHEAD: Final = timedelta(days=1)
"""How far two clocks may differ. An advisory from after that tells nothing of the age of its copy."""
PATIENCE: Final = 120.0
"""Seconds for all answers of one service."""


class Outcome(IntEnum):
    """The exit code."""

    NOTHING_KNOWN = 0
    FLAWS_KNOWN = 1
    NOT_CHECKED = 2


def main() -> Outcome:
    """Look into the copy of a database that was named, or ask one service after the other until one has answered."""
    parser = argparse.ArgumentParser(prog="./packaging/audit", description="Are flaws known of what this is made of?")
    parser.add_argument("--advisories", type=Path, metavar="ZIP", help="a copy of OSV's database, instead of a service")
    copy: Path | None = parser.parse_args().advisories
    listed = [each for each in components() if each.is_distribution]
    parts = [each for each in components() if not each.is_distribution]
    pinned = [*(f"{each.name}=={each.version}" for each in listed), KNOWN]
    outcome, text = _asked(listed, pinned) if copy is None else looked_up(copy, listed, pinned, datetime.now(UTC))
    if outcome is not Outcome.NOT_CHECKED:
        names = ", ".join(f"{each.name} {each.version}" for each in parts)
        text += f"\nNothing was asked about {names}: look at what their makers say."
    _say(text)
    return outcome


def _asked(listed: list[Component], pinned: list[str]) -> tuple[Outcome, str]:
    for service in SERVICES:
        answers, why = ask(service, pinned)
        outcome, text = judge(listed, answers)
        if outcome is not Outcome.NOT_CHECKED:
            return outcome, text
        _say(f"{service}: {why or text}")
    return Outcome.NOT_CHECKED, (
        "NOT CHECKED: no service that knows of flaws could be reached. This says nothing about whether there are any.\n"
        "Where none can be, --advisories takes a copy of OSV's database (packaging/advisories.py says where from)."
    )


def looked_up(copy: Path, listed: list[Component], pinned: list[str], now: datetime) -> tuple[Outcome, str]:
    """The same from a copy of a database. An old one may know of flaws, and is not believed if it knows of none."""
    try:
        found = look_up(copy, pinned)
    except AdvisoriesError as error:
        return Outcome.NOT_CHECKED, f"NOT CHECKED: {error}."
    outcome, text = judge(listed, found.answers)
    if outcome is Outcome.NOT_CHECKED:
        return outcome, f"NOT CHECKED: {copy}: {text}."
    age = f"The youngest advisory in {copy} is of {found.newest:%Y-%m-%d}."
    if outcome is Outcome.NOTHING_KNOWN and now - found.newest > OLD:
        return Outcome.NOT_CHECKED, f"NOT CHECKED: {age} That is more than {OLD.days} days ago."
    if outcome is Outcome.NOTHING_KNOWN and found.newest - now > AHEAD:
        return Outcome.NOT_CHECKED, f"NOT CHECKED: {age} That day has not come."
    return outcome, f"{text}\n{age}"


def ask(service: str, pinned: list[str]) -> tuple[list[dict[str, Any]], str]:
    """What pip-audit says of each, or why it says nothing."""
    with tempfile.TemporaryDirectory() as folder:
        requirements = Path(folder, "requirements.txt")
        requirements.write_text("\n".join(pinned) + "\n", encoding="utf-8")
        command = [
            sys.executable, "-m", "pip_audit", "--vulnerability-service", service, "--format", "json", "--no-deps",
            "--disable-pip", "--progress-spinner", "off", "--requirement", str(requirements),
        ]  # fmt: skip
        try:
            asked = subprocess.run(command, capture_output=True, check=False, timeout=PATIENCE)
            answers = json.loads(asked.stdout)["dependencies"]
        except subprocess.TimeoutExpired:
            return [], f"no answer within {PATIENCE:g} seconds"
        except (ValueError, LookupError, TypeError):
            answers = None
        if not isinstance(answers, list):
            return [], (asked.stderr.decode(errors="backslashreplace").strip().splitlines() or ["no answer"])[-1]
        return answers, ""


def judge(listed: list[Component], answers: list[dict[str, Any]]) -> tuple[Outcome, str]:
    """What the answers are worth, and in words."""
    flaws = {each["name"]: each["vulns"] for each in answers if "vulns" in each}
    unanswered = [each.name for each in listed if each.name not in flaws]
    found = [
        f"{each.name} {each.version}: {flaw['id']}, mended in {', '.join(flaw['fix_versions']) or 'no version yet'}"
        for each in listed
        for flaw in flaws.get(each.name, ())
    ]
    if found:
        return Outcome.FLAWS_KNOWN, "\n".join(found)
    if not flaws.get(KNOWN.partition("==")[0]):
        return Outcome.NOT_CHECKED, f"it does not know the flaw of {KNOWN}, so it knows of none"
    if unanswered:
        return Outcome.NOT_CHECKED, f"no answer about {', '.join(unanswered)}"
    return Outcome.NOTHING_KNOWN, f"No flaw is known of {len(listed)} components."


def _say(text: str) -> None:
    sys.stdout.write(f"{visible(text)}\n")
    sys.stdout.flush()


def visible(text: str) -> str:
    """Lines that do nothing to a terminal: ids, file names and complaints come from elsewhere."""
    return "".join(each if each.isprintable() or each == "\n" else ascii(each)[1:-1] for each in text)


if __name__ == "__main__":
    try:
        ended = main()
    except Exception:
        traceback.print_exc()
        ended = Outcome.NOT_CHECKED
    sys.exit(ended)
