"""Copying items in a form that other programs read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.core.interchange import Form, to_console_script, to_json, to_table
from monitor.core.values import Redacted
from monitor.ui.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from monitor.ui.storage.model import StorageModel


def copied(model: StorageModel, keys: Iterable[str], form: Form) -> tuple[str, str]:
    """The items of these rows as text, as the rows show them; and what that is, in words. The text is empty where
    there is nothing that could be copied.
    """
    values = [(key, model.shown_value(key)) for key in keys]
    items = [(key, value) for key, value in values if isinstance(value, str)]
    redacted = sum(isinstance(value, Redacted) for _, value in values)
    what = f"{counted(len(items), 'item')} as {'a ' if form is not Form.JSON else ''}{form.value}"
    if redacted:
        what += f", without {counted(redacted, 'redacted one')}: the page keeps what it holds to itself"
    if not items:
        return "", what
    match form:
        case Form.JSON:
            return to_json(items), what
        case Form.TABLE:
            return to_table(items), what
        case Form.CONSOLE_SCRIPT:
            return to_console_script(items, model.area.kind), what
