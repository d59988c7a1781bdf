"""FilterBar: what to filter items by: a text or an expression, and whether case matters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from monitor.ui.search_field import SearchField
from monitor.ui.storage.filter.item_filter import ExpressionError, FilterChoice, ItemFilter

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from monitor.ui.appearance import Appearance
    from monitor.ui.storage.model import StorageModel

_STOPPED = "This expression takes too long on these items. Nothing is filtered out."


class FilterBar(QWidget):
    """`chosen` says that the operator has touched the field or an option; ``choice`` is what stands. What cannot be
    read as an expression is no choice: the bar then says what is wrong with it (`follow`), and the last choice stands.
    """

    chosen = Signal()

    def __init__(self, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self.choice = FilterChoice()
        self._mistake = ""
        self.field = SearchField(
            "Filter items", "By key or value. What is masked is found by its key alone.", "filter", appearance, self
        )
        self.field.draw()
        self.expression = self._make_option(
            "&Regular expression", ".*", "Alt+R", "Read the filter as a regular expression"
        )
        self.match_case = self._make_option("Match c&ase", "Aa", "Alt+C", "Tell upper case from lower case")
        self.note = QLabel(self)
        """What is wrong with the expression; it belongs below the bar."""
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setWordWrap(True)
        self.note.setProperty("error", True)
        self.note.hide()
        self._lay_out()
        self.field.textChanged.connect(self._choose)
        self.field.installEventFilter(self)

    def _make_option(self, name: str, sign: str, shortcut: str, explanation: str) -> QAction:
        option = QAction(name, self)
        option.setCheckable(True)
        option.setIconText(sign)
        option.setToolTip(f"{explanation} ({shortcut})")
        option.setShortcut(QKeySequence(shortcut))
        option.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.addAction(option)
        option.toggled.connect(self._choose)
        return option

    def _lay_out(self) -> None:
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(2)
        line.addWidget(self.field, 1)
        for option in self.options():
            button = QToolButton(self)
            button.setDefaultAction(option)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setAccessibleName(option.text().replace("&", ""))
            line.addWidget(button)

    def options(self) -> list[QAction]:
        """What can be switched on and off."""
        return [self.expression, self.match_case]

    def filter(self, model: StorageModel) -> None:
        """Have ``model`` show what was chosen."""
        model.filter(*self.choice)

    def follow(self, model: StorageModel | None) -> None:
        """Say what has come of the choice where it was used."""
        said = self._mistake or (_STOPPED if model is not None and model.filter_stopped else "")
        if said != self.note.text():
            self.note.setText(said)
            self.note.setVisible(bool(said))
            self.field.setAccessibleDescription(said)
            self.field.setProperty("wrong", bool(said))
            self.field.style().polish(self.field)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """While the field has the focus its shortcuts come before the mnemonics of buttons that are there too."""
        if isinstance(event, QKeyEvent) and event.type() in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
            pressed = QKeySequence(event.keyCombination())
            for option in self.options():
                if option.shortcut() == pressed:
                    if event.type() == QEvent.Type.KeyPress:
                        option.trigger()
                    event.accept()
                    return True
        return super().eventFilter(watched, event)

    def _choose(self) -> None:
        choice = FilterChoice(self.field.text(), self.expression.isChecked(), self.match_case.isChecked())
        try:
            ItemFilter(choice)
        except ExpressionError as error:
            self._mistake = f"{error} What is shown is as it was."
        else:
            self._mistake = ""
            self.choice = choice
        self.chosen.emit()
