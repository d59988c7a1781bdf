"""Why the inspector shows no value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from monitor.core.values import Redacted, units
from monitor.ui.inspector.choices import ViewName
from monitor.ui.masking.masking import masked_text
from monitor.ui.words import counted, why_kept_back

if TYPE_CHECKING:
    from monitor.ui.inspector.subject import Subject

READING: Final = "Reading…"
"""Of what is long, until the operator stays with it (`pace`)."""


def why_nothing(subject: Subject | None, view: ViewName) -> str:
    """What there is to say instead of the value; nothing where this view has something to show."""
    if subject is None:
        return "Choose an item to see its value whole."
    if subject.masked:
        length = "" if not isinstance(subject.value, str) else f": {masked_text(units(subject.value))}"
        typed = " So is what you typed for it." if subject.draft is not None else ""
        return f"This value is masked{length}.{typed}\nCtrl+R reveals it for a minute, F2 edits it."
    if subject.draft is not None or view is ViewName.HISTORY:
        return ""
    if isinstance(subject.value, Redacted):
        return (
            f"{why_kept_back(subject.value)}\n"
            f"Only its length is known: {counted(units(subject.value), 'unit')}. It cannot be edited from here."
        )
    return "There is no such item any more. F2 writes it anew." if subject.value is None else ""
