"""How long it takes until something is painted."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QAbstractItemView


def until_painted(act: Callable[[], Any], view: QAbstractItemView | Callable[[], QAbstractItemView]) -> float:
    """Milliseconds from an act of the operator's to its being painted, with all that Qt puts off until then.

    A view that is only there after the act is asked for then.
    """
    began = perf_counter()
    act()
    QCoreApplication.sendPostedEvents()
    shown = view() if callable(view) else view
    shown.viewport().repaint()
    return (perf_counter() - began) * 1000
