"""Checking: a look at what is about to be saved, which takes some turns of the event loop where it is long."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Signal

from monitor.ui.drafts.question import ask_to_break_json, broken_json
from monitor.ui.work import Work

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from monitor.core.lenses.json_error import JsonError
    from monitor.core.lenses.repeated_keys import RepeatedKeyError
    from monitor.ui.drafts.drafts import Draft, Drafts


class Save(NamedTuple):
    """A draft that is to be saved, with its text when that was asked for. ``saved`` is to be called afterwards."""

    draft: Draft
    text: str
    saved: Callable[[], object] | None


class Checking(QObject):
    """`passed` carries what can be sent; `outdated` what is to be looked at once more, for more was typed meanwhile.
    What the operator let go of meanwhile comes to nothing; so does what would break JSON, if he is asked and says so.
    """

    passed = Signal(object)
    outdated = Signal(object)

    def __init__(self, drafts: Drafts, parent: QWidget) -> None:
        super().__init__(parent)
        self._drafts = drafts
        self._asks_in = parent
        self._work = Work(self)

    def begin(self, save: Save) -> None:
        """Look at this. What was begun before is finished first."""
        self._work.finish()
        self._work.begin(broken_json(save.draft.expected, save.text), lambda wrong: self._end(save, wrong))

    def _end(self, save: Save, wrong: JsonError | RepeatedKeyError | None) -> None:
        if wrong is None or self._is_outdated(save):
            self._pass(save)
        else:
            ask_to_break_json(save.draft.key, wrong, lambda: self._pass(save), self._asks_in)

    def _pass(self, save: Save) -> None:
        if self._drafts.of(save.draft.key) is not save.draft:
            return
        (self.outdated if self._is_outdated(save) else self.passed).emit(save)

    def _is_outdated(self, save: Save) -> bool:
        return save.draft.written.text != save.text
