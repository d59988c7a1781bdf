"""PasteReading: a text is read as items; a long one in another thread, so that the window goes on."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal

from monitor.core.interchange import InterchangeError, Parsed, parse

LONG: Final = 100_000
"""Characters. So many are read in a few hundredths of a second; the largest area there is takes one or two."""


class PasteReading(QObject):
    """`finished` carries the `Parsed` or the `InterchangeError` of the last `read`."""

    finished = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._voice: _Voice | None = None

    def read(self, text: str, escapes: bool | None) -> None:
        """Read ``text`` (`monitor.core.interchange.parse`): at once if it is short."""
        if self._voice is not None:
            self._voice.said.disconnect(self.finished)
            self._voice = None
        if len(text) < LONG:
            self.finished.emit(_result(text, escapes))
            return
        self._voice = _Voice()
        self._voice.said.connect(self.finished)
        QThreadPool.globalInstance().start(_Reading(self._voice, text, escapes))


class _Voice(QObject):
    """Lives as long as the thread needs it, while who listens may be gone."""

    said = Signal(object)


class _Reading(QRunnable):
    def __init__(self, voice: _Voice, text: str, escapes: bool | None) -> None:
        super().__init__()
        self._voice = voice
        self._text = text
        self._escapes = escapes

    def run(self) -> None:
        """Called in the other thread."""
        self._voice.said.emit(_result(self._text, self._escapes))


def _result(text: str, escapes: bool | None) -> Parsed | InterchangeError:
    try:
        return parse(text, escapes=escapes)
    except InterchangeError as error:
        return error
