"""Arrangement: the size and the parts of the window, from one start to the next."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QByteArray, QSize
from PySide6.QtGui import QGuiApplication

from monitor.ui.settings_file import write

if TYPE_CHECKING:
    from PySide6.QtCore import QSettings
    from PySide6.QtWidgets import QMainWindow, QSplitter

    from monitor.ui.storage.pane import StoragePane

log = logging.getLogger(__name__)

_SIZE: Final = QSize(1180, 740)
_LEFT: Final = 300


class Arrangement:
    """How ``window`` stands on the screen, how ``splitter`` parts it, and what the pane of the storage remembers.
    Without ``settings`` it begins anew each time.
    """

    def __init__(self, window: QMainWindow, splitter: QSplitter, settings: QSettings | None) -> None:
        self._window = window
        self._splitter = splitter
        self._settings = settings

    def restore(self) -> None:
        """Window and splitter as they were at the last end, or as they are best at first."""
        size = _SIZE
        if QGuiApplication.platformName() != "offscreen":  # where there is no screen that it would have to fit
            size = size.boundedTo(self._window.screen().availableGeometry().size())
        self._window.resize(size)
        left = min(_LEFT, size.width() // 4)
        self._splitter.setSizes([left, size.width() - left])
        if self._settings is None:
            return
        geometry = self._settings.value("window/geometry")
        if isinstance(geometry, QByteArray):
            self._window.restoreGeometry(geometry)
        parts = self._settings.value("window/splitter")
        if isinstance(parts, QByteArray):
            self._splitter.restoreState(parts)

    def restore_items(self, storage: StoragePane) -> None:
        """The items as they were at the last end."""
        # The window is painted before there is anything to remember items with.
        from monitor.ui.storage.remembered import restore

        if self._settings is not None:
            restore(storage, self._settings)

    def remember(self, storage: StoragePane) -> None:
        """Keep all of it as it is now."""
        from monitor.ui.storage.remembered import remember

        if self._settings is None:
            return
        self._settings.setValue("window/geometry", self._window.saveGeometry())
        self._settings.setValue("window/splitter", self._splitter.saveState())
        remember(storage, self._settings)
        if not write(self._settings):
            log.warning("the settings cannot be written: %s", self._settings.fileName())
