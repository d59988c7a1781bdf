"""MaskingDialog: which keys are masked beside those whose names say so, and which never are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from monitor.core.secret_keys import MOST_PATTERNS, KeyRules, PatternError, check_pattern
from monitor.ui.appearance import fixed_font

if TYPE_CHECKING:
    from collections.abc import Iterable

_EXPLAINED: Final = (
    "Values are masked if the name of their key says that they are secrets: token, password, session and the like. "
    "Write one pattern a line for whole keys: * stands for any characters, upper and lower case are the same. "
    "The journal and exports go by the same rules from now on; what is written already stays as it is."
)

_LOWEST: Final = 80


class MaskingDialog(QDialog):
    """`chosen` carries the rules that the operator wants, if these are others than ``rules``. What is no pattern is
    told below its field, and cannot be saved. To be opened with ``open()``; it goes when it is closed.
    """

    chosen = Signal(object)

    def __init__(self, rules: KeyRules, parent: QWidget) -> None:
        super().__init__(parent)
        self._rules = rules
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Masking rules")
        self.setModal(True)
        self.resize(520, 480)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(8)
        explained = self._label(_EXPLAINED, "muted")
        layout.addWidget(explained)
        self.secret = PatternField("Mask &too", rules.secret, self)
        self.never = PatternField("&Never mask", rules.never, self)
        for field in (self.secret, self.never):
            layout.addWidget(field, 1)
            field.text.textChanged.connect(self._check)
        buttons = QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel
        self.buttons = QDialogButtonBox(buttons, self)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        layout.addWidget(self.buttons)

    def _label(self, text: str, look: str) -> QLabel:
        label = QLabel(self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setText(text)
        label.setWordWrap(True)
        label.setProperty(look, True)
        return label

    def _check(self) -> None:
        wrong = [field.check() for field in (self.secret, self.never)]
        self.buttons.button(QDialogButtonBox.StandardButton.Save).setEnabled(None not in wrong)

    def accept(self) -> None:
        """Hand the rules over, unless something is wrong."""
        secret, never = self.secret.check(), self.never.check()
        if secret is None or never is None:
            return
        rules = KeyRules(secret, never)
        if rules != self._rules:
            self.chosen.emit(rules)
        super().accept()


class PatternField(QWidget):
    """Lines of patterns, and below them what is wrong with one."""

    def __init__(self, name: str, patterns: Iterable[str], parent: QWidget) -> None:
        super().__init__(parent)
        self.text = QPlainTextEdit("\n".join(patterns), self)
        self.text.setFont(fixed_font())
        self.text.setTabChangesFocus(True)
        # As high as the other field, whatever is said below.
        self.text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.text.setMinimumHeight(_LOWEST)
        self.text.setAccessibleName(name.replace("&", ""))
        label = QLabel(name, self)
        label.setBuddy(self.text)
        self.error = QLabel(self)
        self.error.setTextFormat(Qt.TextFormat.PlainText)
        self.error.setWordWrap(True)
        self.error.setProperty("error", True)
        self.error.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(label)
        layout.addWidget(self.text, 1)
        layout.addWidget(self.error)

    def check(self) -> tuple[str, ...] | None:
        """The patterns, each once; ``None`` if one of them is none, which is told then."""
        patterns: dict[str, None] = {}
        wrong = ""
        document = self.text.document()
        if document.blockCount() > 4 * MOST_PATTERNS:
            wrong = f"There can be {MOST_PATTERNS} patterns; these are more."
        block = document.firstBlock()
        while block.isValid() and not wrong:
            line = block.text()
            if line.strip():
                try:
                    patterns[check_pattern(line)] = None
                except PatternError as error:
                    wrong = f"Line {block.blockNumber() + 1:,}: {error}"
            block = block.next()
        if len(patterns) > MOST_PATTERNS and not wrong:
            wrong = f"There can be {MOST_PATTERNS} patterns; these are {len(patterns)}."
        if wrong != self.error.text():
            self.error.setText(wrong)
            self.error.setVisible(bool(wrong))
            self.text.setProperty("wrong", bool(wrong))
            self.text.setAccessibleDescription(wrong)
            self.text.style().polish(self.text)
        return None if wrong else tuple(patterns)
