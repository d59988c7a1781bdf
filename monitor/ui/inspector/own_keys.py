"""The keys that mean something else in the inspector than in the table beside it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QKeyCombination, Qt

_CTRL, _SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
_OF_ROWS: Final = (
    QKeyCombination(Qt.Key.Key_F2),
    QKeyCombination(_SHIFT, Qt.Key.Key_F2),
    QKeyCombination(Qt.Key.Key_Delete),
    QKeyCombination(_CTRL | _SHIFT, Qt.Key.Key_Delete),
    QKeyCombination(_CTRL, Qt.Key.Key_C),
    QKeyCombination(_CTRL, Qt.Key.Key_V),
)
_OF_TYPING: Final = (
    QKeyCombination(_CTRL, Qt.Key.Key_Z),
    QKeyCombination(_CTRL | _SHIFT, Qt.Key.Key_Z),
    QKeyCombination(_CTRL, Qt.Key.Key_Y),
)


def is_own(keys: QKeyCombination, types: bool) -> bool:
    """Whether ``keys`` are the inspector's: those that do something to rows do nothing to them from here; nor do those
    that take back what was typed, where something can be typed (``types``).
    """
    return keys in _OF_ROWS or (types and keys in _OF_TYPING)
