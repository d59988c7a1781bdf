"""JournalDialog: the journal, to be searched, exported and pruned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QTableView,
    QVBoxLayout,
)

from monitor.core.values import one_line
from monitor.ui.journal.model import JournalColumn, JournalModel
from monitor.ui.journal.saving import ask_to_export
from monitor.ui.questions import Answer, ask
from monitor.ui.search_field import SearchField
from monitor.ui.table_rows import set_up_rows
from monitor.ui.words import counted, plain_tooltip

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from monitor.ui.appearance import Appearance
    from monitor.ui.journal.source import JournalSource

_SIZE: Final = (1080, 600)
_TYPING: Final = 200
"""Milliseconds after the last key until it is searched: a large journal takes longer than a key."""
_DAYS: Final = 90
_MOST_DAYS: Final = 3_650
_WIDTHS: Final = {
    JournalColumn.WHEN: 150,
    JournalColumn.OPERATOR: 90,
    JournalColumn.SESSION: 170,
    JournalColumn.OPERATION: 90,
    JournalColumn.KEY: 150,
    JournalColumn.OLD: 140,
    JournalColumn.NEW: 140,
}


class JournalDialog(QDialog):
    """Shows what ``source`` has. To be opened with ``open()``; it goes when it is closed. What is told after that is
    for ``tell``.
    """

    def __init__(
        self, source: JournalSource, appearance: Appearance, tell: Callable[[str], None], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._source = source
        self._tell = tell
        self._is_open = True
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Journal")
        self.resize(*_SIZE)
        self.model = JournalModel(source, self)
        self.field = SearchField(
            "Search the journal",
            "Words of keys, values, sessions, origins, people and outcomes",
            "search",
            appearance,
            self,
        )
        self.field.draw()
        self.table = self._make_table()
        self.status = self._label()
        self.where = self._label()
        self.where.setText(one_line(str(source.path)))
        self.copy_path = QPushButton("Copy pa&th", self)
        self.secrets = QCheckBox("With &secrets", self)
        self.secrets.setToolTip(
            plain_tooltip("Export values of keys that look like secrets as they are, if the journal has them")
        )
        self.export = QPushButton("&Export…", self)
        self.days = QSpinBox(self)
        self.days.setRange(1, _MOST_DAYS)
        self.days.setValue(_DAYS)
        self.days.setPrefix("Keep ")
        self.days.setSuffix(" days")
        self.days.setAccessibleName("Days to keep")
        self.prune = QPushButton("&Prune…", self)
        self.prune.setToolTip(plain_tooltip("Remove entries that are older than this"))
        if source.why_read_only:
            self.prune.setEnabled(False)
            self.days.setEnabled(False)
            self.prune.setToolTip(plain_tooltip(f"The journal can only be looked at: {source.why_read_only}"))
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        for button in (self.copy_path, self.export, self.prune):
            button.setAutoDefault(False)  # Enter in the search is not for them.
        self._lay_out()
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_TYPING)
        self._connect()
        self.model.search("")

    def _make_table(self) -> QTableView:
        table = QTableView(self)
        table.setModel(self.model)
        table.setAccessibleName("Journal")
        set_up_rows(table, 10)
        columns = table.horizontalHeader()
        columns.setHighlightSections(False)
        columns.setStyleSheet("QHeaderView::section { padding: 5px 3px; }")  # where Qt's own cells begin
        columns.setStretchLastSection(True)
        columns.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column, width in _WIDTHS.items():
            columns.resizeSection(column, width)
        return table

    def _label(self) -> QLabel:
        label = QLabel(self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setProperty("muted", True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

    def _lay_out(self) -> None:
        place = QHBoxLayout()
        place.addWidget(self.where, 1)
        place.addWidget(self.copy_path)
        bottom = QHBoxLayout()
        bottom.setSpacing(10)
        for widget in (self.export, self.secrets, self.days, self.prune):
            bottom.addWidget(widget)
        bottom.addStretch(1)
        bottom.addWidget(self.buttons)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(10)
        layout.addWidget(self.field)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.status)
        layout.addLayout(place)
        layout.addLayout(bottom)

    def _connect(self) -> None:
        self.field.textChanged.connect(lambda _: self._typing.start())
        self.field.done.connect(self._search_now)
        self._typing.timeout.connect(lambda: self.model.search(self.field.text()))
        self.model.answered.connect(self._say)
        self.copy_path.clicked.connect(lambda: QGuiApplication.clipboard().setText(str(self._source.path)))
        self.export.clicked.connect(lambda: ask_to_export(self._source, self.secrets.isChecked(), self._report, self))
        self.prune.clicked.connect(self._ask_to_prune)
        self.buttons.rejected.connect(self.reject)
        self.finished.connect(self._end)

    def _end(self) -> None:
        self._is_open = False
        self._typing.stop()
        self.model.end()

    def _report(self, text: str) -> None:
        if self._is_open:
            self.status.setText(text)
        else:
            self._tell(text)

    def _search_now(self) -> None:
        self._typing.stop()
        self.model.search(self.field.text())
        self.table.setFocus()

    def _say(self, complaint: str) -> None:
        count = self.model.rowCount()
        found = f"{counted(count, 'operation')}."
        if not self.model.is_complete:
            found = f"The newest {count:,} operations; scroll for more."
        self.status.setText(f"The journal cannot be read: {complaint}" if complaint else found)

    def _ask_to_prune(self) -> None:
        days = self.days.value()
        ask(
            "Prune",
            f"Remove what is older than {counted(days, 'day')} from the journal?",
            "Edits that have no outcome yet stay. That the journal was pruned is noted in it.",
            [Answer("Prune", lambda: self._source.prune(days, self._pruned))],
            self,
        )

    def _pruned(self, count: int | None, why: str) -> None:
        self._report(f"Not pruned: {why}" if count is None else f"{counted(count, 'entry', 'entries')} removed.")
        if self._is_open and count:
            self.model.search(self.field.text())
