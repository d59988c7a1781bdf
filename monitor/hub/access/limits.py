"""PeerLimits: what one address, or one origin, may take of the hub."""

from __future__ import annotations

from typing import Final

from msgspec import Struct, structs

MEBIBYTE: Final = 2**20
BURST: Final = 10.0
"""Seconds' worth of messages and bytes that may come at once; after a pause as much again."""


class PeerLimits(Struct, frozen=True, kw_only=True):
    """``None`` is no limit. Messages and bytes are those of a second, over `BURST` seconds."""

    connections: int | None = None
    messages: int | None = None
    bytes: int | None = None
    sessions: int | None = None
    items: int | None = None


# For a desktop: of this machine come all pages of all its browsers, of an origin those of one web app.
PER_ADDRESS: Final = PeerLimits(
    connections=5_000, messages=20_000, bytes=128 * MEBIBYTE, sessions=5_000, items=5_000_000
)
PER_ORIGIN: Final = PeerLimits(connections=2_000, messages=10_000, bytes=64 * MEBIBYTE, sessions=2_000, items=2_000_000)

PEERS: Final = ("address", "origin")


def changed(limits: dict[str, PeerLimits], setting: str) -> dict[str, PeerLimits]:
    """``limits`` by `PEERS`, with what a setting such as ``origin.messages=500`` or ``address.items=none`` changes.

    Raises:
        ValueError: it is no such setting.
    """
    name, _, number = setting.partition("=")
    peer, _, what = name.partition(".")
    if peer not in limits or what not in PeerLimits.__struct_fields__:
        raise ValueError(
            f"{setting!r} is no limit such as origin.messages=500: there are {' and '.join(PEERS)}, each with "
            f"{', '.join(PeerLimits.__struct_fields__)}"
        )
    if number != "none" and not (number.isascii() and number.isdigit() and 0 < int(number) <= 10**15):
        raise ValueError(f"{setting!r}: {number!r} is neither a whole number greater than 0 nor none")
    limit = None if number == "none" else int(number)
    return {**limits, peer: structs.replace(limits[peer], **{what: limit})}
