"""Which view is which."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.ui.inspector.choices import ViewName
from monitor.ui.inspector.decoded_view import DecodedView
from monitor.ui.inspector.diff_view import DiffView
from monitor.ui.inspector.history_view import HistoryView
from monitor.ui.inspector.json_view import JsonView
from monitor.ui.inspector.text_view import TextView

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from monitor.ui.appearance import Appearance
    from monitor.ui.inspector.subject import Items
    from monitor.ui.inspector.view import View


def make_view(name: ViewName, items: Items, appearance: Appearance, parent: QWidget) -> View:
    """The view of that name."""
    match name:
        case ViewName.TEXT:
            return TextView(items.drafts, appearance, parent)
        case ViewName.JSON:
            return JsonView(items.drafts, appearance, parent)
        case ViewName.DECODED:
            return DecodedView(appearance, parent)
        case ViewName.DIFF:
            return DiffView(items, appearance, parent)
        case ViewName.HISTORY:
            return HistoryView(items, appearance, parent)
