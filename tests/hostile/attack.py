"""attack: a hundred pages and the operator who edits them, with a thousand hostile connections and without."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from statistics import median
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.request import urlopen

from tests.bench.child import Child
from tests.bench.figures import Figure, Goal, Judged, percentile
from tests.bench.probes import stolen
from tests.hostile.kinds import KINDS, PATIENT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.bench.size import Size

ITEMS, ITEM_SIZE = 51, 30
CHANGES, EDITS = 500, 50
"""A second, of all honest pages together."""
PAUSE: Final = 5.0
"""Seconds after which another comes in the place of one that the hub has let go of."""
CROWD: Final = "127.0.0.2"
"""Where the hostile ones come from. Limits are per address, and the pages' is another (`flood` has them at one)."""
WITHIN: Final = 90.0
"""Seconds after which a connection that is still open has been forgotten by the hub."""
ALIVE: Final = Goal(500, Judged.VALUE)
_MEBIBYTE: Final = 2**20


class Attack(NamedTuple):
    """What came of it: the figures, and how often each kind of hostile connection ended how."""

    figures: list[Figure]
    ends: dict[str, Counter[str]]


def measure(size: Size) -> Attack:
    """Each repetition is some seconds of peace, as many of attack, and the wait until all who attacked are gone."""
    pages, count = size.pick(100, 20), size.pick(1_000, 100)
    seconds = size.pick(8.0, 3.0)
    kinds = [name for name in KINDS if size.full or name not in PATIENT]
    calm: list[dict[str, list[float]]] = []
    attacked: list[dict[str, list[float]]] = []
    ends: dict[str, Counter[str]] = {kind: Counter() for kind in kinds}
    peaks, after, came, left = [], [], [], []
    with (
        tempfile.TemporaryDirectory(prefix="hostile-log-") as logs,
        Child(
            "app", core=0, package="tests.hostile", XDG_STATE_HOME=logs, LIMITS=size.pick("", "--hello-within 1")
        ) as app,
        Child("load", core=0) as load,
        Child("crowd", core=1, package="tests.hostile") as crowd,
    ):
        port = app.ask("serve")
        load.ask("connect", port=port, count=pages, items=ITEMS, item_size=ITEM_SIZE)
        app.ask("joined", count=pages)
        app.ask("choose", number=0)
        app.ask("begin", pages=pages)
        before = app.ask("memory")
        for _ in range(size.repetitions):
            calm.append(_watch(app, load, seconds, pages))
            crowd.tell("attack", port=port, count=count, seconds=seconds, pause=PAUSE, kinds=kinds, address=CROWD)
            attacked.append(_watch(app, load, seconds, pages))
            came.append(crowd.answer())
            peaks.append((app.ask("resident") - before) / _MEBIBYTE)
            for kind, ways in crowd.ask("ended", within=WITHIN).items():
                ends[kind].update(ways)
            left.append(connections(port) - pages)
            after.append((app.ask("memory") - before) / _MEBIBYTE)
        told = app.ask("told")
        differs = app.ask("honest_digest") != load.ask("digest")
        lost = load.ask("leave")
    nothing = Goal(0, Judged.VALUE)
    open_still = sum(ways["still open"] for ways in ends.values())
    counted, applied = told.pop("counted"), told.pop("applied", 0)
    return Attack(
        [
            *_latencies("change to registry", "changes", attacked, calm),
            *_latencies("edit to acknowledgement", "edits", attacked, calm),
            Figure("window, longest gap", "ms", _each(attacked, "beats", 1.0), _each(calm, "beats", 1.0), ALIVE),
            Figure(
                "of a processor, taken by others", "%",
                [each["stolen"][0] * 100 for each in attacked], [each["stolen"][0] * 100 for each in calm],
            ),
            Figure("memory grown, in the attack", "MiB", peaks, goal=Goal(512, Judged.VALUE)),
            Figure("memory grown, after it", "MiB", after, goal=Goal(128, Judged.VALUE)),
            Figure("hostile connections that came", "", came, goal=Goal(count, Judged.VALUE, at_least=True)),
            Figure("hostile connections still open", "", [open_still], goal=nothing),
            Figure("connections that the hub still counts", "", left, goal=nothing),
            Figure("edits applied", "", [applied]),
            Figure("edits with another outcome", "", [sum(told.values())], goal=nothing),
            Figure("edits applied by the pages, but not once", "", [abs(counted - applied)], goal=nothing),
            Figure("pages lost", "", [lost], goal=nothing),
            Figure("areas that differ", "", [differs], goal=nothing),
        ],
        ends,
    )  # fmt: skip


def _watch(app: Child, load: Child, seconds: float, pages: int) -> dict[str, list[float]]:
    before = stolen()
    load.tell("change", rate=CHANGES, seconds=seconds, sessions=pages)
    watched: dict[str, list[float]] = app.ask("watch", seconds=seconds, pages=pages, edits=EDITS)
    load.answer()
    return {**watched, "stolen": [(stolen() - before) / seconds]}


def connections(port: int) -> int:
    """How many there are, as the hub itself says."""
    with urlopen(f"http://127.0.0.1:{port}/healthz") as answer:
        return int(json.load(answer)["connections"])


def _latencies(
    what: str, name: str, attacked: Sequence[dict[str, list[float]]], calm: Sequence[dict[str, list[float]]]
) -> list[Figure]:
    return [
        Figure(
            f"{what}, median", "ms",
            [median(each[name]) * 1e3 for each in attacked], [median(each[name]) * 1e3 for each in calm], Goal(2),
        ),
        Figure(f"{what}, p99", "ms", _each(attacked, name, 0.99), _each(calm, name, 0.99), Goal(2)),
    ]  # fmt: skip


def _each(watched: Sequence[dict[str, list[float]]], name: str, share: float) -> list[float]:
    return [percentile(each[name], share) * 1e3 for each in watched]
