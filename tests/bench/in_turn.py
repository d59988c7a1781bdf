"""A child (`child`) that has no event loop of its own, because what it measures has one, or is one."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def obey_in_turn(*commands: Callable[..., Any]) -> None:
    """Do what comes, one after the other, until there is no more to come. A command goes by its own name."""
    by_name = {command.__name__: command for command in commands}
    for line in sys.stdin:
        name, arguments = json.loads(line)
        try:
            outcome = ["done", by_name[name](**arguments)]
        except Exception as error:
            outcome = ["failed", f"{name}: {error!r}"]
        sys.stdout.write(json.dumps(outcome) + "\n")
        sys.stdout.flush()
