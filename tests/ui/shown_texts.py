"""Everything that a window says: to the eye, under the mouse, and to one who cannot see it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QAbstractTableModel, QModelIndex, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QGroupBox,
    QLabel,
    QLineEdit,
    QMainWindow,
    QMenu,
    QMessageBox,
    QPlainTextEdit,
    QProgressBar,
    QStatusBar,
    QTabBar,
    QTextEdit,
    QWidget,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROLES = (
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.EditRole,
    Qt.ItemDataRole.ToolTipRole,
    Qt.ItemDataRole.StatusTipRole,
    Qt.ItemDataRole.WhatsThisRole,
    Qt.ItemDataRole.AccessibleTextRole,
    Qt.ItemDataRole.AccessibleDescriptionRole,
)


class Said(NamedTuple):
    """A text, and where it stands. ``may_be_rich``: Qt guesses whether it is markup."""

    place: str
    text: str
    may_be_rich: bool = False


def everything(top: QWidget) -> Iterator[Said]:
    """All texts of ``top`` and of what is in it, hidden or not."""
    for widget in (top, *top.findChildren(QWidget)):
        name = type(widget).__name__
        yield Said(f"title of {name}", widget.windowTitle())
        yield Said(f"icon text of {name}", widget.windowIconText())
        yield Said(f"accessible name of {name}", widget.accessibleName())
        yield Said(f"accessible description of {name}", widget.accessibleDescription())
        for kind, text in (("tip", widget.toolTip()), ("status tip", widget.statusTip()), ("help", widget.whatsThis())):
            yield Said(f"{kind} of {name}", text, may_be_rich=kind != "status tip")
        yield from _own(widget, name)
    for action in top.findChildren(QAction):
        yield Said("action", action.text())
        yield Said("action's icon text", action.iconText())
        yield Said("action's status tip", action.statusTip())
        yield Said("action's tip", action.toolTip(), may_be_rich=True)
        yield Said("action's help", action.whatsThis(), may_be_rich=True)


def _own(widget: QWidget, name: str) -> Iterator[Said]:
    match widget:
        case QLabel():
            yield Said(name, widget.text(), may_be_rich=widget.textFormat() is not Qt.TextFormat.PlainText)
        case QLineEdit():
            yield Said(name, widget.text())
            yield Said(f"placeholder of {name}", widget.placeholderText())
        case QPlainTextEdit() | QTextEdit():
            yield Said(name, widget.toPlainText())
            yield Said(f"placeholder of {name}", widget.placeholderText())
        case QMessageBox():
            rich = widget.textFormat() is not Qt.TextFormat.PlainText
            yield Said(name, widget.text(), may_be_rich=rich)
            yield Said(f"more of {name}", widget.informativeText(), may_be_rich=rich)
            yield Said(f"details of {name}", widget.detailedText())
        case QAbstractButton():
            yield Said(name, widget.text())
        case QMenu() | QGroupBox():
            yield Said(name, widget.title())
        case QTabBar():
            for place in range(widget.count()):
                yield Said(name, widget.tabText(place))
                yield Said(f"tip of {name}", widget.tabToolTip(place), may_be_rich=True)
        case QComboBox():
            for place in range(widget.count()):
                yield Said(name, widget.itemText(place))
                yield Said(f"tip in {name}", str(widget.itemData(place, Qt.ItemDataRole.ToolTipRole) or ""), True)
        case QStatusBar():
            yield Said(name, widget.currentMessage())
        case QProgressBar():
            yield Said(name, widget.text())
        case QMainWindow():
            pass
        case QAbstractItemView():
            yield from _model(widget.model(), QModelIndex(), f"model of {name}")


def _model(model: QAbstractItemModel | None, parent: QModelIndex, name: str) -> Iterator[Said]:
    if model is None:
        return
    columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount(parent)
    for row in range(model.rowCount(parent)):
        for column in range(columns):
            index = model.index(row, column, parent)
            for role in _ROLES:
                data = index.data(role)
                if isinstance(data, str):
                    yield Said(f"{role.name} of {name}", data, may_be_rich=role is Qt.ItemDataRole.ToolTipRole)
        if not isinstance(model, QAbstractListModel | QAbstractTableModel):
            yield from _model(model, model.index(row, 0, parent), name)
    for orientation in Qt.Orientation:
        for section in range(columns):
            for role in _ROLES:
                data = model.headerData(section, orientation, role)
                if isinstance(data, str):
                    yield Said(f"header of {name}", data, may_be_rich=role is Qt.ItemDataRole.ToolTipRole)
