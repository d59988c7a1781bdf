"""Columns and states of the table."""

from enum import IntEnum


class Column(IntEnum):
    """From left to right."""

    KEY = 0
    VALUE = 1
    KIND = 2
    SIZE = 3
    CHANGED = 4
    STATE = 5


TITLES = {
    Column.KEY: "Key",
    Column.VALUE: "Value",
    Column.KIND: "Kind",
    Column.SIZE: "Size",
    Column.CHANGED: "Changed",
    Column.STATE: "State",
}

EXPLAINED = {
    Column.KEY: "The item's key",
    Column.VALUE: "The beginning of the item's value",
    Column.KIND: "What the value looks like",
    Column.SIZE: "Length of the value in UTF-16 units, as browsers count it",
    Column.CHANGED: "When the item last changed while it was watched",
    Column.STATE: "What became of the last edit or change",
}


class ItemState(IntEnum):
    """What there is to say of an item, in the order in which the table sorts it."""

    REFUSED = 0
    DRAFT = 1
    """The operator has typed another value, and not saved it."""
    PENDING = 2
    """Sent, not answered."""
    WAITING = 3
    """Not sent: the session has no page that could take it."""
    REMOVED = 4
    """The browser removed it while the operator was typing a new value for it."""
    CHANGED = 5
    """The page changed it a moment ago."""
    SAVED = 6
    """An edit of it was applied a moment ago."""
    REDACTED = 7
    NONE = 8
