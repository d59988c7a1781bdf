"""Step: an edit that can be taken back, and done again."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Final

from PySide6.QtGui import QUndoCommand

from monitor.core.edits import Intent
from monitor.core.inverse import inverse
from monitor.core.messages import Clear, Operation, RemoveItem, RenameItem, SetItem
from monitor.ui.words import counted, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from monitor.core.edits import Edit, Replace
    from monitor.core.page import Page

    Perform = Callable[["Step", Intent, Sequence[Operation]], None]

COST: Final = 512
"""What an operation takes beside its texts, as many characters as there are bytes."""


class Step(QUndoCommand):
    """Knows whether it stands ``applied`` in the browser, by what the browser has said. Where it already is as it is
    wanted, undo and redo ask the browser for nothing.

    ``back`` takes the edit back in the area of ``page``, or in the session's LocalStorage; ``perform`` asks for that.
    """

    def __init__(self, title: str, page: Page | None, back: Sequence[Operation], perform: Perform) -> None:
        super().__init__(title)
        self.title = title
        self.page = page
        self.applied = True
        self.over = False
        """Whether it can be neither undone nor redone any more."""
        self.refused: Edit | None = None
        """The last attempt to undo or redo it, if the browser refused that."""
        self.size = _size(back)
        """What it keeps, in characters."""
        self._back = back
        self._perform = perform

    def undo(self) -> None:
        """Ask the browser to take it back, if it stands there."""
        if self.applied and not self.over:
            self._perform(self, Intent.UNDO, self._back)

    def redo(self) -> None:
        """Ask the browser to do it again, if it does not stand there; when Qt takes the step in, it does."""
        if not self.applied and not self.over:
            self._perform(self, Intent.REDO, inverse(self._back, {}))

    def end(self) -> None:
        """It is over: keep nothing."""
        self.over = True
        self.size = 0
        self._back = ()


def _size(operations: Sequence[Operation]) -> int:
    size = COST * len(operations)
    for kind, names in _TEXTS.items():
        found = [operation for operation in operations if type(operation) is kind]
        for name in names:
            size += sum(map(len, filter(None, map(attrgetter(name), found))))  # what is not given is false
    return size


_TEXTS: Final = {
    SetItem: ("key", "value", "expected"),
    RemoveItem: ("key", "expected"),
    RenameItem: ("key", "new_key", "expected"),
}


def title(operations: Sequence[Operation] | Replace, found: int) -> str:
    """What the edit did, as it stands in a menu after "Undo". ``found`` is how many items it changes where it does not
    name them.
    """
    if not isinstance(operations, (list, tuple)):
        return f"replacing {counted(found, 'item')}"
    if Clear in set(map(type, operations)):
        return f"clear {counted(found, 'item')}"
    if len(operations) > 1:
        return f"{_of_many(operations)} {counted(len(operations), 'item')}"
    match operations[0]:
        case SetItem(key=key, expected=expected):
            return f"{'add' if expected is None else 'set'} {quoted(key)}"
        case RemoveItem(key=key):
            return f"delete {quoted(key)}"
        case RenameItem(key=key):
            return f"rename {quoted(key)}"
    return "edit"


def _of_many(operations: Sequence[Operation]) -> str:
    kinds = set(map(type, operations))
    if kinds == {RemoveItem}:
        return "delete"
    if kinds != {SetItem}:
        return "edit"
    return "set" if any(operation.expected is not None for operation in operations) else "add"


def concerned(back: Sequence[Operation]) -> str:
    """The key of an item to look at, while the browser is asked for ``back``."""
    first = back[0]
    if isinstance(first, RenameItem):
        return first.new_key
    assert not isinstance(first, Clear), "an inverse names its keys"
    return first.key
