"""Copying items in a form that other programs read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.core.edits import Replace
from monitor.core.interchange import Form, to_console_script, to_json, to_table
from monitor.core.messages import RenameItem, SetItem
from monitor.core.values import Redacted
from monitor.ui.words import counted, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from monitor.core.edits import Edit
    from monitor.ui.storage.model import StorageModel


def copied(model: StorageModel, keys: Iterable[str], form: Form) -> tuple[str, str, int]:
    """The items of these rows as text, as the rows show them; what that is, in words; and how many are left out because
    they are masked. The text is empty where there is nothing that could be copied.
    """
    values = [(key, model.shown_value(key)) for key in keys]
    texts = [(key, value) for key, value in values if isinstance(value, str)]
    items = [(key, value) for key, value in texts if not model.masking.hides(key)]
    masked = len(texts) - len(items)
    redacted = sum(isinstance(value, Redacted) for _, value in values)
    what = f"{counted(len(items), 'item')} as {'a ' if form is not Form.JSON else ''}{form.value}"
    if redacted:
        what += f", without {counted(redacted, 'redacted one')}: what is there is not known here"
    if not items:
        return "", what, masked
    match form:
        case Form.JSON:
            return to_json(items), what, masked
        case Form.TABLE:
            return to_table(items), what, masked
        case Form.CONSOLE_SCRIPT:
            return to_console_script(items, model.area.kind), what, masked


def has_text(edit: Edit) -> bool:
    """Whether the edit would have written a text (`text_of`)."""
    return isinstance(edit.operations, Replace) or any(
        isinstance(each, SetItem | RenameItem) for each in edit.operations
    )


def text_of(edit: Edit) -> tuple[str, str]:
    """What the edit would have written, and what that is, in words: the value or the new key if it is one, else the
    items as JSON.
    """
    if isinstance(edit.operations, Replace):
        items = list(edit.operations.items.items())
    else:
        written = [each for each in edit.operations if isinstance(each, SetItem | RenameItem)]
        if len(written) == 1 and isinstance(written[0], RenameItem):
            return written[0].new_key, f"the new key of {quoted(written[0].key)}"
        items = [(each.key, each.value) for each in written if isinstance(each, SetItem)]
    if len(items) == 1:
        return items[0][1], f"what was not saved as {quoted(items[0][0])}"
    return to_json(items), f"{counted(len(items), 'item')} that were not saved, as JSON"
