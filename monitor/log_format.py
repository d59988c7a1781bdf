"""LogFormat: how a record stands in the log."""

from __future__ import annotations

import logging
import sqlite3
import traceback
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from types import TracebackType

_TELLING: Final = (OSError, sqlite3.Error, ImportError, RecursionError, MemoryError)
"""What the system says of itself. Of other errors the text may quote what they failed at."""


class LogFormat(logging.Formatter):
    """One line for each record, and after it where an error came from: files, lines and kinds of errors. Ids, keys and
    addresses come from browsers: in them, what cannot be seen or does something to a terminal is escaped.
    """

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """The line, and below it the error. What others keep as the text of the error, for all, is not ours."""
        record.exc_text = None
        text = super().format(record)
        record.exc_text = None
        return text

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging calls it by name
        """The line."""
        return _visible(super().formatMessage(record))

    def formatException(  # noqa: N802 - logging calls it by name
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        """What happened, without the values that it happened to."""
        return "" if ei[1] is None else "\n".join(map(_visible, _lines(ei[1], set())))


def _lines(error: BaseException, told: set[int]) -> list[str]:
    told.add(id(error))
    lines = []
    before = error.__cause__ if error.__suppress_context__ else error.__cause__ or error.__context__
    if before is not None and id(before) not in told:
        lines = [*_lines(before, told), "which led to:"]
    for frame in traceback.extract_tb(error.__traceback__):
        lines.append(f"  {frame.filename}:{frame.lineno} in {frame.name}")
    text = f": {error}" if isinstance(error, _TELLING) else ""
    lines.append(f"{type(error).__module__}.{type(error).__qualname__}{text}".removeprefix("builtins."))
    if isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:
            if id(each) not in told:
                lines += _lines(each, told)
    return lines


def _visible(text: str) -> str:
    return text if text.isprintable() else "".join(map(_escaped, text))


def _escaped(character: str) -> str:
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
