"""JsonMistakes: a look at what is being typed, to say where it is no JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from monitor.core.lenses.json_reading import parsed
from monitor.ui.work import Work

if TYPE_CHECKING:
    from collections.abc import Generator

    from monitor.core.lenses.json_error import JsonError
    from monitor.core.lenses.json_text import Node
    from monitor.ui.text.lines import TextLines

_PAUSE: Final = 200
"""Milliseconds without typing after which the text is looked through."""


class JsonMistakes(QObject):
    """Looks through ``text`` some time after `look_later`, and long texts in parts. `looked` carries the root of the
    document, or what is wrong with it, or ``None`` where that is no matter of JSON.
    """

    looked = Signal(object)

    def __init__(self, text: TextLines, parent: QObject) -> None:
        super().__init__(parent)
        self._text = text
        self._work = Work(self)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE)
        self._pause.timeout.connect(self._look)

    def look_later(self) -> None:
        """There is another text."""
        self._work.stop()
        self._pause.start()

    def stop(self) -> None:
        """The text is no longer there."""
        self._work.stop()
        self._pause.stop()

    def _look(self) -> None:
        self._work.begin(self._looking(), self.looked.emit)

    def _looking(self) -> Generator[None, None, Node | JsonError | None]:
        text = (yield from self._text.reading()).text
        return None if text is None else (yield from parsed(text))
