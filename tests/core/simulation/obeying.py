"""What an edit asks of an area, as the bridge reads it from the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from tests.core.simulation.storage import REDACTED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.core.messages import AreaKind

Json: TypeAlias = dict[str, Any]


class RefusedError(Exception):
    """The edit cannot be applied; ``args[0]`` is the reason on the wire."""


def edited_area(message: Json) -> AreaKind:
    if "localstorage" in message:
        return "local"
    if "sessionstorage" in message:
        return "session"
    kind: AreaKind = message["area"]
    return kind


def replacement(message: Json) -> Mapping[str, str] | None:
    """The items of the message of the specification, if it is one."""
    items: Mapping[str, str] | None = message.get("localstorage", message.get("sessionstorage"))
    return items


def reported(message: Json) -> list[str]:
    """The keys that an edit names; of a map, those it names in vain."""
    if (replaced := replacement(message)) is not None:
        return sorted(replaced.keys() & REDACTED)
    operations = message.get("operations", [])
    return sorted({operation[field] for operation in operations for field in ("key", "new_key") if field in operation})


def applied(message: Json, items: Mapping[str, str], changed_at_seq: int) -> dict[str, str]:
    """The items after the edit.

    Raises:
        RefusedError: they are not as the operator saw them.
    """
    if (replaced := replacement(message)) is not None:
        untouched = {key: value for key, value in items.items() if key in REDACTED}
        return {**{key: value for key, value in replaced.items() if key not in REDACTED}, **untouched}
    wanted = dict(items)
    for operation in message["operations"]:
        key = operation.get("key")
        if key in REDACTED or operation.get("new_key") in REDACTED:
            raise RefusedError("redacted")
        match operation["op"]:
            case "clear":
                if operation.get("expected", changed_at_seq) < changed_at_seq:
                    raise RefusedError("conflict")
                wanted.clear()
                continue
            case "rename":
                if key not in wanted or operation["new_key"] in wanted:
                    raise RefusedError("conflict")
        if "expected" in operation and operation["expected"] != wanted.get(key):
            raise RefusedError("conflict")
        match operation["op"]:
            case "set":
                wanted[key] = operation["value"]
            case "remove":
                wanted.pop(key, None)
            case "rename":
                wanted[operation["new_key"]] = wanted.pop(key)
    return wanted


def in_place(message: Json, items: Mapping[str, str]) -> bool:
    """Whether the area already is as the edit would leave it."""
    if replacement(message) is not None:
        return applied(message, items, 0) == items
    cleared = False
    after: dict[str, str | None] = {}
    unknown: set[str] = set()  # values that were moved without the operator having said what they are
    for operation in message["operations"]:
        key = operation.get("key")
        match operation["op"]:
            case "clear":
                cleared = True
                after.clear()
                unknown.clear()
            case "set":
                after[key] = operation["value"]
                unknown.discard(key)
            case "remove":
                after[key] = None
                unknown.discard(key)
            case "rename":
                new_key = operation["new_key"]
                moved = after.get(key, operation.get("expected"))
                if moved is None:
                    unknown.add(new_key)
                after[new_key] = moved
                after[key] = None
                unknown.discard(key)
    if cleared and items.keys() - {key for key, value in after.items() if value is not None} - unknown:
        return False
    return all((key in items) if key in unknown else items.get(key) == value for key, value in after.items())
