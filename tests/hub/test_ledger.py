"""What a map and a browser know of each other while many edits are on their way."""

from __future__ import annotations

from functools import partial

from monitor import LocalStorage, WebSocket
from monitor.core.area import Change
from monitor.core.edits import Edit, EditState
from monitor.hub.ledger import FollowingLedger
from tests.counting import lines_run


def following(storage: LocalStorage) -> FollowingLedger:
    return FollowingLedger("local", storage, ("s", None), {})


def send(ledger: FollowingLedger, edit_id: str, key: str, value: str) -> Edit:
    """The program sets the item, and it goes out."""
    assert ledger.storage is not None
    items = ledger.storage.data
    items[key] = value
    ledger.note(items)
    edit = Edit(edit_id, "local", ledger.operations(), "program", 0.0)
    ledger.sent(edit)
    return edit


def test_a_change_costs_the_same_however_many_edits_are_in_flight() -> None:
    storage = LocalStorage({}, "s", WebSocket(port=0))
    ledger = following(storage)
    costs = []
    for number in range(300):
        send(ledger, f"edit {number}", f"key {number}", "1")
        change = Change("theirs", None, str(number))
        costs.append(lines_run(partial(ledger.follow, [change])))
    assert costs[299] == costs[9]
    assert storage.data["theirs"] == "299"


def test_a_key_is_the_program_s_until_the_last_edit_of_it_is_settled() -> None:
    storage = LocalStorage({}, "s", WebSocket(port=0))
    ledger = following(storage)
    first, second = send(ledger, "first", "a", "1"), send(ledger, "second", "a", "2")
    ledger.follow([Change("a", None, "1")])
    first.state = EditState.APPLIED
    ledger.settle(first, {"a": "1"})
    assert storage.data == {"a": "2"}, "must not flicker"
    second.state = EditState.REFUSED
    ledger.settle(second, {"a": "1"})
    assert storage.data == {"a": "1"}
    ledger.follow([Change("a", "1", "theirs")])
    assert storage.data == {"a": "theirs"}
