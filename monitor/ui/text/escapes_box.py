"""EscapesBox: lets the operator choose in which form a text of many lines is edited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox

from monitor.core.escapes import EscapeError

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from monitor.ui.text.lines import TextLines

_ESCAPED_ONLY: Final = "This text can only be edited escaped: it has characters or lines that would not show."


class EscapesBox(QCheckBox):
    """Checked while ``text`` is in the escaped form. `tried` says that the operator wanted the other form, and carries
    why it is not there; nothing if it is.
    """

    tried = Signal(str)

    def __init__(self, name: str, text: TextLines, parent: QWidget) -> None:
        super().__init__(name, parent)
        self._text = text
        self.setToolTip("Show as escapes what cannot be seen or typed")
        self.toggled.connect(self._change_form)
        text.filled.connect(self._follow)
        text.form_tried.connect(lambda escaped: self.tried.emit("" if text.escaped == escaped else _ESCAPED_ONLY))

    def _change_form(self, escaped: bool) -> None:
        try:
            self._text.try_form(escaped=escaped)
        except EscapeError as error:
            wrong = self._text.point_out(error)
            self._follow()
            self.tried.emit(wrong)

    def _follow(self) -> None:
        self.blockSignals(True)
        self.setChecked(self._text.escaped)
        self.blockSignals(False)
