"""Timing: how long the core waits for what."""

from __future__ import annotations

from msgspec import Struct


class Timing(Struct, frozen=True):
    """How long the core waits, in seconds.

    A page silent for ``ping_after`` is pinged and has ``pong_within`` to answer. An edit has ``answer_within``, and
    the page that lets it pass has ``answer_margin`` more: a page may write until the deadline as its own estimate of
    the hub's clock has it. A page or session that was away for ``grace`` has left.
    """

    ping_after: float = 20.0
    pong_within: float = 10.0
    answer_within: float = 10.0
    answer_margin: float = 1.0
    grace: float = 2.0
