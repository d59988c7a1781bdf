"""The operator says which keys are masked and which never are; the whole app goes by that, and so does the next."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QDialogButtonBox
from pytestqt.qtbot import QtBot

from monitor.core.registry import Registry
from monitor.core.secret_keys import LONGEST_PATTERN, MOST_PATTERNS, KeyRules, apply_rules, looks_secret
from monitor.journal.cells import Mask
from monitor.ui.inspector.choices import ViewName
from monitor.ui.main_window import MainWindow
from monitor.ui.masking.dialog import MaskingDialog, PatternField
from monitor.ui.storage.columns import Column
from tests.ui.operator import CTRL, Key, Operator
from tests.ui.simulated_page import Clock, SimulatedPage
from tests.ui.test_masking import said

ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture(autouse=True)
def no_rules() -> Iterator[None]:
    yield
    apply_rules(KeyRules())


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def window(qtbot: QtBot, registry: Registry, clock: Clock, settings: QSettings) -> MainWindow:
    window = MainWindow(registry, clock, settings)
    qtbot.addWidget(window)
    window.resize(1100, 700)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


@pytest.fixture
def page(operator: Operator, registry: Registry, clock: Clock) -> SimulatedPage:
    page = SimulatedPage(registry, clock, {"auth.token": "tok-1", "cart": '{"card":"4111"}', "theme": "dark"})
    operator.look()
    return page


def open_dialog(operator: Operator) -> MaskingDialog:
    operator.press(Key.Key_M, CTRL | ALT)
    dialog = operator.window.findChild(MaskingDialog)
    assert dialog is not None
    return dialog


def write(operator: Operator, field: PatternField, *lines: str) -> None:
    field.text.setFocus()
    field.text.selectAll()
    operator.press(Key.Key_Delete)
    for number, line in enumerate(lines):
        if number:
            operator.press(Key.Key_Return)
        operator.type(line)


def save(dialog: MaskingDialog) -> None:
    dialog.buttons.button(QDialogButtonBox.StandardButton.Save).click()


def choose(operator: Operator, secret: str, never: str) -> None:
    dialog = open_dialog(operator)
    write(operator, dialog.secret, secret)
    write(operator, dialog.never, never)
    save(dialog)
    # The offscreen platform does not give the focus back by itself.
    operator.window.activateWindow()
    operator.bot.waitUntil(operator.window.isActiveWindow)
    operator.look()


def test_patterns_mask_more_and_less_in_the_window_the_exports_and_the_journal(
    operator: Operator, page: SimulatedPage
) -> None:
    operator.window.storage.choices.shown = True
    operator.go_to("cart")
    for number in range(len(ViewName)):
        operator.press(Key(Key.Key_1 + number), ALT)
    operator.go_to("theme")
    assert said(operator, "4111")
    choose(operator, "CART*", "*Token")
    assert operator.cell("cart", Column.VALUE) == "•••••• 15 units"
    assert operator.cell("auth.token", Column.VALUE) == "tok-1"
    assert not said(operator, "4111"), "nor in a view that is not in front"
    assert operator.window.status.currentMessage() == "Values are masked by these rules now."
    mask = Mask(b"key")
    assert mask.hides("cart")
    assert not mask.hides("auth.token")
    operator.window.storage.filter_field.setText("4111")
    assert operator.keys() == []
    choose(operator, "", "")
    assert operator.keys() == ["cart"]


def test_the_next_start_knows_them(
    operator: Operator, page: SimulatedPage, settings: QSettings, qtbot: QtBot, registry: Registry, clock: Clock
) -> None:
    choose(operator, "cart", "auth.token")
    apply_rules(KeyRules())
    again = MainWindow(Registry("test"), clock, QSettings(settings.fileName(), QSettings.Format.IniFormat))
    qtbot.addWidget(again)
    assert looks_secret("cart")
    assert not looks_secret("auth.token")
    assert again.masking_rules.rules == KeyRules(("cart",), ("auth.token",))
    again.close()


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (["fine*", "a,b"], "Line 2: Write each pattern on a line of its own"),
        (["x" * (LONGEST_PATTERN + 1)], f"Line 1: A pattern can have {LONGEST_PATTERN} characters; this one has 201."),
    ],
)
def test_what_is_no_pattern_is_told_below_its_field_and_not_saved(
    operator: Operator, page: SimulatedPage, lines: list[str], why: str
) -> None:
    dialog = open_dialog(operator)
    write(operator, dialog.never, *lines)
    assert dialog.never.error.isVisible()
    assert dialog.never.error.text().startswith(why)
    assert not dialog.secret.error.isVisible()
    assert not dialog.buttons.button(QDialogButtonBox.StandardButton.Save).isEnabled()
    dialog.accept()
    assert dialog.isVisible()
    write(operator, dialog.never, "fine*")
    assert not dialog.never.error.isVisible()
    save(dialog)
    assert operator.window.masking_rules.rules == KeyRules(never=("fine*",))


def test_there_is_an_end_to_patterns(operator: Operator, page: SimulatedPage) -> None:
    dialog = open_dialog(operator)
    for count in (MOST_PATTERNS + 1, 100_000):
        dialog.secret.text.setPlainText("\n".join(map(str, range(count))))
        assert dialog.secret.error.text().startswith(f"There can be {MOST_PATTERNS} patterns")
    dialog.secret.text.setPlainText("\n\n".join(map(str, range(MOST_PATTERNS))))
    assert not dialog.secret.error.text()
    dialog.reject()
    assert operator.window.masking_rules.rules == KeyRules(), "cancelled"


def test_tab_goes_from_field_to_field(operator: Operator, page: SimulatedPage) -> None:
    dialog = open_dialog(operator)
    dialog.secret.text.setFocus()
    operator.press(Key.Key_Tab)
    assert dialog.never.text.hasFocus()
    dialog.reject()


def test_where_the_file_cannot_be_read_everything_is_masked(
    qtbot: QtBot, clock: Clock, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "window.ini").mkdir()
    window = MainWindow(Registry("test"), clock, QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat))
    qtbot.addWidget(window)
    assert looks_secret("theme")
    assert "every value is masked now" in window.status.notice.text()
    window.close()
    caplog.clear()


@pytest.mark.parametrize("kept", ["no JSON", '{"secret": "cart"}', '{"secret": ["a,b"]}', '{"never": [""]}'])
def test_where_the_rules_cannot_be_read_everything_is_masked_and_said_to_be(
    kept: str, settings: QSettings, qtbot: QtBot, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    settings.setValue("masking", kept)
    window = MainWindow(Registry("test"), clock, settings)
    qtbot.addWidget(window)
    assert looks_secret("theme")
    assert "every value is masked now" in window.status.notice.text()
    assert "what to mask cannot be read from the settings: masking: " in caplog.text
    caplog.clear()
    window.close()
