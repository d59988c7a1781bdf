"""What the program is made of, as installed in the environment that runs this: names, versions and licences.

    python packaging/components.py

prints the list. The distributions are those that pyproject.toml names for running, those that they need in turn, and
Python itself; with them come parts that have a name and a licence of their own, Qt and OpenSSL.
"""

from __future__ import annotations

import platform
import re
import sys
import tomllib
from dataclasses import dataclass, field
from importlib.metadata import Distribution, distribution
from pathlib import Path
from typing import TYPE_CHECKING, Final

from packaging.requirements import Requirement

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

PROJECT: Final = "session-monitor"
ROOT: Final = Path(__file__).parents[1]
UNKNOWN: Final = "not stated"


@dataclass(frozen=True)
class Component:
    """``licence`` is an SPDX expression where the distribution states one, else its own words. ``part_of`` is the
    distribution that carries it, if it is none itself.
    """

    name: str
    version: str
    licence: str
    part_of: str = ""
    needs: tuple[str, ...] = field(default=())

    @property
    def is_distribution(self) -> bool:
        """Whether it comes from the package index on its own."""
        return not self.part_of and self.name != "python"


def components(also: Sequence[str] = ()) -> list[Component]:
    """All of it, by name, with the distributions that are named in ``also``.

    Raises:
        importlib.metadata.PackageNotFoundError: something that is needed is not installed.
    """
    needed: dict[str, Component] = {}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    waiting = [*_applying(project["dependencies"]), *also]
    while waiting:
        name = canonical(waiting.pop())
        if name in needed:
            continue
        found = distribution(name)
        needs = tuple(sorted(_applying(found.requires or ()))) if name not in also else ()
        needed[name] = Component(name, found.version, _licence(found), needs=needs)
        waiting += needs
    return [*sorted(needed.values(), key=lambda each: each.name), *_parts()]


def canonical(name: str) -> str:
    """As the index has it: small letters, and one hyphen."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _applying(stated: Iterable[str]) -> set[str]:
    """The names of those that are for this system and this Python."""
    requirements = [Requirement(each) for each in stated]
    return {canonical(each.name) for each in requirements if each.marker is None or each.marker.evaluate({"extra": ""})}


def _licence(found: Distribution) -> str:
    for field_name in ("License-Expression", "License"):
        stated = found.metadata.get_all(field_name) or []
        if stated and "\n" not in stated[0]:
            return str(stated[0])
    classified = [
        each.rpartition("::")[2].strip()
        for each in found.metadata.get_all("Classifier") or ()
        if each.startswith("License ::")
    ]
    return " AND ".join(classified) or UNKNOWN


def _parts() -> list[Component]:
    """What has no metadata of its own in the environment. The licences are those that their makers state."""
    from cryptography.hazmat.bindings._rust import openssl
    from PySide6.QtCore import qVersion

    _, openssl_version, *_ = openssl.openssl_version_text().split()
    return [
        Component("openssl", openssl_version, "Apache-2.0", part_of="cryptography"),
        Component("python", platform.python_version(), "PSF-2.0"),
        Component("qt", qVersion(), "LGPL-3.0-only OR GPL-2.0-only OR GPL-3.0-only", part_of="pyside6-essentials"),
    ]


def as_text(found: Sequence[Component]) -> str:
    """One a line, in columns."""
    rows = [("name", "version", "licence", "part of"), *((e.name, e.version, e.licence, e.part_of) for e in found)]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(as_text(components()))
