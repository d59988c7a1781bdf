"""The targets, and how much of a run is for each."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol, cast

if TYPE_CHECKING:
    from collections.abc import Sequence


class Target(Protocol):
    """What a module in this folder has, if it is a target."""

    SEEDS: Sequence[bytes]

    def check(self, content: bytes) -> None:
        """Do with these bytes what the app would, and assert what must hold."""


class Run(NamedTuple):
    """``instrumented``: the packages whose coverage guides. ``share`` of the inputs of a run, in thousandths;
    ``examples`` in the tests; ``longest`` input, in bytes.
    """

    instrumented: tuple[str, ...]
    share: int
    examples: int
    longest: int


RUNS: Final = {
    "messages": Run(("monitor.core.messages", "tests.fuzz.hostile_messages"), 450, 8_000, 600),
    "interchange": Run(("monitor.core",), 325, 8_000, 128),
    "spool": Run(("monitor.journal.spool", "monitor.journal.cells", "monitor.core.values"), 150, 4_000, 900),
    "settings": Run(("monitor.cli", "monitor.core", "monitor.hub.access", "monitor.ui"), 60, 4_000, 400),
    "session": Run(("monitor.core", "tests.fuzz.hostile_messages"), 13, 3_000, 600),
    "journal": Run(("monitor.journal",), 2, 400, 60),
}
"""An input of the last two is a whole course of events, or a life of the app."""


def target(name: str) -> Target:
    """The module. Imported only now: what guides has to see the app being imported."""
    return cast(Target, import_module(f"tests.fuzz.{name}"))
