"""AnswersDialog: what was answered about origins, to be looked at and changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from monitor.core.events import OriginAnswered, OriginAsked, OriginWithdrew
from monitor.core.origins import Answer
from monitor.ui.access.model import AnswersColumn, AnswersModel
from monitor.ui.table_rows import set_up_rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.core.registry import Registry

_SIZE: Final = (620, 420)
_EXPLANATION: Final = (
    "Pages of this machine, such as http://localhost:3000, may connect unless they are blocked here. Pages of any "
    "other origin ask first."
)


class AnswersDialog(QDialog):
    """Shows the origins of ``registry``. To be opened with ``open()``; it goes when it is closed."""

    def __init__(self, registry: Registry, parent: QWidget) -> None:
        super().__init__(parent)
        origins = self._origins = registry.origins
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Who may connect")
        self.resize(*_SIZE)
        explanation = QLabel(_EXPLANATION, self)
        explanation.setTextFormat(Qt.TextFormat.PlainText)
        explanation.setWordWrap(True)
        explanation.setProperty("muted", True)
        self.model = AnswersModel(origins, self)
        self.table = self._make_table()
        self.none = QLabel("No origin has asked yet.", self)
        self.none.setProperty("muted", True)
        self.allow = self._button("&Allow", "Let its pages connect", origins.allow)
        self.block = self._button("&Block", "Refuse its pages", origins.block)
        self.forget = self._button("&Forget", "Take the answer back: its pages ask anew", origins.forget)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        self.buttons.rejected.connect(self.reject)
        bottom = QHBoxLayout()
        bottom.setSpacing(10)
        for button in (self.allow, self.block, self.forget):
            bottom.addWidget(button)
        bottom.addStretch(1)
        bottom.addWidget(self.buttons)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(10)
        layout.addWidget(explanation)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.none)
        layout.addLayout(bottom)
        end = registry.subscribe(lambda _: self._follow(), OriginAsked, OriginWithdrew, OriginAnswered)
        self.finished.connect(lambda _: end())
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._follow_choice())
        if self.model.rowCount():
            self.table.selectRow(0)
        self._follow()

    def _make_table(self) -> QTableView:
        table = QTableView(self)
        table.setModel(self.model)
        table.setAccessibleName("Answers")
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        set_up_rows(table, 10)
        columns = table.horizontalHeader()
        columns.setHighlightSections(False)
        columns.setStyleSheet("QHeaderView::section { padding: 5px 3px; }")  # where Qt's own cells begin
        columns.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        columns.setSectionResizeMode(AnswersColumn.ORIGIN, QHeaderView.ResizeMode.Stretch)
        columns.resizeSection(AnswersColumn.ANSWER, 150)
        return table

    def _button(self, text: str, explanation: str, answer: Callable[[str], None]) -> QPushButton:
        def give() -> None:
            origin = self._chosen
            if origin is not None:
                answer(origin)

        button = QPushButton(text, self)
        button.setToolTip(explanation)
        button.setAutoDefault(False)  # Enter answers nothing.
        button.clicked.connect(lambda: give())
        return button

    @property
    def _chosen(self) -> str | None:
        rows = self.table.selectionModel().selectedRows()
        return self.model.origin(rows[0].row()) if rows else None

    def _follow(self) -> None:
        self.model.follow()
        self.none.setVisible(not self.model.rowCount())
        self._follow_choice()

    def _follow_choice(self) -> None:
        origin = self._chosen
        answer = None if origin is None else self._origins.answers.get(origin)
        self.allow.setEnabled(origin is not None and answer is not Answer.ALLOWED)
        self.block.setEnabled(origin is not None and answer is not Answer.BLOCKED)
        self.forget.setEnabled(answer is not None)
