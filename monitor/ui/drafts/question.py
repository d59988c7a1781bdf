"""The questions that are asked before a text that was typed and not saved is let go of, and before JSON is broken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox

from monitor.core.lenses.json_error import JsonError, NestedTooDeeplyError
from monitor.core.lenses.json_text import parse
from monitor.core.values import kind
from monitor.ui.words import quoted

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget


def ask_what_to_do(key: str, save: Callable[[], object], discard: Callable[[], object], parent: QWidget) -> None:
    """Ask, without waiting for the answer: save, discard, or go on typing."""
    question = QMessageBox(
        QMessageBox.Icon.Question,
        "Not saved",
        f"Save what you typed for {quoted(key)}?" if key else "Save what you typed?",
        QMessageBox.StandardButton.Save | QMessageBox.StandardButton.Discard | QMessageBox.StandardButton.Cancel,
        parent,
    )
    question.setTextFormat(Qt.TextFormat.PlainText)
    question.setInformativeText("The browser does not have it yet.")
    question.setDefaultButton(QMessageBox.StandardButton.Save)
    question.setEscapeButton(QMessageBox.StandardButton.Cancel)
    question.button(QMessageBox.StandardButton.Save).clicked.connect(save)
    question.button(QMessageBox.StandardButton.Discard).clicked.connect(discard)
    question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    question.open()


def broken_json(before: str | None, text: str) -> JsonError | None:
    """What is wrong with ``text`` where a JSON object or array stood ``before``; ``None`` if nothing, or none stood."""
    if before is None or kind(before) not in ("object", "array"):
        return None
    try:
        parse(text)
    except NestedTooDeeplyError:
        return None  # Nobody can say that it is wrong.
    except JsonError as error:
        return error
    return None


def ask_to_break_json(key: str, error: JsonError, save: Callable[[], object], parent: QWidget) -> None:
    """Ask, without waiting for the answer, whether to store what is not JSON where JSON was."""
    question = QMessageBox(
        QMessageBox.Icon.Warning,
        "Not JSON",
        f"{quoted(key)} holds JSON. What you typed is not JSON." if key else "What you typed is not JSON.",
        QMessageBox.StandardButton.Save | QMessageBox.StandardButton.Cancel,
        parent,
    )
    question.setTextFormat(Qt.TextFormat.PlainText)
    question.setInformativeText(f"{error}.")
    question.setDefaultButton(QMessageBox.StandardButton.Cancel)
    question.button(QMessageBox.StandardButton.Save).setText("&Save anyway")
    question.button(QMessageBox.StandardButton.Save).clicked.connect(save)
    question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    question.open()
