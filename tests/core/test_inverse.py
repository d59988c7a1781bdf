"""Taking back: an edit, then its inverse, and all is as before; unless the page changed something meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from monitor.core.edits import Replace
from monitor.core.inverse import inverse
from monitor.core.messages import Clear, Operation, RemoveItem, RenameItem, SetItem
from monitor.core.values import Redacted
from tests.core.simulation.obeying import RefusedError, applied

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.core.values import Value

keys = st.sampled_from(["a", "b", "c", "", "__proto__"])
values = st.sampled_from(["", "1", "2", "\ud800"])
areas = st.dictionaries(keys, values, max_size=4)
clicks = st.lists(
    st.tuples(st.sampled_from(["set", "set", "remove", "rename", "clear"]), keys, keys, values, st.booleans()),
    min_size=1,
    max_size=5,
)
Click = tuple[str, str, str, str, bool]


def message(operations: Sequence[Operation]) -> dict[str, Any]:
    """The operations as they stand on the wire."""
    return {"operations": [msgspec.to_builtins(operation) for operation in operations]}


def edit(made: list[Click], items: dict[str, str]) -> list[Operation]:
    """Operations that can be applied to ``items``: each says what it finds, or not."""
    held, operations = dict(items), list[Operation]()
    for what, key, new_key, value, guarded in made:
        found: Any = held.get(key) if guarded else msgspec.UNSET
        match what:
            case "set":
                operations.append(SetItem(key, value, found))
                held[key] = value
            case "remove":
                operations.append(RemoveItem(key, found))
                held.pop(key, None)
            case "rename" if key in held and new_key not in held:
                operations.append(RenameItem(key, new_key, found))
                held[new_key] = held.pop(key)
            case "clear":
                operations.append(Clear())
                held.clear()
    assume(operations)
    return operations


@given(areas, clicks)
def test_the_inverse_puts_back_what_was_there(items: dict[str, str], made: list[Click]) -> None:
    operations = edit(made, items)
    after = applied(message(operations), items, 0)
    back = inverse(operations, items)
    assert applied(message(back), after, 0) == items


@given(areas, clicks)
def test_the_inverse_of_the_inverse_does_it_again(items: dict[str, str], made: list[Click]) -> None:
    operations = edit(made, items)
    after = applied(message(operations), items, 0)
    again = inverse(inverse(operations, items), {})
    assert applied(message(again), items, 0) == after


@given(areas, clicks, keys, values)
def test_what_the_page_changed_meanwhile_is_never_overwritten(
    items: dict[str, str], made: list[Click], key: str, value: str
) -> None:
    operations = edit(made, items)
    after = applied(message(operations), items, 0)
    back = inverse(operations, items)
    concerned = {each.key for each in back if not isinstance(each, Clear)} | {
        each.new_key for each in back if isinstance(each, RenameItem)
    }
    changed = {**after, key: value}
    assume(changed != after)
    if key in concerned:
        with pytest.raises(RefusedError):
            applied(message(back), changed, 0)
    else:
        assert applied(message(back), changed, 0) == {**items, key: value}


@given(areas, areas)
def test_replacing_everything_is_taken_back_item_by_item(items: dict[str, str], wanted: dict[str, str]) -> None:
    back = inverse(Replace(wanted), items)
    assert applied(message(back), wanted, 0) == items


def test_redacted_values_cannot_be_put_back_the_others_can() -> None:
    before: dict[str, Value] = {"token": Redacted(3), "a": "1"}
    assert inverse([Clear()], before) == (SetItem("a", "1", None),)
    assert inverse(Replace({}), before) == (SetItem("a", "1", None),)


def test_a_guarded_edit_says_itself_what_it_found() -> None:
    seen: list[Operation] = [
        SetItem("a", "2", "1"),
        RemoveItem("b", "x"),
        RenameItem("c", "d", "y"),
        SetItem("e", "z", None),
    ]
    assert inverse(seen, {}) == (
        RemoveItem("e", "z"),
        RenameItem("d", "c", "y"),
        SetItem("b", "x", None),
        SetItem("a", "1", "2"),
    )


def test_what_changed_nothing_has_nothing_to_put_back() -> None:
    assert inverse([SetItem("a", "1", "1"), RemoveItem("b", None), RenameItem("c", "c", "1")], {}) == ()
    assert inverse([Clear()], {}) == ()
