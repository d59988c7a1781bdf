"""The groups of keys beside the items, where the operator wants them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from monitor.ui.storage.groups.key_tree import DELIMITERS
from monitor.ui.storage.groups.model import KeyTreeModel
from monitor.ui.storage.groups.view import KeyTreeView

if TYPE_CHECKING:
    from monitor.ui.appearance import Appearance
    from monitor.ui.storage.model import StorageModel

_WIDTH: Final = 200
_CHOICES: Final = {
    f"any of {' '.join(DELIMITERS)}": DELIMITERS,
    ".  dot": ".",
    ":  colon": ":",
    "/  slash": "/",
    "-  hyphen": "-",
    "_  underscore": "_",
}


class Grouping(QObject):
    """Whether groups are shown, at which signs keys are parted, and how wide the list is: the same in all sessions."""

    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.is_shown = False
        self.delimiters = DELIMITERS
        self.width = _WIDTH

    def toggle(self) -> None:
        """Show the groups, or do not."""
        self.is_shown = not self.is_shown
        self.changed.emit()

    def restore(self, is_shown: bool, delimiters: str) -> None:
        """As it was before; to be called before anything is shown."""
        self.is_shown = is_shown
        if delimiters in _CHOICES.values():
            self.delimiters = delimiters


class KeyTreePanel(QFrame):
    """The groups of the keys of ``storage``, and at which signs they are parted."""

    def __init__(self, storage: StorageModel, grouping: Grouping, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self._grouping = grouping
        self.groups = KeyTreeModel(storage, self)
        self.delimiters = QComboBox(self)
        self.delimiters.addItems(list(_CHOICES))
        self.delimiters.setAccessibleName("Group keys by")
        self.delimiters.setToolTip("The sign that ends the beginning that keys of a group share")
        name = QLabel("&Group by", self)
        name.setBuddy(self.delimiters)
        name.setProperty("muted", True)
        self.view = KeyTreeView(self.groups, appearance, self)
        appearance.changed.connect(self.view.viewport().update)
        top = QHBoxLayout()
        top.setContentsMargins(12, 6, 8, 6)
        top.setSpacing(8)
        top.addWidget(name)
        top.addWidget(self.delimiters, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(self.view, 1)
        self.delimiters.setCurrentIndex(list(_CHOICES.values()).index(grouping.delimiters))
        if grouping.delimiters != self.groups.delimiters:
            self.groups.part_at(grouping.delimiters)
        self.delimiters.currentIndexChanged.connect(self._part)

    def _part(self, place: int) -> None:
        self._grouping.delimiters = list(_CHOICES.values())[place]
        self.groups.part_at(self._grouping.delimiters)


class GroupedItems(QSplitter):
    """``items``, a stack in which those of ``storage`` are to be shown, with the groups of their keys on the left where
    ``grouping`` says so. Hidden groups cost nothing, and hide no item.
    """

    def __init__(self, storage: StorageModel, grouping: Grouping, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setHandleWidth(1)
        self.items = QStackedWidget(self)
        self._storage = storage
        self._grouping = grouping
        self._appearance = appearance
        self.panel: KeyTreePanel | None = None
        self.setChildrenCollapsible(False)
        self.splitterMoved.connect(self._keep_width)
        grouping.changed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        if self._grouping.is_shown and self.panel is None:
            self.panel = KeyTreePanel(self._storage, self._grouping, self._appearance, self)
            self.insertWidget(0, self.panel)
            self.setStretchFactor(0, 0)
            self.setStretchFactor(1, 1)
            width = self._grouping.width
            self.setSizes([width, max(self.width() - width, width)])
        elif not self._grouping.is_shown and self.panel is not None:
            had_focus = self.panel.isAncestorOf(self.focusWidget()) if self.focusWidget() is not None else False
            self.panel.groups.end()
            self.panel.hide()
            self.panel.deleteLater()
            self.panel = None
            if had_focus:
                self.items.setFocus()

    def _keep_width(self) -> None:
        if self.panel is not None:
            self._grouping.width = self.panel.width()
