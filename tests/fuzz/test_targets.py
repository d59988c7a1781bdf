"""A minute of fuzzing by chance, the same each time; ``./packaging/fuzz`` goes on where this ends."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from tests.fuzz.catalogue import RUNS, target
from tests.fuzz.mutation import inputs

_QUICK = settings(derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.logs
@pytest.mark.parametrize("name", RUNS)
def test_whatever_is_thrown_at_it(name: str) -> None:
    check, seeds = target(name).check, target(name).SEEDS

    @settings(_QUICK, max_examples=RUNS[name].examples)
    @given(inputs(seeds))
    def throw(content: bytes) -> None:
        check(content)

    for seed in seeds:
        check(seed)
    throw()
