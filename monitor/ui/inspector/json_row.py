"""JsonRow: one row of a JSON tree, and which rows of two documents stand for the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.core.lenses.json_text import Node, members

if TYPE_CHECKING:
    from collections.abc import Iterator


class JsonRow:
    """One value of the document: its ``node``, its ``place`` among its neighbours, and as ``children`` those of its
    members that are listed: the first (as many as ``listed``), and with ``jumps`` the last.
    """

    __slots__ = ("children", "jumps", "listed", "node", "parent", "place", "rest")

    def __init__(self, node: Node, parent: JsonRow | None, place: int) -> None:
        self.node = node
        self.parent = parent
        self.place = place
        self.children: list[JsonRow] = []
        self.listed = 0
        self.jumps = False
        self.rest: Iterator[Node] = members(node)

    @property
    def complete(self) -> bool:
        """Whether all members are listed."""
        return len(self.children) >= self.node.count


def number(rows: list[JsonRow], first: int) -> None:
    """Tell the rows from ``first`` on where they are."""
    for place in range(first, len(rows)):
        rows[place].place = place


def alike_around(shown: list[JsonRow], fresh: list[Node], whole: bool) -> tuple[int, int]:
    """How many rows at the start, and at the end, stand for the same as before; at the end only if all are listed."""
    shorter = min(len(shown), len(fresh))
    head = next((at for at in range(shorter) if not _alike(shown[at].node, fresh[at])), shorter)
    left = shorter - head
    if not whole:
        return head, 0
    return head, next((at for at in range(left) if not _alike(shown[-1 - at].node, fresh[-1 - at])), left)


def _alike(one: Node, other: Node) -> bool:
    return one.key == other.key and one.source == other.source
