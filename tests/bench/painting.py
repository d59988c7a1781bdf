"""How long it takes until something is painted."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QEvent

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QAbstractItemView


def until_painted(act: Callable[[], Any], view: QAbstractItemView | Callable[[], QAbstractItemView]) -> float:
    """Milliseconds from an act of the operator's to its being painted, with all that Qt puts off until then.

    A view that is only there after the act is asked for then.
    """
    began = perf_counter()
    act()
    # All but the request to paint what has changed, for that is done now: it would be done twice else.
    for put_off in (QEvent.Type.MetaCall, QEvent.Type.LayoutRequest):
        QCoreApplication.sendPostedEvents(None, put_off.value)
    shown = view() if callable(view) else view
    shown.viewport().repaint()
    QCoreApplication.sendPostedEvents()
    return (perf_counter() - began) * 1000
