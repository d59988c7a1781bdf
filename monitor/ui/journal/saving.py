"""Saving: the journal to a file of the operator's choice, as a copy or in a form that others read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from PySide6.QtWidgets import QFileDialog

from monitor.ui.words import counted

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from monitor.ui.journal.source import JournalSource

_JSON: Final = "JSON lines (*.jsonl)"
_CSV: Final = "CSV for spreadsheets (*.csv)"


def ask_to_back_up(source: JournalSource, tell: Callable[[str], None], parent: QWidget) -> QFileDialog:
    """Ask where to, then write a copy of the database there, and ``tell`` what came of it."""

    def back_up(path: Path) -> None:
        def say(_copy: Path | None, why: str) -> None:
            done = f"A copy of the journal is in {path}. Its key, which verifies it, stays in {source.path.parent}."
            tell(f"The journal was not backed up: {why}" if why else done)

        source.back_up(path, say)

    return _ask("Back up journal", "journal-backup.sqlite3", ["SQLite database (*.sqlite3)"], back_up, parent)


def ask_to_export(
    source: JournalSource, with_secrets: bool, tell: Callable[[str], None], parent: QWidget
) -> QFileDialog:
    """Ask where to and in which form, then write it, and ``tell`` what came of it."""

    def export(path: Path) -> None:
        form: Literal["json", "csv"] = "csv" if path.suffix.lower() == ".csv" else "json"

        def say(count: int | None, why: str) -> None:
            tell(f"Not exported: {why}" if count is None else f"{counted(count, 'operation')} exported to {path}.")

        source.export(path, form, with_secrets, say)

    return _ask("Export journal", "journal.jsonl", [_JSON, _CSV], export, parent)


def _ask(title: str, name: str, filters: list[str], then: Callable[[Path], None], parent: QWidget) -> QFileDialog:
    dialog = QFileDialog(parent, title)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilters(filters)
    dialog.selectFile(name)
    dialog.fileSelected.connect(lambda path: then(Path(path)))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog
