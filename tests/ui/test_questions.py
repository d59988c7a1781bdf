"""Questions: Enter and Escape lose nothing."""

from __future__ import annotations

import pytest
from PySide6.QtTest import QTest

from monitor.ui.main_window import MainWindow
from monitor.ui.questions import Answer, ask, is_asked
from tests.ui.operator import Key


@pytest.mark.parametrize(
    ("key", "destroys", "given"),
    [
        (Key.Key_Return, [True], []),
        (Key.Key_Return, [False], ["answer 0"]),
        (Key.Key_Return, [True, False], ["answer 1"]),
        (Key.Key_Return, [False, False], ["answer 0"]),
        (Key.Key_Escape, [False, True], []),
    ],
)
def test_what_a_key_answers(window: MainWindow, key: Key, destroys: list[bool], given: list[str]) -> None:
    heard: list[str] = []
    answers = [
        Answer(f"answer {number}", lambda number=number: heard.append(f"answer {number}"), harmful)  # type: ignore[misc]  # bound for each
        for number, harmful in enumerate(destroys)
    ]
    question = ask("Lose", "Lose <b>it</b>?", "All of it.", answers, window)
    assert question.text() == "Lose <b>it</b>?"
    assert is_asked("Lose", window)
    QTest.keyClick(question, key)
    assert heard == given
    assert not is_asked("Lose", window)
