"""How random tests run: the same short way every time; long and by chance when asked (`HYPOTHESIS_PROFILE=long`)."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from tests.core.conversation import Hub

if TYPE_CHECKING:
    from collections.abc import Iterator

# Simulated examples are long, and a busy machine makes them slow: neither says anything about the code.
_SLOW_IS_FINE = [HealthCheck.too_slow, HealthCheck.data_too_large]

settings.register_profile(
    "quick", derandomize=True, database=None, deadline=None, max_examples=100, suppress_health_check=_SLOW_IS_FINE
)
settings.register_profile(
    "long", derandomize=False, database=None, deadline=None, max_examples=5000, suppress_health_check=_SLOW_IS_FINE
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


@pytest.fixture
def hub() -> Iterator[Hub]:
    """A hub to talk to; all that it said must have been expected."""
    hub = Hub()
    yield hub
    hub.nothing_is_left()
