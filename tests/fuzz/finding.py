"""Finding: a run of one target, guided or by chance, and what came of it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final, NamedTuple

import hypothesis
from hypothesis import HealthCheck, given, settings

from tests.fuzz.catalogue import RUNS, target
from tests.fuzz.mutation import inputs

_PATIENCE: Final = 20
"""Seconds that one input may take."""
_IN_MEMORY: Final = Path("/dev/shm")
_EXECUTED: Final = re.compile(r"stat::number_of_executed_units: ([0-9]+)")
_REACHED: Final = re.compile(r" cov: ([0-9]+) ")
_NOT_NEWS: Final = re.compile(r"^(INFO|WARNING|#[0-9]+|stat::)", re.MULTILINE)


class Finding(NamedTuple):
    """``reached``: how many edges of the instrumented code, where that was looked at. ``fault``: what was said of the
    input that failed, and the input; empty if none did.
    """

    name: str
    inputs: int
    seconds: float
    reached: int | None
    fault: str = ""


def guided(name: str, wanted: int, seed: int) -> Finding:
    """As many inputs as are ``wanted``, or up to the first that fails, by atheris."""
    began = perf_counter()
    with TemporaryDirectory(prefix="fuzz-", dir=_IN_MEMORY if _IN_MEMORY.is_dir() else None) as folder:
        corpus, scratch = Path(folder, "inputs"), Path(folder, "scratch")
        corpus.mkdir()
        scratch.mkdir()
        for number, content in enumerate(target(name).SEEDS):
            (corpus / str(number)).write_bytes(content)
        command = [
            sys.executable, "-m", "tests.fuzz.guided", name, str(corpus), f"-runs={wanted}", f"-seed={seed}",
            f"-max_len={RUNS[name].longest}", f"-timeout={_PATIENCE}", "-print_final_stats=1",
            f"-artifact_prefix={folder}/found-",
        ]  # fmt: skip
        environment = {**os.environ, "TMPDIR": str(scratch)}
        run = subprocess.run(command, env=environment, capture_output=True, check=False)
        said = (run.stderr + run.stdout).decode("utf-8", "replace")
        failed = [path.read_bytes() for path in Path(folder).glob("found-*")]
    executed, reached = _EXECUTED.search(said), _REACHED.findall(said)
    fault = ""
    if run.returncode or failed or executed is None:
        news = "\n".join(line for line in said.splitlines() if not _NOT_NEWS.match(line))
        fault = f"{news[-6_000:]}\nThe input: {failed[0]!r}" if failed else news[-6_000:]
    ran = int(executed[1]) if executed else 0
    return Finding(name, ran, perf_counter() - began, int(reached[-1]) if reached else None, fault)


def by_chance(name: str, wanted: int, seed: int) -> Finding:
    """The same by Hypothesis, which is guided by nothing."""
    began, numbers = perf_counter(), count(1)
    check, ran, fault = target(name).check, 0, ""

    @hypothesis.seed(seed)
    @settings(database=None, deadline=None, suppress_health_check=list(HealthCheck), max_examples=wanted)
    @given(inputs(target(name).SEEDS))
    def throw(content: bytes) -> None:
        nonlocal ran
        ran = next(numbers)
        check(content)

    try:
        throw()
    except Exception as error:
        notes = "\n".join(getattr(error, "__notes__", []))
        fault = f"{type(error).__name__}: {error}\n{notes}"
    return Finding(name, ran, perf_counter() - began, None, fault)
