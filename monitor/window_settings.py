"""Where the window keeps what the operator has chosen."""

from PySide6.QtCore import QSettings, QStandardPaths

from monitor import NAME


def window_settings() -> QSettings:
    """The user's own. Needs no application."""
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericConfigLocation)
    return QSettings(f"{folder}/{NAME}/window.ini", QSettings.Format.IniFormat)
