"""EscapesBox: lets the operator choose in which form a text of many lines is edited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox

from monitor.core.values import EscapeError

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
        self._wanted: bool | None = None
        self.setToolTip("Show as escapes what cannot be seen or typed")
        self.toggled.connect(self._change_form)
        text.filled.connect(self._follow)

    def _change_form(self, escaped: bool) -> None:
        try:
            value = self._text.read()
        except EscapeError as error:
            wrong = self._text.point_out(error)
            self._show_form()
            self.tried.emit(wrong)
        else:
            self._wanted = escaped
            self._text.fill(value, escaped=escaped, modified=self._text.modified)

    def _follow(self) -> None:
        self._show_form()
        wanted, self._wanted = self._wanted, None
        if wanted is not None:
            self.tried.emit("" if self._text.escaped == wanted else _ESCAPED_ONLY)

    def _show_form(self) -> None:
        self.blockSignals(True)
        self.setChecked(self._text.escaped)
        self.blockSignals(False)
