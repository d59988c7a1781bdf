"""Questions: what the operator is asked before something is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QPushButton, QWidget


class Answer(NamedTuple):
    """What stands on a button, or one that the system names and draws in its own way; and what it does. Enter never
    gives an answer that ``destroys``.
    """

    button: str | QMessageBox.StandardButton
    then: Callable[[], object]
    destroys: bool = True


def ask(
    title: str,
    text: str,
    more: str,
    answers: Sequence[Answer],
    parent: QWidget,
    icon: QMessageBox.Icon = QMessageBox.Icon.Question,
) -> QMessageBox:
    """Ask ``text``, with ``more`` in smaller letters, without waiting for the answer. Cancel is always one, and what
    Escape gives; Enter gives the first answer that destroys nothing, or Cancel.
    """
    question = QMessageBox(icon, title, text, QMessageBox.StandardButton.Cancel, parent)
    question.setObjectName(title)
    question.setTextFormat(Qt.TextFormat.PlainText)
    question.setInformativeText(more)
    question.setEscapeButton(QMessageBox.StandardButton.Cancel)
    question.setDefaultButton(QMessageBox.StandardButton.Cancel)
    for answer in reversed(answers):
        button = _add_button(question, answer)
        button.clicked.connect(_without_arguments(answer.then))
        if not answer.destroys:
            question.setDefaultButton(button)
    question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    question.open()
    return question


def _add_button(question: QMessageBox, answer: Answer) -> QPushButton:
    if isinstance(answer.button, QMessageBox.StandardButton):
        return question.addButton(answer.button)
    role = QMessageBox.ButtonRole.DestructiveRole if answer.destroys else QMessageBox.ButtonRole.AcceptRole
    return question.addButton(answer.button, role)


def _without_arguments(then: Callable[[], object]) -> Callable[[], None]:
    """What a button tells of itself is not for a function that could take it for something else."""

    def give() -> None:
        then()

    return give


def is_asked(title: str, parent: QWidget) -> bool:
    """Whether this question is open already."""
    return any(question.isVisible() for question in parent.findChildren(QMessageBox, title))
