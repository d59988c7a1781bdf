"""What takes an applied edit back: as guarded as an edit of the operator's, so that it overwrites nothing."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from msgspec import UNSET

from monitor.core.edits import Replace
from monitor.core.messages import Clear, Operation, RemoveItem, RenameItem, SetItem
from monitor.core.values import Redacted, Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from msgspec import UnsetType


def inverse(operations: Sequence[Operation] | Replace, before: Mapping[str, Value]) -> tuple[Operation, ...]:
    """The operations that put back what ``operations`` changed, where the browser still holds what they left there;
    none, if they changed nothing.

    ``before`` is what the area held when they were applied, as far as it is known. It is looked at only where an
    operation does not say itself what it found (`needs_before`). Redacted values cannot be put back: nobody outside
    the page knows them. The inverse of an inverse does again what was done, without clearing what came since.
    """
    if isinstance(operations, Replace):
        return _inverse_of_replacing(operations.items, before)
    if not needs_before(operations) and set(map(type, operations)) <= {SetItem, RemoveItem}:
        return tuple(_inverses(operations))  # type: ignore[arg-type]  # of these two alone
    held: dict[str, Value | None] = dict(before) if needs_before(operations) else {}
    steps: list[Sequence[Operation]] = [tuple(_inverse_of(operation, held)) for operation in operations]
    return tuple(operation for step in reversed(steps) for operation in step)


def _inverses(operations: Sequence[SetItem | RemoveItem]) -> Iterator[Operation]:
    """Of operations that say themselves what they found, of which there may be 100,000."""
    for operation in reversed(operations):
        found = operation.expected
        assert found is not UNSET, "it says what it found"
        now = operation.value if isinstance(operation, SetItem) else None
        if found is None:
            if now is not None:
                yield RemoveItem(operation.key, now)
        elif found != now:
            yield SetItem(operation.key, found, now)


def needs_before(operations: Sequence[Operation] | Replace) -> bool:
    """Whether the inverse of ``operations`` depends on what the area held before."""
    if isinstance(operations, Replace) or Clear in set(map(type, operations)):
        return True
    return UNSET in map(attrgetter("expected"), operations)


def _inverse_of(operation: Operation, held: dict[str, Value | None]) -> Iterator[Operation]:
    """Applies the operation to ``held`` on the way."""
    match operation:
        case SetItem(key=key, value=value, expected=expected):
            yield from _put_back(key, _found(key, expected, held), value)
            held[key] = value
        case RemoveItem(key=key, expected=expected):
            yield from _put_back(key, _found(key, expected, held), None)
            held[key] = None
        case RenameItem(key=key, new_key=new_key, expected=expected):
            moved = _found(key, expected, held)
            if isinstance(moved, str) and new_key != key:
                yield RenameItem(new_key, key, moved)
                held[key], held[new_key] = None, moved
        case Clear():
            for cleared, found in held.items():
                yield from _put_back(cleared, found, None)
            held.clear()


def _found(key: str, expected: str | UnsetType | None, held: Mapping[str, Value | None]) -> Value | None:
    """What the operation found there: as it was applied, that is what it expected."""
    return held.get(key) if expected is UNSET else expected


def _put_back(key: str, value: Value | None, now: str | None) -> Iterable[Operation]:
    """Make the item hold ``value`` again, which holds ``now``."""
    if value == now or isinstance(value, Redacted):
        return ()
    return (RemoveItem(key, now),) if value is None else (SetItem(key, value, now),)


def _inverse_of_replacing(items: Mapping[str, str], before: Mapping[str, Value]) -> tuple[Operation, ...]:
    # Redacted items are not replaced.
    keys = [key for key in {**before, **items} if not isinstance(before.get(key), Redacted)]
    # Removals first: they make room for what is set.
    keys.sort(key=lambda key: key in before)
    return tuple(each for key in keys for each in _put_back(key, before.get(key), items.get(key)))
