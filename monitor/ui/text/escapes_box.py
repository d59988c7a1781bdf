"""EscapesBox: lets the operator choose in which form a text of many lines is edited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox

from monitor.core.values import EscapeError
from monitor.ui.text.form import point_out

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
        self.changes_form = False
        """Whether it is this that writes into the text now, and not the operator."""
        self.setToolTip("Show as escapes what cannot be seen or typed")
        self.toggled.connect(self._change_form)
        text.filled.connect(self._follow)

    def _change_form(self, escaped: bool) -> None:
        wrong = ""
        try:
            value = self._text.read()
        except EscapeError as error:
            wrong = point_out(self._text, error)
        else:
            modified = self._text.document().isModified()
            self.changes_form = True
            self._text.fill(value, escaped=escaped)
            self._text.document().setModified(modified)
            self.changes_form = False
            if self._text.escaped != escaped:
                wrong = _ESCAPED_ONLY
        self._follow()
        self.tried.emit(wrong)

    def _follow(self) -> None:
        self.blockSignals(True)
        self.setChecked(self._text.escaped)
        self.blockSignals(False)
