"""Guided: one target in a process of its own, which atheris feeds. It ends the process, with 0 if nothing was found.

python -m tests.fuzz.guided TARGET FOLDER_OF_INPUTS [OPTION_OF_LIBFUZZER]...
"""

from __future__ import annotations

import logging
import sys

import atheris  # type: ignore[import-untyped]  # it ships no types

from tests.fuzz.catalogue import RUNS, target


def main(arguments: list[str]) -> None:
    """Does not return."""
    _, name, *options = arguments
    logging.disable(logging.CRITICAL)  # The app says of every damaged file that it is damaged.
    # The reader is asked too often, and reaches nothing by itself.
    with atheris.instrument_imports(include=[*RUNS[name].instrumented], exclude=["tests.fuzz.reading"]):
        check = target(name).check
    atheris.Setup([f"fuzz {name}", *options], check)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv)
