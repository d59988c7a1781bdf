"""Edits: which keys they name, and the words that stand for outcomes on the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from monitor.core.edits import OF_THE_HUB, Edit, EditState, Reason, Replace
from monitor.core.messages import Clear, Operation, RemoveItem, RenameItem, SetItem

if TYPE_CHECKING:
    from collections.abc import Sequence


def an_edit(operations: Sequence[Operation] | Replace) -> Edit:
    return Edit("1", "local", operations, "operator", 0.0)


@pytest.mark.parametrize(
    ("operations", "keys"),
    [
        ([SetItem("a", "1")], {"a"}),
        ([RemoveItem("")], {""}),
        ([RenameItem("a", "b")], {"a", "b"}),
        ([Clear()], set()),
        ([Clear(), SetItem("a", "1"), RenameItem("b", "c"), RemoveItem("a")], {"a", "b", "c"}),
        (Replace({"a": "1"}), set()),
    ],
)
def test_keys_that_an_edit_names(operations: Sequence[Operation] | Replace, keys: set[str]) -> None:
    assert an_edit(operations).named_keys == keys


def test_an_edit_begins_as_pending() -> None:
    edit = an_edit([Clear()])
    assert (edit.state, edit.reason, edit.sent, edit.settled_at) == (EditState.PENDING, None, 0, None)


def test_edits_do_not_share_what_they_learn() -> None:
    edit = an_edit([Clear()])
    edit.current["a"] = "1"
    assert an_edit([Clear()]).current == {}


def test_words_of_the_wire() -> None:
    """Bridges send these: to change one is to change the protocol. The last is the monitor's own."""
    assert [str(reason) for reason in Reason if reason not in OF_THE_HUB] == [
        "conflict",
        "quota",
        "denied",
        "redacted",
        "timed-out",
        "gone",
    ]
