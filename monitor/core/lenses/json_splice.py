"""The root of a document after a piece of it was replaced, without reading all of it once more."""

from __future__ import annotations

from typing import NamedTuple

from monitor.core.lenses.json_text import Node


class Splice(NamedTuple):
    """At ``start`` of a document, ``removed`` characters made room for ``added``. By that the object or array that
    begins at ``container``, before the place, has ``more`` members; both documents are JSON.
    """

    start: int
    removed: int
    added: int
    container: int
    more: int


def spliced_root(root: Node, text: str, splice: Splice) -> Node:
    """The root of ``text``, which is the document of ``root`` after the splice within it."""
    longer = splice.added - splice.removed
    behind = splice.start + splice.removed
    long = {}
    for start, (end, count) in (root.long or {}).items():
        more = splice.more if start == splice.container else 0
        if end <= splice.start:
            long[start] = (end, count)
        elif start >= behind:
            long[start + longer] = (end + longer, count)
        elif start < splice.start and end >= behind:
            long[start] = (end + longer, count + more)
        # What begins or ends in the piece itself is another by now, or gone.
    more = splice.more if root.start == splice.container else 0
    end, count = root.end + longer, root.count + more
    return Node(text, root.kind, root.start, end, count, key_start=root.start, key_end=root.start, long=long)
