"""Checking: a look at what is about to be saved, which takes some turns of the event loop where it is long."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Signal

from monitor.core.escapes import EscapeError
from monitor.ui.drafts.question import ask_to_break_json, broken_json
from monitor.ui.work import Work

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from typing import TypeAlias

    from PySide6.QtWidgets import QWidget

    from monitor.core.lenses.json_error import JsonError
    from monitor.core.lenses.repeated_keys import RepeatedKeyError
    from monitor.ui.drafts.drafts import Draft
    from monitor.ui.inspector.subject import Items

    Wrong: TypeAlias = EscapeError | JsonError | RepeatedKeyError


class Save(NamedTuple):
    """A draft that can be saved, with its text. ``saved`` is to be called afterwards."""

    draft: Draft
    text: str
    saved: Callable[[], object] | None


class Checking(QObject):
    """`passed` carries what can be sent, a `Save`; `mistaken` a draft in whose escaped form is a mistake, and that.
    What the operator let go of meanwhile comes to nothing; so does what would break JSON, if he is asked and says so.
    """

    passed = Signal(object)
    mistaken = Signal(object, object)

    def __init__(self, items: Items, parent: QWidget) -> None:
        super().__init__(parent)
        self._items = items
        self._drafts = items.drafts
        self._asks_in = parent
        self._work = Work(self)
        self._key = ""
        self._afterwards: list[Callable[[], object]] = []

    def begin(self, draft: Draft, saved: Callable[[], object] | None = None) -> None:
        """Look at this. What was begun before is finished first."""
        self._work.finish()
        self._key = draft.key
        self._work.begin(self._looking(draft), lambda found: self._end(draft, saved, *found))

    def looks_at(self, key: str) -> bool:
        """Whether what was typed for this key is looked at."""
        return self._key == key and self._work.runs

    def then(self, act: Callable[[], object]) -> None:
        """Do this once what is looked at was passed on, or now. It comes to nothing where that is not passed on: what
        the operator meant by it was what he had saved.
        """
        if self._work.runs:
            self._afterwards.append(act)
        else:
            act()

    def _end(self, draft: Draft, saved: Callable[[], object] | None, text: str, wrong: Wrong | None) -> None:
        afterwards, self._afterwards = self._afterwards, []
        if self._drafts.of(draft.key) is not draft:
            return
        if isinstance(wrong, EscapeError):
            self.mistaken.emit(draft, wrong)
        elif wrong is not None:
            ask_to_break_json(draft.key, wrong, lambda: self._pass(Save(draft, text, saved)), self._asks_in)
        else:
            self.passed.emit(Save(draft, text, saved))
            for act in afterwards:
                act()

    def _looking(self, draft: Draft) -> Generator[None, None, tuple[str, Wrong | None]]:
        """The text, and what is wrong with it. What is typed while it is looked at is looked at as well."""
        while True:
            written = yield from draft.reading()
            try:
                text = written.read()
            except EscapeError as error:
                return written.form, error
            wrong = yield from broken_json(draft.expected, text)
            if wrong is None:
                yield from self._items.preparing(draft.key, filter(None, (text, draft.expected)))
            if (yield from draft.reading()).text == text:
                return text, wrong

    def _pass(self, save: Save) -> None:
        """The operator wants it all the same."""
        if self._drafts.of(save.draft.key) is not save.draft:
            return
        if save.draft.written.text == save.text:
            self.passed.emit(save)
        else:
            self.begin(save.draft, save.saved)
