"""What the Help menu opens. Both are to be opened with ``open()``, and go when they are closed."""

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QLabel, QMessageBox, QVBoxLayout, QWidget

from monitor import __version__
from monitor.ui.appearance import fixed_font
from monitor.ui.icons import app_icon

_IN_PLACE = {
    "Enter": "Edit the current cell, or save what is being edited",
    "Shift+Enter": "Edit the value with more room",
    "Esc": "Discard what is being edited",
    "Right, Left": "Open and close rows of the sessions",
    "Del in the sessions": "Forget a session that left",
}


class ShortcutsDialog(QDialog):
    """The shortcuts of these actions, and the keys that mean something in one place only."""

    def __init__(self, actions: Iterable[QAction], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard shortcuts")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(5)
        named = {
            action.shortcut().toString(QKeySequence.SequenceFormat.NativeText): plain_name(action) for action in actions
        }
        for place, (keys, name) in enumerate({**named, **_IN_PLACE}.items()):
            label = QLabel(keys, self)
            label.setFont(fixed_font())
            label.setProperty("muted", True)
            grid.addWidget(label, place, 0)
            grid.addWidget(QLabel(name, self), place, 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(16)
        layout.addLayout(grid)
        layout.addWidget(buttons)

    def labels(self) -> list[QLabel]:
        """All that is written in it."""
        return self.findChildren(QLabel)


def plain_name(action: QAction) -> str:
    """The name of an action without what a menu adds to it."""
    return action.text().replace("&", "").rstrip("…")


def about(parent: QWidget) -> QMessageBox:
    """What this program is."""
    box = QMessageBox(
        QMessageBox.Icon.NoIcon,
        "About Session Monitor",
        f"Session Monitor {__version__}",
        QMessageBox.StandardButton.Close,
        parent,
    )
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setInformativeText(
        "See and edit the LocalStorage of live browser sessions. Every edit is acknowledged by the browser, every "
        "change of the browser shows at once."
    )
    box.setIconPixmap(app_icon().pixmap(64, 64))
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return box
