"""Colours stand where the characters are, whatever else is in the line."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QApplication

from monitor.ui.appearance import Appearance
from monitor.ui.inspector.json_highlighter import JsonHighlighter


@pytest.mark.parametrize("before", ["", "é", "漢字", "👩‍💻", "👩" * 40])
def test_a_number_is_coloured_after_any_characters(qapp: QApplication, before: str) -> None:
    appearance = Appearance.of(qapp)
    document = QTextDocument()
    highlighter = JsonHighlighter(document, appearance)
    text = f'{{"{before}": 12.50, "b": true}}'
    highlighter.enable(text)
    document.setPlainText(text)
    highlighter.rehighlight()
    colored = {}
    for span in document.firstBlock().layout().formats():
        held = text.encode("utf-16-le")[2 * span.start : 2 * (span.start + span.length)].decode("utf-16-le")
        colored[held] = span.format.foreground().color()
    assert colored[f'"{before}"'] == appearance.color("accent")
    assert colored["12.50"] == appearance.color("warning")
    assert colored["true"] == appearance.color("literal")
