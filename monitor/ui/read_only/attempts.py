"""Attempts: a shortcut that cannot do what it does elsewhere says why, instead of nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QShortcut

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QWidget


class Attempts:
    """Stands in for the shortcuts of ``actions`` while those are disabled because nothing may be written. They work
    in ``window`` or, as the actions themselves do, only in ``place`` of it.
    """

    def __init__(
        self, actions: Iterable[QAction], window: QWidget, place: QWidget, tell: Callable[[str], None]
    ) -> None:
        self._why = ""
        self._tell = tell
        self._shortcuts: list[QShortcut] = []
        for action in actions:
            context = action.shortcutContext()
            in_place = context is Qt.ShortcutContext.WidgetWithChildrenShortcut
            for keys in action.shortcuts():
                shortcut = QShortcut(keys, place if in_place else window, context=context)
                shortcut.setEnabled(False)
                shortcut.activated.connect(self._say)
                self._shortcuts.append(shortcut)

    def follow(self, why: str) -> None:
        """Nothing may be written, and ``why``; empty, if something may."""
        if bool(why) != bool(self._why):
            for shortcut in self._shortcuts:
                shortcut.setEnabled(bool(why))
        self._why = why

    def _say(self) -> None:
        self._tell(nothing_changed(self._why))


def nothing_changed(why: str) -> str:
    """What to say to one who tries to edit."""
    return f"Nothing was changed: {why}."
