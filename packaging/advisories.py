"""Advisories: what is known of flaws, out of a copy of OSV's database, for who may not or cannot ask a service.

OSV keeps all that it knows of packages of Python's index in one zip, a JSON file for each advisory, as
https://ossf.github.io/osv-schema/ describes: https://osv-vulnerabilities.storage.googleapis.com/PyPI/all.zip
"""

from __future__ import annotations

import json
import zlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from zipfile import BadZipFile, ZipFile

from components import canonical
from packaging.version import InvalidVersion, Version

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

ECOSYSTEM: Final = "PyPI"


class AdvisoriesError(Exception):
    """The file is not there, or no copy of the database."""


class Found(NamedTuple):
    """``answers`` are as pip-audit gives them; ``newest`` is when the youngest advisory was written."""

    answers: list[dict[str, Any]]
    newest: datetime


def look_up(archive: Path, pinned: Sequence[str]) -> Found:
    """What is known of each of ``pinned``, which are as ``urllib3==1.26.4``.

    Raises:
        AdvisoriesError: it cannot be read.
    """
    versions = dict(each.split("==") for each in pinned)
    answers: dict[str, list[dict[str, Any]]] = {name: [] for name in versions}
    newest = datetime.min.replace(tzinfo=UTC)
    for advisory in _advisories(archive):
        try:
            newest = max(newest, datetime.fromisoformat(advisory["modified"]))
            for affected in advisory.get("affected", ()) if "withdrawn" not in advisory else ():
                package = affected.get("package", {})
                name = canonical(package.get("name", ""))
                if package.get("ecosystem") == ECOSYSTEM and name in versions and is_affected(affected, versions[name]):
                    answers[name].append({"id": advisory["id"], "fix_versions": _fixed_in(affected)})
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            raise AdvisoriesError(f"an advisory in {archive} cannot be understood: {advisory.get('id')}") from error
    return Found([{"name": name, "version": versions[name], "vulns": found} for name, found in answers.items()], newest)


def _advisories(archive: Path) -> Iterator[dict[str, Any]]:
    try:
        with ZipFile(archive) as zipped:
            for name in zipped.namelist():
                advisory = json.loads(zipped.read(name))
                if not isinstance(advisory, dict) or not {"id", "modified"} <= advisory.keys():
                    raise AdvisoriesError(f"{name} in {archive} is no advisory")
                yield advisory
    except OSError as error:
        raise AdvisoriesError(f"{archive} cannot be read: {error.strerror or error}") from error
    except (BadZipFile, zlib.error, ValueError, RuntimeError) as error:  # encrypted, or packed or nested as none is
        raise AdvisoriesError(f"{archive} is no zip of JSON files: {error}") from error


def is_affected(affected: Mapping[str, Any], version: str) -> bool:
    """Whether one entry of an advisory means that version (OSV schema, "Evaluation"). What cannot be compared is."""
    if version in affected.get("versions", ()):
        return True
    try:
        return any(
            _is_within(each["events"], Version(version))
            for each in affected.get("ranges", ())
            if each["type"] == "ECOSYSTEM"
        )
    except InvalidVersion:
        return True


def _is_within(events: Sequence[Mapping[str, str]], version: Version) -> bool:
    within = False
    for kind, at in sorted((_event(each) for each in events), key=lambda event: event[1]):
        if kind == "introduced" and version >= at:
            within = True
        elif (kind == "fixed" and version >= at) or (kind == "last_affected" and version > at):
            within = False
    return within


def _event(event: Mapping[str, str]) -> tuple[str, Version]:
    ((kind, at),) = event.items()
    return kind, Version("0.dev0" if at == "0" else at)  # "0" is before all versions there are


def _fixed_in(affected: Mapping[str, Any]) -> list[str]:
    events = (event for each in affected.get("ranges", ()) if each["type"] == "ECOSYSTEM" for event in each["events"])
    return [event["fixed"] for event in events if "fixed" in event]
