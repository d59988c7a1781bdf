"""ModelWatch: Qt's own tester on a model, with what it finds as an assertion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractItemModel, QtMsgType, qInstallMessageHandler
from PySide6.QtTest import QAbstractItemModelTester

if TYPE_CHECKING:
    from PySide6.QtCore import QMessageLogContext


class ModelWatch:
    """Watches ``model`` until `end`. `check` fails if a signal or an answer of the model was wrong since."""

    def __init__(self, model: QAbstractItemModel) -> None:
        self._said: list[str] = []
        self._before = qInstallMessageHandler(self._take)
        self._tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)

    def check(self) -> None:
        assert not self._said, self._said

    def end(self) -> None:
        qInstallMessageHandler(self._before)
        del self._tester

    def _take(self, kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
        if kind != QtMsgType.QtDebugMsg:
            self._said.append(text)
