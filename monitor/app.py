"""The start: application, window, its first picture; then all that is behind it (`monitor.serving`).

The window is painted before anything is imported that is not on its first picture.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, QTimer, QUrl
from PySide6.QtWidgets import QApplication

from monitor import NAME, __version__
from monitor.descriptors import allow
from monitor.ui.appearance import ARGUMENTS, DARK, LIGHT
from monitor.ui.main_window import MainWindow
from monitor.window_settings import window_settings

if TYPE_CHECKING:
    import argparse

LONGEST_EXPOSING = 500
"""Milliseconds that the rest waits for the window to be painted first."""


def run(options: argparse.Namespace) -> int:
    """Run the app as the command line says (`monitor.cli`). Returns the exit code."""
    allow(options.connections)  # before Qt starts a thread
    application = QApplication([NAME, *ARGUMENTS])
    application.setApplicationName(NAME)
    application.setApplicationDisplayName("Session Monitor")
    application.setApplicationVersion(__version__)
    application.setDesktopFileName(NAME)
    # Closing the window starts the orderly end; only when that is done may Qt stop.
    application.setQuitOnLastWindowClosed(False)
    # A picture neither reads nor changes the user's settings.
    window = MainWindow(settings=None if options.screenshot else window_settings())
    window.page_asked.connect(_open)
    if options.scheme:
        window.appearance.show(DARK if options.scheme == "dark" else LIGHT)
    if options.size:
        window.resize(QSize(*options.size))
    window.show()
    _paint(application, window)
    if not window.isVisible():
        return 0  # closed before there was anything behind it
    from monitor.serving import serve

    return serve(application, window, options)


def _paint(application: QApplication, window: MainWindow) -> None:
    """Run Qt until the window is on the screen. Not for ever, for a window that was started minimized is painted when
    the operator wants to see it.
    """
    handle = window.windowHandle()
    if handle.isExposed():
        return
    exposure = _Exposure(application)
    handle.installEventFilter(exposure)
    QTimer.singleShot(LONGEST_EXPOSING, exposure, application.exit)
    application.exec()
    handle.removeEventFilter(exposure)
    exposure.deleteLater()


class _Exposure(QObject):
    """Ends the loop of ``application`` when Qt shows a window, and paints it."""

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._application = application

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Expose:
            self._application.exit()  # after this event, which paints the window
        return False


def _open(address: str) -> None:
    """Open the page in the operator's browser."""
    from PySide6.QtGui import QDesktopServices  # Not on the first picture.

    QDesktopServices.openUrl(QUrl(address))
