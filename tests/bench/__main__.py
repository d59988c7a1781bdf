"""How the app compares with the bare parts it is made of.

    python -m tests.bench [--only NAME] [--json FILE] [--small]

The method. Each figure is the median of five repetitions, and each repetition measures baseline and subject, one right
after the other, on the same machine in the same run; a ratio is the median of the five ratios, so that a machine that
is slow for a while is slow for both. The app runs as it is started by its command line, with its real window on Qt's
offscreen platform and its real models, in a process of its own. Browsers are simulated by another process (`load`),
which speaks the protocol over real sockets on 127.0.0.1, and writes its frames by hand so that it costs little. The
bare parts are `websockets` on asyncio's own loop, Qt's own models in C++, a bare window, Chromium without the bridge.
Times of round trips and latencies are wall time, medians (or the percentile that is named) of all in a repetition;
costs are the processor time of the process. An exponent over the sizes tells how a figure grows: 0 does not, 1 grows
with the size.

This is a measurement, not a test: nothing here fails because a figure is bad. ``--small`` runs all of it once on
little, to see that it works.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from tests.bench.catalogue import BENCHES
from tests.bench.size import FULL, SMALL
from tests.bench.table import as_json, as_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.bench.figures import Figure


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked for. Returns 1 if a benchmark could not be run."""
    parser = argparse.ArgumentParser(prog="./packaging/bench", description="Measure the app beside its bare parts.")
    parser.add_argument("--only", action="append", choices=list(BENCHES), metavar="NAME", help=", ".join(BENCHES))
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the table as JSON too")
    parser.add_argument("--small", action="store_true", help="once and little: to see that it works")
    options = parser.parse_args(arguments)
    size = SMALL if options.small else FULL
    results: dict[str, Sequence[Figure]] = {}
    failed = False
    for name in options.only or BENCHES:
        began = perf_counter()
        try:
            results[name] = BENCHES[name](size)
        except Exception as error:
            failed = True
            _say(f"{name} could not be measured: {error!r}")
        else:
            _say(f"{name}: {perf_counter() - began:.0f} s")
    sys.stdout.write(f"\n{_machine()}\n\n{as_text(results)}\n")
    if options.json:
        table = {"machine": _machine(), "small": options.small, "figures": as_json(results)}
        options.json.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")
    return 1 if failed else 0


def _machine() -> str:
    """The machine in general terms."""
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, CPython {platform.python_version()}"


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
