"""The list of what the program is made of is whole, and an audit that was not answered is not taken for a clean one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from audit import KNOWN, Outcome, judge
from bundled import Bundled, bundled
from components import UNKNOWN, Component, as_text, canonical, components

ROOT = Path(__file__).parents[1]
LISTED = [Component("one", "1.0", "MIT"), Component("two", "2.0", "MIT")]
CANARY = {"name": KNOWN.partition("==")[0], "vulns": [{"id": "PYSEC-1", "fix_versions": ["9"]}]}

INSTALLED_BY_CHANCE = {
    "setuptools",  # puts itself into every Python of an environment
    "typing-extensions",  # loaded where it is there, and left out of the program (session-monitor.spec)
}

LOADED = """
import importlib, pkgutil, sys
from importlib.metadata import packages_distributions
import monitor
for module in pkgutil.walk_packages(monitor.__path__, "monitor."):
    if module.name != "monitor.__main__":
        importlib.import_module(module.name)
owners = packages_distributions()
print(*sorted({owner for name in sys.modules for owner in owners.get(name.partition(".")[0], ())}))
"""


def clean(*names: str) -> list[dict[str, Any]]:
    return [{"name": name, "version": "1.0", "vulns": []} for name in names]


def test_everything_that_the_app_loads_is_listed() -> None:
    loaded = subprocess.run([sys.executable, "-c", LOADED], cwd=ROOT, capture_output=True, text=True, check=True)
    names = {canonical(name) for name in loaded.stdout.split()}
    assert "pyside6-essentials" in names, "the question is the right one"
    assert names - {each.name for each in components()} <= {"session-monitor", *INSTALLED_BY_CHANCE}


def test_each_component_has_a_version_and_a_licence() -> None:
    listed = components()
    assert {"qt", "openssl", "python"} <= {each.name for each in listed}
    assert not [each for each in listed if not each.version or each.licence in ("", UNKNOWN)]
    assert all(each.name in as_text(listed) for each in listed)


def test_what_others_need_is_listed_too() -> None:
    listed = {each.name: each for each in components()}
    assert all(need in listed for each in listed.values() for need in each.needs)
    assert "shiboken6" in listed["pyside6-essentials"].needs


def test_files_in_the_program_are_traced_to_what_they_came_with(tmp_path: Path) -> None:
    import msgspec

    stray = tmp_path / "stray.dat"
    stray.touch()
    modules = [("msgspec", msgspec.__file__, "PYMODULE"), ("subprocess", subprocess.__file__, "PYMODULE")]
    files = [("monitor/x", str(ROOT / "monitor" / "__init__.py"), "DATA"), ("stray.dat", str(stray), "DATA")]
    work = tmp_path / "work"
    work.mkdir()
    (work / "PYZ-00.toc").write_text(repr((str(work / "PYZ-00.pyz"), modules)), encoding="utf-8")
    (work / "COLLECT-00.toc").write_text(repr((files,)), encoding="utf-8")
    held = bundled(work, ROOT)
    assert held.distributions == {"msgspec", "session-monitor"}
    assert held.foreign({"session-monitor"}) == ["msgspec", str(stray)]


def test_nothing_is_foreign_where_all_is_listed() -> None:
    assert not Bundled({"one"}, [], []).foreign({"one", "two"})


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ([], Outcome.NOT_CHECKED),
        (clean("one", "two"), Outcome.NOT_CHECKED),
        ([*clean("one", "two", KNOWN.partition("==")[0])], Outcome.NOT_CHECKED),
        ([*clean("one"), {"name": "two", "skip_reason": "not found"}, CANARY], Outcome.NOT_CHECKED),
        ([*clean("one"), CANARY], Outcome.NOT_CHECKED),
        ([*clean("one", "two"), CANARY], Outcome.NOTHING_KNOWN),
        ([*clean("one"), {**CANARY, "name": "two"}, CANARY], Outcome.FLAWS_KNOWN),
    ],
    ids=["silence", "no canary", "canary unknown", "one skipped", "one left out", "clean", "a flaw"],
)
def test_an_audit_counts_only_if_it_was_answered(answers: list[dict[str, Any]], outcome: Outcome) -> None:
    assert judge(LISTED, answers)[0] is outcome
