"""Fuzzing for as long as is wanted. See ``--help``."""

from __future__ import annotations

import argparse
import logging
import random
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING

from tests.fuzz.catalogue import RUNS
from tests.fuzz.finding import by_chance, guided

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.fuzz.finding import Finding


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked for. Returns 1 if an input failed."""
    parser = argparse.ArgumentParser(
        prog="./packaging/fuzz", description="Throw inputs at the app, and see what holds."
    )
    parser.add_argument("--only", action="append", choices=list(RUNS), metavar="TARGET", help=", ".join(RUNS))
    parser.add_argument(
        "--inputs", type=int, default=100_000, metavar="N", help="of all targets together (%(default)s)"
    )
    parser.add_argument("--seed", type=int, metavar="N", help="the same run again")
    options = parser.parse_args(arguments)
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(1, 2**31)
    names = options.only or list(RUNS)
    shares = sum(RUNS[name].share for name in names)
    throw = guided
    if find_spec("atheris") is None:
        _say("atheris is not installed: inputs come by chance, from Hypothesis, and no coverage guides them")
        logging.disable(logging.CRITICAL)
        throw = by_chance
    _say(f"seed {seed}")
    findings = []
    for name in names:
        findings.append(throw(name, max(1, options.inputs * RUNS[name].share // shares), seed))
        _say(_line(findings[-1]))
    _say(f"{sum(finding.inputs for finding in findings):,} inputs, {sum(bool(each.fault) for each in findings)} faults")
    for finding in findings:
        if finding.fault:
            _say(f"\n== {finding.name} ==\n{finding.fault}")
    return int(any(finding.fault for finding in findings))


def _line(finding: Finding) -> str:
    reached = "" if finding.reached is None else f"  {finding.reached:5,} edges reached"
    fault = "  FAULT" if finding.fault else ""
    return f"{finding.name:12} {finding.inputs:10,} inputs  {finding.seconds:6,.0f} s{reached}{fault}"


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
