"""What may break, broken on purpose, with the real processes, many times each.

    python -m tests.faults [--seed N] [--rounds N] [--only NAME]... [--short]

While an operator edits without end, something is broken and mended, now and then two things at once; then browser, app
and journal must agree, no edit that was told to be applied may be lost, none written twice, none have two outcomes. The
seed gives the order of the faults, their moments and their sizes; how processes are scheduled it cannot give.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from time import monotonic
from typing import TYPE_CHECKING

from tests.faults.account import Account
from tests.faults.rounds import FULL, NAMES, SHORT, play

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Try what is asked for. Returns 1 if anything is wrong."""
    parser = argparse.ArgumentParser(prog="./packaging/faults", description="Break what may break, and look for loss.")
    parser.add_argument("--seed", type=int, default=1, help="what decides on faults and moments (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=60, help="how many faults to try (default: %(default)s)")
    parser.add_argument("--only", action="append", choices=NAMES, metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--short", action="store_true", help="one of each kind, with shorter waits and fewer sessions")
    options = parser.parse_args(arguments)
    names = options.only or NAMES
    account = Account()
    began = monotonic()
    # A polite kill ends it as Ctrl+C does: no process, no file and no mounted disk is left.
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    count, size = (len(names), SHORT) if options.short else (options.rounds, FULL)
    asyncio.run(play(options.seed, names, count, size, account, _say))
    sys.stdout.write(f"\nseed {options.seed}, {monotonic() - began:.0f} s\n\n{account.as_text()}\n")
    return 1 if account.wrong else 0


def _say(text: str) -> None:
    sys.stderr.write(f"{text.rstrip()}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
