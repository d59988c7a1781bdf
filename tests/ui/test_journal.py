"""The journal's dialog: what is in the journal is found in it, and taken along."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QAbstractTableModel, QSettings, Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QPushButton

from monitor.core.journal_entry import Masked
from monitor.core.values import Redacted
from monitor.ui.journal.dialog import JournalDialog
from monitor.ui.journal.model import AT_ONCE, JournalColumn, JournalModel
from monitor.ui.main_window import MainWindow
from tests.ui.operator import CTRL, Key, Operator
from tests.ui.shelf import Shelf, entry

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.modeltest import ModelTester
    from pytestqt.qtbot import QtBot

ALT = Qt.KeyboardModifier.AltModifier


def opened(operator: Operator, shelf: Shelf) -> JournalDialog:
    operator.window.show_journal_in(shelf)
    operator.press(Key.Key_J, CTRL)
    dialog = operator.window.findChild(JournalDialog)
    assert dialog is not None
    shelf.answer()
    return dialog


def shown(model: QAbstractTableModel, row: int) -> list[str]:
    return [model.index(row, column).data() for column in JournalColumn]


def test_the_newest_stand_on_top_and_older_ones_come_as_they_are_scrolled_to(
    operator: Operator, qtmodeltester: ModelTester
) -> None:
    shelf = Shelf([entry(seq) for seq in range(AT_ONCE + 50)])
    dialog = opened(operator, shelf)
    assert dialog.model.rowCount() == AT_ONCE
    assert shown(dialog.model, 0)[1:] == [
        "ada", "Grace · https://shop.example", "Set", f"key {AT_ONCE + 49}", "1", "2", "applied",
    ]  # fmt: skip
    assert "scroll for more" in dialog.status.text()
    dialog.table.scrollToBottom()
    operator.look()
    shelf.answer()
    assert dialog.model.rowCount() == AT_ONCE + 50
    assert shown(dialog.model, AT_ONCE + 49)[4] == "key 0"
    assert dialog.status.text() == "250 operations."
    qtmodeltester.check(dialog.model)  # type: ignore[no-untyped-call]  # pytest-qt does not say its types
    dialog.reject()


def test_a_search_shows_what_matches_and_an_older_answer_does_not(operator: Operator) -> None:
    shelf = Shelf([entry(1), entry(2, key="other")])
    dialog = opened(operator, shelf)
    dialog.field.setText("key")
    dialog.field.done.emit()
    late, shelf.waiting = shelf.waiting, []
    dialog.field.setText("other")
    dialog.field.done.emit()
    shelf.answer()
    for answer in late:
        answer()
    assert [shown(dialog.model, row)[4] for row in range(dialog.model.rowCount())] == ["other"]
    dialog.reject()


def test_nothing_from_a_browser_does_anything(operator: Operator) -> None:
    odd = "<b>x</b>\n\ud800\u202e\0"
    dialog = opened(
        operator, Shelf([entry(1, key=odd, new=odd, user=odd, outcome="refused", reason="quota", message=odd)])
    )
    cells = shown(dialog.model, 0)
    assert cells[4] == cells[6] == "<b>x</b>↵��∅"
    assert cells[7] == "refused: storage full"
    for column in JournalColumn:
        tip = dialog.model.index(0, column).data(Qt.ItemDataRole.ToolTipRole)
        assert "<b>" not in tip
    assert "\\ud800\\u202e\\0" in dialog.model.index(0, JournalColumn.NEW).data(Qt.ItemDataRole.ToolTipRole)
    dialog.reject()


@pytest.mark.parametrize(
    ("fields", "column", "expected"),
    [
        ({"new": Masked("0123456789abcdef", 12)}, JournalColumn.NEW, "masked, 12 · 01234567"),
        ({"key": "auth.token", "new": "hunter2"}, JournalColumn.NEW, "masked, 7"),
        ({"op": "rename", "key": "a", "new_key": "pwd", "old": "hunter2"}, JournalColumn.OLD, "masked, 7"),
        ({"old": Redacted(5)}, JournalColumn.OLD, "redacted, 5"),
        ({"old": None}, JournalColumn.OLD, "—"),
        ({"outcome": ""}, JournalColumn.OUTCOME, "none yet"),
        ({"outcome": "unknown", "reason": "unknown"}, JournalColumn.OUTCOME, "unknown"),
        ({"outcome": "refused", "reason": "of later"}, JournalColumn.OUTCOME, "refused: of later"),
        ({"op": "rename", "new_key": "b", "key": "a"}, JournalColumn.KEY, "a → b"),
        ({"author": "program"}, JournalColumn.OPERATOR, "ada (program)"),
        ({"intent": "undo"}, JournalColumn.OPERATION, "Set (undo)"),
        ({"user": ""}, JournalColumn.SESSION, "Session 01234567 · https://shop.example"),
    ],
)
def test_words(operator: Operator, fields: dict[str, Any], column: JournalColumn, expected: str) -> None:
    model = JournalModel(shelf := Shelf([entry(1, **fields)]))
    model.search("")
    shelf.answer()
    assert model.index(0, column).data() == expected


def test_what_cannot_be_read_is_said(operator: Operator) -> None:
    shelf = Shelf([])
    shelf.broken = "database disk image is malformed"
    dialog = opened(operator, shelf)
    assert dialog.status.text() == "The journal cannot be read: database disk image is malformed"
    dialog.reject()


def test_an_answer_after_it_was_closed_is_not_taken(operator: Operator, qtbot: QtBot) -> None:
    shelf = Shelf([entry(1)])
    dialog = opened(operator, shelf)
    dialog.model.search("key")
    with qtbot.waitSignal(dialog.destroyed):
        dialog.reject()
    shelf.answer()


def chosen(path: Path) -> None:
    (dialog,) = (each for each in QApplication.topLevelWidgets() if isinstance(each, QFileDialog) and each.isVisible())
    dialog.fileSelected.emit(str(path))
    dialog.reject()


@pytest.mark.parametrize(("name", "form"), [("a.csv", "csv"), ("a.jsonl", "json"), ("A.CSV", "csv")])
def test_it_is_exported_where_the_operator_wants_it(operator: Operator, tmp_path: Path, name: str, form: str) -> None:
    shelf = Shelf([entry(1)])
    dialog = opened(operator, shelf)
    dialog.secrets.setChecked(name == "a.csv")
    dialog.export.click()
    chosen(tmp_path / name)
    assert shelf.asked == [(tmp_path / name, form, name == "a.csv")]
    shelf.answer()
    assert dialog.status.text() == f"1 operation exported to {tmp_path / name}."
    dialog.reject()


def test_it_is_backed_up_from_the_menu(operator: Operator, tmp_path: Path) -> None:
    shelf = Shelf([])
    operator.window.show_journal_in(shelf)
    operator.press(Key.Key_J, CTRL | ALT)
    chosen(tmp_path / "copy.sqlite3")
    shelf.answer()
    assert shelf.asked == [(tmp_path / "copy.sqlite3",)]
    assert operator.window.status.currentMessage() == (
        f"A copy of the journal is in {tmp_path / 'copy.sqlite3'}. Its key, which verifies it, stays in /data."
    )


def test_it_is_pruned_after_a_question(operator: Operator) -> None:
    shelf = Shelf([entry(1)])
    dialog = opened(operator, shelf)
    dialog.days.setValue(30)
    dialog.prune.click()
    assert shelf.asked == []
    question = dialog.findChild(QMessageBox)
    assert question is not None
    assert "30 days" in question.text()
    next(button for button in question.findChildren(QPushButton) if button.text() == "Prune").click()
    shelf.answer()
    assert shelf.asked == [(30,)]
    assert "3 entries removed" in dialog.status.text()
    dialog.reject()


def test_a_journal_that_can_only_be_looked_at_is_not_pruned(operator: Operator) -> None:
    dialog = opened(operator, Shelf([entry(1)], "another instance of this app writes it"))
    assert not dialog.prune.isEnabled()
    assert "another instance" in dialog.prune.toolTip()
    dialog.reject()


def test_where_it_is_can_be_copied(operator: Operator) -> None:
    dialog = opened(operator, Shelf([]))
    dialog.copy_path.click()
    assert QApplication.clipboard().text() == "/data/journal.sqlite3"
    dialog.reject()


def test_without_a_journal_there_is_nothing_to_show(operator: Operator) -> None:
    assert not operator.window.commands.show_journal.isEnabled()
    operator.press(Key.Key_J, CTRL)
    assert operator.window.findChild(JournalDialog) is None


def test_how_long_it_is_kept_stands_in_the_settings_file(qtbot: QtBot, tmp_path: Path) -> None:
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    for text in ("30", "0", "-3", "many", "", "١٢x"):
        settings.setValue("journal/days", text)
        settings.sync()
        window = MainWindow(settings=settings)
        qtbot.addWidget(window)
        assert window.setting("journal/days", 90) == (30 if text == "30" else 90)
        assert window.setting("journal/size", 512) == 512
