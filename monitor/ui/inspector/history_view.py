"""HistoryView: every version of the item that was seen, what each changed, and a way back to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QItemSelectionModel, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from monitor.ui.inspector.comparison import Comparison, compared
from monitor.ui.inspector.diff_text import DiffText
from monitor.ui.inspector.emptiness import READING
from monitor.ui.inspector.pace import Pace
from monitor.ui.inspector.versions_model import VersionColumn, VersionsModel
from monitor.ui.inspector.view import View
from monitor.ui.table_rows import set_up_rows

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from monitor.core.history import Version
    from monitor.ui.appearance import Appearance
    from monitor.ui.inspector.subject import Items, Subject

RESTORE: Final = "Ctrl+Shift+R"
_FIRST: Final = "This is the first version that was seen."


class HistoryView(View):
    """A list of versions, and the diff of the one that is chosen against the one before, or against what is there now.

    Restoring one is an edit like any other: it goes through only if the browser still holds what is shown. `chosen`
    says that one was chosen that can be restored, or one that cannot.
    """

    chosen = Signal()

    def __init__(self, items: Items, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self._items = items
        self._subject: Subject | None = None
        self._compared: Comparison | None = None
        self.model = VersionsModel(items.when, self)
        self.table = QTableView(self)
        self.table.setModel(self.model)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setAccessibleName("Versions")
        self.table.setProperty("plain", True)
        set_up_rows(self.table, 10)
        columns = self.table.horizontalHeader()
        columns.setHighlightSections(False)
        columns.setSectionResizeMode(VersionColumn.VALUE, QHeaderView.ResizeMode.Stretch)
        for column, width in ((VersionColumn.WHEN, 84), (VersionColumn.BY, 84), (VersionColumn.SIZE, 64)):
            columns.resizeSection(column, width)
        self.diff = DiffText(appearance, self)
        self.against_now = QCheckBox("Against what is there now", self)
        self.against_now.setToolTip("Compare with what the browser holds now, not with the version before")
        self.restore_button = QPushButton("Restore", self)
        self.restore_button.setToolTip(f"Store this version again ({RESTORE})")
        self.tools = QWidget(self)
        tools = QHBoxLayout(self.tools)
        tools.setContentsMargins(0, 0, 0, 0)
        tools.setSpacing(10)
        tools.addWidget(self.against_now)
        tools.addWidget(self.restore_button)
        self.splitter = QSplitter(Qt.Orientation.Vertical, self)
        self.splitter.addWidget(self.table)
        self.splitter.addWidget(self.diff)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(1)
        self.splitter.setSizes([1, 1])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.splitter)
        self.setFocusProxy(self.table)
        self._pace = Pace(self)
        self._pace.due.connect(self._compare)
        self.table.selectionModel().currentChanged.connect(self._take_choice)
        self.against_now.toggled.connect(self._compare)
        self.restore_button.clicked.connect(self.restore)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Both need lines: side by side where there is more width than height."""
        super().resizeEvent(event)
        wide = self.width() > 2 * self.height()
        self.splitter.setOrientation(Qt.Orientation.Horizontal if wide else Qt.Orientation.Vertical)

    @property
    def version(self) -> Version | None:
        """The version that is chosen."""
        row = self.table.currentIndex().row()
        return self.model.versions[row] if 0 <= row < len(self.model.versions) else None

    def show_subject(self, subject: Subject) -> None:
        """List what was seen of the item; the newest is chosen, until the operator chooses another."""
        follows = not self._is_of(subject) or self.table.currentIndex().row() <= 0
        self._subject = None  # What becomes current by itself is compared below.
        self.model.show(self._items.versions(subject.key))
        if follows and self.model.versions:
            both = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            self.table.selectionModel().setCurrentIndex(self.model.index(0, 0), both)
        self._subject = subject
        if self._pace.waits:
            self._follow_choice()
        else:
            self._compare()

    def unread(self, subject: Subject) -> int:
        """The length of the two newest versions, if one came."""
        newest = self._items.versions(subject.key)[:-3:-1]
        listed = self.model.versions[:2] if self._is_of(subject) else []
        return 0 if list(newest) == listed else sum(len(each.value) for each in newest if isinstance(each.value, str))

    def leave(self) -> None:
        """Another item may be shown before this view is asked again: nothing of this one is to be restored."""
        self._pace.stop()
        self._enable_restoring(False)

    def _is_of(self, subject: Subject) -> bool:
        return self._subject is not None and self._subject.key == subject.key

    @property
    def can_restore(self) -> bool:
        """Whether the chosen version is another than what is there, and may be stored."""
        return self.restore_button.isEnabled()

    def restore(self) -> None:
        """Store the chosen version where the item is now."""
        subject, version = self._subject, self.version
        if subject is not None and version is not None and self.restore_button.isEnabled():
            assert isinstance(version.value, str), "only a text can be restored"
            expected = subject.value
            self._items.save(subject.key, version.value, expected if isinstance(expected, str) else None)

    def _follow_choice(self) -> None:
        subject, version = self._subject, self.version
        able = subject is not None and subject.can_edit and version is not None
        self._enable_restoring(able and isinstance(version.value, str) and version.value != subject.value)  # type: ignore[union-attr]  # neither is None

    def _enable_restoring(self, able: bool) -> None:
        if able != self.restore_button.isEnabled():
            self.restore_button.setEnabled(able)
            self.chosen.emit()

    def _pair(self) -> Comparison | None:
        """What is to be compared; ``None`` if there is only one."""
        subject, version = self._subject, self.version
        older = self.table.currentIndex().row() + 1
        if subject is None or version is None:
            return None
        if self.against_now.isChecked():
            return Comparison(subject.value, version.value)
        return Comparison(self.model.versions[older].value, version.value) if older < len(self.model.versions) else None

    def _take_choice(self) -> None:
        """Another version is chosen; while a key is held down, one after the other."""
        if self._subject is None:
            return
        self._pace.stop()
        pair = self._pair()
        if pair is None or self._pace.may_work(pair.length, fresh=True):
            self._compare()
        else:
            self._follow_choice()
            self._compared = None
            self.diff.show_lines([])
            self.say(READING)

    def _compare(self) -> None:
        self._follow_choice()
        pair = self._pair()
        if pair is None:
            self._compared = None
            self.diff.show_lines([])
            self.say("No version of this item was seen." if self.version is None else _FIRST)
        elif pair != self._compared:
            self._compared = pair
            self._pace.work(lambda: self._show_diff(pair))

    def _show_diff(self, pair: Comparison) -> None:
        diff = compared(pair)
        self.diff.show_lines(diff.lines)
        self.say(diff.note)
