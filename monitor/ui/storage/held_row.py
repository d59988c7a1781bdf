"""HeldRow: the row of the item that the operator is at in the inspector."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

if TYPE_CHECKING:
    from monitor.ui.inspector.inspector import Inspector
    from monitor.ui.storage.model import StorageModel


class HeldRow(QObject):
    """While the focus is in ``inspector``, the row of the item that it shows stays in ``model``, whatever the page
    does to that item: else the next row would become the current one, and what is typed next would go into it.

    Call `follow` when the inspector shows another item; it sees by itself where the focus goes.
    """

    def __init__(self, model: StorageModel, inspector: Inspector) -> None:
        super().__init__(inspector)
        self._model = model
        self._inspector = inspector
        self._key: str | None = None
        application = QApplication.instance()
        assert isinstance(application, QApplication), "widgets need an application"
        application.focusChanged.connect(self.follow)

    @property
    def is_inside(self) -> bool:
        """Whether the operator is in the inspector; also while a question or a menu is open over it."""
        focus = self._inspector.window().focusWidget()
        return focus is not None and self._inspector.isAncestorOf(focus)

    def follow(self) -> None:
        """Hold the row that is to be held now, and let go of the one before."""
        before, self._key = self._key, self._inspector.key if self.is_inside else None
        if self._key != before:
            if self._key is not None:
                self._model.pin(self._key)
            if before is not None:
                self._model.unpin(before)
