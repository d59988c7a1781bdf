"""What PyInstaller put into the program, traced back to where each file came from."""

from __future__ import annotations

import ast
import subprocess
import sys
import sysconfig
from importlib.metadata import distributions
from pathlib import Path
from typing import Any, NamedTuple

from components import PROJECT, canonical


class Library(NamedTuple):
    """A library of the operating system that is in the program, and the package of that system, if it is known."""

    name: str
    package: str
    version: str


class Bundled(NamedTuple):
    """``strays`` are files of which nobody says where they come from."""

    distributions: set[str]
    libraries: list[Library]
    strays: list[str]

    def foreign(self, listed: set[str]) -> list[str]:
        """What is in the program and not among the names that are listed."""
        return [*sorted(self.distributions - listed), *self.strays]


def bundled(work: Path, root: Path) -> Bundled:
    """Read the lists that PyInstaller left in ``work`` when it froze the project at ``root``."""
    owners = _owners()
    names: set[str] = set()
    libraries: dict[str, Library] = {}
    strays: list[str] = []
    standard = [Path(sysconfig.get_path(each)).resolve() for each in ("stdlib", "platstdlib")]
    standard.append(Path(sys.base_prefix, "bin").resolve())
    for source in sorted(_sources(work)):
        path = Path(source).resolve()
        if (owner := owners.get(path)) is not None:
            names.add(owner)
        elif path.is_relative_to(root.resolve()) and not path.is_relative_to(Path(sys.prefix).resolve()):
            names.add(PROJECT)
        elif any(path.is_relative_to(each) for each in standard):
            pass  # Python itself
        elif ".so" in path.name:
            libraries[path.name] = _library(path)
        else:
            strays.append(source)
    return Bundled(names, list(libraries.values()), strays)


def _owners() -> dict[Path, str]:
    return {
        Path(str(found.locate_file(each))).resolve(): canonical(found.metadata["Name"])
        for found in distributions()
        for each in found.files or ()
    }


def _sources(work: Path) -> set[str]:
    """The source of every entry, ``(destination, source, kind)``, of the modules and of the files."""
    sources = set()
    for name in ("PYZ-00.toc", "COLLECT-00.toc"):
        lists: tuple[Any, ...] = ast.literal_eval((work / name).read_text(encoding="utf-8"))
        for entries in (each for each in lists if isinstance(each, list)):
            for entry in entries:
                # What PyInstaller made itself stands in `work`; links and namespace packages have no file.
                source, kind = entry[1:3]
                if kind != "SYMLINK" and source not in ("", "-") and not Path(source).is_relative_to(work):
                    sources.add(source)
    return sources


def _library(path: Path) -> Library:
    """Debian and its like can tell where a library comes from."""
    try:
        owner = _said(["dpkg-query", "--search", str(path)]) or _said(["dpkg-query", "--search", f"*/{path.name}"])
        package = owner.partition(":")[0]
        version = _said(["dpkg-query", "--show", "--showformat", "${Version}", package]) if package else ""
    except FileNotFoundError:
        return Library(path.name, "", "")
    return Library(path.name, package, version)


def _said(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout
