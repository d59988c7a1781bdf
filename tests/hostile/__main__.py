"""Whether a hundred pages feel a thousand hostile connections.

    python -m tests.hostile [--small] [--json FILE]

The app is the real one, with its window on Qt's offscreen platform, its journal and its own limits, in a process of its
own. The hundred pages are simulated by a second process on 127.0.0.1, the hostile ones by a third, from 127.0.0.2. App
and pages share one core and the hostile ones have another: what they cost on their own side is not to be the pages'
loss. Each repetition measures peace and attack, one right after the other; a ratio is the median of theirs. What a
shared machine gives to others meanwhile stands beside: under attack its lack is felt most. Exits with 1 if a goal is
missed. ``--small`` is for tests: few connections, once, and goals of time count for nothing.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.figures import Judged
from tests.bench.size import FULL, SMALL
from tests.bench.table import as_json, as_text
from tests.hostile.attack import measure
from tests.hostile.flood import measure as measure_flood

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.bench.figures import Figure


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table. Returns 1 if a goal is missed."""
    parser = argparse.ArgumentParser(prog="./packaging/hostile", description="Attack the app, and see who feels it.")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the table as JSON too")
    parser.add_argument("--small", action="store_true", help="few, once, and no goals of time")
    options = parser.parse_args(arguments)
    size = SMALL if options.small else FULL
    attack = measure(size)
    results = {"attack": attack.figures, "flood": measure_flood(size)}
    for kind, ways in attack.ends.items():
        ended = "; ".join(f"{way} ({times}x)" for way, times in ways.most_common(3))
        sys.stdout.write(f"{kind}: {ended}\n")
    sys.stdout.write(f"\n{as_text(results)}\n")
    if options.json:
        options.json.write_text(json.dumps(as_json(results), indent=1) + "\n", encoding="utf-8")
    missed = [figure.what for figures in results.values() for figure in figures if _is_missed(figure, timed=size.full)]
    for what in missed:
        sys.stderr.write(f"missed: {what}\n")
    return 1 if missed else 0


def _is_missed(figure: Figure, *, timed: bool) -> bool:
    is_timed = figure.goal is not None and (figure.goal.judged is Judged.RATIO or figure.unit == "ms")
    return figure.met is False and (timed or not is_timed)


if __name__ == "__main__":
    sys.exit(main())
