"""What the Help menu opens. Both are to be opened with ``open()``, and go when they are closed."""

from collections.abc import Iterable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QMessageBox,
    QVBoxLayout,
    QWidget,
)

from monitor import __version__
from monitor.ui.appearance import fixed_font
from monitor.ui.icons import app_icon

_SESSIONS = {"Right, Left": "Open and close rows", "Del": "Forget a session that left"}
_ITEMS = {
    "Enter": "Edit the current cell, or save what is being edited",
    "Shift+Enter": "Edit the value with more room",
    "Esc": "Let go of what is being edited",
    "Down": "From the last item: to the blank row",
}


class ShortcutsDialog(QDialog):
    """The shortcuts of all that stands in these menus, and the keys that mean something in one place only."""

    def __init__(self, menus: Iterable[QMenu], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard shortcuts")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        groups = {plain_name(menu.menuAction()): _shortcuts(menu) for menu in menus}
        groups = {"In the sessions": _SESSIONS, "In the items": _ITEMS, **groups}
        columns = QHBoxLayout()
        columns.setSpacing(36)
        for column in _balanced(groups):
            columns.addLayout(self._column(column))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(16)
        layout.addLayout(columns)
        layout.addWidget(buttons)

    def _column(self, groups: Mapping[str, Mapping[str, str]]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(20)
        grid.setVerticalSpacing(4)
        for title, named in groups.items():
            heading = self._label(title)
            heading.setProperty("strong", True)
            heading.setContentsMargins(0, 10 if grid.count() else 0, 0, 2)
            grid.addWidget(heading, grid.rowCount(), 0, 1, 2)
            for keys, name in named.items():
                label = self._label(keys)
                label.setFont(fixed_font())
                label.setProperty("muted", True)
                row = grid.rowCount()
                grid.addWidget(label, row, 0)
                grid.addWidget(self._label(name), row, 1)
        grid.setRowStretch(grid.rowCount(), 1)
        return grid

    def _label(self, text: str) -> QLabel:
        """What would be undone names a key, which comes from a browser."""
        label = QLabel(self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setText(text)
        return label

    def labels(self) -> list[QLabel]:
        """All that is written in it."""
        return self.findChildren(QLabel)


def _shortcuts(menu: QMenu) -> dict[str, str]:
    """Names by shortcuts, those of the menus within it included."""
    found: dict[str, str] = {}
    for action in menu.actions():
        inner = action.menu()
        if isinstance(inner, QMenu):
            found |= _shortcuts(inner)
        elif not action.shortcut().isEmpty():
            keys = (key.toString(QKeySequence.SequenceFormat.NativeText) for key in action.shortcuts())
            found[", ".join(keys)] = plain_name(action)
    return found


def _balanced(groups: Mapping[str, Mapping[str, str]]) -> list[dict[str, Mapping[str, str]]]:
    """The groups in two columns, about as long as each other."""
    columns: list[dict[str, Mapping[str, str]]] = [{}, {}]
    lengths = [0, 0]
    for title, named in sorted(groups.items(), key=lambda group: -len(group[1])):
        if named:
            shorter = lengths.index(min(lengths))
            columns[shorter][title] = named
            lengths[shorter] += len(named) + 2
    return columns


def plain_name(action: QAction) -> str:
    """The name of an action without what a menu adds to it."""
    return action.text().replace("&&", "\0").replace("&", "").replace("\0", "&").rstrip("…")


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
