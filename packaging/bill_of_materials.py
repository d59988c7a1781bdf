"""Writes what the frozen program is made of beside it: a list with licences, their texts, and a bill of materials.

    python -m packaging.bill_of_materials.py FOLDER WORK

FOLDER is that of the program, WORK the folder in which PyInstaller froze it. Writes ``components.txt``, the folder
``licences`` and ``bom.cdx.json`` (CycloneDX). Fails if the program holds anything that is not in the list.
"""

from __future__ import annotations

import shutil
import sys
from importlib.metadata import distribution
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bundled import Library, bundled
from components import PROJECT, Component, as_text, components
from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component as Entry
from cyclonedx.model.component import ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from monitor import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT: Final = Path(__file__).parents[1]
FREEZERS: Final = ("pyinstaller", "pyinstaller-hooks-contrib")
"""The first brings the program that starts the program; of the second some small modules may be in it."""

SHARED: Final = {"LGPL-3.0": ("LGPL-3", "GPL-3")}
"""The lesser licence is the general one, with permissions added: both texts go together."""

LIBRARIES: Final = """
Libraries of the operating system that are in the program, with the packages they come from. Their licences stand in
/usr/share/doc/PACKAGE/copyright of that system.

"""


def main(folder: Path, work: Path) -> None:
    """Write all three."""
    listed, held = components(also=FREEZERS), bundled(work, ROOT)
    if foreign := held.foreign({PROJECT, *(each.name for each in listed)}):
        raise SystemExit(f"in the program and not in the list: {', '.join(foreign)}")
    libraries = "".join(f"{each.name}  {each.package} {each.version}".rstrip() + "\n" for each in held.libraries)
    (folder / "components.txt").write_text(as_text(listed) + LIBRARIES + libraries, encoding="utf-8")
    missing = _copy_licences(listed, folder / "licences")
    bill = bill_of_materials(listed, held.libraries)
    (folder / "bom.cdx.json").write_text(JsonV1Dot6(bill).output_as_string(indent=1), encoding="utf-8")
    sys.stdout.write(
        f"{len(listed)} components, {len(held.libraries)} libraries of the system; "
        f"no licence text comes with {', '.join(missing) or 'none'}\n"
    )


def bill_of_materials(listed: Sequence[Component], libraries: Sequence[Library]) -> Bom:
    """The same for programs."""
    licences = LicenseFactory()
    bill = Bom()
    root = Entry(name=PROJECT, version=__version__, type=ComponentType.APPLICATION, bom_ref=PROJECT)
    bill.metadata.component = root
    entries = {}
    for each in listed:
        purl = PackageURL("pypi", name=each.name, version=each.version) if each.is_distribution else None
        entries[each.name] = Entry(
            name=each.name,
            version=each.version,
            purl=purl,
            licenses=[licences.make_from_string(each.licence)],
            bom_ref=each.name,
        )
        bill.components.add(entries[each.name])
    for library in libraries:
        made_of = PackageURL("deb", "debian", library.package, library.version) if library.package else None
        entry = Entry(
            name=library.name, version=library.version or None, purl=made_of, bom_ref=f"library/{library.name}"
        )
        entries[entry.name] = entry
        bill.components.add(entry)
    inner = {need for each in listed for need in each.needs} | {each.name for each in listed if each.part_of}
    bill.register_dependency(root, [entry for name, entry in entries.items() if name not in inner])
    for each in listed:
        parts = [part.name for part in listed if part.part_of == each.name]
        bill.register_dependency(entries[each.name], [entries[name] for name in (*each.needs, *parts)])
    return bill


def _shared(licence: str) -> list[Path]:
    """Texts that Debian and its like have of licences which are named, where a distribution brings none."""
    names = [name for stated, names in SHARED.items() if stated in licence for name in names]
    return [path for name in names if (path := Path("/usr/share/common-licenses", name)).exists()]


def _copy_licences(listed: Sequence[Component], folder: Path) -> list[str]:
    """Copy the texts that come with the distributions. Returns those that bring none."""
    shutil.rmtree(folder, ignore_errors=True)
    missing = []
    for each in (each for each in listed if each.is_distribution):
        found = distribution(each.name)
        texts = [
            path
            for path in found.files or ()
            if ".dist-info" in path.parts[0]
            and path.name.upper().startswith(("LICENSE", "LICENCE", "COPYING", "NOTICE"))
        ]
        copied = [Path(str(found.locate_file(path))) for path in texts] or _shared(each.licence)
        for path in copied:
            target = folder / each.name / path.name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
        if not copied:
            missing.append(each.name)
    return missing


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
