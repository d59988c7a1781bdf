"""SettingsFile: whether what is set gets into the file that keeps it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSettings, Signal


def write(settings: QSettings) -> bool:
    """Write now what was set. Returns whether all of it is in the file; if not, the next call tries again."""
    # Another object for the same file writes what waits to be written. Once one has failed, its status stays so.
    return QSettings(settings.fileName(), settings.format()).status() is not QSettings.Status.AccessError


class SettingsFile(QObject):
    """Looks after what is set in ``settings``, by whom ever: Qt writes it a moment later, and says nothing if it
    cannot.

    `failed` carries a sentence for the operator when it is not written, once until it is written again.
    """

    failed = Signal(str)

    def __init__(self, settings: QSettings, parent: QObject) -> None:
        super().__init__(parent)
        self._settings = settings
        self._written = True
        settings.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Write what Qt is about to write."""
        if watched is self._settings and event.type() == QEvent.Type.UpdateRequest:
            before, self._written = self._written, write(self._settings)
            if before and not self._written:
                self.failed.emit(
                    f"Settings cannot be written: {self._settings.fileName()}. They hold until the app ends."
                )
        return super().eventFilter(watched, event)
