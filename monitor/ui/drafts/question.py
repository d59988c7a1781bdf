"""The questions that are asked before a text that was typed and not saved is let go of, and before JSON is broken."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMessageBox

from monitor.core.lenses.json_error import JsonError, NestedTooDeeplyError
from monitor.core.lenses.json_reading import PART, Read, read_at_once, read_in_parts
from monitor.core.lenses.repeated_keys import RepeatedKeyError
from monitor.core.values import kind
from monitor.ui.questions import Answer, ask
from monitor.ui.words import quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from PySide6.QtWidgets import QWidget


def ask_what_to_do(key: str, save: Callable[[], object], discard: Callable[[], object], parent: QWidget) -> None:
    """Ask, without waiting for the answer: save, discard, or go on typing."""
    answers = [
        Answer(QMessageBox.StandardButton.Save, save, destroys=False),
        Answer(QMessageBox.StandardButton.Discard, discard),
    ]
    asked = f"Save what you typed for {quoted(key)}?" if key else "Save what you typed?"
    ask("Not saved", asked, "The browser does not have it yet.", answers, parent)


def broken_json(before: str | None, text: str) -> Generator[None, None, JsonError | RepeatedKeyError | None]:
    """What is wrong with ``text`` where a JSON object or array stood ``before``, or with any JSON: a name that stands
    twice in an object, and did not before. ``None`` if nothing. Long texts are looked at in parts (`monitor.ui.work`).
    """
    was_json = before is not None and kind(before) in ("object", "array")
    try:
        repeated = (yield from _read(text)).repeated
    except NestedTooDeeplyError:
        return None  # Nobody can say that it is wrong.
    except JsonError as error:
        return error if was_json else None
    if repeated and before is not None:
        with contextlib.suppress(JsonError):
            repeated -= (yield from _read(before)).repeated
    return RepeatedKeyError(next(iter(repeated))) if repeated else None


def _read(text: str) -> Generator[None, None, Read]:
    if len(text) <= PART:
        return read_at_once(text)
    yield  # To take the text out of the editor took long already.
    return (yield from read_in_parts(text))


def ask_to_break_json(
    key: str, error: JsonError | RepeatedKeyError, save: Callable[[], object], parent: QWidget
) -> None:
    """Ask, without waiting for the answer, whether to store that all the same."""
    if isinstance(error, RepeatedKeyError):
        title, asked = "Two equal names", f"Two members of one object are called {quoted(error.key)}."
        explained = "Whoever reads this JSON gets the last of them only."
    else:
        title, asked = "Not JSON", "What you typed is not JSON."
        explained = f"{error}."
        asked = f"{quoted(key)} holds JSON. {asked}" if key else asked
    ask(title, asked, explained, [Answer("&Save anyway", save)], parent, QMessageBox.Icon.Warning)
